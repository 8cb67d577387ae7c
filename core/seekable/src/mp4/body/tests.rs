//! Positions past 4 GiB, and the memory that tables take: what the files of tests are too small for.

use crate::edit::Outbox;
use crate::mp4::Mp4;
use crate::mp4::boxes::{find, large_header, u32_at, u64_at};
use crate::mp4::fragment::runs;
use crate::mp4::samples::Samples;
use crate::mp4::track::{self, Track};
use crate::{Edit, Options};

const FIVE_GIB: u64 = 5 << 30;

fn put(kind: &[u8; 4], payload: &[&[u8]]) -> Vec<u8> {
    let payload = payload.concat();
    [&(payload.len() as u32 + 8).to_be_bytes()[..], kind, &payload].concat()
}

fn be(values: &[u32]) -> Vec<u8> {
    values.iter().flat_map(|value| value.to_be_bytes()).collect()
}

fn moov() -> Vec<u8> {
    let mvhd = put(b"mvhd", &[&be(&[0, 0, 0, 1000, 0]), &[0; 80]]);
    let tkhd = put(b"tkhd", &[&be(&[3, 0, 0, 1, 0, 0]), &[0; 60]]);
    let mdhd = put(b"mdhd", &[&be(&[0, 0, 0, 1000, 0, 0])]);
    let hdlr = put(b"hdlr", &[&be(&[0, 0]), b"vide", &[0; 13]]);
    let stsd = put(b"stsd", &[&be(&[0, 1]), &put(b"vp09", &[&[0; 78]])]);
    let stbl = put(b"minf", &[&put(b"stbl", &[&stsd])]);
    let trak = put(b"trak", &[&tkhd, &put(b"mdia", &[&mdhd, &hdlr, &stbl])]);
    let mvex = put(b"mvex", &[&put(b"trex", &[&be(&[0, 1, 1, 33, 0, 0])])]);
    put(b"moov", &[&mvhd, &trak, &mvex])
}

/// A `moof` of one run: duration and size of each sample; its media begins 16 bytes behind it.
fn moof(samples: &[(u32, u32)]) -> Vec<u8> {
    let length = 8 + 16 + 8 + 16 + 8 + 12 + samples.len() as u32 * 8;
    let tfhd = put(b"tfhd", &[&be(&[0x2_0000, 1])]);
    let entries: Vec<u32> = samples.iter().flat_map(|(duration, size)| [*duration, *size]).collect();
    let trun = put(b"trun", &[&be(&[0x301, samples.len() as u32, length + 16]), &be(&entries)]);
    put(b"moof", &[&put(b"mfhd", &[&be(&[0, 1])]), &put(b"traf", &[&tfhd, &trun])])
}

fn drain(outbox: &mut Outbox) -> Vec<Edit> {
    std::iter::from_fn(|| outbox.next_edit()).collect()
}

/// The one `moov` among the bytes that were appended.
fn appended_moov(edits: &[Edit]) -> Vec<u8> {
    let Some(Edit::Append(bytes)) = edits.first() else { panic!("nothing was appended") };
    let at = bytes.windows(4).position(|window| window == b"moov").unwrap();
    bytes[at + 4..].to_vec()
}

/// The output is said to be five GiB long when the second fragment comes.
#[test]
fn positions_past_4_gib() {
    let mut outbox = Outbox::default();
    let mut mp4 = Mp4::new(&Options::default());
    let fragment = [moof(&[(40, 5), (40, 5)]), large_header(26, b"mdat").to_vec(), vec![7; 10]].concat();
    let input = [moov(), fragment.clone()].concat();
    assert_eq!(mp4.take(&input, &mut outbox), input.len());
    mp4.checkpoint(&mut outbox);
    drain(&mut outbox);
    outbox.pretend_written(FIVE_GIB);
    let second_at = outbox.length();
    assert_eq!(mp4.take(&fragment, &mut outbox), fragment.len());
    mp4.checkpoint(&mut outbox);
    mp4.finish(&[], &mut outbox);
    let moov_at = second_at + fragment.len() as u64;
    let edits = drain(&mut outbox);
    let moov = appended_moov(&edits);
    let stbl = find(&moov, &[b"trak", b"mdia", b"minf", b"stbl"]).unwrap();
    let chunks = find(stbl, &[b"co64"]).unwrap();
    assert_eq!(u32_at(chunks, 4), Some(2));
    assert_eq!(u64_at(chunks, 16), Some(second_at + fragment.len() as u64 - 10));
    // The box in front of all is as long as it says, in 64 bits.
    // Its size comes first: while it is not looked at.
    let header = large_header(moov_at, b"mdat");
    let parts = [(8, &header[8..]), (0, &header[..8])]
        .map(|(offset, bytes)| Edit::Overwrite { offset, bytes: bytes.to_vec() });
    let at = |part: &Edit| edits.iter().position(|edit| edit == part);
    assert!(at(&parts[0]).is_some() && at(&parts[0]) < at(&parts[1]), "{edits:?}");
}

/// One box of media of five GiB: its bytes are handed on, and only the last sample is missing.
#[test]
fn media_past_4_gib() {
    let mut outbox = Outbox::default();
    let mut mp4 = Mp4::new(&Options::default());
    let samples = [(40, 1 << 31), (40, 1 << 31), (40, 1 << 30), (40, 100)];
    let size = FIVE_GIB + 100 + 16;
    let input = [moov(), moof(&samples), large_header(size, b"mdat").to_vec()].concat();
    assert_eq!(mp4.take(&input, &mut outbox), input.len());
    drain(&mut outbox);
    let media_at = outbox.length();
    let piece = vec![9; 1 << 20];
    for _ in 0..3 {
        assert_eq!(mp4.take(&piece, &mut outbox), piece.len());
        drain(&mut outbox);
    }
    outbox.pretend_written(FIVE_GIB - (3 << 20));
    assert_eq!(mp4.take(&[1; 99], &mut outbox), 99);
    mp4.finish(&[], &mut outbox);
    let edits = drain(&mut outbox);
    let moov = appended_moov(&edits);
    let stbl = find(&moov, &[b"trak", b"mdia", b"minf", b"stbl"]).unwrap();
    let sizes = find(stbl, &[b"stsz"]).unwrap();
    assert_eq!((u32_at(sizes, 8), u32_at(sizes, 20)), (Some(3), Some(1 << 30)));
    let chunks = find(stbl, &[b"stco"]).unwrap();
    assert_eq!(u32_at(chunks, 8).map(u64::from), Some(media_at));
}

/// An hour of 30 pictures a second and Opus packets of 20 ms, all of different sizes and lengths.
#[test]
fn an_hour_of_tables_takes_less_than_4_mib() {
    let moov = moov();
    let tracks: Vec<Track> = track::read_all(&moov[8..], 1000).unwrap();
    let mut random: u32 = 1;
    let mut all = 0;
    for (count, smallest, spread) in [(108_000, 2_000, 40_000), (180_000, 60, 400)] {
        let mut samples = Samples::default();
        let mut at = 0;
        for _ in 0..count / 60 {
            let run: Vec<(u32, u32)> = (0..60)
                .map(|_| {
                    random = random.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                    (900 + (random >> 20) % 200, smallest + (random >> 8) % spread)
                })
                .collect();
            runs(&moof(&run), at, &tracks, &mut |run| {
                assert!(samples.add(&run, run.count));
                at = run.at + run.bytes;
            })
            .unwrap();
        }
        assert_eq!(samples.count(), count);
        assert!(samples.table_bytes() >= samples.memory() as u64 / 2);
        all += samples.memory();
    }
    assert!(all < 4 << 20, "{all}");
}
