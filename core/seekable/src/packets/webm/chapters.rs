//! Chapters (RFC 9559, section 5.1.7) with all that [`crate::Chapter`] has no place for: ends, languages, those inside of
//! others. So they go with the parts of a recording.

use super::find;
use crate::webm::ebml::{big_endian, children, header, put_element, put_unsigned, vint};
use crate::webm::ids;

/// Chapters that are read at most, and how deep one may be inside of others.
const CHAPTERS_MAX: usize = 10_000;
const DEPTH_MAX: usize = 8;

/// Names of another Segment and of an edition in it, which would be false in another file.
const NOT_KEPT: [u32; 4] = [ids::CRC_32, ids::VOID, 0x6E67, 0x6EBC];

/// A chapter. Times in nanoseconds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Atom {
    uid: u64,
    start: i64,
    end: Option<i64>,
    /// Whole elements: what it is called, in which languages, flags.
    own: Vec<u8>,
    inner: Vec<Self>,
}

/// The atoms of all editions in payloads of Chapters, in order of time.
pub(super) fn read<'a>(chapters: impl Iterator<Item = &'a [u8]>) -> Vec<Atom> {
    let mut left = CHAPTERS_MAX;
    let editions = chapters.flat_map(children).filter_map(Result::ok);
    let mut atoms = Vec::new();
    for edition in editions.filter(|child| child.id == ids::EDITION_ENTRY) {
        atoms.extend(level(edition.payload, 0, &mut left));
    }
    atoms.sort_by_key(|atom| atom.start);
    atoms
}

fn level(payload: &[u8], depth: usize, left: &mut usize) -> Vec<Atom> {
    let mut atoms = Vec::new();
    for (_, _, payload) in parts(payload).filter(|(id, ..)| *id == ids::CHAPTER_ATOM) {
        let Some(fewer) = left.checked_sub(1).filter(|_| depth < DEPTH_MAX) else { break };
        *left = fewer;
        let mut atom = Atom { uid: 0, start: 0, end: None, own: Vec::new(), inner: Vec::new() };
        let time = |payload| i64::try_from(big_endian(payload)).unwrap_or(i64::MAX);
        for (id, whole, payload) in parts(payload) {
            match id {
                ids::CHAPTER_UID => atom.uid = big_endian(payload),
                ids::CHAPTER_TIME_START => atom.start = time(payload),
                ids::CHAPTER_TIME_END => atom.end = Some(time(payload)),
                ids::CHAPTER_ATOM => {}
                id if NOT_KEPT.contains(&id) => {}
                _ => atom.own.extend_from_slice(whole),
            }
        }
        atom.inner = level(payload, depth + 1, left);
        atoms.push(atom);
    }
    atoms.sort_by_key(|atom| atom.start);
    atoms
}

/// The children of an atom: ID, the whole element, payload. That of ChapterDisplay, 0x80, is one that EBML has reserved since:
/// walks through elements in general end at it.
pub(crate) fn parts(mut rest: &[u8]) -> impl Iterator<Item = (u32, &[u8], &[u8])> {
    std::iter::from_fn(move || {
        let (id, front, size) = if rest.first() == Some(&0x80) {
            let (size, length) = vint(rest.get(1..)?)?;
            (ids::CHAPTER_DISPLAY, 1 + length, size)
        } else {
            let header = header(rest).ok()?;
            (header.id, usize::from(header.length), header.size?)
        };
        let (whole, next) = rest.split_at_checked(front.checked_add(usize::try_from(size).ok()?)?)?;
        rest = next;
        Some((id, whole, whole.get(front..)?))
    })
}

/// The payload of the first ChapterDisplay of an atom.
pub(crate) fn display(atom: &[u8]) -> Option<&[u8]> {
    parts(atom).find(|(id, ..)| *id == ids::CHAPTER_DISPLAY).map(|(.., payload)| payload)
}

impl Atom {
    fn title(&self) -> Option<&[u8]> {
        find(display(&self.own)?, ids::CHAPTER_STRING)
    }

    /// Later or earlier, never before time zero.
    fn moved(mut self, by: i64) -> Self {
        self.start = self.start.saturating_add(by).max(0);
        self.end = self.end.map(|end| end.saturating_add(by).max(0));
        self.inner = self.inner.into_iter().map(|inner| inner.moved(by)).collect();
        self
    }
}

