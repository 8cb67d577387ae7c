//! `MediaStream`.

use web_sys::{MediaStream, MediaStreamTrack};

use crate::MeshError;

/// An empty stream.
pub(crate) fn empty() -> Result<MediaStream, MeshError> {
    MediaStream::new().map_err(|thrown| MeshError::Browser { reason: super::reason(&thrown) })
}

/// Another reference to the same stream. `stream.clone()` is `MediaStream.clone()`: another stream, with other tracks.
pub(crate) fn same(stream: &MediaStream) -> MediaStream {
    Clone::clone(stream)
}

/// Puts a track in or takes it out. Doing it twice changes nothing.
pub(crate) fn set_member(stream: &MediaStream, track: &MediaStreamTrack, member: bool) {
    if member {
        stream.add_track(track);
    } else {
        stream.remove_track(track);
    }
}
