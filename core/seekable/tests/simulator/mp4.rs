//! What must hold for an MP4 file that was made plain, whatever was recorded.

use crate::support_mp4::{Part, all, one, u32_at, u64_at};

/// The boxes fill the file, and the tables list samples that lie in it.
pub fn check(bytes: &[u8]) {
    // Where nothing could be listed, anything may be at the end: fragments, one of them cut, or what is no box.
    let last = bytes.windows(4).rposition(|name| name == b"moov").and_then(|name| name.checked_sub(4));
    let is_whole = |at: &usize| *at as u64 + u32_at(bytes, *at) == bytes.len() as u64;
    let is_ours = bytes.windows(8).any(|front| front == b"\0\0\0\x01mdat");
    if let Some(at) = last.filter(|at| is_ours && is_whole(at)) {
        let moov = Part { kind: "moov".into(), at, data: at + 8, end: bytes.len() };
        for trak in all(bytes, &moov, "trak") {
            let tables = one(bytes, &trak, "mdia/minf/stbl").expect("a track has tables");
            table(bytes, &tables);
        }
    }
}

/// Ticks in a second of the movie.
pub fn timescale(bytes: &[u8]) -> Option<u64> {
    let header = bytes.get(bytes.windows(4).rposition(|name| name == b"mvhd")? + 4..)?;
    let at = if header.first() == Some(&1) { 20 } else { 12 };
    header.get(at..at + 4).map(|field| u32_at(field, 0))
}

/// Sample tables (ISO/IEC 14496-12, 8.6 and 8.7) agree with each other about how many samples there are.
fn table(bytes: &[u8], stbl: &Part) {
    let find = |kind| one(bytes, stbl, kind);
    let entries = |part: &Part| u32_at(bytes, part.data + 4) as usize;
    let pairs = |part: &Part| -> usize {
        (0..entries(part)).map(|entry| u32_at(bytes, part.data + 8 + entry * 8) as usize).sum()
    };
    let Some(sizes) = find("stsz") else { return };
    let (same, count) = (u32_at(bytes, sizes.data + 4), u32_at(bytes, sizes.data + 8) as usize);
    let size = |sample: usize| if same > 0 { same } else { u32_at(bytes, sizes.data + 12 + sample * 4) };
    assert_eq!(find("stts").map_or(0, |part| pairs(&part)), count, "stts and stsz");
    if let Some(offsets) = find("ctts") {
        assert_eq!(pairs(&offsets), count, "ctts and stsz");
    }
    if let Some(keys) = find("stss") {
        let keys: Vec<u64> =
            (0..entries(&keys)).map(|entry| u32_at(bytes, keys.data + 8 + entry * 4)).collect();
        assert!(
            keys.is_sorted() && keys.iter().all(|key| (1..=count as u64).contains(key)),
            "stss: {keys:?}"
        );
    }
    let chunks: Vec<u64> = match (find("stco"), find("co64")) {
        (Some(part), None) => {
            (0..entries(&part)).map(|entry| u32_at(bytes, part.data + 8 + entry * 4)).collect()
        }
        (None, Some(part)) => {
            (0..entries(&part)).map(|entry| u64_at(bytes, part.data + 8 + entry * 8)).collect()
        }
        _ => panic!("a track has one list of chunks"),
    };
    let runs = find("stsc").unwrap();
    let run = |entry: usize, field: usize| u32_at(bytes, runs.data + 8 + entry * 12 + field * 4) as usize;
    let mut sample = 0;
    for entry in 0..entries(&runs) {
        let next = if entry + 1 < entries(&runs) { run(entry + 1, 0) } else { chunks.len() + 1 };
        for chunk in run(entry, 0)..next {
            let mut at = chunks[chunk - 1];
            for _ in 0..run(entry, 1) {
                at += size(sample);
                assert!(at <= bytes.len() as u64, "sample {sample} ends at {at}, behind the file");
                sample += 1;
            }
        }
    }
    assert_eq!(sample, count, "stsc and stsz");
}
