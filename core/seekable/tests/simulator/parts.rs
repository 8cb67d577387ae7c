//! Looking at any bytes, taking them apart and putting them together again.

use std::time::Duration;

use seekable::{
    Container, Gaps, Inspector, Join, Limits, MemoryFile, Options, Packets, PartsError, Split, SplitAt,
    TrackKind,
};

use super::{idempotent, options, valid};

/// Packets of a file, with what they hold: track, payload. An error ends them. Without those tracks of MP4 that are neither
/// picture nor sound: texts that last over a cut are in both parts, and chapters become something else.
fn packets(bytes: &[u8]) -> Result<Vec<(usize, Vec<u8>)>, PartsError> {
    let mut packets = Packets::open(bytes, Limits::default())?;
    let mut all = Vec::new();
    let is_mp4 = packets.container() == Container::Mp4;
    let is_text: Vec<bool> =
        packets.tracks().iter().map(|track| is_mp4 && track.track.kind == TrackKind::Other).collect();
    while let Some(packet) = packets.next_packet()? {
        let mut payload = Vec::new();
        packets.read(&packet, &mut payload)?;
        if !is_text[packet.track] {
            let place = is_text[..packet.track].iter().filter(|is_text| !**is_text).count();
            all.push((place, payload));
        }
    }
    Ok(all)
}

/// A file is looked at; that may end in findings, never in anything else. How it is cut changes nothing.
pub fn inspect(chunk: usize, bytes: &[u8]) {
    let look = |chunk: usize| {
        let mut inspector = Inspector::new(Limits::default());
        bytes.chunks(chunk).for_each(|chunk| inspector.push(chunk));
        if inspector.wants_another_pass() {
            inspector.rewind();
            bytes.chunks(chunk).for_each(|chunk| inspector.push(chunk));
        }
        inspector.finish()
    };
    assert_eq!(look(chunk), look(usize::MAX), "how it is cut changes the report");
}

/// A file is taken apart by size and put together again: nothing is lost.
pub fn split_and_join(at: &SplitAt, bytes: &[u8]) {
    let Ok(mut split) = Split::new(bytes, at, options()) else { return };
    let count = split.parts().len();
    // A part of a packet each finds nothing that larger ones do not.
    if count > 50 {
        return;
    }
    let mut files = Vec::new();
    for number in 1..=count {
        let mut file = MemoryFile::default();
        let Ok(mut part) = split.part(number) else { return };
        loop {
            match part.next_edit() {
                Ok(Some(edit)) => file.apply(&edit).unwrap(),
                Ok(None) => break,
                Err(_) => return,
            }
        }
        let summary = part.summary();
        assert_eq!(summary.output_length, file.bytes().len() as u64);
        valid(file.bytes(), &summary);
        idempotent(options(), file.bytes(), &summary);
        files.push(file.into_bytes());
    }
    let apart: Vec<_> = files.iter().flat_map(|file| packets(file).expect("a part can be read")).collect();
    let apart = by_track(apart);
    let whole = by_track(packets(bytes).expect("what can be split can be read"));
    if bytes.windows(4).any(|kind| kind == b"elst") {
        // What is hidden at the end is left out.
        let mut rest = whole.iter();
        assert!(apart.iter().all(|packet| rest.any(|other| other == packet)), "a part holds other bytes");
    } else {
        assert_eq!(counts(&apart), counts(&whole), "packets of the parts");
        assert!(apart == whole, "a part holds other bytes");
    }
    let parts: Vec<&[u8]> = files.iter().map(Vec::as_slice).collect();
    let mut join =
        Join::new(parts, Gaps::Close, Options::default()).expect("parts of one file can be joined");
    let mut file = MemoryFile::default();
    loop {
        match join.next_edit() {
            Ok(Some(edit)) => file.apply(&edit).unwrap(),
            Ok(None) => break,
            // What must be hidden can't be written into a file that stays fragmented.
            Err(PartsError::BadRequest(_)) => return,
            Err(error) => panic!("parts can be read: {error}"),
        }
    }
    let joined = by_track(packets(file.bytes()).expect("what was joined can be read"));
    assert_eq!(counts(&joined), counts(&apart), "packets that were joined");
    assert!(joined == apart, "what was joined holds other bytes");
}

/// Tracks may be interleaved in another way; within each the order stays.
fn by_track(mut packets: Vec<(usize, Vec<u8>)>) -> Vec<(usize, Vec<u8>)> {
    packets.sort_by_key(|(track, _)| *track);
    packets
}

/// How many packets each track has.
fn counts(packets: &[(usize, Vec<u8>)]) -> Vec<usize> {
    packets.chunk_by(|one, other| one.0 == other.0).map(<[_]>::len).collect()
}

/// Three bytes say how to cut; the file follows.
pub fn any(input: &[u8]) {
    let Some((&[kind, amount, chunk], bytes)) = input.split_first_chunk() else { return };
    inspect(usize::from(chunk) * 16 + 1, bytes);
    let at = match kind % 2 {
        0 => SplitAt::Size(u64::from(amount) * 128 + 1_000),
        _ => SplitAt::Duration(Duration::from_millis(u64::from(amount) * 40 + 1)),
    };
    split_and_join(&at, bytes);
}
