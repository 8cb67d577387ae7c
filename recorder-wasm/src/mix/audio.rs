//! Everybody's sound through one graph (Web Audio).
//!
//! ```text
//! person ─► gain ─► meter ─┐
//! person ─► gain ─► meter ─┼─► master gain ─► limiter ─► delay ─► destination
//! silence ─────────────────┘
//! ```

use std::collections::BTreeMap;

use gloo_timers::future::TimeoutFuture;
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::spawn_local;
use web_sys::{
    AudioContext, AudioNode, AudioParam, AudioScheduledSourceNode, ConstantSourceNode, GainNode,
    MediaStreamAudioDestinationNode, MediaStreamTrack,
};

use super::limiter::Limiter;
use super::voice::{Sources, Voice};
use crate::Error;
use crate::awake::Awake;

/// Loudest a person or the whole can be made, as a factor.
const MOST_GAIN: f32 = 4.0;
/// Time constant of a change of loudness, in seconds: faster clicks.
const RAMP: f64 = 0.015;
/// After so long, in milliseconds, a voice that fades out can't be heard.
const FADED_MS: u32 = 100;

#[derive(Debug)]
pub(super) struct AudioMix {
    context: AudioContext,
    awake: Awake,
    destination: MediaStreamAudioDestinationNode,
    master: GainNode,
    silence: ConstantSourceNode,
    sources: Sources,
    voices: BTreeMap<String, Voice>,
}

impl AudioMix {
    /// The sound comes out `delay` seconds late, from 0 to 1: as late as the picture. `on_running` gets whether the
    /// sound runs, each time that this changes.
    pub(super) fn new(delay: f64, on_running: impl Fn(bool) + 'static) -> Result<Self, Error> {
        let context = AudioContext::new()?;
        let destination = context.create_media_stream_destination()?;
        let master = context.create_gain()?;
        let limiter = Limiter::new(&context)?;
        chain(&[&master, &limiter.input])?;
        let late = context.create_delay()?;
        late.delay_time().set_value(delay as f32);
        chain(&[&limiter.output, &late, &destination])?;
        // Without a source that always runs, a meeting where all are muted gives an empty file.
        let silence = context.create_constant_source()?;
        let mute = context.create_gain()?;
        mute.gain().set_value(0.0);
        chain(&[&silence, &mute, &master])?;
        silence.start()?;
        let awake = Awake::keep(&context, on_running)?;
        let sources = Sources::new(&context);
        Ok(Self { context, awake, destination, master, silence, sources, voices: BTreeMap::new() })
    }

    /// The mixed sound.
    pub(super) fn track(&self) -> Result<MediaStreamTrack, Error> {
        self.destination.stream().get_audio_tracks().get(0).dyn_into().map_err(Error::from)
    }

    pub(super) fn is_running(&self) -> bool {
        self.awake.is_running()
    }

    /// These tracks are one voice from now on, so loud; without any it fades out and is gone.
    pub(super) fn set(&mut self, id: &str, tracks: &[MediaStreamTrack], gain: f32) {
        if tracks.is_empty() {
            if let Some(voice) = self.voices.remove(id) {
                fade_out(&self.context, voice);
            }
            return;
        }
        if !self.voices.contains_key(id) {
            // A graph that takes no more nodes is closed, and then nobody listens.
            let Ok(voice) = Voice::new(&self.context, &self.master) else { return };
            self.voices.insert(id.to_owned(), voice);
        }
        if let Some(voice) = self.voices.get_mut(id) {
            voice.set_tracks(&self.sources, tracks);
            ramp(&self.context, &voice.gain().gain(), gain);
        }
    }

    /// How loud all of it is, as a factor.
    pub(super) fn set_master(&self, gain: f32) {
        ramp(&self.context, &self.master.gain(), gain);
    }

    /// How loud a voice is in the mix; 0 when there is none.
    pub(super) fn level(&self, id: &str) -> f32 {
        self.voices.get(id).map_or(0.0, Voice::level)
    }
}

impl Drop for AudioMix {
    fn drop(&mut self) {
        self.voices.clear();
        // Nothing is left to end in a context that is closed.
        let _ = AsRef::<AudioScheduledSourceNode>::as_ref(&self.silence).stop();
        let _ = self.context.close();
    }
}

/// Takes a voice out without a click.
fn fade_out(context: &AudioContext, voice: Voice) {
    ramp(context, &voice.gain().gain(), 0.0);
    spawn_local(async move {
        TimeoutFuture::new(FADED_MS).await;
        drop(voice);
    });
}

/// Goes smoothly to another gain.
fn ramp(context: &AudioContext, param: &AudioParam, gain: f32) {
    let gain = if gain.is_finite() { gain.clamp(0.0, MOST_GAIN) } else { 1.0 };
    // Only a time in the past of a negative clock is refused.
    let _ = param.set_target_at_time(gain, context.current_time(), RAMP);
}

/// Connects each node to the next.
pub(super) fn chain(nodes: &[&AudioNode]) -> Result<(), Error> {
    for pair in nodes.windows(2) {
        if let [from, to] = pair {
            from.connect_with_audio_node(to)?;
        }
    }
    Ok(())
}
