//! What is not WebM or Matroska comes out as it came, and is named truly.

#![allow(clippy::unwrap_used, clippy::panic, reason = "these are tests")]

mod support;

use seekable::{Container, Edit, Error, Seekable};

fn passes_through(bytes: &[u8], container: Container) {
    for size in [1, 7, 50_000] {
        let mut seekable = Seekable::default();
        let mut out = Vec::new();
        for chunk in bytes.chunks(size) {
            seekable.push(chunk).unwrap();
            seekable.checkpoint();
            for edit in seekable.edits() {
                let Edit::Append(bytes) = edit else { panic!("{container:?} was overwritten") };
                out.extend(bytes);
            }
        }
        let summary = seekable.finish().unwrap();
        for edit in seekable.edits() {
            let Edit::Append(bytes) = edit else { panic!("{container:?} was overwritten") };
            out.extend(bytes);
        }
        assert!(out == bytes);
        assert_eq!((summary.container, seekable.container()), (container, Some(container)));
        assert_eq!((summary.output_length, summary.duration), (bytes.len() as u64, None));
    }
}

#[test]
fn ogg() {
    passes_through(&support::sample("firefox-audio-ogg-opus.ogg").bytes, Container::Ogg);
}

#[test]
fn anything_else() {
    passes_through(b"", Container::Unknown);
    passes_through(b"abc", Container::Unknown);
    passes_through(&[0; 1000], Container::Unknown);
    passes_through(b"\x1A\x45\xDF\xA3\x88\x42\x82\x85other and more", Container::Unknown);
    passes_through(b"\x1A\x45\xDF\xA3\x01\xFF\xFF\xFF\xFF\xFF\xFF\xFFunknown size", Container::Unknown);
}

#[test]
fn a_head_that_can_not_be_read() {
    let webm = support::sample("chromium-webm-vp8-opus.webm").bytes;
    // No Tracks at all; Tracks that lie; only a part of the head.
    let mut without_tracks = webm.clone();
    without_tracks[0x4E..0x52].copy_from_slice(b"\x12\x54\xC3\x67");
    passes_through(&without_tracks, Container::WebM);
    let mut lying = webm.clone();
    lying[0x54] = 0xFF;
    passes_through(&lying, Container::WebM);
    passes_through(&webm[..100], Container::WebM);
}

#[test]
fn nothing_comes_after_the_end() {
    let mut seekable = Seekable::default();
    seekable.finish().unwrap();
    assert_eq!(seekable.push(b"x"), Err(Error::Finished));
    assert_eq!(Error::Finished.code(), "finished");
    assert!(seekable.finish().is_ok());
}
