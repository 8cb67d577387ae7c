//! Ten hours of recording need no more room and no more memory for the index than one.

#![allow(clippy::unwrap_used, clippy::panic, reason = "these are tests")]

mod support;

use seekable::{Edit, Options, Seekable};
use support::{check_cues, sample, view};

/// A recording of `seconds`, each a cluster with one key frame, as Chromium writes it.
fn push_seconds(seekable: &mut Seekable, seconds: std::ops::Range<u64>) {
    for second in seconds {
        let mut cluster = b"\x1F\x43\xB6\x75\x01\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xE7\x88".to_vec();
        cluster.extend_from_slice(&(second * 1_000).to_be_bytes());
        cluster.extend_from_slice(&[0xA3, 0x85, 0x81, 0, 0, 0x80, 1]);
        cluster.extend_from_slice(&[0xA3, 0x85, 0x81, 0, 100, 0x00, 2]);
        seekable.push(&cluster).unwrap();
    }
}

#[test]
fn ten_hours() {
    let head = sample("chromium-webm-vp8-opus.webm").bytes[..0xBD].to_vec();
    let mut seekable = Seekable::new(Options::default());
    let mut file = seekable::MemoryFile::default();
    seekable.push(&head).unwrap();
    let mut most = 0;
    for minute in 0..600 {
        push_seconds(&mut seekable, minute * 60..minute * 60 + 60);
        seekable.checkpoint();
        let mut overwritten = 0;
        for edit in seekable.edits() {
            file.apply(&edit).unwrap();
            if let Edit::Overwrite { bytes, .. } = edit {
                overwritten += bytes.len();
            }
        }
        // Most checkpoints write only what is new; where the index is thinned it is written anew.
        most = most.max(overwritten);
        if minute % 150 == 0 {
            let now = view(file.bytes(), true);
            check_cues(&now, false);
            assert_eq!(now.cues.len(), seekable.summary().cues as usize);
        }
    }
    assert!(most < 66_000, "{most}");
    seekable.finish().unwrap();
    support::drain(&mut seekable, &mut file);
    let now = view(file.bytes(), true);
    check_cues(&now, false);
    assert!((1_200..3_000).contains(&now.cues.len()), "{}", now.cues.len());
    let spacing = now.cues[1].time - now.cues[0].time;
    assert!(now.cues.windows(2).all(|pair| pair[1].time - pair[0].time == spacing));
    assert!(36_000_000 - now.cues.last().unwrap().time <= spacing);
    assert_eq!(now.duration, Some(35_999.0 * 1_000.0 + 200.0));
}
