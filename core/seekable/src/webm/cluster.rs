//! One Cluster (RFC 9559, section 5.1.3) as it is written.

use super::ebml::{UNKNOWN_SIZE, header8, size8};
use super::ids;
use crate::edit::Outbox;

/// The cluster that is being written, or the last one that was.
#[derive(Debug)]
pub(crate) struct Cluster {
    /// Where its header is in the output. The header has 12 bytes.
    pub(crate) at: u64,
    /// Where it ends in the input, if it says so and is believed.
    pub(crate) input_end: Option<u64>,
    /// In ticks.
    pub(crate) timestamp: Option<u64>,
    /// Where its CRC-32 is in the output. It is void while the cluster grows.
    crc_at: Option<u64>,
    /// Whether its payload differs from what its CRC-32 was made of.
    pub(crate) is_altered: bool,
    /// Whether a cue was offered for it (without video each cluster offers one).
    pub(crate) has_offered: bool,
    pub(crate) is_open: bool,
    /// The size it had at the last checkpoint; `None` when there was none since it began.
    pub(crate) shown_size: Option<u64>,
    /// Where it ends in the output, once closed.
    pub(crate) end: u64,
    /// When its last block begins, relative to its timestamp.
    #[cfg(feature = "webm-repair")]
    pub(crate) last: i16,
}

impl Cluster {
    /// Writes the header. The size is unknown at first: that is true at any moment.
    pub(crate) fn begin(input_end: Option<u64>, outbox: &mut Outbox) -> Self {
        let at = outbox.length();
        outbox.append(&header8(ids::CLUSTER, UNKNOWN_SIZE));
        Self {
            at,
            input_end,
            timestamp: None,
            crc_at: None,
            is_altered: false,
            has_offered: false,
            is_open: true,
            shown_size: None,
            end: 0,
            #[cfg(feature = "webm-repair")]
            last: 0,
        }
    }

    pub(crate) fn size_at(&self) -> u64 {
        self.at + 4
    }

    pub(crate) fn data_at(&self) -> u64 {
        self.at + 12
    }

    /// Writes one whole child. Some of them are true only where they stood, and become void.
    pub(crate) fn append_child(&mut self, id: u32, whole: &[u8], payload: &[u8], outbox: &mut Outbox) {
        let at = outbox.length();
        outbox.append(whole);
        match id {
            ids::TIMESTAMP => self.timestamp = Some(super::ebml::big_endian(payload)),
            ids::POSITION | ids::PREV_SIZE => {
                self.is_altered = true;
                outbox.patch(at, &[ids::VOID as u8]);
            }
            ids::CRC_32 => {
                outbox.patch(at, &[ids::VOID as u8]);
                if self.crc_at.replace(at).is_some() {
                    self.is_altered = true;
                }
            }
            _ => {}
        }
    }

    /// More children follow, although the cluster said otherwise: whatever it said is not believed any more.
    pub(crate) fn go_on(&mut self, outbox: &mut Outbox) {
        self.input_end = None;
        self.is_altered = true;
        if let Some(crc_at) = self.crc_at {
            outbox.patch(crc_at, &[ids::VOID as u8]);
        }
        if !self.is_open {
            self.is_open = true;
            self.shown_size = None;
            outbox.patch(self.size_at(), &UNKNOWN_SIZE);
            // Before what follows is there.
            outbox.seal();
        }
    }

    /// Makes the size unknown again, where a checkpoint showed one.
    pub(crate) fn forget_size(&mut self, outbox: &mut Outbox) {
        if self.shown_size.take().is_some() {
            outbox.patch(self.size_at(), &UNKNOWN_SIZE);
        }
    }

    /// Writes the size, all up to `end` being payload.
    pub(crate) fn write_size(&self, end: u64, outbox: &mut Outbox) {
        outbox.patch(self.size_at(), &size8(end.saturating_sub(self.data_at())));
    }

    /// Ends the cluster at `end`. `is_whole`: it ended where it should, so that its CRC-32 holds.
    pub(crate) fn close(&mut self, end: u64, is_whole: bool, outbox: &mut Outbox) {
        self.is_open = false;
        self.end = end;
        if self.shown_size != Some(end.saturating_sub(self.data_at())) {
            self.write_size(end, outbox);
        }
        if let Some(crc_at) = self.crc_at
            && is_whole
            && !self.is_altered
        {
            outbox.patch(crc_at, &[ids::CRC_32 as u8]);
        }
    }
}
