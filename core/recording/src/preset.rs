//! Qualities with a name.

/// What is recorded, and so which quality fits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Preset {
    /// Speech: 64 kbit/s.
    Voice,
    /// Faces at 720p: 2.5 Mbit/s, sound at 128 kbit/s.
    #[default]
    Meeting,
    /// Text on a screen, at its own size: 4 Mbit/s and fewer pictures a second; sound at 128 kbit/s.
    Screen,
    /// 1080p: 8 Mbit/s, sound at 256 kbit/s.
    High,
}

/// What a preset stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Quality {
    /// Picture bitrate, in bits per second.
    pub video_bits_per_second: u32,
    /// Sound bitrate, in bits per second.
    pub audio_bits_per_second: u32,
    /// Wanted picture size, in pixels: width and height. Nothing for the source's own.
    pub size: Option<(u32, u32)>,
    /// Wanted pictures a second.
    pub frame_rate: u32,
}

impl Preset {
    /// All presets.
    pub const ALL: [Self; 4] = [Self::Voice, Self::Meeting, Self::Screen, Self::High];

    /// Its name in lower case, as programs call it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Voice => "voice",
            Self::Meeting => "meeting",
            Self::Screen => "screen",
            Self::High => "high",
        }
    }

    /// The preset of that name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|preset| preset.name() == name)
    }

    /// What it stands for.
    #[must_use]
    pub fn quality(self) -> Quality {
        let (video_bits_per_second, audio_bits_per_second, size, frame_rate) = match self {
            Self::Voice => (1_000_000, 64_000, Some((640, 360)), 30),
            Self::Meeting => (2_500_000, 128_000, Some((1280, 720)), 30),
            Self::Screen => (4_000_000, 128_000, None, 15),
            Self::High => (8_000_000, 256_000, Some((1920, 1080)), 30),
        };
        Quality { video_bits_per_second, audio_bits_per_second, size, frame_rate }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_preset_is_found_by_its_name() {
        for preset in Preset::ALL {
            assert_eq!(Preset::from_name(preset.name()), Some(preset));
        }
        assert_eq!(Preset::from_name("Voice"), None);
    }
}
