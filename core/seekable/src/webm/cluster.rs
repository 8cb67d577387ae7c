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
        self.is_open = true;
        if let Some(crc_at) = self.crc_at {
            outbox.patch(crc_at, &[ids::VOID as u8]);
        }
    }

    /// Ends the cluster at `end`. `is_whole`: it ended where it should, so that its CRC-32 holds. Gives what is to be
    /// written at the next checkpoint: a size that was shown is changed only together with that of the Segment.
    pub(crate) fn close(&mut self, end: u64, is_whole: bool, outbox: &mut Outbox) -> Option<Closed> {
        self.is_open = false;
        self.end = end;
        let closed = Closed {
            size_at: self.size_at(),
            size: end.saturating_sub(self.data_at()),
            crc_at: self.crc_at.filter(|_| is_whole && !self.is_altered),
        };
        if self.shown_size.is_none_or(|shown| shown == closed.size) {
            closed.write(outbox);
            return None;
        }
        Some(closed)
    }
}

/// The end of a cluster, to be written.
#[derive(Debug)]
pub(crate) struct Closed {
    pub(crate) size_at: u64,
    size: u64,
    /// Where its CRC-32 is that holds again.
    crc_at: Option<u64>,
}

impl Closed {
    pub(crate) fn write(&self, outbox: &mut Outbox) {
        outbox.patch(self.size_at, &size8(self.size));
        if let Some(crc_at) = self.crc_at {
            outbox.patch(crc_at, &[ids::CRC_32 as u8]);
        }
    }
}
