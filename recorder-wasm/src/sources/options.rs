//! What is recorded of this place, and what is told about it.

use crate::Error;
use crate::devices::Capture;

/// A kind of source.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum SourceKind {
    /// A camera.
    Camera = 0,
    /// A microphone.
    Microphone = 1,
    /// A screen, window or tab.
    Screen = 2,
}

impl SourceKind {
    /// All kinds.
    pub const ALL: [Self; 3] = [Self::Camera, Self::Microphone, Self::Screen];

    /// Its name in lower case, as programs call it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Camera => "camera",
            Self::Microphone => "microphone",
            Self::Screen => "screen",
        }
    }
}

/// What happens when a device is unplugged, or sharing is stopped.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum OnSourceEnd {
    /// The default device takes over; where there is none, silence or a placeholder does. Of a screen the rest is left;
    /// a screen alone ends the stream.
    #[default]
    FallBack,
    /// The stream ends: a recorder of it stops, complete.
    End,
}

/// What is recorded of this place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceOptions {
    /// Camera and microphone. Default both.
    pub capture: Capture,
    /// Ask for a screen too. Default false.
    pub screen: bool,
    /// With its sound, where the browser offers it. Default true.
    pub screen_sound: bool,
    /// Shown while there is no picture. Default empty: black.
    pub name: String,
    /// Picture width, in pixels, even. Default 1280. It stays, whatever the devices deliver: they are letterboxed.
    pub width: u32,
    /// Picture height, in pixels, even. Default 720.
    pub height: u32,
    /// Pictures a second. Default 30.
    pub frame_rate: u32,
    /// What happens when a device goes away. Default [`OnSourceEnd::FallBack`].
    pub on_end: OnSourceEnd,
}

impl Default for SourceOptions {
    fn default() -> Self {
        Self {
            capture: Capture::default(),
            screen: false,
            screen_sound: true,
            name: String::new(),
            width: 1280,
            height: 720,
            frame_rate: 30,
            on_end: OnSourceEnd::default(),
        }
    }
}

/// What happens to the sources.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum SourceEvent {
    /// A device was unplugged, or the user stopped sharing.
    Ended {
        /// Of which kind.
        kind: SourceKind,
    },
    /// The default device has taken over.
    FellBack {
        /// Of which kind.
        kind: SourceKind,
        /// The new device's name.
        label: String,
    },
    /// No other device has taken over: silence or a placeholder is recorded.
    Missing {
        /// Of which kind.
        kind: SourceKind,
        /// Why.
        error: Error,
    },
}
