//! Everybody's sound through one graph (Web Audio).
//!
//! ```text
//! person ─► gain ─┐
//! person ─► gain ─┼─► limiter ─► destination
//! silence ────────┘
//! ```

use std::collections::BTreeMap;

use js_sys::Array;
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;
use web_sys::{
    AudioContext, AudioContextState, ConstantSourceNode, DynamicsCompressorNode, GainNode, HtmlAudioElement,
    MediaStream, MediaStreamAudioDestinationNode, MediaStreamAudioSourceNode, MediaStreamTrack,
};

use crate::Error;

#[derive(Debug)]
pub(super) struct AudioMix {
    context: AudioContext,
    destination: MediaStreamAudioDestinationNode,
    limiter: DynamicsCompressorNode,
    silence: ConstantSourceNode,
    people: BTreeMap<String, Voice>,
}

#[derive(Debug)]
struct Voice {
    track: String,
    source: MediaStreamAudioSourceNode,
    element: HtmlAudioElement,
}

impl AudioMix {
    pub(super) async fn new() -> Result<Self, Error> {
        let context = AudioContext::new()?;
        let destination = context.create_media_stream_destination()?;
        let limiter = context.create_dynamics_compressor()?;
        limiter.threshold().set_value(-3.0);
        limiter.knee().set_value(0.0);
        limiter.ratio().set_value(20.0);
        limiter.attack().set_value(0.003);
        limiter.release().set_value(0.1);
        limiter.connect_with_audio_node(&destination)?;
        // Without a source that always runs, a meeting where all are muted gives an empty file.
        let silence = context.create_constant_source()?;
        let mute: GainNode = context.create_gain()?;
        mute.gain().set_value(0.0);
        silence.connect_with_audio_node(&mute)?;
        mute.connect_with_audio_node(&limiter)?;
        silence.start()?;
        if context.state() == AudioContextState::Suspended {
            // The promise stays pending until there is a gesture or a sound card: don't wait for it.
            let resumed = JsFuture::from(context.resume()?);
            wasm_bindgen_futures::spawn_local(async move {
                // It is rejected when the mix ends before.
                let _ = resumed.await;
            });
        }
        Ok(Self { context, destination, limiter, silence, people: BTreeMap::new() })
    }

    /// The mixed sound.
    pub(super) fn track(&self) -> Result<MediaStreamTrack, Error> {
        self.destination.stream().get_audio_tracks().get(0).dyn_into().map_err(Error::from)
    }

    /// Somebody's sound from now on; nothing for silence.
    pub(super) fn set(&mut self, id: &str, stream: Option<&MediaStream>) {
        let track = stream.and_then(live_audio);
        let wanted = track.as_ref().map(MediaStreamTrack::id);
        if self.people.get(id).map(|voice| &voice.track) == wanted.as_ref() {
            return;
        }
        self.people.remove(id);
        if let Some(voice) = track.and_then(|track| self.voice(&track).ok()) {
            self.people.insert(id.to_owned(), voice);
        }
    }

    fn voice(&self, track: &MediaStreamTrack) -> Result<Voice, Error> {
        let stream = MediaStream::new_with_tracks(&Array::of1(track))?;
        // Chromium delivers a remote track's sound to WebAudio only when a media element has it too.
        let element = HtmlAudioElement::new()?;
        element.set_muted(true);
        element.set_src_object(Some(&stream));
        if let Ok(playing) = element.play() {
            wasm_bindgen_futures::spawn_local(async move {
                // It is muted: only an element that was dropped meanwhile refuses to play.
                let _ = JsFuture::from(playing).await;
            });
        }
        let source = self.context.create_media_stream_source(&stream)?;
        source.connect_with_audio_node(&self.limiter)?;
        Ok(Voice { track: track.id(), source, element })
    }
}

impl Drop for Voice {
    fn drop(&mut self) {
        // Nodes of a closed context are disconnected already.
        let _ = self.source.disconnect();
        self.element.set_src_object(None);
    }
}

impl Drop for AudioMix {
    fn drop(&mut self) {
        self.people.clear();
        // Nothing is left to end in a context that is closed.
        let _ = AsRef::<web_sys::AudioScheduledSourceNode>::as_ref(&self.silence).stop();
        let _ = self.context.close();
    }
}

fn live_audio(stream: &MediaStream) -> Option<MediaStreamTrack> {
    crate::devices::tracks(stream)
        .into_iter()
        .find(|track| track.kind() == "audio" && track.ready_state() == web_sys::MediaStreamTrackState::Live)
}
