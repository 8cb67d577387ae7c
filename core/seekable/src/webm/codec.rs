//! What a TrackEntry tells of its codec (Matroska codec mappings), as MIME types name it.

use crate::codec::{aac, av1, avc, vp};

/// From the codec's ID and CodecPrivate. `None` for codecs that MIME types do not name.
pub(crate) fn mime(codec_id: &str, private: &[u8]) -> Option<String> {
    let name = match codec_id {
        "V_VP8" => "vp8",
        "V_VP9" => return Some(vp9(private)),
        "V_AV1" => return Some(av1(private)),
        "V_MPEG4/ISO/AVC" => return Some(avc("avc1", private)),
        "V_MPEGH/ISO/HEVC" => "hvc1",
        "A_OPUS" => "opus",
        "A_VORBIS" => "vorbis",
        "A_FLAC" => "flac",
        "A_MPEG/L3" => "mp3",
        _ if codec_id.starts_with("A_AAC") => return Some(aac(private)),
        _ if codec_id.starts_with("A_PCM/") => "pcm",
        _ => return None,
    };
    Some(name.to_owned())
}

/// VP9's CodecPrivate is a list of features: ID, length 1, value (VP9 Codec Feature Metadata).
fn vp9(private: &[u8]) -> String {
    let feature =
        |id| private.chunks_exact(3).find(|feature| feature.starts_with(&[id, 1])).map(|one| one.last());
    match (feature(1).flatten(), feature(2).flatten(), feature(3).flatten()) {
        (Some(profile), Some(level @ 1..), Some(depth)) => vp("vp09", [*profile, *level, *depth]),
        _ => "vp9".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names() {
        let features = [1, 1, 0, 2, 1, 41, 3, 1, 8, 4, 1, 1];
        for (id, private, expected) in [
            ("V_VP8", &[][..], "vp8"),
            ("V_VP9", &[], "vp9"),
            ("V_VP9", &features, "vp09.00.41.08"),
            ("V_MPEG4/ISO/AVC", &[1, 0x4D, 0, 0x28], "avc1.4D0028"),
            ("V_MPEG4/ISO/AVC", &[], "avc1"),
            ("A_OPUS", b"OpusHead", "opus"),
            ("A_AAC", &[0x12, 0x10], "mp4a.40.2"),
            ("A_PCM/FLOAT/IEEE", &[], "pcm"),
        ] {
            assert_eq!(mime(id, private).as_deref(), Some(expected));
        }
        assert_eq!(mime("S_TEXT/UTF8", &[]), None);
    }
}
