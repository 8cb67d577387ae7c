//! The own microphone, camera and screen. All that is opened here is closed when the page goes.

use std::cell::RefCell;
use std::rc::Rc;

use gloo_events::EventListener;
use hostreel_app::state::device::{Asked, DeviceAction, Devices, Source};
use hostreel_app::state::toasts::Message;
use hostreel_recorder::Error;
use hostreel_recorder::devices::{self, Capture};
use js_sys::Array;
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::spawn_local;
use web_sys::{MediaStream, MediaStreamTrack};
use yew::prelude::*;

/// [`Devices`] with the browser's streams.
#[derive(Default, PartialEq)]
pub(crate) struct OwnDevices(pub(crate) Devices<MediaStream>);

impl Reducible for OwnDevices {
    type Action = DeviceAction<MediaStream>;

    fn reduce(self: Rc<Self>, action: Self::Action) -> Rc<Self> {
        Rc::new(Self(self.0.reduce(action)))
    }
}

/// Every stream that was opened and is not closed yet; `None` once the page is gone.
type Opened = Rc<RefCell<Option<Vec<MediaStream>>>>;

/// The own devices, and how to switch them.
#[derive(Clone)]
pub(crate) struct DevicesHandle {
    state: UseReducerHandle<OwnDevices>,
    opened: Opened,
    show: Callback<Message>,
}

impl PartialEq for DevicesHandle {
    fn eq(&self, other: &Self) -> bool {
        self.state == other.state
    }
}

/// The own devices. Nothing is opened before [`DevicesHandle::open`].
#[hook]
pub(crate) fn use_devices(show: Callback<Message>) -> DevicesHandle {
    let state = use_reducer(OwnDevices::default);
    let opened: Opened = (*use_memo((), |()| Rc::new(RefCell::new(Some(Vec::new()))))).clone();
    let handle = DevicesHandle { state, opened: Rc::clone(&opened), show };
    use_effect_with((), move |()| {
        move || {
            for stream in opened.take().into_iter().flatten() {
                devices::stop(&stream);
            }
        }
    });
    use_unplugged(&handle);
    handle
}

/// Notices devices that go away, and a screen that is no longer shared by the browser's own button.
#[hook]
fn use_unplugged(handle: &DevicesHandle) {
    let devices = handle.devices();
    let watched = (devices.microphone.clone(), devices.camera.clone(), devices.screen.clone());
    let dispatcher = handle.state.dispatcher();
    use_effect_with(watched, move |(microphone, camera, screen)| {
        let watch = |stream: &Option<MediaStream>, action: fn() -> DeviceAction<MediaStream>| {
            let dispatcher = dispatcher.clone();
            stream
                .as_ref()
                .and_then(first_track)
                .map(|track| EventListener::new(&track, "ended", move |_| dispatcher.dispatch(action())))
        };
        let listeners = [
            watch(microphone, || DeviceAction::Unplugged { camera: false }),
            watch(camera, || DeviceAction::Unplugged { camera: true }),
            watch(screen, || DeviceAction::Screen(None)),
        ];
        move || drop(listeners)
    });
}

impl DevicesHandle {
    /// The devices as they are.
    pub(crate) fn devices(&self) -> &Devices<MediaStream> {
        &self.state.0
    }

    /// Opens what is wanted: with one question to the person where that works, else each on its own, so that one that
    /// is missing does not take the other with it.
    pub(crate) fn open(&self, microphone: bool, camera: bool) {
        let this = self.clone();
        if microphone {
            this.state.dispatch(DeviceAction::Opening(Source::Microphone));
        }
        if camera {
            this.state.dispatch(DeviceAction::Opening(Source::Camera));
        }
        spawn_local(async move {
            if microphone && camera {
                let both = Capture { camera, microphone, ..this.capture() };
                if let Ok(stream) = devices::user_media(&both).await {
                    this.opened_microphone(&stream);
                    this.opened_camera(&stream);
                    return;
                }
            }
            if microphone {
                this.open_microphone().await;
            }
            if camera {
                this.open_camera().await;
            }
        });
    }

    /// Opens what could not be opened before, and turns it on.
    pub(crate) fn retry(&self) {
        let devices = self.devices();
        let microphone = devices.microphone_error.is_some() && !devices.opening.microphone;
        let camera = devices.camera_error.is_some() && !devices.opening.camera;
        self.open(microphone, camera);
        if microphone {
            self.state.dispatch(DeviceAction::SetMicrophone(true));
        }
        if camera {
            self.state.dispatch(DeviceAction::SetCamera(true));
        }
    }

    /// Speak or be silent.
    pub(crate) fn toggle_microphone(&self) {
        let devices = self.devices();
        if devices.microphone.is_some() {
            self.state.dispatch(DeviceAction::SetMicrophone(!devices.microphone_on));
        } else if !devices.opening.microphone {
            let this = self.clone();
            this.state.dispatch(DeviceAction::Opening(Source::Microphone));
            this.state.dispatch(DeviceAction::SetMicrophone(true));
            spawn_local(async move {
                if let Some(code) = this.open_microphone().await {
                    this.show.emit(Message::NoDevice(code.into(), Asked::Microphone));
                }
            });
        }
    }

    /// Camera on or off. Off closes it.
    pub(crate) fn toggle_camera(&self) {
        let devices = self.devices();
        if let Some(camera) = &devices.camera {
            self.close(camera);
            self.state.dispatch(DeviceAction::SetCamera(false));
        } else if !devices.opening.camera {
            let this = self.clone();
            this.state.dispatch(DeviceAction::Opening(Source::Camera));
            this.state.dispatch(DeviceAction::SetCamera(true));
            spawn_local(async move {
                if let Some(code) = this.open_camera().await {
                    this.show.emit(Message::NoDevice(code.into(), Asked::Camera));
                }
            });
        }
    }

