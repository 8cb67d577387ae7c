//! Making the file right: sizes, duration and index, at a checkpoint and at the end.

use super::{Body, Mode};
use crate::ProblemKind;
use crate::edit::Outbox;
use crate::webm::ebml::{size8, void_header};
use crate::webm::head::Layout;
use crate::webm::{ids, info};

impl Body {
    /// Makes sizes, duration and index right up to the last whole element.
    pub(crate) fn checkpoint(&mut self, outbox: &mut Outbox) {
        write_segment_size(&self.layout, &mut self.written_size, self.committed, outbox);
        if let Some(cluster) = self.open_cluster() {
            cluster.write_size(self.committed, outbox);
        }
        let duration = self.duration();
        if let Some(nanoseconds) = duration.filter(|_| duration != self.written_duration) {
            outbox.overwrite(self.layout.duration_at, &info::duration(nanoseconds, self.layout.scale));
            self.written_duration = duration;
        }
        self.index.write(outbox);
        if self.index.len() > 0 {
            self.layout.seek_head.enter(ids::CUES, self.layout.index_at - self.layout.segment_data_at);
        }
        if let Some(area) = self.layout.seek_head.take_changed() {
            outbox.overwrite(self.layout.seek_head_at, &area);
        }
    }

    /// Writes what was held back, ends what is open, and makes the last checkpoint.
    pub(crate) fn finish(&mut self, rest: &[u8], outbox: &mut Outbox) {
        match self.mode {
            Mode::Elements if !rest.is_empty() => {
                self.begin_junk(ProblemKind::CutShort, outbox);
            }
            Mode::Copy { start, .. } => {
                // Its front is in the file already: it becomes the front of a Void.
                self.report(ProblemKind::CutShort);
                let length = outbox.length() - start;
                outbox.overwrite_first(start, &void_header(length));
                self.committed = outbox.length();
                if let Some(cluster) = &mut self.cluster {
                    cluster.is_altered = true;
                }
            }
            Mode::Drop { .. } => self.report(ProblemKind::CutShort),
            Mode::Elements | Mode::Junk { .. } | Mode::Trailing => {}
        }
        outbox.append(rest);
        self.end_junk(outbox);
        let is_whole =
            self.open_cluster().is_some_and(|cluster| cluster.input_end.is_none_or(|end| end == self.at));
        if !is_whole && self.open_cluster().is_some() {
            self.report(ProblemKind::CutShort);
        }
        self.close_cluster(is_whole, outbox);
        self.checkpoint(outbox);
    }

    /// Ends the cluster that is open, if one is. `is_whole`: where it should end.
    pub(super) fn close_cluster(&mut self, is_whole: bool, outbox: &mut Outbox) {
        let committed = self.committed;
        if let Some(cluster) = self.cluster.as_mut().filter(|cluster| cluster.is_open) {
            if outbox.is_handed_out(cluster.size_at()) && self.written_size.is_some() {
                write_segment_size(&self.layout, &mut self.written_size, committed, outbox);
            }
            cluster.close(committed, is_whole, outbox);
        }
    }
}

fn write_segment_size(layout: &Layout, written: &mut Option<u64>, end: u64, outbox: &mut Outbox) {
    let size = end - layout.segment_data_at;
    if *written != Some(size) {
        // First of all, so that nothing in the Segment ever sticks out of it.
        outbox.overwrite_first(layout.segment_size_at, &size8(size));
        *written = Some(size);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::webm::WebM;
    use crate::{Edit, Options};

    const FIVE_GIB: u64 = 5 << 30;

    fn head() -> Vec<u8> {
        let mut out =
            b"\x1A\x45\xDF\xA3\x87\x42\x82\x84webm\x18\x53\x80\x67\x01\xFF\xFF\xFF\xFF\xFF\xFF\xFF".to_vec();
        out.extend_from_slice(
            b"\x15\x49\xA9\x66\x80\x16\x54\xAE\x6B\x8F\xAE\x8D\xD7\x81\x01\x83\x81\x01\x86\x85V_VP8",
        );
        out
    }

    fn cluster(time: u8) -> Vec<u8> {
        let mut out = b"\x1F\x43\xB6\x75\x01\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xE7\x81".to_vec();
        out.extend_from_slice(&[time, 0xA3, 0x85, 0x81, 0, 1, 0x80, 9]);
        out
    }

    /// Positions and sizes past 4 GiB, without 4 GiB of data: the output and a block are said to be that far.
    #[test]
    fn positions_past_4_gib() {
        let mut outbox = Outbox::default();
        let mut webm = WebM::new(&Options::default());
        let mut input = head();
        input.extend(cluster(1));
        assert_eq!(webm.take(&input, &mut outbox), input.len());
        webm.checkpoint(&mut outbox);
        while outbox.next_edit().is_some() {}
        // The first cluster grows by five GiB.
        outbox.pretend_written(FIVE_GIB);
        let second_at = outbox.length();
        let second = cluster(9);
        assert_eq!(webm.take(&second, &mut outbox), second.len());
        webm.finish(&[], &mut outbox);
        let edits: Vec<Edit> = std::iter::from_fn(|| outbox.next_edit()).collect();
        let segment_data_at = 12 + 12;
        let total = second_at + second.len() as u64;
        let written = |offset: u64| {
            edits.iter().find_map(|edit| match edit {
                Edit::Overwrite { offset: at, bytes } if *at == offset => Some(bytes.clone()),
                _ => None,
            })
        };
        assert_eq!(written(segment_data_at - 8), Some(size8(total - segment_data_at).to_vec()));
        let position = (second_at - segment_data_at).to_be_bytes();
        let cue_holds_position = edits.iter().any(|edit| match edit {
            Edit::Overwrite { bytes, .. } => bytes
                .windows(7)
                .any(|window| window.starts_with(&[0xF1, 0x85]) && window.get(2..) == position.get(3..)),
            Edit::Append(_) => false,
        });
        assert!(cue_holds_position, "{edits:?}");
        assert!(edits.iter().all(|edit| matches!(edit, Edit::Append(bytes) if bytes.len() == second.len())
            || matches!(edit, Edit::Overwrite { offset, bytes } if offset + (bytes.len() as u64) < total)));
    }
}
