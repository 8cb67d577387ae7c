//! This build records one sound: a stream of several is refused.

use web_sys::MediaStreamTrack;

use crate::Error;

/// There is none.
pub(super) enum OneSound {}

impl OneSound {
    pub(super) fn new(_: &[MediaStreamTrack]) -> Result<Self, Error> {
        Err(Error::Unsupported)
    }

    pub(super) fn track(&self) -> Result<MediaStreamTrack, Error> {
        match *self {}
    }
}
