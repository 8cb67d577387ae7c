//! One person's sound in the mix.

use std::cell::RefCell;

use js_sys::{Array, WeakMap};
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{
    AnalyserNode, AudioContext, AudioNode, GainNode, HtmlAudioElement, MediaStream,
    MediaStreamAudioSourceNode, MediaStreamTrack,
};

use super::audio::chain;
use crate::Error;

/// Samples looked at for a level: 43 ms at 48 kHz.
const WINDOW: u32 = 2_048;

/// All of somebody's tracks, through one gain. Taken out of the graph when it is dropped.
#[derive(Debug)]
pub(super) struct Voice {
    inputs: Vec<Input>,
    gain: GainNode,
    meter: AnalyserNode,
    samples: RefCell<Vec<f32>>,
}

#[derive(Debug)]
struct Input {
    track: MediaStreamTrack,
    source: MediaStreamAudioSourceNode,
    /// What it is connected to.
    into: AudioNode,
    element: HtmlAudioElement,
}

/// The nodes in which tracks come into a context. A track has one for good: Chromium gives back none as long as the
/// context runs, so that somebody who is taken out and added again a hundred times would leave a hundred.
#[derive(Debug)]
pub(super) struct Sources {
    context: AudioContext,
    nodes: WeakMap,
}

impl Sources {
    pub(super) fn new(context: &AudioContext) -> Self {
        Self { context: Clone::clone(context), nodes: WeakMap::new() }
    }

    fn node(&self, track: &MediaStreamTrack) -> Result<MediaStreamAudioSourceNode, Error> {
        if let Ok(node) = self.nodes.get(track).dyn_into() {
            return Ok(node);
        }
        let stream = MediaStream::new_with_tracks(&Array::of1(track))?;
        let node = self.context.create_media_stream_source(&stream)?;
        self.nodes.set(track, &node);
        Ok(node)
    }
}

impl Voice {
    /// A voice without a sound, silent.
    pub(super) fn new(context: &AudioContext, into: &AudioNode) -> Result<Self, Error> {
        let gain = context.create_gain()?;
        gain.gain().set_value(0.0);
        let meter = context.create_analyser()?;
        meter.set_fft_size(WINDOW);
        chain(&[&gain, &meter, into])?;
        Ok(Self { inputs: Vec::new(), gain, meter, samples: RefCell::new(vec![0.0; WINDOW as usize]) })
    }

    pub(super) fn gain(&self) -> &GainNode {
        &self.gain
    }

    /// It consists of these tracks from now on.
    pub(super) fn set_tracks(&mut self, sources: &Sources, tracks: &[MediaStreamTrack]) {
        self.inputs.retain(|input| tracks.contains(&input.track));
        for track in tracks {
            if self.inputs.iter().all(|input| input.track != *track) {
                // A track that the browser does not let in is as good as silent.
                self.inputs.extend(Input::new(sources, track, &self.gain).ok());
            }
        }
    }

    pub(super) fn level(&self) -> f32 {
        let mut samples = self.samples.borrow_mut();
        self.meter.get_float_time_domain_data(&mut samples);
        hostreel_recording::level(&samples)
    }
}

impl Drop for Voice {
    fn drop(&mut self) {
        self.inputs.clear();
        // Nodes of a closed context are disconnected already.
        let _ = self.gain.disconnect();
        let _ = self.meter.disconnect();
    }
}

impl Input {
    fn new(sources: &Sources, track: &MediaStreamTrack, into: &AudioNode) -> Result<Self, Error> {
        let source = sources.node(track)?;
        // Chromium delivers a remote track's sound to WebAudio only when a media element has it too.
        let element = HtmlAudioElement::new()?;
        element.set_muted(true);
        element.set_src_object(Some(&MediaStream::new_with_tracks(&Array::of1(track))?));
        if let Ok(playing) = element.play() {
            spawn_local(async move {
                // It is muted: only an element that was dropped meanwhile refuses to play.
                let _ = JsFuture::from(playing).await;
            });
        }
        source.connect_with_audio_node(into)?;
        Ok(Self { track: Clone::clone(track), source, into: Clone::clone(into), element })
    }
}

impl Drop for Input {
    fn drop(&mut self) {
        // Only from here: the track may be in another voice by now.
        let _ = self.source.disconnect_with_audio_node(&self.into);
        self.element.set_src_object(None);
    }
}