/// All of them later or earlier.
pub(super) fn moved(atoms: Vec<Atom>, by: i64) -> Vec<Atom> {
    atoms.into_iter().map(|atom| atom.moved(by)).collect()
}

/// What lasts into the stretch from `zero` to `zero + length`, by its own time. Without an end of its own a chapter lasts
/// until the next one begins, or until `end`.
pub(super) fn cut(atoms: &[Atom], zero: i64, length: i64, end: i64) -> Vec<Atom> {
    let nexts = atoms.iter().skip(1).map(|next| Some(next.start)).chain([None]);
    let lasting = atoms.iter().zip(nexts).filter_map(|(atom, next)| {
        let until = atom.end.or(next).unwrap_or(end);
        let start = atom.start.saturating_sub(zero);
        let own_end = atom.end.map(|end| end.saturating_sub(zero));
        // One that lasts over the cut needs no end, unless it would seem to end where the next one begins.
        let is_last = next.is_none_or(|next| next.saturating_sub(zero) >= length);
        if start < 0 && until <= zero || start >= length {
            return None;
        }
        Some(Atom {
            uid: atom.uid,
            start: start.max(0),
            end: own_end.filter(|end| *end <= length || !is_last).map(|end| end.min(length)),
            own: atom.own.clone(),
            inner: cut(&atom.inner, zero, length, until),
        })
    });
    lasting.collect()
}

/// Adds those of what follows, which begins at `offset`. One that lasted over the cut is one again.
pub(super) fn add(atoms: &mut Vec<Atom>, following: Vec<Atom>, offset: i64) {
    let before = atoms.len();
    for atom in following {
        let reaches = |(place, known): (usize, &Atom)| {
            known.end.map_or(place + 1 == before, |end| end >= offset) && known.title() == atom.title()
        };
        let place = atoms.iter().take(before).enumerate().rposition(reaches).filter(|_| atom.start == 0);
        match place.and_then(|place| atoms.get_mut(place)) {
            Some(known) => {
                known.end = atom.end.map(|end| end.saturating_add(offset));
                add(&mut known.inner, atom.inner, offset);
            }
            None => atoms.push(atom.moved(offset)),
        }
    }
}

/// Whether [`crate::Chapter`] says all there is: names in no known language, each up to the next.
pub(super) fn are_plain(atoms: &[Atom]) -> bool {
    let nexts = atoms.iter().skip(1).map(|next| Some(next.start)).chain([None]);
    atoms.iter().zip(nexts).all(|(atom, next)| {
        let mut display = Vec::new();
        put_element(&mut display, ids::CHAPTER_STRING, atom.title().unwrap_or_default());
        put_element(&mut display, ids::CHAPTER_LANGUAGE, b"und");
        let mut own = Vec::new();
        put_element(&mut own, ids::CHAPTER_DISPLAY, &display);
        atom.inner.is_empty() && atom.own == own && (atom.end.is_none() || atom.end == next)
    })
}

/// The whole Chapters; nothing without any.
pub(super) fn element(atoms: &[Atom]) -> Vec<u8> {
    let mut out = Vec::new();
    if !atoms.is_empty() {
        let (mut edition, mut payload) = (Vec::new(), Vec::new());
        put_atoms(atoms, &mut Uids { taken: Vec::new(), last: 0 }, &mut edition);
        put_element(&mut payload, ids::EDITION_ENTRY, &edition);
        put_element(&mut out, ids::CHAPTERS, &payload);
    }
    out
}

/// ChapterUIDs, in order.
struct Uids {
    taken: Vec<u64>,
    /// The last one that was given.
    last: u64,
}

impl Uids {
    /// The same, or another if it is zero or that of another chapter, which may come from another file (section
    /// 5.1.7.1.4.1).
    fn take(&mut self, mut uid: u64) -> u64 {
        while uid == 0 || self.taken.binary_search(&uid).is_ok() {
            self.last += 1;
            uid = self.last;
        }
        self.taken.insert(self.taken.partition_point(|other| *other < uid), uid);
        uid
    }
}

