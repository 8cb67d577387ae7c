//! The own microphone, camera and screen. All that is opened here is closed when the page goes.

use std::cell::RefCell;
use std::rc::Rc;

use gloo_events::EventListener;
use hostreel_app::state::device::{Arrival, Asked, DeviceAction, Devices, Pending, Press, Source};
use hostreel_app::state::settings::Settings;
use hostreel_app::state::toasts::Message;
use hostreel_recorder::Error;
use hostreel_recorder::devices::{self, Capture};
use wasm_bindgen_futures::spawn_local;
use web_sys::MediaStream;
use yew::prelude::*;

use super::device_streams::{first_track, not_shared, part_of};
use super::settings::{Settled, use_settings};

/// [`Devices`] with the browser's streams.
#[derive(Default, PartialEq)]
pub(crate) struct OwnDevices(pub(crate) Devices<MediaStream>);

impl OwnDevices {
    /// As it is settled for this device; nothing is open.
    fn settled(settings: &Settings) -> Self {
        Self(Devices {
            microphone_on: !settings.push_to_talk,
            microphone_id: settings.microphone.clone(),
            camera_id: settings.camera.clone(),
            ..Devices::default()
        })
    }
}

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
    settled: Settled,
}

impl PartialEq for DevicesHandle {
    fn eq(&self, other: &Self) -> bool {
        self.state == other.state
    }
}

