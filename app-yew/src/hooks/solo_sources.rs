//! What a solo recording is made of: camera and microphone, or a screen with both sounds mixed.

use hostreel_protocol::RecordingKind;
use hostreel_recorder::devices::{self, Capture};
use hostreel_recorder::{Error, Mix, MixOptions, Participant};
use web_sys::MediaStream;

/// The streams of a solo recording, closed when dropped.
pub(crate) struct Sources {
    /// What is recorded.
    pub(crate) recorded: MediaStream,
    /// Camera and microphone, or the screen.
    opened: MediaStream,
    /// A screen's sound and the microphone are one track only through a mix; the microphone can be changed in it.
    pub(crate) mixed: Option<Mixed>,
}

/// A screen's own sound and the microphone, as one.
pub(crate) struct Mixed {
    mix: Mix,
    pub(crate) microphone: Option<MediaStream>,
}

impl Mixed {
    /// Takes another microphone, or none; the one before is closed.
    pub(crate) fn use_microphone(&mut self, stream: Option<MediaStream>) {
        if let Some(before) = self.microphone.take() {
            devices::stop(&before);
        }
        self.mix.add("microphone", stream.as_ref(), Participant::default());
        self.microphone = stream;
    }
}

impl Drop for Sources {
    fn drop(&mut self) {
        devices::stop(&self.opened);
        if let Some(microphone) = self.mixed.as_ref().and_then(|mixed| mixed.microphone.as_ref()) {
            devices::stop(microphone);
        }
    }
}

/// Which camera and microphone; `None` is the browser's default.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Chosen {
    pub(crate) camera: Option<String>,
    pub(crate) microphone: Option<String>,
}

/// Asks for the chosen microphone and for nothing else.
pub(crate) fn microphone_only(chosen: &Chosen) -> Capture {
    Capture { camera: false, microphone_id: chosen.microphone.clone(), ..Capture::default() }
}

/// Opens what a kind of recording needs.
pub(crate) async fn open_sources(kind: RecordingKind, chosen: &Chosen) -> Result<Sources, Error> {
    let capture = match kind {
        RecordingKind::Screen => return open_screen(chosen).await,
        RecordingKind::Audio => microphone_only(chosen),
        RecordingKind::Video | RecordingKind::Tracks => {
            Capture { camera: true, camera_id: chosen.camera.clone(), ..microphone_only(chosen) }
        }
    };
    let stream = devices::user_media(&capture).await?;
    Ok(Sources { recorded: Clone::clone(&stream), opened: stream, mixed: None })
}

/// The screen, with the microphone where there is one, and with the screen's own sound where it is shared.
async fn open_screen(chosen: &Chosen) -> Result<Sources, Error> {
    let recorded = MediaStream::new()?;
    let screen = devices::display_media(true).await?;
    // From here on whatever fails closes what is open.
    let mut sources =
        Sources { recorded: Clone::clone(&recorded), opened: Clone::clone(&screen), mixed: None };
    for track in screen.get_video_tracks().iter() {
        recorded.add_track(&wasm_bindgen::JsCast::unchecked_into(track));
    }
    let microphone = devices::user_media(&microphone_only(chosen)).await.ok();
    let mix = Mix::new(MixOptions::sound()).await;
    let mix = match (mix, &microphone) {
        (Ok(mix), _) => mix,
        (Err(error), Some(microphone)) => {
            devices::stop(microphone);
            return Err(error);
        }
        (Err(error), None) => return Err(error),
    };
    if screen.get_audio_tracks().length() > 0 {
        mix.add("screen", Some(&screen), Participant::default());
    }
    for track in mix.stream().get_audio_tracks().iter() {
        recorded.add_track(&wasm_bindgen::JsCast::unchecked_into(track));
    }
    let mut mixed = Mixed { mix, microphone: None };
    mixed.use_microphone(microphone);
    sources.mixed = Some(mixed);
    Ok(sources)
}
