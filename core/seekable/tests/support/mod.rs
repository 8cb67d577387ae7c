//! Shared by the tests: the samples, a replay, and a strict reader that is independent of the crate.
#![allow(clippy::unwrap_used, clippy::panic, reason = "these are tests")]
#![allow(
    dead_code,
    unreachable_pub,
    missing_docs,
    missing_debug_implementations,
    reason = "each test uses its part of it"
)]

pub mod resumed;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use seekable::{MemoryFile, Options, Seekable, Summary};

/// A recording as it came from the browser.
pub struct Sample {
    pub name: String,
    pub bytes: Vec<u8>,
    /// Sizes of the chunks it came in.
    pub chunks: Vec<usize>,
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/samples")
}

pub fn sample(name: &str) -> Sample {
    let bytes = std::fs::read(folder().join(name)).unwrap();
    let json = std::fs::read(folder().join(format!("{name}.chunks.json"))).unwrap();
    let json: serde_json::Value = serde_json::from_slice(&json).unwrap();
    let chunks: Vec<usize> =
        json["chunks"].as_array().unwrap().iter().map(|chunk| chunk[1].as_u64().unwrap() as usize).collect();
    assert_eq!(chunks.iter().sum::<usize>(), bytes.len(), "{name}");
    Sample { name: name.to_owned(), bytes, chunks }
}

/// Names of all WebM and Matroska samples.
pub fn names() -> Vec<String> {
    let mut names: Vec<String> = std::fs::read_dir(folder())
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| [".webm", ".weba", ".mkv"].iter().any(|end| name.ends_with(end)))
        .collect();
    names.sort();
    assert!(names.len() >= 15);
    names
}

/// All WebM and Matroska samples.
pub fn samples() -> Vec<Sample> {
    names().iter().map(|name| sample(name)).collect()
}

/// Fails unless the Segment, and each Cluster in it, is made of whole elements of known size.
pub fn check_structure(bytes: &[u8]) {
    let ebml = element(bytes, 0, bytes.len());
    let segment = element(bytes, ebml.end, bytes.len());
    assert!(!segment.is_unknown_size);
    for part in children(bytes, segment.data, segment.end) {
        if part.id == 0x1F43_B675 {
            assert!(!part.is_unknown_size);
            children(bytes, part.data, part.end);
        }
    }
}

/// The whole of it at once.
pub fn fix(bytes: &[u8]) -> (Vec<u8>, Summary) {
    fix_with(Options::default(), bytes)
}

pub fn fix_with(options: Options, bytes: &[u8]) -> (Vec<u8>, Summary) {
    let mut seekable = Seekable::new(options);
    let mut file = MemoryFile::default();
    seekable.push(bytes).unwrap();
    let summary = seekable.finish().unwrap();
    drain(&mut seekable, &mut file);
    assert_eq!(summary.output_length, file.bytes().len() as u64);
    (file.into_bytes(), summary)
}

pub fn drain(seekable: &mut Seekable, file: &mut MemoryFile) {
    for edit in seekable.edits() {
        file.apply(&edit).unwrap();
    }
}

/// An element: ID, where it begins, where its payload begins, where it ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Element {
    pub id: u32,
    pub at: usize,
    pub data: usize,
    pub end: usize,
    pub is_unknown_size: bool,
}

fn vint(bytes: &[u8], at: usize) -> (u64, usize) {
    let length = bytes[at].leading_zeros() as usize + 1;
    assert!(length <= 8, "no integer at {at}");
    (bytes[at..at + length].iter().fold(0, |value, byte| value << 8 | u64::from(*byte)), length)
}