/// The own devices. Nothing is opened before [`DevicesHandle::open`].
#[hook]
pub(crate) fn use_devices(show: Callback<Message>) -> DevicesHandle {
    let settled = use_settings();
    let state = {
        let settings = Rc::clone(&settled.settings);
        use_reducer(move || OwnDevices::settled(&settings))
    };
    let opened: Opened = (*use_memo((), |()| Rc::new(RefCell::new(Some(Vec::new()))))).clone();
    let handle = DevicesHandle { state, opened: Rc::clone(&opened), show, settled };
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
    let (dispatcher, show) = (handle.state.dispatcher(), handle.show.clone());
    use_effect_with(watched, move |(microphone, camera, screen)| {
        let watch =
            |stream: &Option<MediaStream>, action: fn() -> DeviceAction<MediaStream>, told: Option<Asked>| {
                let (dispatcher, show) = (dispatcher.clone(), show.clone());
                stream.as_ref().and_then(first_track).map(|track| {
                    EventListener::new(&track, "ended", move |_| {
                        dispatcher.dispatch(action());
                        if let Some(asked) = told {
                            show.emit(Message::NoDevice(Error::NoDevice.code().into(), asked));
                        }
                    })
                })
            };
        let listeners = [
            watch(microphone, || DeviceAction::Unplugged { camera: false }, Some(Asked::Microphone)),
            watch(camera, || DeviceAction::Unplugged { camera: true }, Some(Asked::Camera)),
            watch(screen, || DeviceAction::Screen(None), None),
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
        let microphone = microphone && self.begin(Source::Microphone);
        let camera = camera && self.begin(Source::Camera);
        let this = self.clone();
        spawn_local(async move {
            let mut both = None;
            if microphone && camera {
                let asked = this.capture(&[Source::Microphone, Source::Camera]);
                both = devices::user_media(&asked).await.ok().map(|stream| (asked, stream));
            }
            if microphone {
                this.open_one(Source::Microphone, both.clone()).await;
            }
            if camera {
                this.open_one(Source::Camera, both).await;
            }
        });
    }

    /// As before the page was loaded anew: opens what was on, and a microphone that was silent.
    pub(crate) fn open_as_before(&self, microphone: bool, camera: bool) {
        self.state.dispatch(DeviceAction::Before { microphone, camera });
        self.open(true, camera);
    }

    /// Opens what could not be opened before, and turns it on.
    pub(crate) fn retry(&self) {
        let devices = self.devices();
        let microphone = devices.microphone_error.is_some();
        let camera = devices.camera_error.is_some();
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
        match self.devices().microphone_press() {
            Press::Set(on) => self.state.dispatch(DeviceAction::SetMicrophone(on)),
            Press::Open => self.turn_on(Source::Microphone),
        }
    }

    /// Speak, or be silent again: while a key is held.
    pub(crate) fn talk(&self, on: bool) {
        if self.devices().microphone_on != on {
            self.toggle_microphone();
        }
    }

    /// Camera on or off. Off closes it, or refuses it when it is still being opened.
    pub(crate) fn toggle_camera(&self) {
        match self.devices().camera_press() {
            Press::Set(on) => {
                if let Some(camera) = &self.devices().camera {
                    self.close(camera);
                }
                self.state.dispatch(DeviceAction::SetCamera(on));
            }
            Press::Open => self.turn_on(Source::Camera),
        }
    }

    /// Opens a microphone or camera that is closed, and says so when that fails.
    fn turn_on(&self, source: Source) {
        let ask = self.begin(source);
        self.state.dispatch(match source {
            Source::Microphone => DeviceAction::SetMicrophone(true),
            Source::Camera | Source::Screen => DeviceAction::SetCamera(true),
        });
        // Whoever asked before sees that it is wanted again.
        if ask {
            self.open_and_tell(source);
        }
    }

    /// Opens a microphone or camera that was marked as wanted, and says so when that fails.
    fn open_and_tell(&self, source: Source) {
        let asked = match source {
            Source::Microphone => Asked::Microphone,
            Source::Camera | Source::Screen => Asked::Camera,
        };
        let this = self.clone();
        spawn_local(async move {
            if let Some(code) = this.open_one(source, None).await {
                this.show.emit(Message::NoDevice(code.into(), asked));
            }
        });
    }

    /// Share the screen, or no more.
    pub(crate) fn toggle_screen(&self) {
        let devices = self.devices();
        if let Some(screen) = &devices.screen {
            self.close(screen);
            self.state.dispatch(DeviceAction::Screen(None));
            return;
        }
        if !self.begin(Source::Screen) {
            return;
        }
        let this = self.clone();
        spawn_local(async move {
            match devices::display_media(false).await {
                Ok(stream) if this.devices().arrival(Source::Screen, None) == Arrival::Take => {
                    this.keep(&stream);
                    this.state.dispatch(DeviceAction::Screen(Some(stream)));
                }
                Ok(stream) => {
                    devices::stop(&stream);
                    this.state.dispatch(DeviceAction::NotTaken(Source::Screen));
                }
                Err(error) => {
                    this.state.dispatch(DeviceAction::Screen(None));
                    this.show.emit(not_shared(&error));
                }
            }
        });
    }

    /// Uses another microphone, or the default. It is as loud as before.
    pub(crate) fn choose_microphone(&self, id: Option<String>) {
        self.settled.change(|settings| settings.microphone.clone_from(&id));
        self.state.dispatch(DeviceAction::ChooseMicrophone(id));
        let devices = self.devices();
        if devices.opening.microphone.is_wanted() {
            // Whoever opens it sees that another one is wanted now.
            return;
        }
        if let Some(microphone) = &devices.microphone {
            self.close(microphone);
        }
        if self.begin(Source::Microphone) {
            self.open_and_tell(Source::Microphone);
        }
    }

    /// Uses another camera, or the default. One that is off stays off.
    pub(crate) fn choose_camera(&self, id: Option<String>) {
        self.settled.change(|settings| settings.camera.clone_from(&id));
        self.state.dispatch(DeviceAction::ChooseCamera(id));
        let devices = self.devices();
        // Whoever is opening one sees that another one is wanted now.
        if let (Some(camera), false) = (&devices.camera, devices.opening.camera.is_wanted()) {
            self.close(camera);
            if self.begin(Source::Camera) {
                self.open_and_tell(Source::Camera);
            }
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

    /// Marks a source as wanted; whether the browser has to be asked for it: it may be opening it already.
    fn begin(&self, source: Source) -> bool {
        let pending = self.devices().opening.of(source);
        self.state.dispatch(DeviceAction::Opening(source));
        pending == Pending::No
    }

    /// Asks for these and nothing else, as they are chosen now.
    fn capture(&self, sources: &[Source]) -> Capture {
        let devices = self.devices();
        Capture {
            camera: sources.contains(&Source::Camera),
            microphone: sources.contains(&Source::Microphone),
            camera_id: devices.camera_id.clone(),
            microphone_id: devices.microphone_id.clone(),
        }
    }

    /// Opens a microphone or camera until the right one is open or none is wanted; `first` is what was opened already.
    /// Gives the code of what went wrong.
    async fn open_one(
        &self,
        source: Source,
        mut first: Option<(Capture, MediaStream)>,
    ) -> Option<&'static str> {
        loop {
            let (asked, opened) = match first.take() {
                Some((asked, stream)) => (asked, Ok(stream)),
                None if !self.devices().opening.of(source).is_wanted() => {
                    self.state.dispatch(DeviceAction::NotTaken(source));
                    return None;
                }
                None => {
                    let asked = self.capture(&[source]);
                    let opened = devices::user_media(&asked).await;
                    (asked, opened)
                }
            };
            let opened = opened.and_then(|stream| part_of(source, &stream).ok_or(Error::NoDevice));
            let id = if source == Source::Camera { &asked.camera_id } else { &asked.microphone_id };
            match (opened, self.devices().arrival(source, id.as_deref())) {
                (Ok(stream), Arrival::Take) => {
                    self.take(source, stream);
                    return None;
                }
                (Ok(stream), Arrival::AskAgain) => devices::stop(&stream),
                (Ok(stream), Arrival::Close) => {
                    devices::stop(&stream);
                    self.state.dispatch(DeviceAction::NotTaken(source));
                    return None;
                }
                (Err(error), arrival) => {
                    let code = error.code();
                    self.state.dispatch(match source {
                        Source::Microphone => DeviceAction::NoMicrophone(code),
                        Source::Camera | Source::Screen => DeviceAction::NoCamera(code),
                    });
                    return (arrival != Arrival::Close).then_some(code);
                }
            }
        }
    }

    /// Uses a microphone or camera in place of the one before.
    fn take(&self, source: Source, stream: MediaStream) {
        let devices = self.devices();
        let before = if source == Source::Camera { &devices.camera } else { &devices.microphone };
        if let Some(before) = before {
            self.close(before);
        }
        self.keep(&stream);
        self.state.dispatch(match source {
            Source::Microphone => DeviceAction::Microphone(stream),
            Source::Camera | Source::Screen => DeviceAction::Camera(stream),
        });
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
