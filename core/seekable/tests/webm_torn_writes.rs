//! A crash between two edits, or in the middle of one, leaves a file that shows the last checkpoint or the new one.

#![cfg(feature = "webm")]
#![allow(clippy::unwrap_used, clippy::panic, reason = "these are tests")]

mod support;

use std::io::Cursor;
use std::time::Duration;

use matroska_demuxer::{Frame, MatroskaFile};
use seekable::{Chapter, Edit, MemoryFile, Metadata, Options, Seekable};
use support::{Element, children, sample, unsigned, without_void};

/// What a reader sees that takes a size which reaches behind the end of the file for unknown.
#[derive(Debug, Default, Clone, PartialEq)]
struct Seen {
    duration: Option<f64>,
    /// Time and place (cluster, block), in order.
    cues: Vec<(u64, (u64, u64))>,
    /// Place, and whether it is a key frame.
    blocks: Vec<((u64, u64), bool)>,
    chapters: usize,
    title: Vec<u8>,
    /// Whether the end of the Segment is known.
    is_closed: bool,
}

/// Like the strict reader's, but gives `None` where the file ends too early.
fn element(bytes: &[u8], at: usize, limit: usize) -> Option<Element> {
    let vint = |at: usize| {
        let length = bytes.get(at)?.leading_zeros() as usize + 1;
        let field = bytes.get(at..at + length)?;
        Some((field.iter().fold(0u64, |value, byte| value << 8 | u64::from(*byte)), length))
    };
    let (id, id_length) = vint(at)?;
    let (size, size_length) = vint(at + id_length)?;
    assert!(id_length <= 4 && size_length <= 8, "no element at {at}");
    let size = size & ((1 << (7 * size_length)) - 1);
    let data = at + id_length + size_length;
    let is_unknown_size = size > (limit - data.min(limit)) as u64;
    let end = if is_unknown_size { limit } else { data + size as usize };
    Some(Element { id: id as u32, at, data, end, is_unknown_size })
}

fn read(bytes: &[u8]) -> Seen {
    let mut seen = Seen::default();
    let ebml = element(bytes, 0, bytes.len()).unwrap();
    assert!(ebml.id == 0x1A45_DFA3 && !ebml.is_unknown_size);
    let segment = element(bytes, ebml.end, bytes.len()).unwrap();
    assert_eq!(segment.id, 0x1853_8067);
    seen.is_closed = !segment.is_unknown_size;
    let mut seeks = Vec::new();
    let mut at = segment.data;
    while at < segment.end {
        // What is written of something new may end anywhere.
        if !seen.is_closed && bytes[at] == 0 {
            break;
        }
        let Some(part) = element(bytes, at, segment.end) else {
            assert!(!seen.is_closed, "a part that ends behind the Segment");
            break;
        };
        let parts = || without_void(children(bytes, part.data, part.end));
        if part.is_unknown_size && part.id != 0x1F43_B675 {
            assert!(!seen.is_closed, "a part that is longer than the Segment");
            break;
        }
        match part.id {
            0x114D_9B74 => {
                for seek in parts() {
                    let fields = children(bytes, seek.data, seek.end);
                    seeks.push((unsigned(bytes, &fields[0]), unsigned(bytes, &fields[1])));
                }
            }
            0x1549_A966 => {
                for child in parts() {
                    match child.id {
                        0x4489 => seen.duration = Some(f64::from_bits(unsigned(bytes, &child))),
                        0x7BA9 => seen.title = bytes[child.data..child.end].to_vec(),
                        _ => {}
                    }
                }
            }
            0x1C53_BB6B => {
                for point in parts() {
                    assert_eq!(point.id, 0xBB);
                    let fields = children(bytes, point.data, point.end);
                    let places = children(bytes, fields[1].data, fields[1].end);
                    let value = |id| unsigned(bytes, places.iter().find(|field| field.id == id).unwrap());
                    seen.cues.push((unsigned(bytes, &fields[0]), (value(0xF1), value(0xF0))));
                }
            }
            0x1043_A770 => {
                let edition = parts()[0];
                seen.chapters = children(bytes, edition.data, edition.end).len();
            }
            0x1F43_B675 => {
                at = cluster(bytes, &part, &segment, &mut seen);
                continue;
            }
            0xEC | 0x1654_AE6B | 0x1254_C367 => {}
            id => panic!("{id:x} at {at} does not belong into the Segment"),
        }
        at = part.end;
    }
    for (id, position) in seeks {
        let target = element(bytes, segment.data + position as usize, segment.end).unwrap();
        assert_eq!(u64::from(target.id), id, "SeekHead leads to another element");
    }
    for (_, place) in &seen.cues {
        assert!(seen.blocks.contains(&(*place, true)), "a cue leads to no key frame");
    }
    seen
}

