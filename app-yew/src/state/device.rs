//! The own microphone, camera and screen: on, off, or why not.

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
    /// A device is being opened.
    pub busy: bool,
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
    /// A device is about to be opened.
    Opening,
    /// The microphone is open.
    Microphone(S),
    /// The camera is open.
    Camera(S),
    /// The microphone can't be opened.
    NoMicrophone(&'static str),
    /// The camera can't be opened.
    NoCamera(&'static str),
    /// Speak or be silent.
    SetMicrophone(bool),
    /// The camera was closed.
    CameraOff,
    /// The screen is shared, or no more.
    Screen(Option<S>),
    /// Use this microphone.
    ChooseMicrophone(Option<String>),
    /// Use this camera.
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
            busy: false,
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
            DeviceAction::Opening => next.busy = true,
            DeviceAction::Microphone(stream) => {
                next.busy = false;
                next.microphone = Some(stream);
                next.microphone_on = true;
                next.microphone_error = None;
            }
            DeviceAction::Camera(stream) => {
                next.busy = false;
                next.camera = Some(stream);
                next.camera_on = true;
                next.camera_error = None;
            }
            DeviceAction::NoMicrophone(code) => {
                next.busy = false;
                next.microphone = None;
                next.microphone_on = false;
                next.microphone_error = Some(code);
            }
            DeviceAction::NoCamera(code) => {
                next.busy = false;
                next.camera = None;
                next.camera_on = false;
                next.camera_error = Some(code);
            }
            DeviceAction::SetMicrophone(on) => next.microphone_on = on && next.microphone.is_some(),
            DeviceAction::CameraOff => {
                next.camera_on = false;
                next.camera = None;
            }
            DeviceAction::Screen(screen) => next.screen = screen,
            DeviceAction::ChooseMicrophone(id) => next.microphone_id = id,
            DeviceAction::ChooseCamera(id) => next.camera_id = id,
            DeviceAction::Closed => {
                next.microphone = None;
                next.camera = None;
                next.screen = None;
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
            .reduce(DeviceAction::CameraOff);
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
    fn an_unplugged_camera_leaves_the_microphone_alone() {
        let devices = Devices::default()
            .reduce(DeviceAction::Microphone("mic"))
            .reduce(DeviceAction::Camera("cam"))
            .reduce(DeviceAction::Unplugged { camera: true });
        assert_eq!((devices.heard(), devices.seen()), (Some(&"mic"), None));
        assert_eq!(devices.camera_error, Some("no_device"));
    }
}
