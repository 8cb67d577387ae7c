//! Makes fragmented MP4 by hand, in all the ways that the standard allows.

/// A box.
pub fn put(kind: &[u8; 4], payload: &[&[u8]]) -> Vec<u8> {
    let payload = payload.concat();
    [&(payload.len() as u32 + 8).to_be_bytes()[..], kind, &payload].concat()
}

pub fn be(values: &[u32]) -> Vec<u8> {
    values.iter().flat_map(|value| value.to_be_bytes()).collect()
}

/// Track 1 has pictures with 1,000 ticks in a second, track 2 sound with 48,000.
pub const PICTURES: u32 = 1;
pub const SOUND: u32 = 2;

pub fn ftyp() -> Vec<u8> {
    put(b"ftyp", &[b"isom\0\0\0\0isom"])
}

/// `trex`: flags, with duration and size for those who say neither.
pub fn moov(defaults: [u32; 3]) -> Vec<u8> {
    moov_with(&[], defaults)
}

fn trak(id: u32, handler: &[u8; 4], timescale: u32, entry: &[u8; 4]) -> Vec<u8> {
    let identity = be(&[0x1_0000, 0, 0, 0, 0x1_0000, 0, 0, 0, 0x4000_0000]);
    let tkhd = put(b"tkhd", &[&be(&[3, 0, 0, id, 0, 0, 0, 0, 0, 0]), &identity, &be(&[0, 0])]);
    let mdhd = put(b"mdhd", &[&be(&[0, 0, 0, timescale, 0, 0x55C4_0000])]);
    let hdlr = put(b"hdlr", &[&be(&[0, 0]), handler, &[0; 13]]);
    let is_video = handler == b"vide";
    let header = if is_video { put(b"vmhd", &[&be(&[1, 0, 0])]) } else { put(b"smhd", &[&be(&[0, 0])]) };
    let url = put(b"url ", &[&be(&[1])]);
    let dinf = put(b"dinf", &[&put(b"dref", &[&be(&[0, 1]), &url])]);
    let entry = if is_video {
        put(entry, &[&be(&[0, 1, 0, 0, 0, 0, 0x0010_0010, 0x48_0000, 0x48_0000, 0, 0x1_0000]), &[0; 34]])
    } else {
        put(entry, &[&be(&[0, 1, 0, 0, 0x1_0010, 0, 48_000 << 16])])
    };
    let stsd = put(b"stsd", &[&be(&[0, 1]), &entry]);
    let empty = |kind| put(kind, &[&be(&[0, 0])]);
    let stsz = put(b"stsz", &[&be(&[0, 0, 0])]);
    let stbl = put(b"stbl", &[&stsd, &empty(b"stts"), &empty(b"stsc"), &stsz, &empty(b"stco")]);
    let minf = put(b"minf", &[&header, &dinf, &stbl]);
    put(b"trak", &[&tkhd, &put(b"mdia", &[&mdhd, &hdlr, &minf])])
}

/// `more`: boxes behind the tracks.
pub fn moov_with(more: &[u8], [duration, size, flags]: [u32; 3]) -> Vec<u8> {
    let identity = be(&[0x1_0000, 0, 0, 0, 0x1_0000, 0, 0, 0, 0x4000_0000]);
    let mvhd =
        put(b"mvhd", &[&be(&[0, 0, 0, 1000, 0, 0x1_0000, 0x100_0000, 0, 0]), &identity, &[0; 24], &be(&[3])]);
    let trex = |id| put(b"trex", &[&be(&[0, id, 1, duration, size, flags])]);
    let mvex = put(b"mvex", &[&trex(PICTURES), &trex(SOUND)]);
    put(
        b"moov",
        &[
            &mvhd,
            &trak(PICTURES, b"vide", 1000, b"vp09"),
            &trak(SOUND, b"soun", 48_000, b"Opus"),
            &mvex,
            more,
        ],
    )
}

/// How a `tfhd` says where data is counted from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Base {
    Absolute,
    Moof,
    Nothing,
}

/// One sample: duration, size, whether it is a key frame, composition offset.
pub type Frame = (u32, u32, bool, i32);

/// One `trun`.
#[derive(Debug, Clone, Default)]
pub struct Run {
    pub frames: Vec<Frame>,
    /// Which of duration, size, flags, composition are stored for each sample.
    pub stored: [bool; 4],
    pub has_first_flags: bool,
    pub has_offset: bool,
}

