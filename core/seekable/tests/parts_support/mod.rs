//! Shared by the tests of splitting and joining.
#![allow(clippy::unwrap_used, clippy::panic, reason = "these are tests")]
#![allow(
    dead_code,
    unreachable_pub,
    missing_docs,
    missing_debug_implementations,
    reason = "each test uses its part of it"
)]

use std::path::Path;
use std::process::Command;

use seekable::{
    Edit, Gaps, Join, Limits, MemoryFile, Options, Packets, PartsError, Seekable, Split, SplitAt, Summary,
};

/// A file of the samples' folder.
pub fn read(name: &str) -> Vec<u8> {
    std::fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/samples").join(name)).unwrap()
}

/// Names of all samples that end so.
pub fn names(ends: &[&str]) -> Vec<String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/samples");
    let mut names: Vec<String> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| ends.iter().any(|end| name.ends_with(end)))
        .collect();
    names.sort();
    names
}

/// A small index, so that parts by size are not mostly index.
pub fn options() -> Options {
    Options { index_bytes: 1024, metadata_bytes: 1024, ..Options::default() }
}

/// A recording, made whole.
pub fn fix(bytes: &[u8]) -> Vec<u8> {
    let mut seekable = Seekable::new(options());
    let mut file = MemoryFile::default();
    seekable.push(bytes).unwrap();
    seekable.finish().unwrap();
    for edit in seekable.edits() {
        file.apply(&edit).unwrap();
    }
    file.into_bytes()
}

/// Applies all edits.
fn play(mut next: impl FnMut() -> Result<Option<Edit>, PartsError>) -> Result<Vec<u8>, PartsError> {
    let mut file = MemoryFile::default();
    while let Some(edit) = next()? {
        file.apply(&edit).unwrap();
    }
    Ok(file.into_bytes())
}

pub fn write(split: &mut Split<&[u8]>, number: usize) -> (Vec<u8>, Summary) {
    let mut part = split.part(number).unwrap();
    let bytes = play(|| part.next_edit()).unwrap();
    assert_eq!(part.summary().output_length, bytes.len() as u64);
    assert_eq!(part.summary().problem, None);
    (bytes, part.summary())
}

pub fn parts(bytes: &[u8], at: &SplitAt) -> Vec<Vec<u8>> {
    let mut split = Split::new(bytes, at, options()).unwrap();
    (1..=split.parts().len()).map(|number| write(&mut split, number).0).collect()
}

pub fn join(parts: &[Vec<u8>], gaps: Gaps) -> Result<Vec<u8>, PartsError> {
    let mut join = Join::new(parts.iter().map(|part| &part[..]).collect(), gaps, options())?;
    let bytes = play(|| join.next_edit())?;
    assert_eq!(join.summary().output_length, bytes.len() as u64);
    assert_eq!(join.summary().problem, None);
    Ok(bytes)
}

/// A packet as the crate reads it. Times in ticks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Packet {
    pub track: usize,
    pub time: i64,
    pub decode_time: i64,
    pub is_key: bool,
    pub bytes: Vec<u8>,
}

pub fn packets(bytes: &[u8]) -> Vec<Packet> {
    let mut reader = Packets::open(bytes, Limits::default()).unwrap();
    let mut packets = Vec::new();
    while let Some(packet) = reader.next_packet().unwrap() {
        let mut payload = Vec::new();
        reader.read(&packet, &mut payload).unwrap();
        packets.push(Packet {
            track: packet.track,
            time: packet.time,
            decode_time: packet.decode_time,
            is_key: packet.is_key,
            bytes: payload,
        });
    }
    packets
}

/// Packets of one track, so that the interleaving does not matter.
pub fn of_track(packets: &[Packet], track: usize) -> Vec<Packet> {
    packets.iter().filter(|packet| packet.track == track).cloned().collect()
}

/// The index of the first track of this kind.
pub fn track(bytes: &[u8], kind: seekable::TrackKind) -> Option<usize> {
    let reader = Packets::open(bytes, Limits::default()).unwrap();
    reader.tracks().iter().position(|track| track.track.kind == kind)
}

/// Fails unless both have the same packets in each track: the same bytes, flags and, to one tick, times. Sound that was
/// not flagged as key frames may be.
pub fn same(one: &[u8], two: &[u8], name: &str) {
    let sound = track(two, seekable::TrackKind::Audio);
    let (one, two) = (packets(one), packets(two));
    assert_eq!(one.len(), two.len(), "{name}");
    for track in 0..4 {
        for (one, two) in of_track(&one, track).iter().zip(of_track(&two, track)) {
            let is_key = one.is_key || sound == Some(track);
            assert!(one.bytes == two.bytes && is_key == two.is_key, "{name} at {}", one.time);
            assert!(one.time.abs_diff(two.time) <= 1, "{name}: {} is {}", one.time, two.time);
            assert!(one.decode_time.abs_diff(two.decode_time) <= 1, "{name}: {} is {}", one.time, two.time);
        }
    }
}

/// Whether a tool can be used. Where `SEEKABLE_NEEDS_TOOLS` is set, it must.
pub fn has(tool: &str) -> bool {
    let is_there = Command::new(tool).arg("-version").output().is_ok();
    assert!(is_there || std::env::var_os("SEEKABLE_NEEDS_TOOLS").is_none(), "{tool} is missing");
    is_there
}

/// An element.
pub fn sized(id: &[u8], children: &[&[u8]]) -> Vec<u8> {
    let payload = children.concat();
    [id, &(payload.len() as u64 | 1 << 56).to_be_bytes(), &payload].concat()
}

/// A recording of one track of sound: what its TrackEntry says, whole elements behind Tracks, whole blocks.
pub fn sound(entry: &[u8], said: &[u8], children: &[&[u8]]) -> Vec<u8> {
    let track = sized(b"\xAE", &[b"\xD7\x81\x01\x83\x81\x02", entry]);
    let tracks = sized(b"\x16\x54\xAE\x6B", &[&track]);
    let header = b"\x1A\x45\xDF\xA3\x8B\x42\x82\x88matroska\x18\x53\x80\x67\x01\xFF\xFF\xFF\xFF\xFF\xFF\xFF";
    let cluster = b"\x1F\x43\xB6\x75\x01\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xE7\x81\x00";
    [&header[..], &tracks, said, cluster, &children.concat()].concat()
}
