//! Files by other programs, of all codecs, whole or damaged by the usual tools: every packet is kept, and the index is
//! right.

#![cfg(feature = "webm")]
#![allow(clippy::unwrap_used, clippy::panic, clippy::print_stderr, reason = "these are tests")]

mod support;

use std::path::PathBuf;
use std::process::Command;

use seekable::Options;
use support::{check_cues, element, fix, fix_with, sample, view};

/// The EBML header says what holds for the file now. A Void behind it goes: other programs do not expect one there.
#[test]
fn the_ebml_header_may_be_odd() {
    let bytes = sample("chromium-webm-vp8-opus.webm").bytes;
    let expected = fix(&bytes).0;
    let mut odd = bytes.clone();
    let place = |id: [u8; 2]| bytes.windows(3).position(|window| window == [id[0], id[1], 0x81]).unwrap() + 3;
    let (id_length, size_length) = (place([0x42, 0xF2]), place([0x42, 0xF3]));
    (odd[id_length], odd[size_length]) = (8, 4);
    assert!(fix(&odd).0 == expected);
    let end = element(&bytes, 0, bytes.len()).end;
    let void = [&[0xEC, 0x94][..], &[0; 20]].concat();
    assert!(fix(&[&odd[..end], &void, &odd[end..]].concat()).0 == expected);
}