    /// Share the screen, or no more.
    pub(crate) fn toggle_screen(&self) {
        let devices = self.devices();
        if let Some(screen) = &devices.screen {
            self.close(screen);
            self.state.dispatch(DeviceAction::Screen(None));
            return;
        }
        if devices.opening.screen {
            return;
        }
        let this = self.clone();
        this.state.dispatch(DeviceAction::Opening(Source::Screen));
        spawn_local(async move {
            match devices::display_media(false).await {
                Ok(stream) if this.devices().opening.screen => {
                    this.keep(&stream);
                    this.state.dispatch(DeviceAction::Screen(Some(stream)));
                }
                Ok(stream) => devices::stop(&stream),
                Err(error) => {
                    this.state.dispatch(DeviceAction::Screen(None));
                    this.show.emit(not_shared(&error));
                }
            }
        });
    }

    /// Uses another microphone, or the default. It is as loud as before.
    pub(crate) fn choose_microphone(&self, id: Option<String>) {
        self.state.dispatch(DeviceAction::ChooseMicrophone(id));
        let devices = self.devices();
        if devices.opening.microphone {
            // Whoever opens it sees that another one is wanted now.
            return;
        }
        if let Some(microphone) = &devices.microphone {
            self.close(microphone);
        }
        self.open(true, false);
    }

    /// Uses another camera, or the default. One that is off stays off.
    pub(crate) fn choose_camera(&self, id: Option<String>) {
        self.state.dispatch(DeviceAction::ChooseCamera(id));
        let devices = self.devices();
        if let (Some(camera), false) = (&devices.camera, devices.opening.camera) {
            self.close(camera);
            self.open(false, true);
        }
    }

    /// Closes everything: the meeting is over.
    pub(crate) fn close_all(&self) {
        let devices = self.devices();
        let open = [devices.microphone.clone(), devices.camera.clone(), devices.screen.clone()];
        for stream in open.iter().flatten() {
            self.close(stream);
        }
        self.state.dispatch(DeviceAction::Closed);
    }

    fn capture(&self) -> Capture {
        let devices = self.devices();
        Capture {
            camera: false,
            microphone: false,
            camera_id: devices.camera_id.clone(),
            microphone_id: devices.microphone_id.clone(),
        }
    }

    async fn open_microphone(&self) -> Option<&'static str> {
        loop {
            let capture = Capture { microphone: true, ..self.capture() };
            match devices::user_media(&capture).await {
                Ok(stream) if self.devices().microphone_id != capture.microphone_id => devices::stop(&stream),
                Ok(stream) => {
                    self.opened_microphone(&stream);
                    return None;
                }
                Err(error) => {
                    self.state.dispatch(DeviceAction::NoMicrophone(error.code()));
                    return Some(error.code());
                }
            }
        }
    }

    async fn open_camera(&self) -> Option<&'static str> {
        loop {
            let capture = Capture { camera: true, ..self.capture() };
            match devices::user_media(&capture).await {
                Ok(stream) if self.devices().camera_id != capture.camera_id => devices::stop(&stream),
                Ok(stream) => {
                    self.opened_camera(&stream);
                    return None;
                }
                Err(error) => {
                    self.state.dispatch(DeviceAction::NoCamera(error.code()));
                    return Some(error.code());
                }
            }
        }
    }

    fn opened_microphone(&self, stream: &MediaStream) {
        let Some(microphone) = part(&stream.get_audio_tracks()) else { return };
        let devices = self.devices();
        if !devices.opening.microphone {
            devices::stop(&microphone);
            return;
        }
        if let Some(before) = &devices.microphone {
            self.close(before);
        }
        self.keep(&microphone);
        self.state.dispatch(DeviceAction::Microphone(microphone));
    }

    fn opened_camera(&self, stream: &MediaStream) {
        let Some(camera) = part(&stream.get_video_tracks()) else { return };
        let devices = self.devices();
        if !devices.opening.camera {
            // Turned off, or the meeting ended, while it was being opened.
            devices::stop(&camera);
            return;
        }
        if let Some(before) = &devices.camera {
            self.close(before);
        }
        self.keep(&camera);
        self.state.dispatch(DeviceAction::Camera(camera));
    }

    /// Remembers to close it with the page; closes it at once when the page is gone already.
    fn keep(&self, stream: &MediaStream) {
        match self.opened.borrow_mut().as_mut() {
            Some(opened) => opened.push(Clone::clone(stream)),
            None => devices::stop(stream),
        }
    }

    fn close(&self, stream: &MediaStream) {
        devices::stop(stream);
        if let Some(opened) = self.opened.borrow_mut().as_mut() {
            opened.retain(|other| other != stream);
        }
    }
}

/// What to say when no screen is shared. Browsers don't tell a closed dialog from a forbidden one.
pub(crate) fn not_shared(error: &Error) -> Message {
    match error {
        Error::Denied | Error::Cancelled => Message::NotShared,
        error => Message::NoDevice(error.code().into(), Asked::Screen),
    }
}

fn part(tracks: &Array) -> Option<MediaStream> {
    if tracks.length() == 0 { None } else { MediaStream::new_with_tracks(tracks).ok() }
}

/// The first track of a stream.
pub(crate) fn first_track(stream: &MediaStream) -> Option<MediaStreamTrack> {
    stream.get_tracks().get(0).dyn_into().ok()
}

/// One stream out of the tracks of several; nothing when there are none.
pub(crate) fn joined(streams: &[Option<&MediaStream>]) -> Option<MediaStream> {
    let tracks = Array::new();
    for stream in streams.iter().flatten() {
        for track in stream.get_tracks().iter() {
            tracks.push(&track);
        }
    }
    part(&tracks)
}
