//! `MediaStream`.

use web_sys::{MediaStream, MediaStreamTrack};

use crate::MeshError;

/// An empty stream.
pub(crate) fn empty() -> Result<MediaStream, MeshError> {
    MediaStream::new().map_err(|thrown| MeshError::Browser { reason: super::reason(&thrown) })
}

/// Puts a track in or takes it out. Doing it twice changes nothing.
pub(crate) fn set_member(stream: &MediaStream, track: &MediaStreamTrack, member: bool) {
    if member {
        stream.add_track(track);
    } else {
        stream.remove_track(track);
    }
}
