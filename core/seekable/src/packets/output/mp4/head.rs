//! `trak` (section 8.3) without its samples.

use crate::edit::Outbox;
use crate::mp4::boxes::{Child, begin, begin_full, children, end, put32, u32_at};
use crate::mp4::movie::edit_list;

/// A `trak` without samples, with an edit list only for what is to be shown earlier than it is written.
pub(super) fn trak(child: &Child<'_>, delay: i64, outbox: &mut Outbox) {
    let at = begin(outbox, &child.kind);
    for child in children(child.payload).map_while(Result::ok) {
        match &child.kind {
            b"edts" => {}
            b"tkhd" => {
                without_duration(&child, 20, outbox);
                if delay > 0 {
                    edit_list(&[(0, delay)], outbox);
                }
            }
            b"mdia" => media(&child, outbox),
            b"tref" => references(&child, outbox),
            _ => outbox.append(child.whole),
        }
    }
    end(outbox, at);
}

/// Which other tracks belong to this one: all but its chapters, whose track is left out.
fn references(child: &Child<'_>, outbox: &mut Outbox) {
    let kept = || children(child.payload).map_while(Result::ok).filter(|child| &child.kind != b"chap");
    if kept().next().is_some() {
        let at = begin(outbox, &child.kind);
        kept().for_each(|child| outbox.append(child.whole));
        end(outbox, at);
    }
}

/// `mdia`, `minf` or `stbl`: all but its samples.
fn media(child: &Child<'_>, outbox: &mut Outbox) {
    let at = begin(outbox, &child.kind);
    for child in children(child.payload).map_while(Result::ok) {
        match &child.kind {
            b"mdhd" => without_duration(&child, 16, outbox),
            b"minf" | b"stbl" => media(&child, outbox),
            _ => outbox.append(child.whole),
        }
    }
    if &child.kind == b"stbl" {
        for (kind, fields) in [(b"stts", 1), (b"stsc", 1), (b"stsz", 2), (b"stco", 1)] {
            let table = begin_full(outbox, kind, 0);
            (0..fields).for_each(|_| put32(outbox, 0));
            end(outbox, table);
        }
    }
    end(outbox, at);
}

/// A header whose duration follows from the fragments. `at`: where it is in version 0, where dates have 32 bits.
pub(super) fn without_duration(child: &Child<'_>, at: usize, outbox: &mut Outbox) {
    let is_long = u32_at(child.payload, 0).is_some_and(|word| word >> 24 == 1);
    let (at, width) = if is_long { (at + 8, 8) } else { (at, 4) };
    let mut payload = child.payload.to_vec();
    if let Some(duration) = payload.get_mut(at..at + width) {
        duration.fill(0);
    }
    let begin = begin(outbox, &child.kind);
    outbox.append(&payload);
    end(outbox, begin);
}