/// One `traf`.
#[derive(Debug, Clone)]
pub struct Traf {
    pub track: u32,
    pub base: Base,
    /// Decode time, and whether it is written with 64 bits.
    pub time: Option<(u64, bool)>,
    /// Duration, size and flags for the whole of it.
    pub defaults: [Option<u32>; 3],
    pub runs: Vec<Run>,
}

pub const NON_SYNC: u32 = 0x101_0000;
pub const SYNC: u32 = 0x200_0000;

fn flags(is_key: bool) -> u32 {
    if is_key { SYNC } else { NON_SYNC }
}

/// A `moof` and its `mdat`, to stand at `at`. Bytes of media count up from `seed`.
pub fn fragment(at: usize, trafs: &[Traf], between: &[u8], seed: &mut u32) -> Vec<u8> {
    // Lengths do not depend on positions: once to know them, and once more for good.
    let draft = moof(at, trafs, 0);
    let moof = moof(at, trafs, draft.len() + between.len() + 8);
    let mut media = Vec::new();
    for frame in trafs.iter().flat_map(|traf| &traf.runs).flat_map(|run| &run.frames) {
        for _ in 0..frame.1 {
            *seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            media.push((*seed >> 24) as u8 | 1);
        }
    }
    [moof, between.to_vec(), put(b"mdat", &[&media])].concat()
}

fn moof(at: usize, trafs: &[Traf], media_at: usize) -> Vec<u8> {
    let mut place = media_at;
    let mut boxes = vec![put(b"mfhd", &[&be(&[0, 1])])];
    // Where data goes on when nobody says where it is, from the start of the moof.
    let mut goes_on = 0;
    for traf in trafs {
        let mut tfhd_flags = traf
            .defaults
            .iter()
            .zip([8, 16, 32])
            .map(|(value, bit)| if value.is_some() { bit } else { 0 })
            .sum();
        let mut tfhd = Vec::new();
        // Absolute positions are counted from the first byte of media.
        let mut base = 0;
        match traf.base {
            Base::Absolute => {
                tfhd_flags |= 1;
                base = media_at;
                tfhd.extend(((at + media_at) as u64).to_be_bytes());
            }
            Base::Moof => tfhd_flags |= 0x2_0000,
            Base::Nothing => base = goes_on,
        }
        goes_on = base;
        tfhd.extend(traf.defaults.iter().flatten().flat_map(|value| value.to_be_bytes()));
        let mut inside = put(b"tfhd", &[&be(&[tfhd_flags, traf.track]), &tfhd]);
        if let Some((time, is_long)) = traf.time {
            let time =
                if is_long { time.to_be_bytes().to_vec() } else { (time as u32).to_be_bytes().to_vec() };
            inside.extend(put(b"tfdt", &[&be(&[u32::from(is_long) << 24]), &time]));
        }
        for run in &traf.runs {
            let mut trun_flags = run
                .stored
                .iter()
                .zip([0x100, 0x200, 0x400, 0x800])
                .map(|(stored, bit)| if *stored { bit } else { 0 })
                .sum::<u32>();
            let mut trun = Vec::new();
            if run.has_offset {
                trun_flags |= 1;
                trun.extend(((place - base) as u32).to_be_bytes());
            }
            if run.has_first_flags {
                trun_flags |= 4;
                trun.extend(flags(run.frames.first().is_some_and(|frame| frame.2)).to_be_bytes());
            }
            for (duration, size, is_key, composition) in &run.frames {
                let fields = [*duration, *size, flags(*is_key), *composition as u32];
                trun.extend(
                    fields
                        .iter()
                        .zip(run.stored)
                        .filter(|(_, stored)| *stored)
                        .flat_map(|(field, _)| field.to_be_bytes()),
                );
                place += *size as usize;
            }
            goes_on = place;
            let version = u32::from(run.frames.iter().any(|frame| frame.3 < 0)) << 24;
            inside.extend(put(b"trun", &[&be(&[version | trun_flags, run.frames.len() as u32]), &trun]));
        }
        boxes.push(put(b"traf", &[&inside]));
    }
    let parts: Vec<&[u8]> = boxes.iter().map(Vec::as_slice).collect();
    put(b"moof", &parts)
}
