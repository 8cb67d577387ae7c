//! This build takes no pictures.

use web_sys::{Blob, MediaStream};

use crate::Error;

pub(super) async fn snapshot(_: &MediaStream) -> Result<Blob, Error> {
    Err(Error::Unsupported)
}
