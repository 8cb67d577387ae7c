//! `trak` (section 8.3) without its samples.

use crate::edit::Outbox;
use crate::mp4::boxes::{Child, begin, begin_full, children, end, put32, u32_at};
use crate::mp4::movie::edit_list;

/// A `trak` without samples, with an edit list only for what is to be shown earlier than it is written. `left_out`: the numbers
/// of tracks that are not there any more.
pub(super) fn trak(child: &Child<'_>, delay: i64, left_out: &[u32], outbox: &mut Outbox) {
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
            b"tref" => references(&child, left_out, outbox),
            _ => outbox.append(child.whole),
        }
    }
    end(outbox, at);
}

/// Which other tracks belong to this one (section 8.3.3): all but those that are left out.
fn references(child: &Child<'_>, left_out: &[u32], outbox: &mut Outbox) {
    let stays = |number: &&[u8]| u32_at(number, 0).is_none_or(|number| !left_out.contains(&number));
    let kept = |child: &Child<'_>| child.payload.chunks(4).filter(stays).collect::<Vec<_>>().concat();
    let all = children(child.payload).map_while(Result::ok).map(|child| (child.kind, kept(&child)));
    let all: Vec<_> = all.filter(|(_, numbers)| !numbers.is_empty()).collect();
    if all.is_empty() {
        return;
    }
    let at = begin(outbox, &child.kind);
    for (kind, numbers) in all {
        let named = begin(outbox, &kind);
        outbox.append(&numbers);
        end(outbox, named);
    }
    end(outbox, at);
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