fn cluster(bytes: &[u8], cluster: &Element, segment: &Element, seen: &mut Seen) -> usize {
    let mut at = cluster.data;
    while at < cluster.end {
        if cluster.is_unknown_size && !seen.is_closed && bytes[at] == 0 {
            return segment.end;
        }
        let child = element(bytes, at, cluster.end);
        let child = match child {
            Some(child) if !child.is_unknown_size || child.id == 0x1F43_B675 => child,
            _ => {
                assert!(cluster.is_unknown_size && !seen.is_closed, "a block sticks out at {at}");
                return segment.end;
            }
        };
        let mut is_key = None;
        match child.id {
            0x1F43_B675 if cluster.is_unknown_size => return at,
            0xA3 => is_key = Some(bytes[child.data + 3] & 0x80 != 0),
            0xA0 => {
                let parts = children(bytes, child.data, child.end);
                is_key = Some(parts.iter().all(|part| part.id != 0xFB));
            }
            0xE7 | 0xEC => {}
            id => panic!("{id:x} at {at} does not belong into a cluster"),
        }
        if let Some(is_key) = is_key {
            let place = ((cluster.at - segment.data) as u64, (child.at - cluster.data) as u64);
            seen.blocks.push((place, is_key));
        }
        at = child.end;
    }
    cluster.end
}

/// Fails unless `now` lies between two checkpoints.
fn check(old: &Seen, new: &Seen, now: &Seen, may_lose_index: bool) {
    assert!(now.blocks.starts_with(&old.blocks), "blocks of the last checkpoint are gone");
    // In an audio file each cluster's first block has a cue, whatever its flag says.
    let is_between = now.cues.starts_with(&old.cues) && new.cues.starts_with(&now.cues);
    let is_one = now.cues == old.cues || now.cues == new.cues;
    assert!(is_between || is_one || may_lose_index && now.cues.is_empty());
    assert!([old.duration, new.duration].contains(&now.duration), "{:?}", now.duration);
    assert!([old.chapters, new.chapters].contains(&now.chapters));
    assert!(now.title == old.title || now.title == new.title);
}

fn open(bytes: &[u8], packets: usize) {
    let mut file = MatroskaFile::open(Cursor::new(bytes)).unwrap();
    let mut frame = Frame::default();
    for _ in 0..packets {
        assert!(file.next_frame(&mut frame).unwrap());
    }
}

fn metadata(step: usize) -> Metadata {
    let chapter =
        |second: usize| Chapter { start: Duration::from_secs(second as u64), title: format!("{second}") };
    Metadata {
        title: Some(format!("title {step}")),
        chapters: (0..step * 3 + 1).map(chapter).collect(),
        ..Metadata::default()
    }
}

/// Every front of every edit, or of the longer ones every few bytes.
fn crash_everywhere(name: &str, options: Options, dense: usize) -> (usize, usize) {
    let sample = sample(name);
    let mut seekable = Seekable::new(options);
    let mut file = MemoryFile::default();
    let (mut at, mut crashes, mut lost) = (0, 0, 0);
    let mut old: Option<Seen> = None;
    for step in 0..=sample.chunks.len() {
        if let Some(size) = sample.chunks.get(step) {
            seekable.push(&sample.bytes[at..at + size]).unwrap();
            at += size;
            if step % 3 == 1 {
                seekable.set_metadata(metadata(step)).unwrap();
            }
            seekable.checkpoint();
        } else {
            seekable.finish().unwrap();
        }
        let edits: Vec<Edit> = seekable.edits().collect();
        let mut next = file.clone();
        edits.iter().for_each(|edit| next.apply(edit).unwrap());
        if next.bytes().is_empty() {
            continue;
        }
        let new = read(next.bytes());
        assert!(new.is_closed);
        for edit in &edits {
            let (Some(old), true) = (&old, file.bytes().len() > 500) else {
                file.apply(edit).unwrap();
                continue;
            };
            let bytes = match edit {
                Edit::Append(bytes) | Edit::Overwrite { bytes, .. } => bytes,
            };
            for cut in (0..bytes.len()).step_by(1 + bytes.len() / dense) {
                let mut torn = file.clone();
                torn.apply(&match edit {
                    Edit::Append(bytes) => Edit::Append(bytes[..cut].to_vec()),
                    Edit::Overwrite { offset, bytes } => {
                        Edit::Overwrite { offset: *offset, bytes: bytes[..cut].to_vec() }
                    }
                })
                .unwrap();
                let now = read(torn.bytes());
                lost += usize::from(now.cues.is_empty() && !old.cues.is_empty());
                check(old, &new, &now, options.index_bytes < 1_000);
                crashes += 1;
                if crashes % 16 == 0 {
                    open(torn.bytes(), old.blocks.len());
                }
            }
            file.apply(edit).unwrap();
        }
        old = Some(new);
    }
    (crashes, lost)
}

#[test]
fn every_front_of_every_edit() {
    for name in ["chromium-kfid1000-webm-vp8.webm", "chromium-slice100-webm-vp8.webm"] {
        let (crashes, lost) = crash_everywhere(name, Options::default(), 40);
        assert!(crashes > 500, "{crashes}");
        assert_eq!(lost, 0, "{name}");
    }
    for name in ["firefox-webm-vp8-opus.webm", "chromium-canvasmix-webm-vp8.webm"] {
        assert!(crash_everywhere(name, Options::default(), 12).0 > 300);
    }
}

#[test]
fn an_index_that_is_thinned_is_gone_for_a_moment_and_never_wrong() {
    let options = Options { index_bytes: 256, ..Options::default() };
    let (_, lost) = crash_everywhere("chromium-webm-vp9-opus.webm", options, 40);
    assert!(lost > 0);
}
