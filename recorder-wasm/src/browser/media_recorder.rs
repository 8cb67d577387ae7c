//! The browser's `MediaRecorder` (MediaStream Recording).

use gloo_events::EventListener;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Blob, MediaRecorder, MediaStream};

use super::{member, object, text};
use crate::error::name_and_message;
use crate::{Error, Options};

/// What a media recorder reports.
#[derive(Debug)]
pub(crate) enum Happening {
    /// It runs.
    Started,
    /// A piece of the file; empty when there was nothing to be in it.
    Data(Blob),
    /// It has stopped.
    Stopped,
    /// It broke.
    Broke(Error),
}

/// A media recorder; dropping it stops it and ends all listening.
#[derive(Debug)]
pub(crate) struct MediaRecorderHandle {
    recorder: MediaRecorder,
    timeslice_ms: i32,
    _listeners: [EventListener; 4],
}

impl MediaRecorderHandle {
    /// Makes a recorder of `stream` that asks for `mime`, or leaves the type to the browser.
    pub(crate) fn new(
        stream: &MediaStream,
        mime: Option<&str>,
        options: &Options,
        report: impl Fn(Happening) + Clone + 'static,
    ) -> Result<Self, Error> {
        let wanted = object(&[
            ("mimeType", mime.unwrap_or_default().into()),
            ("videoBitsPerSecond", options.video_bits_per_second.into()),
            ("audioBitsPerSecond", options.audio_bits_per_second.into()),
            // Ignored where it is not known. Without it there may be one key frame in nine seconds.
            ("videoKeyFrameIntervalDuration", options.key_frame_interval_ms.into()),
        ])?;
        let recorder =
            MediaRecorder::new_with_media_stream_and_media_recorder_options(stream, wanted.unchecked_ref())
                .map_err(|thrown| match name_and_message(&thrown).0.as_str() {
                "NotSupportedError" => Error::Unsupported,
                _ => Error::from(thrown),
            })?;
        let on = |name: &'static str, happening: fn(&web_sys::Event) -> Option<Happening>| {
            let report = report.clone();
            EventListener::new(&recorder, name, move |event| {
                if let Some(happening) = happening(event) {
                    report(happening);
                }
            })
        };
        let listeners = [
            on("start", |_| Some(Happening::Started)),
            on("dataavailable", |event| {
                let blob: Blob = member(event, "data").unchecked_into();
                blob.is_object().then_some(Happening::Data(blob))
            }),
            on("stop", |_| Some(Happening::Stopped)),
            on("error", |event| Some(Happening::Broke(failed(&member(event, "error"))))),
        ];
        let timeslice_ms = i32::try_from(options.timeslice_ms).unwrap_or(1_000);
        Ok(Self { recorder, timeslice_ms, _listeners: listeners })
    }

    fn is(&self, state: &str) -> bool {
        text(&self.recorder, "state") == state
    }

    /// Begins to record.
    pub(crate) fn start(&self) -> Result<(), Error> {
        self.recorder.start_with_time_slice(self.timeslice_ms).map_err(|thrown| failed(&thrown))
    }

    /// Pauses. No effect on a recorder that has stopped by itself.
    pub(crate) fn pause(&self) -> Result<(), Error> {
        if self.is("recording") {
            self.recorder.pause().map_err(|thrown| failed(&thrown))?;
        }
        Ok(())
    }

    /// Goes on. No effect on a recorder that has stopped by itself.
    pub(crate) fn resume(&self) -> Result<(), Error> {
        if self.is("paused") {
            self.recorder.resume().map_err(|thrown| failed(&thrown))?;
        }
        Ok(())
    }

    /// Stops; the rest of the data and `Stopped` follow. False when it had stopped before.
    pub(crate) fn stop(&self) -> bool {
        !self.is("inactive") && self.recorder.stop().is_ok()
    }
}

impl Drop for MediaRecorderHandle {
    fn drop(&mut self) {
        self.stop();
    }
}

fn failed(thrown: &JsValue) -> Error {
    let (name, message) = name_and_message(thrown);
    Error::RecorderFailed { reason: [name.as_str(), ": ", &message].concat() }
}
