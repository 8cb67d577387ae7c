//! Chapters (RFC 9559, section 5.1.7): one edition, one atom for each place that has a name.

use super::ebml::{put_element, put_unsigned};
use super::ids;
use crate::Chapter;

/// The element for these chapters, which are in order of time. All last until the next begins, the last one until
/// the end of the recording.
pub(crate) fn element(chapters: &[Chapter]) -> Vec<u8> {
    let mut edition = Vec::new();
    let nanoseconds = |chapter: &Chapter| u64::try_from(chapter.start.as_nanos()).unwrap_or(u64::MAX);
    let ends = chapters.iter().skip(1).map(|next| Some(nanoseconds(next))).chain([None]);
    // UIDs are not zero (section 5.1.7.1.4.1).
    for ((chapter, end), uid) in chapters.iter().zip(ends).zip(1..) {
        let mut display = Vec::new();
        put_element(&mut display, ids::CHAPTER_STRING, chapter.title.as_bytes());
        put_element(&mut display, ids::CHAPTER_LANGUAGE, b"und");
        let mut atom = Vec::new();
        let start = nanoseconds(chapter);
        put_unsigned(&mut atom, ids::CHAPTER_UID, uid);
        put_unsigned(&mut atom, ids::CHAPTER_TIME_START, start);
        if let Some(end) = end.filter(|end| *end > start) {
            put_unsigned(&mut atom, ids::CHAPTER_TIME_END, end);
        }
        put_element(&mut atom, ids::CHAPTER_DISPLAY, &display);
        put_element(&mut edition, ids::CHAPTER_ATOM, &atom);
    }
    let mut payload = Vec::new();
    put_element(&mut payload, ids::EDITION_ENTRY, &edition);
    let mut out = Vec::new();
    put_element(&mut out, ids::CHAPTERS, &payload);
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::webm::ebml::{big_endian, children};
    use std::time::Duration;

    #[test]
    fn each_chapter_ends_where_the_next_begins() {
        let chapter =
            |seconds, title: &str| Chapter { start: Duration::from_secs(seconds), title: title.into() };
        let element = element(&[chapter(0, "안녕"), chapter(5, ""), chapter(5, "same time")]);
        let whole = children(&element).next().unwrap().unwrap();
        let edition = children(whole.payload).next().unwrap().unwrap();
        let atoms: Vec<_> = children(edition.payload).map(|atom| atom.unwrap().payload).collect();
        let value = |atom: &[u8], wanted| {
            let child = children(atom).filter_map(Result::ok).find(|child| child.id == wanted);
            child.map(|child| big_endian(child.payload))
        };
        let times: Vec<_> = atoms
            .iter()
            .map(|atom| (value(atom, ids::CHAPTER_TIME_START), value(atom, ids::CHAPTER_TIME_END)))
            .collect();
        let five = Some(5_000_000_000);
        assert_eq!(times, [(Some(0), five), (five, None), (five, None)]);
        let named = [b"\x85\x86", "안녕".as_bytes()].concat();
        assert!(atoms[0].windows(named.len()).any(|bytes| bytes == named));
    }
}