fn put_atoms(atoms: &[Atom], uids: &mut Uids, out: &mut Vec<u8>) {
    for atom in atoms {
        let mut payload = Vec::new();
        put_unsigned(&mut payload, ids::CHAPTER_UID, uids.take(atom.uid));
        put_unsigned(&mut payload, ids::CHAPTER_TIME_START, atom.start.unsigned_abs());
        if let Some(end) = atom.end.filter(|end| *end > atom.start) {
            put_unsigned(&mut payload, ids::CHAPTER_TIME_END, end.unsigned_abs());
        }
        payload.extend_from_slice(&atom.own);
        put_atoms(&atom.inner, uids, &mut payload);
        put_element(out, ids::CHAPTER_ATOM, &payload);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn atom(title: &str, start: i64, end: Option<i64>, inner: Vec<Atom>) -> Atom {
        let (mut display, mut own) = (Vec::new(), Vec::new());
        put_element(&mut display, ids::CHAPTER_STRING, title.as_bytes());
        put_element(&mut display, ids::CHAPTER_LANGUAGE, b"ger");
        for _ in 0..2 {
            put_element(&mut own, ids::CHAPTER_DISPLAY, &display);
        }
        Atom { uid: 7 + start.unsigned_abs(), start, end, own, inner }
    }

    fn read_back(atoms: &[Atom]) -> Vec<Atom> {
        let element = element(atoms);
        read(children(&element).map(|child| child.unwrap().payload))
    }

    #[test]
    fn all_of_a_chapter_is_read_back() {
        let atoms = [atom("a", 0, Some(40), vec![atom("b", 25, None, vec![])]), atom("c", 50, None, vec![])];
        assert_eq!(read_back(&atoms), atoms);
        assert!(!are_plain(&atoms) && element(&[]).is_empty());
        // Two of one UID are none.
        let twice = read_back(&[atoms[1].clone(), atoms[1].clone()]);
        assert_eq!((twice[0].uid, twice[1].uid), (57, 1));
    }

    #[test]
    fn a_chapter_that_ended_is_not_in_what_follows() {
        let all = [
            atom("a", 0, Some(40), vec![atom("b", 25, None, vec![])]),
            atom("c", 40, None, vec![atom("d", 40, Some(45), vec![]), atom("e", 45, None, vec![])]),
            atom("f", 90, None, vec![]),
        ];
        let titles = |atoms: &[Atom]| -> Vec<String> {
            atoms.iter().map(|atom| String::from_utf8(atom.title().unwrap().to_vec()).unwrap()).collect()
        };
        assert_eq!(titles(&cut(&all, 40, 50, i64::MAX)), ["c"]);
        let late = cut(&all, 60, 50, i64::MAX);
        assert_eq!((titles(&late), titles(&late[0].inner)), (vec!["c".into(), "f".into()], vec!["e".into()]));
        assert_eq!((late[0].start, late[0].inner[0].start, late[1].start), (0, 0, 30));
        let early = cut(&all, 30, 5, i64::MAX);
        assert_eq!((titles(&early), titles(&early[0].inner)), (vec!["a".into()], vec!["b".into()]));
        // What was cut is one again.
        let mut whole = cut(&all, 0, 30, i64::MAX);
        add(&mut whole, cut(&all, 30, 30, i64::MAX), 30);
        add(&mut whole, cut(&all, 60, i64::MAX, i64::MAX), 60);
        assert_eq!(whole, all);
    }

    #[test]
    fn chapters_that_overlap_are_one_again_and_those_that_had_ended_stay_two() {
        let all = [atom("act", 0, Some(60), vec![]), atom("song", 20, Some(40), vec![])];
        let mut whole = cut(&all, 0, 30, i64::MAX);
        assert_eq!((whole[0].end, whole[1].end), (Some(30), None));
        add(&mut whole, cut(&all, 30, 30, i64::MAX), 30);
        assert_eq!(whole, all);
        let talk = atom("talk", 0, Some(10), vec![]);
        let mut both = vec![talk.clone()];
        add(&mut both, vec![talk.clone()], 60);
        assert_eq!(both, [talk.clone(), talk.moved(60)]);
    }

    #[test]
    fn atoms_inside_of_atoms_without_end_do_no_harm() {
        let mut bytes = Vec::new();
        for _ in 0..10_000 {
            let payload = std::mem::take(&mut bytes);
            put_element(&mut bytes, ids::CHAPTER_ATOM, &payload);
        }
        let mut left = CHAPTERS_MAX;
        assert_eq!(level(&bytes, 0, &mut left).len(), 1);
        assert_eq!(left, CHAPTERS_MAX - DEPTH_MAX);
    }
}
