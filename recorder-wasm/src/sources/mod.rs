//! Devices that may change while they are recorded: one stream whose tracks never end, whatever is swapped, unplugged or
//! shared.
//!
//! ```text
//! camera ──┐
//! screen ──┼─► mix of one ─► stream ─► recorder
//! microphone┘
//! ```

mod options;

use std::cell::{Cell, RefCell};
use std::rc::{Rc, Weak};

use gloo_events::EventListener;
use hostreel_recording::Layout;
use wasm_bindgen_futures::spawn_local;
use web_sys::{MediaStream, MediaStreamTrack};

pub use options::{OnSourceEnd, SourceEvent, SourceKind, SourceOptions};

use crate::devices::{self, Capture, tracks};
use crate::{Error, Mix, MixOptions, Participant};

/// The one person of the mix.
const ME: &str = "me";

/// Camera, microphone and screen as one stream. It ends, and the devices with it, when it is dropped or closed.
///
/// ```no_run
/// use hostreel_recorder::{Options, Recorder, SourceOptions, Sources, devices::Capture};
/// # async fn example() -> Result<(), hostreel_recorder::Error> {
/// let sources = Sources::open(SourceOptions::default(), |_| ()).await?;
/// let recorder = Recorder::start(&sources.stream(), Options::default(), |_| ()).await?;
/// sources.switch_camera(&Capture { camera_id: Some("another".into()), ..Capture::default() }).await?;
/// sources.share_screen(true).await?;
/// let recording = recorder.stop().await?;
/// # let _ = recording; Ok(()) }
/// ```
#[derive(Debug)]
pub struct Sources {
    inner: Rc<Inner>,
}

struct Inner {
    mix: RefCell<Option<Mix>>,
    stream: MediaStream,
    opened: [RefCell<Option<Opened>>; 3],
    on_end: OnSourceEnd,
    on_event: Box<dyn Fn(SourceEvent)>,
    /// How many changes were asked for.
    asked: Cell<u64>,
    /// Which of them each source has taken: one that was asked for before comes too late.
    taken: [Cell<u64>; 3],
}

impl std::fmt::Debug for Inner {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Sources").field("mix", &self.mix).finish_non_exhaustive()
    }
}

/// An open device; closed when dropped.
struct Opened {
    stream: MediaStream,
    _ends: Vec<EventListener>,
}

impl Drop for Opened {
    fn drop(&mut self) {
        devices::stop(&self.stream);
    }
}

impl Sources {
    /// Opens what the options say: first the screen, which browsers ask for only shortly after a click.
    ///
    /// # Errors
    /// As [`devices::user_media`] and [`devices::display_media`]; [`Error::NoDevice`] when nothing is wanted; what keeps
    /// the browser from mixing, as [`Mix::new`].
    pub async fn open(
        options: SourceOptions,
        on_event: impl Fn(SourceEvent) + 'static,
    ) -> Result<Self, Error> {
        let (mut screen, mut user) = (Given(None), Given(None));
        if options.screen {
            screen.0 = Some(devices::display_media(options.screen_sound).await?);
        }
        if options.capture.camera || options.capture.microphone {
            user.0 = Some(devices::user_media(&options.capture).await?);
        }
        Self::from_streams(user.take(), screen.take(), options, on_event).await
    }

    /// Takes streams that are open already: camera and microphone, and a screen. They belong to it from now on.
    ///
    /// # Errors
    /// As [`Sources::open`]; the streams are closed then.
    pub async fn from_streams(
        user: Option<MediaStream>,
        screen: Option<MediaStream>,
        options: SourceOptions,
        on_event: impl Fn(SourceEvent) + 'static,
    ) -> Result<Self, Error> {
        let (user, screen) = (Given(user), Given(screen));
        let of = |kind: &str| user.0.as_ref().and_then(|user| only(user, kind));
        let (camera, microphone) = (of("video"), of("audio"));
        let has_picture = camera.is_some() || screen.0.is_some();
        if !has_picture && microphone.is_none() {
            return Err(Error::NoDevice);
        }
        let mix = Mix::new(match has_picture {
            true => MixOptions {
                width: options.width,
                height: options.height,
                frame_rate: options.frame_rate,
                ..MixOptions::hd()
            },
            false => MixOptions::sound(),
        })
        .await?;
        mix.add(ME, None, Participant { name: options.name, ..Participant::default() });
        let stream = mix.stream();
        let inner = Rc::new(Inner {
            mix: RefCell::new(Some(mix)),
            stream,
            opened: Default::default(),
            on_end: options.on_end,
            on_event: Box::new(on_event),
            asked: Cell::new(0),
            taken: Default::default(),
        });
        // From here on the parts own the tracks.
        user.take();
        for (kind, part) in [
            (SourceKind::Camera, camera),
            (SourceKind::Microphone, microphone),
            (SourceKind::Screen, screen.take()),
        ] {
            if let Some(part) = part {
                inner.put(kind, Some(part));
            }
        }
        Ok(Self { inner })
    }

