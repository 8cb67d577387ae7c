//! Which type to ask a browser for, and what a recorder really produced.

/// Which container the user wants.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum ContainerChoice {
    /// WebM where the browser has it (it survives everything best), else MP4.
    #[default]
    Auto,
    /// WebM only.
    WebM,
    /// MP4 only: opens everywhere, but not every browser records it.
    Mp4,
}

/// Which kinds of track a stream has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Wanted {
    /// It has a picture.
    pub video: bool,
    /// It has sound.
    pub audio: bool,
}

/// MIME types to try with `MediaRecorder.isTypeSupported`, best first. When none is supported, leave the choice to
/// the browser ([`ContainerChoice::Auto`]) or refuse.
///
/// VP8 comes before VP9: it costs half the CPU in software, and Chromium keeps its key frame interval.
/// avc3 comes before avc1: an avc1 file breaks when the picture changes its size.
#[must_use]
pub fn candidates(choice: ContainerChoice, wanted: Wanted) -> Vec<&'static str> {
    const WEBM_BOTH: &[&str] = &["video/webm;codecs=vp8,opus", "video/webm;codecs=vp9,opus", "video/webm"];
    const WEBM_VIDEO: &[&str] = &["video/webm;codecs=vp8", "video/webm;codecs=vp9", "video/webm"];
    const WEBM_AUDIO: &[&str] = &["audio/webm;codecs=opus", "audio/webm"];
    const MP4_BOTH: &[&str] = &[
        "video/mp4;codecs=avc3.42E01E,mp4a.40.2",
        "video/mp4;codecs=avc3.42E01E,opus",
        "video/mp4;codecs=avc1.42E01E,mp4a.40.2",
        "video/mp4;codecs=avc1.42E01E,opus",
        "video/mp4",
    ];
    const MP4_VIDEO: &[&str] = &["video/mp4;codecs=avc3.42E01E", "video/mp4;codecs=avc1.42E01E", "video/mp4"];
    const MP4_AUDIO: &[&str] = &["audio/mp4;codecs=mp4a.40.2", "audio/mp4;codecs=opus", "audio/mp4"];

    let (webm, mp4) = match wanted {
        Wanted { video: true, audio: true } => (WEBM_BOTH, MP4_BOTH),
        Wanted { video: true, audio: false } => (WEBM_VIDEO, MP4_VIDEO),
        Wanted { video: false, .. } => (WEBM_AUDIO, MP4_AUDIO),
    };
    match choice {
        ContainerChoice::Auto => [webm, mp4].concat(),
        ContainerChoice::WebM => webm.to_vec(),
        ContainerChoice::Mp4 => mp4.to_vec(),
    }
}

/// What a file really is, by its first bytes and tracks. Never what was asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum MediaType {
    /// WebM (DocType "webm").
    WebM {
        /// Whether it has a picture.
        video: bool,
    },
    /// Matroska (DocType "matroska").
    Matroska {
        /// Whether it has a picture.
        video: bool,
    },
    /// ISO BMFF.
    Mp4 {
        /// Whether it has a picture.
        video: bool,
    },
    /// Ogg, which browsers use for sound only.
    Ogg,
    /// None of these.
    Unknown,
}

impl MediaType {
    /// File name extension without the dot. Sound alone in WebM is called `webm` too: hardly any system knows what to
    /// open a `weba` with, and players look into the file anyway.
    #[must_use]
    pub fn extension(self) -> &'static str {
        match self {
            Self::WebM { .. } => "webm",
            Self::Matroska { video: true } => "mkv",
            Self::Matroska { video: false } => "mka",
            Self::Mp4 { video: true } => "mp4",
            Self::Mp4 { video: false } => "m4a",
            Self::Ogg => "ogg",
            Self::Unknown => "bin",
        }
    }

    /// MIME type without parameters.
    #[must_use]
    pub fn mime(self) -> &'static str {
        match self {
            Self::WebM { video: true } => "video/webm",
            Self::WebM { video: false } => "audio/webm",
            Self::Matroska { video: true } => "video/x-matroska",
            Self::Matroska { video: false } => "audio/x-matroska",
            Self::Mp4 { video: true } => "video/mp4",
            Self::Mp4 { video: false } => "audio/mp4",
            Self::Ogg => "audio/ogg",
            Self::Unknown => "application/octet-stream",
        }
    }

    /// Whether it has a picture.
    #[must_use]
    pub fn has_video(self) -> bool {
        matches!(
            self,
            Self::WebM { video: true } | Self::Matroska { video: true } | Self::Mp4 { video: true }
        )
    }
}

/// Bytes an hour of recording takes at given bitrates (bits per second), container overhead of 2 % included.
#[must_use]
pub fn bytes_per_hour(video_bits_per_second: u32, audio_bits_per_second: u32) -> u64 {
    let bits = u64::from(video_bits_per_second) + u64::from(audio_bits_per_second);
    bits * 3_600 / 8 * 102 / 100
}

#[cfg(test)]
mod tests {
    use super::*;

    const CHOICES: [ContainerChoice; 3] =
        [ContainerChoice::Auto, ContainerChoice::WebM, ContainerChoice::Mp4];

    #[test]
    fn a_sound_never_asks_for_a_picture_type() {
        for choice in CHOICES {
            for mime in candidates(choice, Wanted { video: false, audio: true }) {
                assert!(mime.starts_with("audio/"), "{mime}");
            }
            for mime in candidates(choice, Wanted { video: true, audio: false }) {
                assert!(mime.starts_with("video/"), "{mime}");
                assert!(!mime.contains("opus") && !mime.contains("mp4a"), "{mime}");
            }
        }
    }

    #[test]
    fn a_fixed_choice_is_kept_to() {
        let both = Wanted { video: true, audio: true };
        assert!(candidates(ContainerChoice::Mp4, both).iter().all(|mime| mime.contains("mp4")));
        assert!(candidates(ContainerChoice::WebM, both).iter().all(|mime| mime.contains("webm")));
        let auto = candidates(ContainerChoice::Auto, both);
        assert!(auto[0].contains("webm") && auto[auto.len() - 1].contains("mp4"));
    }

    #[test]
    fn extension_and_mime_agree_on_the_picture() {
        for video in [true, false] {
            for media in [MediaType::WebM { video }, MediaType::Matroska { video }, MediaType::Mp4 { video }]
            {
                assert_eq!(media.has_video(), video);
                assert_eq!(media.mime().starts_with("video/"), video);
            }
        }
        let sound = MediaType::WebM { video: false };
        assert_eq!((sound.extension(), sound.mime()), ("webm", "audio/webm"));
    }

    #[test]
    fn an_hour_is_counted_in_bytes() {
        assert_eq!(bytes_per_hour(2_500_000, 128_000), 1_206_252_000);
    }
}
