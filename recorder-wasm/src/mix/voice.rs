//! One person's sound in the mix.

use js_sys::Array;
use std::cell::RefCell;
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
    element: HtmlAudioElement,
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
    pub(super) fn set_tracks(&mut self, context: &AudioContext, tracks: &[MediaStreamTrack]) {
        self.inputs.retain(|input| tracks.contains(&input.track));
        for track in tracks {
            if self.inputs.iter().all(|input| input.track != *track) {
                // A track that the browser does not let in is as good as silent.
                self.inputs.extend(Input::new(context, track, &self.gain).ok());
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
    fn new(context: &AudioContext, track: &MediaStreamTrack, into: &AudioNode) -> Result<Self, Error> {
        // A source takes only the first track of a stream.
        let stream = MediaStream::new_with_tracks(&Array::of1(track))?;
        // Chromium delivers a remote track's sound to WebAudio only when a media element has it too.
        let element = HtmlAudioElement::new()?;
        element.set_muted(true);
        element.set_src_object(Some(&stream));
        if let Ok(playing) = element.play() {
            spawn_local(async move {
                // It is muted: only an element that was dropped meanwhile refuses to play.
                let _ = JsFuture::from(playing).await;
            });
        }
        let source = context.create_media_stream_source(&stream)?;
        source.connect_with_audio_node(into)?;
        Ok(Self { track: Clone::clone(track), source, element })
    }
}

impl Drop for Input {
    fn drop(&mut self) {
        let _ = self.source.disconnect();
        self.element.set_src_object(None);
    }
}