    /// What is to be recorded: one picture track (none when it began with sound alone) and one sound track, which live
    /// as long as this.
    #[must_use]
    pub fn stream(&self) -> MediaStream {
        // Not `.clone()`: that is the browser's own, which makes another stream of other tracks.
        Clone::clone(&self.inner.stream)
    }

    /// What is open of a kind.
    #[must_use]
    pub fn opened(&self, kind: SourceKind) -> Option<MediaStream> {
        self.inner.opened[kind as usize].borrow().as_ref().map(|opened| Clone::clone(&opened.stream))
    }

    /// Takes another camera, microphone or screen from now on, or none; the one before is closed. It belongs to this from
    /// now on. Without a gap: the picture and the sound go on at the same pace.
    pub fn replace(&self, kind: SourceKind, stream: Option<MediaStream>) {
        self.inner.put(kind, stream);
    }

    /// Opens another camera and takes it; the one before stays until then.
    ///
    /// # Errors
    /// As [`devices::user_media`]; [`Error::Cancelled`] when another that was asked for later has been taken meanwhile.
    /// Nothing has changed then.
    pub async fn switch_camera(&self, capture: &Capture) -> Result<(), Error> {
        let capture = Capture { camera: true, microphone: false, ..capture.clone() };
        self.switch(SourceKind::Camera, &capture).await
    }

    /// Opens another microphone and takes it; the one before stays until then.
    ///
    /// # Errors
    /// As [`devices::user_media`]; [`Error::Cancelled`] when another that was asked for later has been taken meanwhile.
    /// Nothing has changed then.
    pub async fn switch_microphone(&self, capture: &Capture) -> Result<(), Error> {
        let capture = Capture { camera: false, microphone: true, ..capture.clone() };
        self.switch(SourceKind::Microphone, &capture).await
    }

    async fn switch(&self, kind: SourceKind, capture: &Capture) -> Result<(), Error> {
        let change = self.inner.begin_change();
        let stream = devices::user_media(capture).await?;
        self.inner.put_if_last(kind, change, stream)
    }

    /// Asks for a screen, with its sound where the browser offers it, and shows it with the face beside it. Call it from
    /// a click.
    ///
    /// # Errors
    /// As [`devices::display_media`]; [`Error::Cancelled`] as [`Sources::switch_camera`]. Nothing has changed then.
    pub async fn share_screen(&self, sound: bool) -> Result<(), Error> {
        let change = self.inner.begin_change();
        let stream = devices::display_media(sound).await?;
        self.inner.put_if_last(SourceKind::Screen, change, stream)
    }

    /// Shows the screen no more.
    pub fn stop_screen(&self) {
        self.inner.put(SourceKind::Screen, None);
    }

    /// Ends the stream and closes all devices. A recorder of it stops, complete.
    pub fn close(&self) {
        self.inner.close();
    }
}

impl Drop for Sources {
    fn drop(&mut self) {
        self.inner.close();
    }
}

impl Inner {
    fn begin_change(&self) -> u64 {
        self.asked.set(self.asked.get() + 1);
        self.asked.get()
    }

    /// Takes it, unless something that was asked for later has been taken already. What was asked for later and could
    /// not be had is no reason to do without this.
    fn put_if_last(self: &Rc<Self>, kind: SourceKind, change: u64, stream: MediaStream) -> Result<(), Error> {
        if self.mix.borrow().is_none() || self.taken[kind as usize].get() > change {
            devices::stop(&stream);
            return Err(Error::Cancelled);
        }
        self.taken[kind as usize].set(change);
        self.show(kind, Some(stream));
        Ok(())
    }

    fn put(self: &Rc<Self>, kind: SourceKind, stream: Option<MediaStream>) {
        self.taken[kind as usize].set(self.begin_change());
        self.show(kind, stream);
    }

