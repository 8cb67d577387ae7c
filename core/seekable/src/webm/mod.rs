//! WebM and Matroska (RFC 8794 EBML, RFC 9559 Matroska).

use crate::edit::Outbox;
use crate::{Container, Options, Summary};

#[derive(Debug)]
pub(crate) struct WebM {}

impl WebM {
    pub(crate) fn new(_options: &Options) -> Self {
        Self {}
    }
    pub(crate) fn container(&self) -> Option<Container> {
        Some(Container::WebM)
    }
    pub(crate) fn take(&mut self, data: &[u8], outbox: &mut Outbox) -> usize {
        outbox.append(data);
        data.len()
    }
    pub(crate) fn checkpoint(&mut self, _outbox: &mut Outbox) {}
    pub(crate) fn finish(&mut self, rest: &[u8], outbox: &mut Outbox) {
        outbox.append(rest);
    }
    pub(crate) fn describe(&self, _summary: &mut Summary) {}
}
