//! What kind of file the bytes are, told by the bytes alone.

/// The container format that was found in the bytes (never what somebody asked for).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Container {
    /// EBML with DocType `webm`.
    WebM,
    /// EBML with DocType `matroska` (Chromium writes this for H.264 even when asked for `video/webm`).
    Matroska,
    /// ISO base media (`ftyp`, `styp`, `moov` or `moof` first; or `mdat`, as in a finished file that never had an `ftyp`).
    Mp4,
    /// Ogg pages (Firefox's default for audio).
    Ogg,
    /// None of the above.
    Unknown,
}

impl Container {
    /// The usual file name extension, without the dot. `has_video` chooses between audio and video names.
    pub fn extension(self, has_video: bool) -> &'static str {
        match (self, has_video) {
            (Self::WebM, _) => "webm",
            (Self::Matroska, true) => "mkv",
            (Self::Matroska, false) => "mka",
            (Self::Mp4, true) => "mp4",
            (Self::Mp4, false) => "m4a",
            (Self::Ogg, _) => "ogg",
            (Self::Unknown, _) => "bin",
        }
    }
}

/// What the first bytes say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum FirstBytes {
    /// An EBML header begins; its DocType tells the rest.
    Ebml,
    /// Known from the magic alone.
    Known(Container),
    /// Too few bytes to say.
    NeedMore,
}

const EBML_MAGIC: [u8; 4] = [0x1A, 0x45, 0xDF, 0xA3];

/// Looks at the first bytes of a file; eight of them always decide.
pub(crate) fn first_bytes(data: &[u8]) -> FirstBytes {
    if data.starts_with(&EBML_MAGIC) {
        return FirstBytes::Ebml;
    }
    if data.starts_with(b"OggS") {
        return FirstBytes::Known(Container::Ogg);
    }
    let Some(box_type) = data.get(4..8) else { return FirstBytes::NeedMore };
    match box_type {
        b"ftyp" | b"styp" | b"moov" | b"moof" | b"mdat" => FirstBytes::Known(Container::Mp4),
        _ => FirstBytes::Known(Container::Unknown),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn magic_decides() {
        assert_eq!(first_bytes(b"\x1A\x45\xDF\xA3"), FirstBytes::Ebml);
        assert_eq!(first_bytes(b"\x1A\x45\xDF"), FirstBytes::NeedMore);
        assert_eq!(first_bytes(b"OggS"), FirstBytes::Known(Container::Ogg));
        assert_eq!(first_bytes(b"\0\0\0\x18ftyp"), FirstBytes::Known(Container::Mp4));
        assert_eq!(first_bytes(b"\0\0\0\x01mdat"), FirstBytes::Known(Container::Mp4));
        assert_eq!(first_bytes(b"RIFF1234"), FirstBytes::Known(Container::Unknown));
    }
}
