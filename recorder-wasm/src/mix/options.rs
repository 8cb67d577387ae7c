//! What a mix is made of, and who is in it.

use hostreel_recording::Layout;

/// What the mix is made of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MixOptions {
    /// With a picture. Default true; false mixes sound only.
    pub picture: bool,
    /// Picture width, in pixels, 16 to 8,192. Default 1280. Encoders take even sizes only: an odd one is made smaller
    /// by one.
    pub width: u32,
    /// Picture height, in pixels, as the width. Default 720.
    pub height: u32,
    /// Pictures a second. Default 30.
    pub frame_rate: u32,
    /// How the picture is divided. Default [`Layout::Grid`].
    pub layout: Layout,
    /// Grid and speaker give way to [`Layout::ScreenWithFaces`] while somebody shares a screen. Default true.
    pub screen_first: bool,
    /// How long each page is seen, in seconds, when there are more people than a page holds. Default 10. With 0, pages
    /// turn only for somebody who speaks.
    pub page_seconds: u32,
}

impl MixOptions {
    /// 1280 × 720, 30 pictures a second: the default.
    #[must_use]
    pub fn hd() -> Self {
        Self {
            picture: true,
            width: 1280,
            height: 720,
            frame_rate: 30,
            layout: Layout::Grid,
            screen_first: true,
            page_seconds: 10,
        }
    }

    /// 1920 × 1080, 30 pictures a second.
    #[must_use]
    pub fn full_hd() -> Self {
        Self { width: 1920, height: 1080, ..Self::hd() }
    }

    /// Sound only.
    #[must_use]
    pub fn sound() -> Self {
        Self { picture: false, ..Self::hd() }
    }
}

impl Default for MixOptions {
    fn default() -> Self {
        Self::hd()
    }
}

/// What of somebody is let into the mix.
#[derive(Debug, Clone, PartialEq)]
pub struct Participant {
    /// Shown under the face. Default empty.
    pub name: String,
    /// Let the sound in, that of a shared screen too. Default true.
    pub audio: bool,
    /// Show the camera; else a placeholder with the name stands in its place. Default true.
    pub video: bool,
    /// How loud, as a factor from 0 to 4. Default 1. It changes smoothly.
    pub gain: f32,
}

impl Default for Participant {
    fn default() -> Self {
        Self { name: String::new(), audio: true, video: true, gain: 1.0 }
    }
}

/// Something that happens in a mix.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum MixEvent {
    /// The browser does not let the sound run: it wants a gesture of the user, or a call has taken the sound away. It
    /// is tried again at the next gesture. A recording is silent until [`MixEvent::AudioRunning`].
    AudioSuspended,
    /// The sound runs again.
    AudioRunning,
    /// Somebody else is the active speaker; nobody before the first word, or when the speaker has left.
    Speaker {
        /// Whoever it is.
        id: Option<String>,
    },
    /// Another page is seen, or the number of pages has changed.
    Page {
        /// Which one, from 0.
        page: usize,
        /// How many there are.
        pages: usize,
    },
    /// The picture broke off: its worker broke, or its track was stopped. The sound goes on.
    PictureEnded,
}

/// How well the picture keeps up, since the mix was made. At most a tenth of a second old.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct MixStats {
    /// Pictures that were due at the wanted frame rate.
    pub due: u64,
    /// Pictures that were made.
    pub drawn: u64,
    /// Those of them that were passed through as they came, without drawing.
    pub forwarded: u64,
    /// Pictures that were due and not made: the machine, or whoever takes them, was too slow.
    pub skipped: u64,
    /// What making one costs, in milliseconds; smoothed over about the last eight.
    pub draw_ms: f64,
}
