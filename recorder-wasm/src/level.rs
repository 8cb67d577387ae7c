//! How loud a stream is.

use gloo_timers::callback::Interval;
use hostreel_recording::{level, peak};
use web_sys::{AnalyserNode, AudioContext, AudioContextState, MediaStream, MediaStreamAudioSourceNode};

use crate::Error;

/// Samples looked at per reading.
const WINDOW: u32 = 4096;

/// Reports a stream's sound level 15 times a second until it is dropped.
#[must_use = "dropping the meter ends it"]
#[derive(Debug)]
pub struct LevelMeter {
    context: AudioContext,
    source: MediaStreamAudioSourceNode,
    _interval: Interval,
}

impl LevelMeter {
    /// Begins to measure. `on_level` gets the level on a scale of 0 (silent, −60 dBFS) to 1 (full). Nothing comes while
    /// the browser keeps its sound system suspended.
    ///
    /// # Errors
    /// [`Error::NoDevice`] when the stream has no sound.
    pub fn new(stream: &MediaStream, on_level: impl Fn(f32) + 'static) -> Result<Self, Error> {
        measure(stream, move |reading| {
            if let Some(Reading { level, .. }) = reading {
                on_level(level);
            }
        })
    }
}

/// What a meter reads.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Reading {
    /// On a scale of 0 to 1.
    pub(crate) level: f32,
    /// On the same scale.
    pub(crate) peak: f32,
    /// What the clock of the browser's sound system says, in seconds.
    pub(crate) clock: f64,
}

/// A meter that gives all that it reads; nothing while the browser keeps its sound system suspended.
pub(crate) fn measure(
    stream: &MediaStream,
    on_reading: impl Fn(Option<Reading>) + 'static,
) -> Result<LevelMeter, Error> {
    if stream.get_audio_tracks().length() == 0 {
        return Err(Error::NoDevice);
    }
    let context = AudioContext::new()?;
    let source = context.create_media_stream_source(stream)?;
    let analyser: AnalyserNode = context.create_analyser()?;
    analyser.set_fft_size(WINDOW);
    source.connect_with_audio_node(&analyser)?;
    let mut samples = vec![0_f32; WINDOW as usize];
    let of = Clone::clone(&context);
    let interval = Interval::new(66, move || {
        // A suspended context would give silence that is not there.
        on_reading((of.state() == AudioContextState::Running).then(|| {
            analyser.get_float_time_domain_data(&mut samples);
            Reading { level: level(&samples), peak: peak(&samples), clock: of.current_time() }
        }));
    });
    Ok(LevelMeter { context, source, _interval: interval })
}

impl Drop for LevelMeter {
    fn drop(&mut self) {
        // A context that is closed already has nothing left to end.
        let _ = self.source.disconnect();
        let _ = self.context.close();
    }
}
