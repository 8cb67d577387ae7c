//! What a file says about the recording, read back.

use super::{PartsError, Source, Window};
use crate::Metadata;

/// Of a WebM or Matroska file.
#[cfg(feature = "webm")]
pub(crate) fn webm<S: Source>(
    _window: &mut Window<S>,
    _reader: &super::webm::Reader,
) -> Result<Metadata, PartsError> {
    Ok(Metadata::default())
}

/// Of an MP4 file.
#[cfg(feature = "mp4")]
pub(crate) fn mp4<S: Source>(
    _window: &mut Window<S>,
    _reader: &super::mp4::Reader,
) -> Result<Metadata, PartsError> {
    Ok(Metadata::default())
}
