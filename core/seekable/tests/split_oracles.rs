//! What ffprobe and ffmpeg say of parts: the same packets as in the whole, and each part plays from its start.
//! Without these tools on the path nothing is tested, unless `SEEKABLE_NEEDS_TOOLS` is set.
#![cfg(all(feature = "webm", feature = "mp4"))]
#![allow(clippy::unwrap_used, clippy::panic, reason = "these are tests")]

mod parts_support;

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use parts_support::{fix, has, join, options, read, write};
use seekable::{Gaps, Limits, Packets, Split, SplitAt};

/// A folder that goes away.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("seekable-{name}-{}", std::process::id()));
        std::fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    fn put(&self, name: &str, bytes: &[u8]) -> PathBuf {
        let path = self.0.join(name);
        std::fs::File::create(&path).unwrap().write_all(bytes).unwrap();
        path
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// Stream, time in seconds, hash of the bytes, flags.
type Packet = (u32, f64, String, bool);

fn ffprobe(path: &Path) -> Vec<Packet> {
    let output = Command::new("ffprobe")
        .args(["-v", "error", "-show_packets", "-show_data_hash", "crc32", "-of", "json"])
        .args(["-show_entries", "packet=stream_index,pts_time,flags,data_hash"])
        .arg(path)
        .output()
        .unwrap();
    assert!(output.stderr.is_empty(), "{path:?}: {}", String::from_utf8_lossy(&output.stderr));
    let json: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let packet = |packet: &serde_json::Value| {
        let text = |name: &str| packet[name].as_str().unwrap_or_else(|| panic!("{packet}")).to_owned();
        let stream = u32::try_from(packet["stream_index"].as_u64().unwrap()).unwrap();
        (stream, text("pts_time").parse().unwrap(), text("data_hash"), text("flags").starts_with('K'))
    };
    json["packets"].as_array().unwrap().iter().map(packet).collect()
}

/// Decodes everything; what a decoder complains about is an error.
fn decode(path: &Path) {
    let output = Command::new("ffmpeg")
        .args(["-v", "error", "-xerror", "-i"])
        .arg(path)
        // The clock of the input: that of an average frame rate is too coarse for what browsers record.
        .args(["-enc_time_base:v", "-1", "-f", "null", "-"])
        .stdin(Stdio::null())
        .output()
        .unwrap();
    assert!(
        output.status.success() && output.stderr.is_empty(),
        "{path:?}: {}",
        String::from_utf8_lossy(&output.stderr)
    );
}

/// Cuts into parts, and compares all that ffprobe says of them, of the whole, and of the whole put together again.
fn check(folder: &Folder, name: &str, bytes: &[u8], at: &SplitAt) {
    let whole = ffprobe(&folder.put(name, bytes));
    let mut split = Split::new(bytes, at, options()).unwrap();
    let mut together = Vec::new();
    let mut files = Vec::new();
    let mut length = Duration::ZERO;
    for part in split.parts().to_vec() {
        let (bytes, summary) = write(&mut split, part.number);
        let path = folder.put(&format!("{}-{name}", part.number), &bytes);
        decode(&path);
        let start = part.start.as_secs_f64();
        together.extend(
            ffprobe(&path).into_iter().map(|(stream, time, hash, key)| (stream, time + start, hash, key)),
        );
        length = part.start + summary.duration.unwrap();
        files.push(bytes);
    }
    assert!(files.len() > 1, "{name}");
    same(&whole, &together, name);
    let joined = join(&files, Gaps::Close).unwrap();
    let path = folder.put(&format!("joined-{name}"), &joined);
    same(&whole, &ffprobe(&path), name);
    let mut reader =
        Split::new(&joined[..], &SplitAt::Duration(Duration::from_secs(9_999)), options()).unwrap();
    let joined_length = write(&mut reader, 1).1.duration.unwrap();
    assert!(
        joined_length.abs_diff(length) < Duration::from_millis(60),
        "{name}: {joined_length:?} {length:?}"
    );
}

fn same(one: &[Packet], two: &[Packet], name: &str) {
    assert_eq!(one.len(), two.len(), "{name}");
    for stream in 0..3 {
        let of = |packets: &[Packet]| -> Vec<Packet> {
            packets.iter().filter(|packet| packet.0 == stream).cloned().collect()
        };
        for (one, two) in of(one).iter().zip(of(two)) {
            assert!(one.2 == two.2 && one.3 == two.3, "{name}: {one:?} {two:?}");
            assert!((one.1 - two.1).abs() <= 0.001_1, "{name}: {one:?} {two:?}");
        }
    }
}

#[test]
fn ffmpeg_plays_each_part_and_sees_the_same_packets() {
    if !has("ffprobe") || !has("ffmpeg") {
        return;
    }
    let folder = Folder::new("parts");
    let milliseconds = |milliseconds| SplitAt::Duration(Duration::from_millis(milliseconds));
    for (name, at) in [
        ("chromium-kfid1000-webm-vp8.webm", milliseconds(4_000)),
        ("firefox-audio-webm-opus.weba", milliseconds(3_500)),
        ("chromium-kfid1000-mp4-avc1-opus.mp4", milliseconds(5_000)),
    ] {
        check(&folder, name, &read(name), &at);
    }
    let name = "chromium-kfid1000-mp4-avc1-opus.mp4";
    check(&folder, "plain.mp4", &fix(&read(name)), &milliseconds(5_000));
}

/// Pictures that are shown in another order than they are decoded in, AAC with a delay, an edit list: as ffmpeg writes
/// it, plain and fragmented.
#[test]
fn reordered_pictures_and_edit_lists_survive() {
    if !has("ffprobe") || !has("ffmpeg") {
        return;
    }
    let folder = Folder::new("reordered");
    for (name, arguments) in
        [("end.mp4", &[][..]), ("fragments.mp4", &["-movflags", "+frag_keyframe"]), ("end.mkv", &[])]
    {
        let path = folder.0.join(name);
        let made = Command::new("ffmpeg")
            .args(["-v", "error", "-y", "-f", "lavfi", "-i", "testsrc=size=96x64:rate=25:duration=4"])
            .args([
                "-f",
                "lavfi",
                "-i",
                "sine=frequency=440:duration=4",
                "-c:v",
                "libx264",
                "-preset",
                "ultrafast",
            ])
            .args(["-bf", "2", "-g", "25", "-pix_fmt", "yuv420p", "-c:a", "aac", "-threads", "1"])
            .args(arguments)
            .arg(&path)
            .status()
            .unwrap();
        if !made.success() {
            assert!(std::env::var_os("SEEKABLE_NEEDS_TOOLS").is_none(), "ffmpeg lacks an encoder");
            return;
        }
        let bytes = std::fs::read(&path).unwrap();
        let reader = Packets::open(&bytes[..], Limits::default()).unwrap();
        assert_eq!(reader.tracks().len(), 2);
        check(&folder, name, &bytes, &SplitAt::Duration(Duration::from_secs(2)));
    }
}
