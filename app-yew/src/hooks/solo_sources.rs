//! What a solo recording is made of: camera and microphone, or a screen with both sounds mixed and, if wanted, the own
//! face over its corner.

use gloo_events::EventListener;
use hostreel_protocol::RecordingKind;
use hostreel_recorder::devices::{self, Capture};
use hostreel_recorder::{Error, Layout, Mix, MixOptions, Participant};
use web_sys::MediaStream;

use super::recording_driver::mix_options;
use super::settings::kept;

/// The streams of a solo recording, closed when dropped.
pub(crate) struct Sources {
    /// What is recorded.
    pub(crate) recorded: MediaStream,
    /// Camera and microphone, or the screen.
    opened: MediaStream,
    /// A screen's sound and the microphone are one track only through a mix; the microphone can be changed in it.
    pub(crate) mixed: Option<Mixed>,
    /// Listens for the end of a screen that is recorded through a mix.
    pub(crate) end: Option<EventListener>,
}

/// A screen's own sound and the microphone, as one; with a face, the picture too.
pub(crate) struct Mixed {
    mix: Mix,
    pub(crate) microphone: Option<MediaStream>,
    pub(crate) camera: Option<MediaStream>,
}

/// Who brings the screen, and the face over it.
const SCREEN: &str = "screen";
/// Who brings the microphone.
const MICROPHONE: &str = "microphone";

impl Mixed {
    /// Takes another microphone, or none; the one before is closed.
    pub(crate) fn use_microphone(&mut self, stream: Option<MediaStream>) {
        if let Some(before) = self.microphone.take() {
            devices::stop(&before);
        }
        self.mix.add(MICROPHONE, stream.as_ref(), Participant::default());
        self.microphone = stream;
    }
}

impl Drop for Sources {
    fn drop(&mut self) {
        devices::stop(&self.opened);
        if let Some(mixed) = &self.mixed {
            [&mixed.microphone, &mixed.camera].into_iter().flatten().for_each(devices::stop);
        }
    }
}

/// Which camera and microphone; `None` is the browser's default.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Chosen {
    pub(crate) camera: Option<String>,
    pub(crate) microphone: Option<String>,
    /// A screen is recorded with the own face over its corner.
    pub(crate) face: bool,
}

impl Chosen {
    /// As it is settled for this device.
    pub(crate) fn kept() -> Self {
        let settings = kept();
        Self { camera: settings.camera, microphone: settings.microphone, face: false }
    }
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
    Ok(Sources { recorded: Clone::clone(&stream), opened: stream, mixed: None, end: None })
}

/// The screen, with the microphone where there is one, and with the screen's own sound where it is shared.
async fn open_screen(chosen: &Chosen) -> Result<Sources, Error> {
    let screen = devices::display_media(true).await?;
    with_screen(screen, chosen).await
}

/// The same with a screen that is open already; it is closed when that fails.
pub(crate) async fn with_screen(screen: MediaStream, chosen: &Chosen) -> Result<Sources, Error> {
    let recorded = MediaStream::new()?;
    // From here on whatever fails closes what is open.
    let mut sources =
        Sources { recorded: Clone::clone(&recorded), opened: Clone::clone(&screen), mixed: None, end: None };
    let microphone = devices::user_media(&microphone_only(chosen)).await.ok();
    let face = Capture { microphone: false, camera_id: chosen.camera.clone(), ..Capture::default() };
    let camera = if chosen.face { devices::user_media(&face).await.ok() } else { None };
    // Text wants to be read: a screen is never made smaller than this.
    let mixing = match &camera {
        Some(_) => MixOptions { width: 1920, height: 1080, ..mix_options(&kept(), true) },
        None => MixOptions::sound(),
    };
    let mix = match Mix::new(mixing).await {
        Ok(mix) => mix,
        Err(error) => {
            [&microphone, &camera].into_iter().flatten().for_each(devices::stop);
            return Err(error);
        }
    };
    if camera.is_some() {
        mix.set_layout(Layout::PictureInPicture(SCREEN.to_owned()));
        mix.add(SCREEN, camera.as_ref(), Participant::default());
        mix.set_screen(SCREEN, Some(&screen));
        add(&recorded, &mix.stream().get_video_tracks());
    } else {
        if screen.get_audio_tracks().length() > 0 {
            mix.add(SCREEN, Some(&screen), Participant::default());
        }
        // As sharp as it is.
        add(&recorded, &screen.get_video_tracks());
    }
    add(&recorded, &mix.stream().get_audio_tracks());
    let mut mixed = Mixed { mix, microphone: None, camera };
    mixed.use_microphone(microphone);
    sources.mixed = Some(mixed);
    Ok(sources)
}

impl Sources {
    /// The screen itself, whatever lies over it in what is recorded; from now on it belongs to the caller.
    pub(crate) fn take_screen(&mut self) -> Option<MediaStream> {
        self.mixed.as_ref()?;
        Some(std::mem::replace(&mut self.opened, MediaStream::new().ok()?))
    }

    /// The screen that is recorded through a mix: its end is the recording's.
    pub(crate) fn mixed_screen(&self) -> Option<MediaStream> {
        self.mixed.as_ref().filter(|mixed| mixed.camera.is_some()).map(|_| Clone::clone(&self.opened))
    }
}

fn add(stream: &MediaStream, tracks: &js_sys::Array) {
    for track in tracks.iter() {
        stream.add_track(&wasm_bindgen::JsCast::unchecked_into(track));
    }
}