/// A folder that goes with the test.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("seekable-{}-{name}", std::process::id()));
        std::fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    /// Runs a program here. `None`: it is missing, or knows no such codec.
    fn run(&self, program: &str, arguments: &str) -> Option<String> {
        let output = Command::new(program).current_dir(&self.0).args(arguments.split(' ')).output();
        let output = output.ok().filter(|output| output.status.success());
        if output.is_none() {
            eprintln!("{program} {arguments}: not possible here");
        }
        Some(String::from_utf8_lossy(&output?.stdout).into_owned())
    }

    fn read(&self, name: &str) -> Vec<u8> {
        std::fs::read(self.0.join(name)).unwrap()
    }

    /// Packets as ffprobe sees them: track, time, length, flags, checksum.
    fn packets(&self, name: &str) -> Option<String> {
        let entries = "packet=stream_index,pts,size,flags,data_hash";
        self.run("ffprobe", &format!("-v error -of csv -show_data_hash crc32 -show_entries {entries} {name}"))
    }

    /// Fixes a file, checks all that can be checked, and gives it.
    fn check(&self, name: &str) -> Vec<u8> {
        let (out, summary) = fix(&self.read(name));
        assert_eq!(summary.problem, None, "{name}");
        std::fs::write(self.0.join("out.mkv"), &out).unwrap();
        let now = view(&out, true);
        assert_eq!(now.segment_end, out.len(), "{name}");
        check_cues(&now, true);
        assert!(fix(&out).0 == out, "{name}");
        assert_eq!(self.packets(name), self.packets("out.mkv"), "{name}");
        if let Some(text) = self.run("mkvinfo", "-v -v out.mkv") {
            assert!(!text.contains("Error") && !text.contains("warning"), "{name}: {text}");
        }
        out
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

#[test]
fn codecs_and_muxers() {
    let folder = Folder::new("codecs");
    let picture = "-v error -f lavfi -i testsrc=s=64x64:r=10:d=2";
    let sound = "-f lavfi -i sine=d=2:sample_rate=48000";
    let kinds = [
        ("vp8.webm", format!("{picture} {sound} -c:v libvpx -g 10 -c:a libopus")),
        ("vp9.webm", format!("{picture} {sound} -c:v libvpx-vp9 -cpu-used 8 -g 10 -c:a libvorbis")),
        ("alpha.webm", format!("{picture} -c:v libvpx -pix_fmt yuva420p -auto-alt-ref 0 -g 10")),
        ("h264.mkv", format!("{picture} {sound} -c:v libx264 -preset ultrafast -bf 2 -g 10 -c:a aac")),
        ("av1.webm", format!("{picture} -c:v libaom-av1 -cpu-used 8 -usage realtime -g 10")),
        ("pcm.mkv", format!("-v error {sound} -c:a pcm_s16le")),
        ("flac.mka", format!("-v error {sound} -c:a flac")),
        ("audio.webm", format!("-v error {sound} {sound} -map 0 -map 1 -c:a libopus")),
        ("live.webm", format!("{picture} {sound} -c:v libvpx -g 10 -c:a libopus -live 1")),
        ("front.mkv", format!("{picture} -c:v libvpx -g 10 -reserve_index_space 2000")),
    ];
    for (name, arguments) in &kinds {
        if folder.run("ffmpeg", &format!("-y {arguments} -fflags +bitexact {name}")).is_none() {
            continue;
        }
        let out = folder.check(name);
        if name.contains("pcm") {
            assert_eq!(view(&out, true).duration, Some(2_000.0));
        }
        // What mkvmerge makes of it: other sizes, lacing, cues, CRC-32.
        if !["vp8.webm", "audio.webm", "pcm.mkv"].contains(name) {
            continue;
        }
        for options in
            ["", "--disable-lacing ", "--clusters-in-meta-seek ", "--cues 0:none ", "--cluster-length 500ms "]
        {
            if folder.run("mkvmerge", &format!("-q {options}-o merged.mkv {name}")).is_some() {
                folder.check("merged.mkv");
            }
        }
    }
}

/// A sample without its head's end, cut into its clusters.
fn clusters(bytes: &[u8]) -> (&[u8], Vec<&[u8]>) {
    let mut starts: Vec<usize> =
        (0..bytes.len() - 4).filter(|at| bytes[*at..].starts_with(b"\x1F\x43\xB6\x75")).collect();
    let head = &bytes[..starts[0]];
    starts.push(bytes.len());
    (head, starts.windows(2).map(|pair| &bytes[pair[0]..pair[1]]).collect())
}

fn put(id: &[u8], payload: &[u8]) -> Vec<u8> {
    let size = (payload.len() as u64 | 1 << 56).to_be_bytes();
    [id, &size[..], payload].concat()
}

/// The usual tools put a cue on each cluster, say that the recording lasts a millisecond, or give the first cluster a
/// size that spans the file. All of that is undone.
#[test]
fn damage_by_other_tools_is_undone() {
    let bytes = sample("chromium-webm-vp8-opus.webm").bytes;
    let whole = fix(&bytes).0;
    let (head, clusters) = clusters(&bytes);
    let segment = element(&bytes, element(&bytes, 0, bytes.len()).end, bytes.len());
    let info = element(&bytes, segment.data, bytes.len());
    let duration = b"\x44\x89\x88\x3F\xF0\0\0\0\0\0\0";
    let info_with_duration =
        put(&[0x15, 0x49, 0xA9, 0x66], &[&bytes[info.data..info.end], duration].concat());
    let cue = |time: u8| [&[0xBB, 0x8B, 0xB3, 0x81, time][..], b"\xB7\x86\xF7\x81\x01\xF1\x81\x00"].concat();
    let cues = put(&[0x1C, 0x53, 0xBB, 0x6B], &(0..11).flat_map(cue).collect::<Vec<u8>>());
    let tracks = &head[info.end..];
    let body = clusters.concat();
    let known: Vec<u8> = clusters.iter().flat_map(|cluster| put(&cluster[..4], &cluster[12..])).collect();
    let spanning = put(&clusters[0][..4], &body[12..]);
    // Sizes known and unknown by turns.
    let turns = |odd: usize| -> Vec<u8> {
        let known = |(number, cluster): (usize, &&[u8])| match number % 2 == odd {
            true => put(&cluster[..4], &cluster[12..]),
            false => cluster.to_vec(),
        };
        clusters.iter().enumerate().flat_map(known).collect()
    };
    // Where a cluster was in another file, and how long the one before it was.
    let with_positions: Vec<u8> = clusters
        .iter()
        .flat_map(|cluster| {
            let (timestamp, blocks) = cluster[12..].split_at(2 + usize::from(cluster[13] & 0x7F));
            put(&cluster[..4], &[timestamp, b"\xA7\x82\x01\x00\xAB\x81\x09", blocks].concat())
        })
        .collect();
    for (number, media) in [&body, &known, &spanning, &turns(0), &turns(1)].into_iter().enumerate() {
        for parts in [
            [&info_with_duration[..], tracks, &cues, media, &[]],
            [&info_with_duration[..], tracks, &[], media, &cues],
            [&[0xEC, 0x85, 0, 0, 0, 0, 0], &info_with_duration, tracks, media, &[]],
            [&cues, tracks, &info_with_duration, media, &[]],
        ] {
            let payload = parts.concat();
            let known_size = put(&[0x18, 0x53, 0x80, 0x67], &payload);
            let unknown_size = [&bytes[segment.at..segment.data], &payload].concat();
            for segment_bytes in [known_size, unknown_size] {
                let input = [&bytes[..segment.at], &segment_bytes].concat();
                let (out, _) = fix(&input);
                assert!(out == whole, "{number}");
            }
        }
    }
    let (out, summary) = fix(&[head, &with_positions].concat());
    assert_eq!(summary.problem, None);
    let now = view(&out, true);
    check_cues(&now, true);
    assert_eq!(now.blocks.len(), view(&whole, true).blocks.len());
    assert!(!out.windows(4).any(|window| window == b"\xA7\x82\x01\x00"));
}

/// A key frame that is too large to be held, alone or with what belongs to it, gets its cue.
#[test]
fn large_blocks() {
    let bytes = sample("chromium-webm-vp8-opus.webm").bytes;
    let (head, clusters) = clusters(&bytes);
    let mut block = vec![0x81, 0, 5, 0];
    block.resize(70_000, 9);
    let mut options = Options::default();
    options.limits.held_bytes = 65_536;
    let fix = |input: &[u8]| fix_with(options, input);
    let group = |more: &[u8]| put(&[0xA0], &[&put(&[0xA1], &block)[..], more].concat());
    let mut simple = block.clone();
    simple[3] = 0x80;
    for (large, is_key, duration) in [
        (put(&[0xA3], &simple), true, 5),
        (group(&[]), true, 5),
        (group(&[0xFB, 0x81, 0xFC]), false, 5),
        (group(&[0x9B, 0x81, 40]), true, 45),
        (group(&[0x9B, 0x81, 40, 0xFB, 0x81, 0xFC]), false, 45),
    ] {
        let input = [head, &clusters[0][..15], &large].concat();
        let (out, summary) = fix(&input);
        assert_eq!((summary.cues, summary.problem), (u32::from(is_key), None));
        assert_eq!(summary.duration.unwrap().as_millis(), duration);
        check_cues(&view(&out, true), true);
        assert!(fix(&out).0 == out);
        // Cut, it becomes a Void.
        let (out, summary) = fix(&input[..input.len() - 100]);
        assert_eq!(summary.cues, 0);
        assert_eq!(view(&out, true).blocks, []);
        assert!(fix(&out).0 == out);
    }
}

#[cfg(feature = "webm-repair")]
#[test]
fn a_frame_of_sound_that_is_there_in_part_ends_where_the_file_says() {
    let block = |time: u8| put(&[0xA3], &[0x81, 0, time, 0x80, 1, 2, 3, 4]);
    let recording = |stated: f64, codec: &[u8]| {
        let track = put(&[0xAE], &[&b"\xD7\x81\x01\x83\x81\x02"[..], &put(&[0x86], codec)].concat());
        let blocks = [0, 50, 100].map(block).concat();
        [
            put(b"\x1A\x45\xDF\xA3", b"\x42\x82\x88matroska"),
            b"\x18\x53\x80\x67\x01\xFF\xFF\xFF\xFF\xFF\xFF\xFF".to_vec(),
            put(b"\x15\x49\xA9\x66", &put(b"\x44\x89", &stated.to_be_bytes())),
            put(b"\x16\x54\xAE\x6B", &track),
            put(b"\x1F\x43\xB6\x75", &[&b"\xE7\x81\0"[..], &blocks].concat()),
        ]
        .concat()
    };
    for (stated, wanted) in
        [(120.5, 120.5), (149.0, 149.0), (100.0, 150.0), (0.0, 150.0), (151.0, 150.0), (f64::NAN, 150.0)]
    {
        let (out, summary) = fix(&recording(stated, b"A_FLAC"));
        assert_eq!(view(&out, true).duration, Some(wanted));
        assert_eq!(summary.duration.unwrap().as_secs_f64(), wanted / 1_000.0);
        assert!(fix(&out).0 == out);
    }
    // Opus tells it.
    let (out, _) = fix(&recording(100.5, b"A_OPUS"));
    assert_ne!(view(&out, true).duration, Some(100.5));
}
