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

/// What could not be opened.
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

    /// Which of camera and microphone it was that failed, when both were asked for at once. Where nothing tells (none
    /// seems to be at fault), it is both.
    #[must_use]
    pub fn at_fault(camera: bool, microphone: bool) -> Self {
        match (camera, microphone) {
            (true, false) => Self::Camera,
            (false, true) => Self::Microphone,
            _ => Self::Both,
        }
    }
}

/// Whether the browser was asked to open something and has not answered yet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Pending {
    /// It was not asked, or has answered.
    #[default]
    No,
    /// It was asked.
    Wanted,
    /// It was asked, but the person does not want it any more: what comes is closed, what fails is not told.
    Unwanted,
}

impl Pending {
    /// What comes will be used.
    #[must_use]
    pub fn is_wanted(self) -> bool {
        self == Self::Wanted
    }

    fn refuse(&mut self) {
        if *self == Self::Wanted {
            *self = Self::Unwanted;
        }
    }
}

/// What is being opened at the moment. Nothing is asked for twice at the same time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Opening {
    /// The microphone.
    pub microphone: Pending,
    /// The camera.
    pub camera: Pending,
    /// The screen.
    pub screen: Pending,
}

impl Opening {
    /// That of one source.
    #[must_use]
    pub fn of(self, source: Source) -> Pending {
        match source {
            Source::Microphone => self.microphone,
            Source::Camera => self.camera,
            Source::Screen => self.screen,
        }
    }

    fn of_mut(&mut self, source: Source) -> &mut Pending {
        match source {
            Source::Microphone => &mut self.microphone,
            Source::Camera => &mut self.camera,
            Source::Screen => &mut self.screen,
        }
    }
}

/// What to do with something that has just been opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Arrival {
    /// Use it.
    Take,
    /// Close it: it is not wanted any more.
    Close,
    /// Close it and ask for the one that was chosen in the meantime.
    AskAgain,
}

/// What pressing the button of a microphone or camera means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Press {
    /// It has to be opened.
    Open,
    /// It is open, or being opened: be on or off.
    Set(bool),
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
    /// Something is about to be opened, or is wanted again while it is still being opened.
    Opening(Source),
    /// What was being opened is not used: it was closed.
    NotTaken(Source),
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
    /// Nothing is open yet: what the person wanted before the page was loaded anew.
    Before {
        /// To be heard.
        microphone: bool,
        /// To be seen.
        camera: bool,
    },
    /// Be seen, by a camera that is open or being opened, or no more: then it was closed, or is refused when it comes.
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
            DeviceAction::Opening(source) => {
                *next.opening.of_mut(source) = Pending::Wanted;
                match source {
                    Source::Microphone => next.microphone_error = None,
                    Source::Camera => next.camera_error = None,
                    Source::Screen => {}
                }
            }
            DeviceAction::NotTaken(source) => *next.opening.of_mut(source) = Pending::No,
            DeviceAction::Microphone(stream) => {
                next.opening.microphone = Pending::No;
                next.microphone = Some(stream);
                next.microphone_error = None;
            }
            DeviceAction::Camera(stream) => {
                next.opening.camera = Pending::No;
                next.camera = Some(stream);
                next.camera_error = None;
            }
            // Nobody wants to know any more.
            DeviceAction::NoMicrophone(_) if self.opening.microphone == Pending::Unwanted => {
                next.opening.microphone = Pending::No;
            }
            DeviceAction::NoCamera(_) if self.opening.camera == Pending::Unwanted => {
                next.opening.camera = Pending::No;
            }
            DeviceAction::NoMicrophone(code) => {
                next.opening.microphone = Pending::No;
                next.microphone = None;
                next.microphone_on = false;
                next.microphone_error = Some(code);
            }
            DeviceAction::NoCamera(code) => {
                next.opening.camera = Pending::No;
                next.camera = None;
                next.camera_on = false;
                next.camera_error = Some(code);
            }
            DeviceAction::Before { microphone, camera } => {
                next.microphone_on = microphone;
                next.camera_on = camera;
            }
            DeviceAction::SetMicrophone(on) => {
                next.microphone_on = on && self.has_microphone();
            }
            DeviceAction::SetCamera(true) => {
                next.camera_on = self.has_camera();
            }
            DeviceAction::SetCamera(false) => {
                next.camera_on = false;
                next.camera = None;
                next.opening.camera.refuse();
            }
            DeviceAction::Screen(screen) => {
                next.opening.screen = Pending::No;
                next.screen = screen;
            }
            DeviceAction::ChooseMicrophone(id) => next.microphone_id = id,
            DeviceAction::ChooseCamera(id) => next.camera_id = id,
            DeviceAction::Closed => {
                next.microphone = None;
                next.camera = None;
                next.screen = None;
                for source in [Source::Microphone, Source::Camera, Source::Screen] {
                    next.opening.of_mut(source).refuse();
                }
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

    /// What to do with a source that has just been opened; `id` is the device that was asked for.
    #[must_use]
    pub fn arrival(&self, source: Source, id: Option<&str>) -> Arrival {
        let chosen = match source {
            Source::Microphone => self.microphone_id.as_deref(),
            Source::Camera => self.camera_id.as_deref(),
            // The person chooses it in the browser's own dialog.
            Source::Screen => id,
        };
        match self.opening.of(source) {
            Pending::Wanted if chosen != id => Arrival::AskAgain,
            Pending::Wanted => Arrival::Take,
            Pending::Unwanted | Pending::No => Arrival::Close,
        }
    }

    /// What the microphone's button does now. One that is still being opened can be muted already.
    #[must_use]
    pub fn microphone_press(&self) -> Press {
        if self.has_microphone() { Press::Set(!self.microphone_on) } else { Press::Open }
    }

    /// What the camera's button does now. One that is still being opened can be refused.
    #[must_use]
    pub fn camera_press(&self) -> Press {
        if self.has_camera() { Press::Set(false) } else { Press::Open }
    }

    /// The microphone is open, or will be.
    fn has_microphone(&self) -> bool {
        self.microphone.is_some() || self.opening.microphone.is_wanted()
    }

    /// The camera is open, or will be.
    fn has_camera(&self) -> bool {
        self.camera.is_some() || self.opening.camera.is_wanted()
    }

    /// Whether the microphone is on, or will be as soon as it is open: nothing that starts looks switched off.
    #[must_use]
    pub fn shows_microphone(&self) -> bool {
        self.microphone_on && self.has_microphone()
    }

    /// Whether the camera is on, or will be as soon as it is open.
    #[must_use]
    pub fn shows_camera(&self) -> bool {
        self.camera_on && self.has_camera()
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
mod tests;
