//! Recordings with more tracks than browsers make: texts, time codes, chapters, small pictures.

use super::film::{be, put};
use super::{Part, inside, parts};

/// A track with 1,000 ticks in a second.
#[derive(Debug, Clone, Copy)]
pub struct Track<'a> {
    pub number: u32,
    pub handler: &'a [u8; 4],
    pub entry: &'a [u8; 4],
    /// How long each lasts, and its bytes.
    pub samples: &'a [(u32, &'a [u8])],
}

/// Texts.
pub fn texts<'a>(number: u32, samples: &'a [(u32, &'a [u8])]) -> Track<'a> {
    Track { number, handler: b"text", entry: b"text", samples }
}

/// A plain file with these tracks as well. `chapters`: those that its first track names as its chapters.
pub fn with(plain: &[u8], tracks: &[Track<'_>], chapters: &[u32]) -> Vec<u8> {
    let moov = parts(plain, 0, plain.len(), false).pop().unwrap();
    let whole = |mut data_at: usize| {
        let mut more = Vec::new();
        for track in tracks {
            more.extend(trak(track, data_at as u32));
            data_at += track.samples.iter().map(|(_, bytes)| bytes.len()).sum::<usize>();
        }
        movie(plain, &moov, &more, chapters, |mvex| mvex.to_vec())
    };
    let data_at = moov.at + whole(0).len() + 8;
    let data: Vec<u8> = tracks.iter().flat_map(|track| bytes_of(track.samples)).collect();
    [&plain[..moov.at], &whole(data_at), &put(b"mdat", &[&data])].concat()
}

/// A recording in fragments with one more track, whose samples are in these fragments at its end.
pub fn with_fragments(raw: &[u8], track: Track<'_>, fragments: &[&[(u32, &[u8])]]) -> Vec<u8> {
    let top = parts(raw, 0, raw.len(), false);
    let moov = top.iter().find(|part| part.kind == "moov").unwrap();
    let trex = put(b"trex", &[&be(&[0, track.number, 1, 0, 0, 0])]);
    let more = trak(&Track { samples: &[], ..track }, 0);
    let moov_now = movie(raw, moov, &more, &[track.number], |mvex| [mvex, &trex].concat());
    let mut out = [&raw[..moov.at], &moov_now, &raw[moov.end..]].concat();
    let mut time = 0;
    for samples in fragments {
        let moof = |data_at: u32| {
            let tfhd = put(b"tfhd", &[&be(&[0x2_0000, track.number])]);
            let tfdt = put(b"tfdt", &[&be(&[0, time])]);
            let sizes: Vec<u32> =
                samples.iter().flat_map(|sample| [sample.0, sample.1.len() as u32]).collect();
            let trun = put(b"trun", &[&be(&[0x301, samples.len() as u32, data_at]), &be(&sizes)]);
            put(b"moof", &[&put(b"mfhd", &[&be(&[0, 99])]), &put(b"traf", &[&tfhd, &tfdt, &trun])])
        };
        out.extend(moof(moof(0).len() as u32 + 8));
        out.extend(put(b"mdat", &[&bytes_of(samples)]));
        time += samples.iter().map(|sample| sample.0).sum::<u32>();
    }
    out
}

fn bytes_of(samples: &[(u32, &[u8])]) -> Vec<u8> {
    samples.iter().flat_map(|(_, bytes)| bytes.iter().copied()).collect()
}

/// A `moov` with more tracks.
fn movie(
    bytes: &[u8],
    moov: &Part,
    more: &[u8],
    chapters: &[u32],
    mvex: impl Fn(&[u8]) -> Vec<u8>,
) -> Vec<u8> {
    let mut payload = Vec::new();
    let mut is_first = !chapters.is_empty();
    for child in inside(bytes, moov) {
        let own = &bytes[child.data..child.end];
        match child.kind.as_str() {
            "trak" if std::mem::take(&mut is_first) => {
                let tref = put(b"tref", &[&put(b"chap", &[&be(chapters)])]);
                payload.extend(put(b"trak", &[own, &tref]));
            }
            "mvex" => payload.extend(put(b"mvex", &[&mvex(own)])),
            _ => payload.extend_from_slice(&bytes[child.at..child.end]),
        }
    }
    put(b"moov", &[&payload, more])
}

fn trak(track: &Track<'_>, data_at: u32) -> Vec<u8> {
    let Track { number, handler, entry, samples } = *track;
    let identity = be(&[0x1_0000, 0, 0, 0, 0x1_0000, 0, 0, 0, 0x4000_0000]);
    let length = samples.iter().map(|sample| sample.0).sum();
    let tkhd = put(b"tkhd", &[&be(&[3, 0, 0, number, 0, length, 0, 0, 0, 0]), &identity, &be(&[0, 0])]);
    let mdhd = put(b"mdhd", &[&be(&[0, 0, 0, 1000, length, 0x55C4_0000])]);
    let hdlr = put(b"hdlr", &[&be(&[0, 0]), handler, &[0; 13]]);
    let count = samples.len() as u32;
    let durations: Vec<u32> = samples.iter().flat_map(|sample| [1, sample.0]).collect();
    let sizes: Vec<u32> = samples.iter().map(|sample| sample.1.len() as u32).collect();
    let entry = match handler {
        b"vide" => {
            put(entry, &[&be(&[0, 1, 0, 0, 0, 0, 0x0010_0010, 0x48_0000, 0x48_0000, 0, 0x1_0000]), &[0; 34]])
        }
        _ => put(entry, &[&be(&[0, 1, 0, 0, 0])]),
    };
    let chunks = u32::from(count > 0);
    let stbl = [
        put(b"stsd", &[&be(&[0, 1]), &entry]),
        put(b"stts", &[&be(&[0, count]), &be(&durations)]),
        put(b"stsz", &[&be(&[0, 0, count]), &be(&sizes)]),
        put(b"stsc", &[&be(&[0, chunks, 1, count, 1][..2 + 3 * chunks as usize])]),
        put(b"stco", &[&be(&[0, chunks, data_at][..2 + chunks as usize])]),
    ];
    let minf = put(b"minf", &[&put(b"nmhd", &[&be(&[0])]), &put(b"stbl", &[&stbl.concat()])]);
    put(b"trak", &[&tkhd, &put(b"mdia", &[&mdhd, &hdlr, &minf])])
}
