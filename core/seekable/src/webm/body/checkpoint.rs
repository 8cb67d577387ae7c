//! Making the file right: sizes, duration and index, at a checkpoint and at the end.
//!
//! Every edit, and any front of it, leaves a file that can be read. Sizes have eight bytes and can not be changed at
//! once, so they are made unknown first (all ones), while nothing stands behind what they hold: whatever part of that or
//! of the new size is written, the size is the old one, the new one, or reaches behind the end of the file, which
//! readers take for unknown.

use super::{Body, Mode};
use crate::ProblemKind;
use crate::edit::Outbox;
use crate::webm::ebml::{UNKNOWN_SIZE, size8, void_header};
use crate::webm::ids;

impl Body {
    /// Makes sizes, duration and index right up to the last whole element.
    pub(crate) fn checkpoint(&mut self, outbox: &mut Outbox) {
        self.write_sizes(outbox);
        let layout = &mut self.layout;
        self.said.write(&mut layout.said, &mut layout.info, outbox);
        self.layout.info.duration = self.duration();
        let layout = &mut self.layout;
        layout.info.write(outbox);
        if layout.index.will_hide() {
            layout.seek_head.leave(ids::CUES);
            layout.seek_head.write(outbox);
        }
        layout.index.write(outbox);
        if layout.index.len() > 0 {
            layout.seek_head.enter(ids::CUES, layout.index.element_at() - layout.segment_data_at);
        }
        layout.seek_head.write(outbox);
    }

    /// Nothing but what is written stands behind the end while sizes change.
    fn write_sizes(&mut self, outbox: &mut Outbox) {
        let committed = self.committed;
        let size = committed - self.layout.segment_data_at;
        if self.written_size == Some(size) {
            return;
        }
        let open = self.cluster.as_mut().filter(|cluster| cluster.is_open);
        match open {
            Some(cluster) => {
                let payload = committed.saturating_sub(cluster.data_at());
                if cluster.shown_size != Some(payload) {
                    cluster.forget_size(outbox);
                    forget_segment_size(&mut self.written_size, self.layout.segment_size_at, outbox);
                    cluster.write_size(committed, outbox);
                    cluster.shown_size = Some(payload);
                }
            }
            None => forget_segment_size(&mut self.written_size, self.layout.segment_size_at, outbox),
        }
        outbox.patch(self.layout.segment_size_at, &size8(size));
        self.written_size = Some(size);
    }

    /// Writes what was held back, ends what is open, and makes the last checkpoint.
    pub(crate) fn finish(&mut self, rest: &[u8], outbox: &mut Outbox) {
        self.is_last = true;
        let mut rest = rest;
        loop {
            rest = rest.get(self.take(rest, outbox)..).unwrap_or_default();
            if rest.is_empty() || !matches!(self.mode, Mode::Elements) {
                break;
            }
            // One that says to end behind the file: what is in it may be clusters.
            self.begin_junk(ProblemKind::CutShort, outbox);
        }
        match self.mode {
            Mode::Copy { start, .. } => {
                self.report(ProblemKind::CutShort);
                if !self.is_in_place {
                    // Its front is in the file already: it becomes the front of a Void.
                    outbox.patch(start, &void_header(outbox.length() - start));
                    self.committed = outbox.length();
                }
                if let Some(cluster) = &mut self.cluster {
                    cluster.is_altered = true;
                }
            }
            Mode::Elements | Mode::Junk { .. } | Mode::Trailing => {}
        }
        self.append_junk(rest, outbox);
        if self.is_in_place {
            outbox.end_in_place(self.committed);
            self.layout.index.forget_from(self.committed - self.layout.segment_data_at);
            self.layout.index.forget_unmet();
        } else {
            self.end_junk(outbox);
        }
        let is_whole =
            self.open_cluster().is_some_and(|cluster| cluster.input_end.is_none_or(|end| end == self.at));
        if !is_whole && self.open_cluster().is_some() {
            self.report(ProblemKind::CutShort);
        }
        self.close_cluster(is_whole, outbox);
        self.finish_said(outbox);
        self.checkpoint(outbox);
        self.layout.info.area.settle(outbox);
        self.layout.seek_head.settle(outbox);
    }

    /// Writes Chapters and Tags in their last form.
    fn finish_said(&mut self, outbox: &mut Outbox) {
        let layout = &mut self.layout;
        if self.is_in_place {
            // They may move.
            layout.seek_head.leave(ids::CHAPTERS);
            layout.seek_head.leave(ids::TAGS);
            layout.seek_head.write(outbox);
        }
        self.said.write(&mut layout.said, &mut layout.info, outbox);
        let ending = self.said.finish(&mut layout.said, outbox);
        let area_at = layout.said.data_at() - layout.segment_data_at;
        for (id, place) in [(ids::CHAPTERS, ending.chapters_at), (ids::TAGS, ending.tags_at)] {
            if let Some(place) = place {
                layout.seek_head.enter(id, area_at + place);
            }
        }
        if !matches!(self.mode, Mode::Trailing) || self.trims {
            self.append_said(&ending.behind, outbox);
        }
    }

    /// Writes Chapters and Tags at the end of the Segment.
    pub(super) fn append_said(&mut self, elements: &[(u32, Vec<u8>)], outbox: &mut Outbox) {
        for (id, element) in elements {
            self.layout.seek_head.enter(*id, outbox.length() - self.layout.segment_data_at);
            outbox.append(element);
            self.committed = outbox.length();
        }
    }

    /// Ends the cluster that is open, if one is. `is_whole`: where it should end.
    pub(super) fn close_cluster(&mut self, is_whole: bool, outbox: &mut Outbox) {
        let committed = self.committed;
        let Some(cluster) = self.cluster.as_mut().filter(|cluster| cluster.is_open) else { return };
        let grew = cluster.shown_size.is_some_and(|shown| cluster.data_at() + shown != committed);
        if grew {
            // A checkpoint has shown a part of it: the rest is put right before anything follows.
            cluster.forget_size(outbox);
            forget_segment_size(&mut self.written_size, self.layout.segment_size_at, outbox);
        }
        cluster.close(committed, is_whole, outbox);
        if grew {
            outbox.seal();
        }
    }
}

fn forget_segment_size(written: &mut Option<u64>, at: u64, outbox: &mut Outbox) {
    if written.take().is_some() {
        outbox.patch(at, &UNKNOWN_SIZE);
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
            edits.iter().rev().find_map(|edit| match edit {
                Edit::Overwrite { offset: at, bytes } if *at == offset => Some(bytes.clone()),
                _ => None,
            })
        };
        assert_eq!(written(segment_data_at - 8), Some(size8(total - segment_data_at).to_vec()));
        let position = (second_at - segment_data_at).to_be_bytes();
        let cue_holds_position = edits.iter().any(|edit| match edit {
            Edit::Overwrite { bytes, .. } => bytes
                .windows(8)
                .any(|window| window.starts_with(&[0xF1, 0x86]) && window.get(2..) == position.get(2..)),
            Edit::Append(_) => false,
        });
        assert!(cue_holds_position, "{edits:?}");
        assert!(edits.iter().all(|edit| matches!(edit, Edit::Append(bytes) if bytes.len() == second.len())
            || matches!(edit, Edit::Overwrite { offset, bytes } if offset + (bytes.len() as u64) < total)));
    }
}
