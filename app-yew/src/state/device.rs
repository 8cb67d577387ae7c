//! The own microphone, camera and screen: on, off, or why not.

/// Something that is opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Source {
    /// The microphone.
    Microphone,
    /// The camera.
    Camera,
    /// The screen.
    Screen,
}

/// What was asked for when a device could not be opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Asked {
    /// The microphone.
    Microphone,
    /// The camera.
    Camera,
    /// Both, in one question.
    Both,
    /// The screen.
    Screen,
}

impl Asked {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Microphone, Self::Camera, Self::Both, Self::Screen];
}

/// What is being opened at the moment. Nothing is asked for twice, and what comes unasked is closed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Opening {
    /// The microphone.
    pub microphone: bool,
    /// The camera.
    pub camera: bool,
    /// The screen.
    pub screen: bool,
}

/// What the own devices do. `S` is a media stream.
#[derive(Debug, Clone, PartialEq)]
pub struct Devices<S> {
    /// The person wants to be heard.
    pub microphone_on: bool,
    /// The person wants to be seen.
    pub camera_on: bool,
    /// The microphone, when it is open. It stays open while muted, so that unmuting is instant.
    pub microphone: Option<S>,
    /// The camera, when it is open. Turned off means closed, so that its light goes out.
    pub camera: Option<S>,
    /// The shared screen.
    pub screen: Option<S>,
    /// What is being opened.
    pub opening: Opening,
    /// The recorder error code of what went wrong with the microphone.
    pub microphone_error: Option<&'static str>,
    /// The recorder error code of what went wrong with the camera.
    pub camera_error: Option<&'static str>,
    /// The chosen microphone; `None` is the browser's default.
    pub microphone_id: Option<String>,
    /// The chosen camera; `None` is the browser's default.
    pub camera_id: Option<String>,
}