    /// Opens what is to be seen and heard from now on, and closes what was.
    fn show(self: &Rc<Self>, kind: SourceKind, stream: Option<MediaStream>) {
        let listen = |track: MediaStreamTrack| {
            let (weak, id) = (Rc::downgrade(self), track.id());
            EventListener::new(&track, "ended", move |_| ended(&weak, kind, &id))
        };
        let opened = stream.map(|stream| {
            let ends = tracks(&stream).into_iter().map(listen).collect();
            Opened { stream, _ends: ends }
        });
        let before = self.opened[kind as usize].replace(opened);
        self.tell_mix();
        // Later: a track's own event may be what brought us here.
        spawn_local(async move { drop(before) });
    }

    /// Tells the mix what is open now.
    fn tell_mix(&self) {
        let mix = self.mix.borrow();
        let (Some(mix), Ok(me)) = (mix.as_ref(), MediaStream::new()) else { return };
        let open = |kind: SourceKind| {
            self.opened[kind as usize].borrow().as_ref().map(|opened| Clone::clone(&opened.stream))
        };
        let (camera, screen) = (open(SourceKind::Camera), open(SourceKind::Screen));
        for stream in [&camera, &open(SourceKind::Microphone)].into_iter().flatten() {
            for track in tracks(stream) {
                me.add_track(&track);
            }
        }
        mix.set_stream(ME, Some(&me));
        mix.set_screen(ME, screen.as_ref());
        mix.set_layout(match camera.is_some() && screen.is_some() {
            true => Layout::ScreenWithFaces,
            false => Layout::Single(ME.to_owned()),
        });
    }

    fn tell(&self, event: SourceEvent) {
        (self.on_event)(event);
    }

    fn close(&self) {
        let mix = self.mix.borrow_mut().take();
        devices::stop(&self.stream);
        drop(mix);
        for opened in &self.opened {
            drop(opened.borrow_mut().take());
        }
    }

    async fn fall_back(self: Rc<Self>, kind: SourceKind) {
        let open = || self.opened[kind as usize].borrow().as_ref().map(|opened| opened.stream.id());
        let ended = open();
        let capture = Capture {
            camera: kind == SourceKind::Camera,
            microphone: kind == SourceKind::Microphone,
            ..Capture::default()
        };
        let found = devices::user_media(&capture).await;
        // The page has chosen another meanwhile.
        if self.mix.borrow().is_none() || open() != ended {
            drop(Given(found.ok()));
            return;
        }
        match found {
            Ok(stream) => {
                let label = tracks(&stream).first().map(MediaStreamTrack::label).unwrap_or_default();
                self.show(kind, Some(stream));
                self.tell(SourceEvent::FellBack { kind, label });
            }
            Err(error) => {
                self.show(kind, None);
                self.tell(SourceEvent::Missing { kind, error });
            }
        }
    }
}

/// A device was unplugged, or the user stopped sharing.
fn ended(weak: &Weak<Inner>, kind: SourceKind, track: &str) {
    let Some(inner) = weak.upgrade().filter(|inner| inner.mix.borrow().is_some()) else { return };
    let is_current = inner.opened[kind as usize]
        .borrow()
        .as_ref()
        .is_some_and(|opened| tracks(&opened.stream).iter().any(|known| known.id() == track));
    if !is_current {
        return;
    }
    inner.tell(SourceEvent::Ended { kind });
    let others = SourceKind::ALL
        .into_iter()
        .any(|other| other != kind && inner.opened[other as usize].borrow().is_some());
    match (inner.on_end, kind) {
        (OnSourceEnd::End, _) => inner.close(),
        // Nothing else is left to be recorded.
        (OnSourceEnd::FallBack, SourceKind::Screen) if !others => inner.close(),
        // Sharing was stopped on purpose: the rest goes on.
        (OnSourceEnd::FallBack, SourceKind::Screen) => inner.put(kind, None),
        (OnSourceEnd::FallBack, _) => spawn_local(inner.fall_back(kind)),
    }
}

/// A stream that nobody has taken over yet: it is closed when something fails.
struct Given(Option<MediaStream>);

impl Given {
    fn take(mut self) -> Option<MediaStream> {
        self.0.take()
    }
}

impl Drop for Given {
    fn drop(&mut self) {
        if let Some(stream) = &self.0 {
            devices::stop(stream);
        }
    }
}

/// A stream of only one kind of track; nothing when there is none.
fn only(stream: &MediaStream, kind: &str) -> Option<MediaStream> {
    let part = MediaStream::new().ok()?;
    let of_kind: Vec<_> = tracks(stream).into_iter().filter(|track| track.kind() == kind).collect();
    of_kind.iter().for_each(|track| part.add_track(track));
    (!of_kind.is_empty()).then_some(part)
}
