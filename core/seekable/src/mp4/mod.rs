//! MP4 (ISO/IEC 14496-12): fragmented as it is recorded, plain at its end.

use crate::edit::Outbox;
use crate::{Container, Metadata, Options, Summary};

/// The part of the machine that knows MP4.
#[derive(Debug)]
pub(crate) struct Mp4 {}

impl Mp4 {
    pub(crate) fn new(_options: &Options) -> Self {
        Self {}
    }

    pub(crate) fn container(&self) -> Option<Container> {
        Some(Container::Mp4)
    }

    /// Consumes the front of `data`; gives back how many bytes.
    pub(crate) fn take(&mut self, data: &[u8], outbox: &mut Outbox) -> usize {
        outbox.append(data);
        data.len()
    }

    /// What is said about the recording, to be written from the next checkpoint on.
    pub(crate) fn set_metadata(&mut self, _metadata: &Metadata) {}

    pub(crate) fn checkpoint(&mut self, _outbox: &mut Outbox) {}

    /// Ends the file; `rest` is what was not consumed.
    pub(crate) fn finish(&mut self, rest: &[u8], outbox: &mut Outbox) {
        outbox.append(rest);
    }

    /// Fills in what is known.
    pub(crate) fn describe(&self, _summary: &mut Summary) {}
}