/// What happens to the own devices.
#[derive(Debug, Clone, PartialEq)]
pub enum DeviceAction<S> {
    /// Something is about to be opened.
    Opening(Source),
    /// The microphone is open; whether it is on stays as it was.
    Microphone(S),
    /// The camera is open; whether it is on stays as it was.
    Camera(S),
    /// The microphone can't be opened.
    NoMicrophone(&'static str),
    /// The camera can't be opened.
    NoCamera(&'static str),
    /// Speak or be silent, with a microphone that is open or being opened.
    SetMicrophone(bool),
    /// Be seen, by a camera that is open or being opened, or no more: it was closed then.
    SetCamera(bool),
    /// The screen is shared, or not (any more).
    Screen(Option<S>),
    /// Use this microphone. Whether it is on stays as it was.
    ChooseMicrophone(Option<String>),
    /// Use this camera. Whether it is on stays as it was.
    ChooseCamera(Option<String>),
    /// Everything was closed; what the person wants on stays known.
    Closed,
    /// A device was unplugged.
    Unplugged {
        /// The camera, else the microphone.
        camera: bool,
    },
}

impl<S> Default for Devices<S> {
    fn default() -> Self {
        Self {
            microphone_on: true,
            camera_on: true,
            microphone: None,
            camera: None,
            screen: None,
            opening: Opening::default(),
            microphone_error: None,
            camera_error: None,
            microphone_id: None,
            camera_id: None,
        }
    }
}

impl<S: Clone> Devices<S> {
    /// The devices after `action`.
    #[must_use]
    pub fn reduce(&self, action: DeviceAction<S>) -> Self {
        let mut next = self.clone();
        match action {
            // What went wrong before is being tried again.
            DeviceAction::Opening(Source::Microphone) => {
                next.opening.microphone = true;
                next.microphone_error = None;
            }
            DeviceAction::Opening(Source::Camera) => {
                next.opening.camera = true;
                next.camera_error = None;
            }
            DeviceAction::Opening(Source::Screen) => next.opening.screen = true,
            DeviceAction::Microphone(stream) => {
                next.opening.microphone = false;
                next.microphone = Some(stream);
                next.microphone_error = None;
            }
            DeviceAction::Camera(stream) => {
                next.opening.camera = false;
                next.camera = Some(stream);
                next.camera_error = None;
            }
            DeviceAction::NoMicrophone(code) => {
                next.opening.microphone = false;
                next.microphone = None;
                next.microphone_on = false;
                next.microphone_error = Some(code);
            }
            DeviceAction::NoCamera(code) => {
                next.opening.camera = false;
                next.camera = None;
                next.camera_on = false;
                next.camera_error = Some(code);
            }
            DeviceAction::SetMicrophone(on) => {
                next.microphone_on = on && (next.microphone.is_some() || next.opening.microphone);
            }
            DeviceAction::SetCamera(true) => {
                next.camera_on = next.camera.is_some() || next.opening.camera;
            }
            DeviceAction::SetCamera(false) => {
                next.camera_on = false;
                next.camera = None;
                next.opening.camera = false;
            }
            DeviceAction::Screen(screen) => {
                next.opening.screen = false;
                next.screen = screen;
            }
            DeviceAction::ChooseMicrophone(id) => next.microphone_id = id,
            DeviceAction::ChooseCamera(id) => next.camera_id = id,
            DeviceAction::Closed => {
                next.microphone = None;
                next.camera = None;
                next.screen = None;
                next.opening = Opening::default();
            }
            DeviceAction::Unplugged { camera: true } => {
                next.camera = None;
                next.camera_on = false;
                next.camera_error = Some("no_device");
            }
            DeviceAction::Unplugged { camera: false } => {
                next.microphone = None;
                next.microphone_on = false;
                next.microphone_error = Some("no_device");
            }
        }
        next
    }

    /// Whether the microphone is on, or will be as soon as it is open: nothing that starts looks switched off.
    #[must_use]
    pub fn shows_microphone(&self) -> bool {
        self.microphone_on && (self.microphone.is_some() || self.opening.microphone)
    }

    /// Whether the camera is on, or will be as soon as it is open.
    #[must_use]
    pub fn shows_camera(&self) -> bool {
        self.camera_on && (self.camera.is_some() || self.opening.camera)
    }

    /// What went wrong: each recorder error code once, with the devices that it is about.
    #[must_use]
    pub fn troubles(&self) -> Vec<(&'static str, Asked)> {
        match (self.camera_error, self.microphone_error) {
            (Some(camera), Some(microphone)) if camera == microphone => vec![(camera, Asked::Both)],
            (camera, microphone) => {
                let camera = camera.map(|code| (code, Asked::Camera));
                camera.into_iter().chain(microphone.map(|code| (code, Asked::Microphone))).collect()
            }
        }
    }

    /// The microphone's stream while it is on.
    #[must_use]
    pub fn heard(&self) -> Option<&S> {
        self.microphone.as_ref().filter(|_| self.microphone_on)
    }

    /// The camera's stream while it is on.
    #[must_use]
    pub fn seen(&self) -> Option<&S> {
        self.camera.as_ref().filter(|_| self.camera_on)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_muted_microphone_stays_open_and_a_camera_that_is_off_is_closed() {
        let devices = Devices::default()
            .reduce(DeviceAction::Microphone("mic"))
            .reduce(DeviceAction::Camera("cam"))
            .reduce(DeviceAction::SetMicrophone(false))
            .reduce(DeviceAction::SetCamera(false));
        assert_eq!((devices.heard(), devices.microphone), (None, Some("mic")));
        assert_eq!((devices.seen(), devices.camera), (None, None));
    }

    #[test]
    fn a_device_that_fails_is_off_and_says_why_until_it_works() {
        let denied = Devices::<&str>::default().reduce(DeviceAction::NoMicrophone("denied"));
        assert_eq!((denied.microphone_on, denied.microphone_error), (false, Some("denied")));
        assert!(!denied.reduce(DeviceAction::SetMicrophone(true)).microphone_on);
        assert_eq!(denied.reduce(DeviceAction::Microphone("mic")).microphone_error, None);
    }

    #[test]
    fn what_is_starting_does_not_look_switched_off() {
        let fresh = Devices::<&str>::default();
        assert!(!fresh.shows_camera(), "nothing is being opened yet");
        let opening = fresh.reduce(DeviceAction::Opening(Source::Camera));
        assert!(opening.shows_camera() && !opening.shows_microphone());
        assert!(!opening.reduce(DeviceAction::SetCamera(false)).shows_camera());
        assert!(!opening.reduce(DeviceAction::NoCamera("denied")).shows_camera());
    }

    #[test]
    fn a_trouble_names_only_what_it_is_about_and_goes_when_tried_again() {
        let camera = Devices::<&str>::default().reduce(DeviceAction::NoCamera("denied"));
        assert_eq!(camera.troubles(), [("denied", Asked::Camera)]);
        let both = camera.reduce(DeviceAction::NoMicrophone("denied"));
        assert_eq!(both.troubles(), [("denied", Asked::Both)]);
        let different = camera.reduce(DeviceAction::NoMicrophone("no_device"));
        assert_eq!(different.troubles(), [("denied", Asked::Camera), ("no_device", Asked::Microphone)]);
        let again = both.reduce(DeviceAction::Opening(Source::Camera));
        assert_eq!(again.troubles(), [("denied", Asked::Microphone)]);
    }

    #[test]
    fn another_device_is_as_loud_and_as_visible_as_the_one_before() {
        let silent = Devices::default()
            .reduce(DeviceAction::Microphone("mic"))
            .reduce(DeviceAction::SetMicrophone(false))
            .reduce(DeviceAction::ChooseMicrophone(Some("other".into())))
            .reduce(DeviceAction::Opening(Source::Microphone))
            .reduce(DeviceAction::Microphone("other"));
        assert_eq!((silent.heard(), silent.microphone), (None, Some("other")));
        let seen = Devices::default()
            .reduce(DeviceAction::Camera("cam"))
            .reduce(DeviceAction::Opening(Source::Camera))
            .reduce(DeviceAction::Camera("other"));
        assert_eq!(seen.seen(), Some(&"other"));
        let dark = seen.reduce(DeviceAction::SetCamera(false));
        assert!(!dark.reduce(DeviceAction::ChooseCamera(None)).camera_on);
    }

    #[test]
    fn what_is_turned_on_is_on_once_it_is_open() {
        let closed = Devices::<&str>::default().reduce(DeviceAction::SetCamera(false));
        assert!(!closed.reduce(DeviceAction::SetCamera(true)).camera_on, "nothing to turn on");
        let open = closed
            .reduce(DeviceAction::Opening(Source::Camera))
            .reduce(DeviceAction::SetCamera(true))
            .reduce(DeviceAction::Camera("cam"));
        assert_eq!((open.seen(), open.opening), (Some(&"cam"), Opening::default()));
    }

    #[test]
    fn nothing_is_awaited_after_it_was_turned_off_or_all_was_closed() {
        let opening = [Source::Microphone, Source::Camera, Source::Screen]
            .into_iter()
            .fold(Devices::<&str>::default(), |devices, source| {
                devices.reduce(DeviceAction::Opening(source))
            });
        assert_eq!(opening.opening, Opening { microphone: true, camera: true, screen: true });
        assert!(!opening.reduce(DeviceAction::SetCamera(false)).opening.camera);
        assert!(!opening.reduce(DeviceAction::Screen(None)).opening.screen);
        assert_eq!(opening.reduce(DeviceAction::Closed).opening, Opening::default());
    }

    #[test]
    fn an_unplugged_camera_leaves_the_microphone_alone() {
        let devices = Devices::default()
            .reduce(DeviceAction::Microphone("mic"))
            .reduce(DeviceAction::Camera("cam"))
            .reduce(DeviceAction::Unplugged { camera: true });
        assert_eq!((devices.heard(), devices.seen()), (Some(&"mic"), None));
        assert_eq!(devices.camera_error, Some("no_device"));
    }
}