/// Reads the element at `at`, which must end at or before `limit`.
pub fn element(bytes: &[u8], at: usize, limit: usize) -> Element {
    let (id, id_length) = vint(bytes, at);
    assert!(id_length <= 4, "no ID at {at}");
    let (size, size_length) = vint(bytes, at + id_length);
    let ones = (1u64 << (7 * size_length)) - 1;
    let data = at + id_length + size_length;
    let is_unknown_size = size & ones == ones;
    let end = if is_unknown_size { limit } else { data + (size & ones) as usize };
    assert!(end <= limit, "element {id:x} at {at} ends at {end}, behind {limit}");
    Element { id: id as u32, at, data, end, is_unknown_size }
}

/// The children of a payload, which must fill it to the last byte.
pub fn children(bytes: &[u8], from: usize, to: usize) -> Vec<Element> {
    let mut children = Vec::new();
    let mut at = from;
    while at < to {
        let child = element(bytes, at, to);
        at = child.end;
        children.push(child);
    }
    children
}

/// Void may stand anywhere (RFC 8794, section 11.3.2).
pub fn without_void(mut elements: Vec<Element>) -> Vec<Element> {
    elements.retain(|element| element.id != 0xEC);
    elements
}

pub fn unsigned(bytes: &[u8], element: &Element) -> u64 {
    bytes[element.data..element.end].iter().fold(0, |value, byte| value << 8 | u64::from(*byte))
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Block {
    /// Cluster, relative to the Segment's payload; block, relative to the cluster's payload.
    pub place: (u64, u64),
    pub track: u64,
    pub time: u64,
    pub is_key: bool,
    pub payload: Vec<u8>,
    /// Bytes behind the payload that belong to the same BlockGroup.
    pub behind: usize,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cue {
    pub time: u64,
    pub track: u64,
    pub place: (u64, u64),
}

/// What a strict reader sees in a file.
#[derive(Debug, Default)]
pub struct View {
    /// In ticks.
    pub duration: Option<f64>,
    pub scale: u64,
    /// Number and type.
    pub tracks: BTreeMap<u64, u64>,
    pub cues: Vec<Cue>,
    pub blocks: Vec<Block>,
    /// IDs of the Segment's children, in order.
    pub parts: Vec<u32>,
    pub segment_end: usize,
}

impl View {
    pub fn has_video(&self) -> bool {
        self.tracks.values().any(|kind| *kind == 1)
    }
}

/// Reads a file and fails on anything that is not as it must be. `is_final`: no size may be unknown.
pub fn view(bytes: &[u8], is_final: bool) -> View {
    let mut view = View::default();
    let ebml = element(bytes, 0, bytes.len());
    assert_eq!(ebml.id, 0x1A45_DFA3);
    let segment = element(bytes, ebml.end, bytes.len());
    assert_eq!(segment.id, 0x1853_8067);
    assert!(!segment.is_unknown_size || !is_final);
    view.segment_end = segment.end;
    let mut seeks = Vec::new();
    let mut at = segment.data;
    while at < segment.end {
        let mut part = element(bytes, at, segment.end);
        view.parts.push(part.id);
        match part.id {
            0x114D_9B74 => {
                for seek in without_void(children(bytes, part.data, part.end)) {
                    let fields = children(bytes, seek.data, seek.end);
                    seeks.push((unsigned(bytes, &fields[0]), unsigned(bytes, &fields[1])));
                }
            }
            0x1549_A966 => {
                for child in children(bytes, part.data, part.end) {
                    match child.id {
                        0x2A_D7B1 => view.scale = unsigned(bytes, &child),
                        0x4489 => view.duration = Some(f64::from_bits(unsigned(bytes, &child))),
                        _ => {}
                    }
                }
            }
            0x1654_AE6B => {
                let entries = children(bytes, part.data, part.end);
                for entry in entries.into_iter().filter(|entry| entry.id == 0xAE) {
                    let fields = children(bytes, entry.data, entry.end);
                    let field =
                        |id| fields.iter().find(|field| field.id == id).map(|field| unsigned(bytes, field));
                    view.tracks.insert(field(0xD7).unwrap(), field(0x83).unwrap());
                }
            }
            0x1C53_BB6B => {
                let points = without_void(children(bytes, part.data, part.end));
                view.cues = points.iter().map(|point| cue(bytes, point)).collect();
            }
            0x1F43_B675 => {
                assert!(!part.is_unknown_size || !is_final, "cluster of unknown size at {at}");
                part.end = cluster(bytes, &part, (part.at - segment.data) as u64, &mut view.blocks);
            }
            _ => {}
        }
        at = part.end;
    }
    for (id, position) in seeks {
        let target = element(bytes, segment.data + position as usize, segment.end);
        assert_eq!(u64::from(target.id), id, "SeekHead leads to another element");
    }
    view
}

fn cue(bytes: &[u8], point: &Element) -> Cue {
    assert_eq!(point.id, 0xBB);
    let fields = children(bytes, point.data, point.end);
    let positions = children(bytes, fields[1].data, fields[1].end);
    let value = |id| unsigned(bytes, positions.iter().find(|field| field.id == id).unwrap());
    Cue { time: unsigned(bytes, &fields[0]), track: value(0xF7), place: (value(0xF1), value(0xF0)) }
}

/// Reads a cluster and gives where it ends: an unknown size ends where the next cluster begins.
fn cluster(bytes: &[u8], cluster: &Element, position: u64, blocks: &mut Vec<Block>) -> usize {
    let mut time = 0;
    let mut at = cluster.data;
    while at < cluster.end {
        let child = element(bytes, at, cluster.end);
        let mut block = None;
        let mut is_key = true;
        match child.id {
            0x1F43_B675 if cluster.is_unknown_size => return at,
            0x1F43_B675 => panic!("a cluster inside of a cluster"),
            0xE7 => time = unsigned(bytes, &child),
            0xA3 => block = Some(child),
            0xA0 => {
                for part in children(bytes, child.data, child.end) {
                    match part.id {
                        0xA1 => block = Some(part),
                        0xFB => is_key = false,
                        _ => {}
                    }
                }
            }
            _ => {}
        }
        if let Some(block) = block {
            let (track, length) = vint(bytes, block.data);
            let head = &bytes[block.data + length..block.data + length + 3];
            let relative = i16::from_be_bytes([head[0], head[1]]);
            if block.id == 0xA3 {
                is_key = head[2] & 0x80 != 0;
            }
            blocks.push(Block {
                place: (position, (child.at - cluster.data) as u64),
                track: track & !(1 << (7 * length)),
                time: time.saturating_add_signed(i64::from(relative)),
                is_key,
                payload: bytes[block.data..block.end].to_vec(),
                behind: child.end - block.end,
            });
        }
        at = child.end;
    }
    cluster.end
}

/// Every cue leads to a block of its track and time, a key frame where there is video; and none is missing.
pub fn check_cues(view: &View, all: bool) {
    let mut firsts = BTreeMap::new();
    for block in &view.blocks {
        firsts.entry(block.place.0).or_insert(block.place);
    }
    let candidates: Vec<Cue> = view
        .blocks
        .iter()
        .filter(|block| {
            if view.has_video() {
                view.tracks[&block.track] == 1 && block.is_key
            } else {
                firsts[&block.place.0] == block.place
            }
        })
        .map(|block| Cue { time: block.time, track: block.track, place: block.place })
        .collect();
    for cue in &view.cues {
        assert!(candidates.contains(cue), "{cue:?} leads to no key frame");
    }
    if all {
        assert_eq!(view.cues, candidates);
    }
}

/// The duration is that of the blocks: the last start, plus at most `longest` ticks.
pub fn check_duration(view: &View, longest: u64) {
    let last = view.blocks.iter().map(|block| block.time).max();
    match (view.duration, last) {
        (Some(duration), Some(last)) => {
            assert!(duration >= last as f64, "{duration} < {last}");
            assert!(duration <= (last + longest) as f64, "{duration} > {last} + {longest}");
        }
        (duration, last) => assert_eq!((duration, last), (None, None)),
    }
}
