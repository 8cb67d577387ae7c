//! When sound and picture begin, by what a file says.

use hostreel_recording::Beginning;
use js_sys::Uint8Array;
use seekable::{Container, Limits, Packets, TrackKind};
use wasm_bindgen_futures::JsFuture;
use web_sys::Blob;

/// As much of a file as is looked at: its reserved index (80 KiB) and a first picture, however large.
const HEAD_BYTES: f64 = 1_048_576.0;

/// Packets that are looked at. Sound comes in at least ten packets a second, pictures in few.
const MOST_PACKETS: usize = 2_000;

/// Notes when sound and picture begin; false when not all of it is known yet.
pub(super) async fn look(file: &Blob, seen: &mut Beginning) -> bool {
    let Ok(head) = file.slice_with_f64_and_f64(0.0, HEAD_BYTES) else { return false };
    match JsFuture::from(head.array_buffer()).await {
        Ok(buffer) => read(&Uint8Array::new(&buffer).to_vec(), seen),
        // Deleted meanwhile.
        Err(_) => false,
    }
}

fn read(head: &[u8], seen: &mut Beginning) -> bool {
    let Ok(mut packets) = Packets::open(head, Limits::default()) else { return false };
    let of_kind = |kind| packets.tracks().iter().position(|track| track.track.kind == kind);
    let (sound, picture) = (of_kind(TrackKind::Audio), of_kind(TrackKind::Video));
    let dates_packets = matches!(packets.container(), Container::WebM | Container::Matroska);
    let (mut first_sound, mut first_picture) = (None, None);
    for _ in 0..MOST_PACKETS {
        // What is cut off at the end of the head is no more to be read.
        let Ok(Some(packet)) = packets.next_packet() else { break };
        let Some(timescale) = packets.tracks().get(packet.track).map(|track| track.timescale) else {
            continue;
        };
        let milliseconds = |ticks| {
            u64::try_from(timescale.to_nanoseconds(ticks)).map_or(0, |nanoseconds| nanoseconds / 1_000_000)
        };
        if Some(packet.track) == sound && first_sound.is_none() {
            first_sound = Some(milliseconds(packet.time));
            let length = packet.duration.and_then(|ticks| i64::try_from(ticks).ok()).map(milliseconds);
            seen.sound_packet_ms = length.filter(|_| dates_packets);
        } else if Some(packet.track) == picture && first_picture.is_none() {
            first_picture = Some(milliseconds(packet.time));
        }
        let known = |track: Option<usize>, first: Option<u64>| track.is_none() || first.is_some();
        if known(sound, first_sound) && known(picture, first_picture) {
            (seen.first_sound_ms, seen.first_picture_ms) = (first_sound, first_picture);
            return true;
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_recording_of_each_browser_says_when_it_begins() {
        let chromium = include_bytes!("../../../e2e/fixtures/chromium-live.webm");
        let mut seen = Beginning::default();
        assert!(read(chromium, &mut seen));
        assert_eq!((seen.first_picture_ms, seen.sound_packet_ms), (Some(3), Some(60)), "{seen:?}");
        assert!(seen.first_sound_ms.is_some_and(|first| first <= 60), "{seen:?}");

        let firefox = include_bytes!("../../../e2e/fixtures/firefox-live-audio.webm");
        let mut seen = Beginning::default();
        assert!(read(firefox, &mut seen));
        let expected =
            Beginning { first_sound_ms: Some(6), sound_packet_ms: Some(20), ..Beginning::default() };
        assert_eq!(seen, expected);
    }

    #[test]
    fn what_is_cut_off_before_it_begins_is_not_known() {
        let whole = include_bytes!("../../../e2e/fixtures/chromium-live.webm");
        let mut known = 0;
        for length in (0..4_096).step_by(64) {
            let mut seen = Beginning::default();
            let is_known = read(&whole[..length], &mut seen);
            assert_eq!(is_known, seen.first_picture_ms.is_some());
            known += usize::from(is_known);
        }
        assert!(known < 64);
        assert!(!read(b"OggS and the rest", &mut Beginning::default()));
    }
}
