//! ffmpeg and ffprobe, where they are there. With `HOSTREEL_REQUIRE=1` they must be.

use std::path::{Path, PathBuf};
use std::process::Command;

/// Whether the tool can be used. Says so when it can not.
pub fn has(tool: &str) -> bool {
    let there = Command::new(tool).arg("-version").output().is_ok_and(|output| output.status.success());
    assert!(there || std::env::var_os("HOSTREEL_REQUIRE").is_none(), "{tool} is missing");
    if !there {
        eprintln!("skipped: {tool} is missing");
    }
    there
}

/// A folder that is removed again.
pub struct Scratch(PathBuf);

impl Scratch {
    pub fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("seekable-{name}-{}", std::process::id()));
        std::fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }

    pub fn write(&self, name: &str, bytes: &[u8]) -> PathBuf {
        std::fs::write(self.path(name), bytes).unwrap();
        self.path(name)
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// What a tool prints; it must say nothing else, and succeed.
pub fn run(tool: &str, arguments: &[&str]) -> String {
    let output = Command::new(tool).args(arguments).output().unwrap();
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success() && errors.trim().is_empty(), "{tool} {arguments:?}: {errors}");
    String::from_utf8(output.stdout).unwrap()
}

/// What ffprobe tells of a file: any of its `-show_…`.
pub fn probe(file: &Path, arguments: &[&str]) -> serde_json::Value {
    let mut all = vec!["-v", "error", "-of", "json"];
    all.extend(arguments);
    all.push(file.to_str().unwrap());
    serde_json::from_str(&run("ffprobe", &all)).unwrap()
}

/// A packet: stream, pts, dts, key flag, hash of its bytes.
pub type Packet = (u64, i64, i64, bool, String);

pub fn packets(file: &Path) -> Vec<Packet> {
    let found = probe(file, &["-show_packets", "-show_data_hash", "CRC32"]);
    let mut packets: Vec<Packet> = found["packets"]
        .as_array()
        .unwrap()
        .iter()
        .map(|packet| {
            let number = |name: &str| packet[name].as_i64().unwrap();
            let text = |name: &str| packet[name].as_str().unwrap().to_owned();
            let is_key = text("flags").starts_with('K');
            (number("stream_index") as u64, number("pts"), number("dts"), is_key, text("data_hash"))
        })
        .collect();
    // In the order of the streams: how they lie in the file is not the point.
    packets.sort_by_key(|packet| packet.0);
    packets
}

/// Seconds, as ffprobe sees them.
pub fn duration(file: &Path) -> f64 {
    probe(file, &["-show_format"])["format"]["duration"].as_str().unwrap().parse().unwrap()
}
