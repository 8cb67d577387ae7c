//! Without WebM and Matroska: [`crate::Metadata`] has a place for all that a file says.

/// Nothing.
#[derive(Debug, Clone, Default)]
pub(crate) struct Kept {}

impl Kept {
    pub(crate) fn of_part(&self, _zero: i64, _length: Option<i64>) -> Self {
        Self {}
    }

    pub(crate) fn add(&mut self, _following: &Self, _offset: i64) {}

    pub(crate) fn has_plain_chapters(&self) -> bool {
        true
    }

    pub(crate) fn chapters(&self) -> Vec<u8> {
        Vec::new()
    }

    pub(crate) fn tags(&self) -> Vec<u8> {
        Vec::new()
    }
}
