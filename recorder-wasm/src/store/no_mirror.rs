//! This build writes no file along that the user chose before: `Options::check` refuses it.

use seekable::Edit;
use web_sys::FileSystemFileHandle;

use crate::Error;

/// There is none.
#[derive(Debug)]
pub(crate) enum Mirror {}

impl Mirror {
    pub(super) fn new(_: FileSystemFileHandle) -> Option<Self> {
        None
    }

    pub(super) fn apply(&mut self, _: u64, _: &[Edit]) {
        match *self {}
    }

    pub(super) fn failed(&mut self) -> Option<Error> {
        match *self {}
    }

    pub(super) async fn close(&mut self) -> Option<Result<FileSystemFileHandle, Error>> {
        match *self {}
    }
}
