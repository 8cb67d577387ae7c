//! What people expect of a recorder, with sources of our own making: limits, chapters, tags, splitting, recovery.
#![cfg(target_arch = "wasm32")]
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test that can not go on has failed")]

mod support;

use std::time::Duration;

use hostreel_recorder::{
    AtLimit, Chapter, ContainerChoice, Error, Health, Limits, Millis, OnTrackEnd, Options, Phase,
    RecorderEvent, Recording, StoreChoice, Warning, devices, library,
};
use seekable::{Limits as PacketLimits, Packets};
use support::{Events, bytes, contains, pick_file, picture_and_tone, quick, tone};
use wasm_bindgen::JsCast;
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};
use web_sys::{MediaStream, MediaStreamTrack};

wasm_bindgen_test_configure!(run_in_browser);

#[wasm_bindgen_test]
async fn title_people_tags_and_chapters_are_in_the_file() {
    let source = picture_and_tone(440.0);
    let options = Options {
        title: "Weekly".into(),
        participants: vec!["Mina".into(), "Jun".into()],
        tags: vec![("Project".into(), "Hostreel".into())],
        ..quick()
    };
    let (recorder, mut events) = Events::record(&source.stream, options).await;
    events.until(|event| matches!(event, RecorderEvent::Progress { bytes, .. } if *bytes > 0)).await;
    recorder.mark("Decision").unwrap();
    recorder.mark("Vote").unwrap();
    recorder.set_tag("Project", "Reel").unwrap();
    recorder.set_tag("Place", "Seoul").unwrap();
    let mut recording = recorder.stop().await.unwrap();
    assert_eq!(recording.chapters, marked(&events));
    recording.rename("Monthly").await.unwrap();
    assert_eq!(listed(&recording.id).await.chapters, recording.chapters);
    let file = bytes(&recording.file().await.unwrap()).await;
    for word in ["Weekly", "Mina", "Jun", "Decision", "Vote", "Reel", "Seoul"] {
        assert!(contains(&file, word.as_bytes()), "{word}");
    }
    assert!(!contains(&file, b"Hostreel"), "what was said before is replaced");
    assert!(recorder.mark("too late").is_err());
    // Chromium puts the track first that has data first.
    assert!(["vp8, opus", "opus, vp8"].contains(&recording.codecs.as_str()), "{}", recording.codecs);
    let report = recording.report.unwrap();
    assert!(report.is_good() && report.index_entries > 0 && report.index_checked > 0, "{report:?}");
    assert_eq!(report.index_checked, report.index_right);
    recording.delete().await.unwrap();
}

/// What was told to be marked.
fn marked(events: &Events) -> Vec<Chapter> {
    let chapter = |event| match event {
        RecorderEvent::Marked { at_ms, title } => Some(Chapter { at_ms, title }),
        _ => None,
    };
    events.seen().into_iter().filter_map(chapter).collect()
}

/// A recording as another page finds it.
async fn listed(id: &str) -> Recording {
    library::list().await.unwrap().into_iter().find(|one| one.id == id).unwrap()
}

#[wasm_bindgen_test]
async fn what_was_marked_before_a_crash_is_known_after_it_and_very_much_of_it_hides_no_recording() {
    let source = picture_and_tone(440.0);
    let (recorder, mut events) = Events::record(&source.stream, quick()).await;
    events.until(|event| matches!(event, RecorderEvent::Progress { bytes, .. } if *bytes > 0)).await;
    for number in 0..400 {
        recorder.mark(&format!("{number:01000}")).unwrap();
    }
    // With the data that follows; a few pieces may still be waiting before it.
    for _ in 0..20 {
        let before = recorder.bytes();
        events.until(|event| matches!(event, RecorderEvent::Progress { bytes, .. } if *bytes > before)).await;
        if support::facts(&recorder.id().unwrap()).await.contains(&format!("{:01000}", 100)) {
            break;
        }
    }
    assert!(support::facts(&recorder.id().unwrap()).await.contains(&format!("{:01000}", 100)));
    let recording = recorder.stop().await.unwrap();
    assert_eq!(recording.chapters.len(), 400);
    support::tear(&recording.id, recording.bytes).await;
    let found = library::unfinished().await.unwrap().into_iter().find(|one| one.id == recording.id).unwrap();
    assert_eq!(found.chapters, recording.chapters);
    assert_eq!(library::recover(&recording.id).await.unwrap().chapters, recording.chapters);
    recording.delete().await.unwrap();
}

#[wasm_bindgen_test]
async fn at_its_longest_it_stops_complete_and_says_so() {
    let source = picture_and_tone(440.0);
    let limits = Limits { duration: Some(Millis(1_500)), bytes: None };
    let (recorder, mut events) = Events::record(&source.stream, Options { limits, ..quick() }).await;
    events.until(|event| matches!(event, RecorderEvent::Warning(Warning::Limit(_)))).await;
    let recording = recorder.finished().await.unwrap();
    assert!(recording.finished);
    assert!((1_000..3_500).contains(&recording.duration_ms), "{recording:?}");
    recording.delete().await.unwrap();
}

#[wasm_bindgen_test]
async fn a_size_is_not_exceeded() {
    let source = picture_and_tone(440.0);
    // An MP4 comes in larger pieces, and gets its tables at its end: they count too.
    for (container, most) in [(ContainerChoice::WebM, 300_000), (ContainerChoice::Mp4, 1_500_000)] {
        let limits = Limits { duration: None, bytes: Some(most) };
        let options = Options { limits, container, ..quick() };
        let (recorder, _events) = Events::record(&source.stream, options).await;
        let recording = recorder.finished().await.unwrap();
        assert!(recording.bytes <= most && recording.bytes > most / 3, "{}", recording.bytes);
        recording.delete().await.unwrap();
    }
}

#[wasm_bindgen_test]
async fn a_split_recording_is_one_file_after_the_other_without_a_gap() {
    let source = picture_and_tone(440.0);
    let limits = Limits { duration: Some(Millis(2_000)), bytes: None };
    let options = Options { limits, at_limit: AtLimit::Split, ..quick() };
    let (recorder, mut events) = Events::record(&source.stream, options).await;
    let mut parts = Vec::new();
    while parts.len() < 2 {
        let event = events.until(|event| matches!(event, RecorderEvent::Part(_))).await;
        let RecorderEvent::Part(recording) = event else { continue };
        parts.push(recording);
    }
    assert_eq!(recorder.phase(), Phase::Recording);
    let elapsed = recorder.elapsed_ms();
    parts.push(recorder.stop().await.unwrap());
    assert_eq!(parts.iter().map(|part| part.part).collect::<Vec<_>>(), [Some(1), Some(2), Some(3)]);
    let sum: u64 = parts.iter().map(|part| part.duration_ms).sum();
    // They overlap a little: together they are at least as long as it took.
    assert!(sum + 300 >= elapsed, "{sum} {elapsed}");
    for part in parts {
        assert!(part.finished);
        part.delete().await.unwrap();
    }
}

#[wasm_bindgen_test]
async fn a_countdown_is_told_and_then_it_records() {
    let source = picture_and_tone(440.0);
    let (recorder, mut events) =
        Events::record(&source.stream, Options { countdown_ms: 600, ..quick() }).await;
    events.until(|event| matches!(event, RecorderEvent::Progress { bytes, .. } if *bytes > 0)).await;
    let counted: Vec<u64> = events
        .seen()
        .iter()
        .filter_map(|event| match event {
            RecorderEvent::Countdown { remaining_ms } => Some(*remaining_ms),
            _ => None,
        })
        .collect();
    assert!(counted.len() >= 2 && counted.windows(2).all(|pair| pair[0] > pair[1]), "{counted:?}");
    recorder.stop().await.unwrap().delete().await.unwrap();
}

#[wasm_bindgen_test]
async fn what_is_added_to_the_stream_or_taken_out_of_it_does_not_stop_it() {
    let source = picture_and_tone(440.0);
    let (recorder, mut events) = Events::record(&source.stream, quick()).await;
    events.until(|event| matches!(event, RecorderEvent::Progress { bytes, .. } if *bytes > 0)).await;
    let other = tone(610.0);
    let added: MediaStreamTrack = other.stream.get_audio_tracks().get(0).unchecked_into();
    source.stream.add_track(&added);
    let removed: MediaStreamTrack = source.stream.get_video_tracks().get(0).unchecked_into();
    source.stream.remove_track(&removed);
    let before = recorder.bytes();
    events
        .until(|event| matches!(event, RecorderEvent::Progress { bytes, .. } if *bytes > before + 10_000))
        .await;
    let recording = recorder.stop().await.unwrap();
    assert!(recording.finished && recording.has_video);
    recording.delete().await.unwrap();
}

#[wasm_bindgen_test]
async fn a_sound_that_ends_is_told_and_the_picture_goes_on() {
    let source = picture_and_tone(440.0);
    let (recorder, mut events) = Events::record(&source.stream, quick()).await;
    events.until(|event| matches!(event, RecorderEvent::Progress { bytes, .. } if *bytes > 0)).await;
    source.end_sound();
    let told = events.until(|event| matches!(event, RecorderEvent::Warning(_))).await;
    assert_eq!(told, RecorderEvent::Warning(Warning::TrackEnded { video: false }));
    let before = recorder.bytes();
    events
        .until(|event| matches!(event, RecorderEvent::Progress { bytes, .. } if *bytes > before + 10_000))
        .await;
    assert_eq!(recorder.phase(), Phase::Recording);
    recorder.stop().await.unwrap().delete().await.unwrap();
}

#[wasm_bindgen_test]
async fn any_end_of_a_track_stops_it_when_that_is_wanted() {
    let source = picture_and_tone(440.0);
    let options = Options { on_track_end: OnTrackEnd::Stop, ..quick() };
    let (recorder, mut events) = Events::record(&source.stream, options).await;
    events.until(|event| matches!(event, RecorderEvent::Progress { bytes, .. } if *bytes > 0)).await;
    source.end_sound();
    let recording = recorder.finished().await.unwrap();
    assert!(recording.finished);
    recording.delete().await.unwrap();
}

#[wasm_bindgen_test]
async fn memory_is_used_when_it_is_wanted_and_its_end_is_no_failure() {
    let source = picture_and_tone(440.0);
    let options = Options { store: StoreChoice::Memory, most_memory_bytes: 300_000, ..quick() };
    let (recorder, _events) = Events::record(&source.stream, options).await;
    let recording = recorder.finished().await.unwrap();
    assert!(recording.in_memory && recording.finished && recording.bytes <= 300_000);
    assert_eq!(recording.file().await.unwrap().size() as u64, recording.bytes);
    recording.delete().await.unwrap();
}

#[wasm_bindgen_test]
async fn a_file_that_was_picked_before_is_whole_at_the_end_and_nothing_else_is_kept() {
    let source = picture_and_tone(440.0);
    let handle = pick_file("picked-by-the-user").await;
    let before = library::list().await.unwrap().len();
    let options = Options { file: Some(Clone::clone(&handle)), ..quick() };
    let (recorder, mut events) = Events::record(&source.stream, options).await;
    events.until(|event| matches!(event, RecorderEvent::Progress { bytes, .. } if *bytes > 50_000)).await;
    let recording = recorder.stop().await.unwrap();
    assert_eq!(recording.picked.as_ref(), Some(&handle));
    assert_eq!(recording.file().await.unwrap().size() as u64, recording.bytes);
    assert_eq!(library::list().await.unwrap().len(), before);
    recording.clone().delete().await.unwrap();
    assert_eq!(recording.file().await.unwrap_err(), Error::NotFound);
}

#[wasm_bindgen_test]
async fn several_sounds_are_all_recorded() {
    let (low, high) = (tone(440.0), tone(850.0));
    let both = MediaStream::new().unwrap();
    for source in [&low, &high] {
        both.add_track(&source.stream.get_audio_tracks().get(0).unchecked_into());
    }
    let (recorder, mut events) = Events::record(&both, quick()).await;
    events
        .until(|event| matches!(event, RecorderEvent::Progress { elapsed_ms, .. } if *elapsed_ms > 2_000))
        .await;
    let recording = recorder.stop().await.unwrap();
    let heard = support::heard(&recording.file().await.unwrap(), &[440.0, 610.0, 850.0]).await;
    assert_eq!(heard, [true, false, true]);
    recording.delete().await.unwrap();
}

#[wasm_bindgen_test]
async fn loudness_is_told_and_kept_as_a_waveform() {
    let source = tone(440.0);
    let (recorder, mut events) = Events::record(&source.stream, quick()).await;
    let told =
        events.until(|event| matches!(event, RecorderEvent::Level { level, .. } if *level > 0.5)).await;
    assert!(matches!(told, RecorderEvent::Level { level, peak } if peak >= level));
    let (peaks, span_ms) = recorder.waveform();
    assert!(span_ms == 100 && peaks.iter().any(|peak| *peak > 0.5), "{peaks:?}");
    recorder.stop().await.unwrap().delete().await.unwrap();
}

#[wasm_bindgen_test]
async fn a_sound_system_that_stands_still_is_told_and_is_in_the_report() {
    let source = tone(440.0);
    let (recorder, mut events) = Events::record(&source.stream, quick()).await;
    events.until(|event| matches!(event, RecorderEvent::Level { level, .. } if *level > 0.5)).await;
    let stopped = support::stop_sound();
    let told = events.until(|event| matches!(event, RecorderEvent::Health(_))).await;
    let RecorderEvent::Health(Health::Stalled { waited }) = told else { panic!("{told:?}") };
    assert!((3_000..5_000).contains(&waited.0), "{waited:?}");
    events
        .until(|event| matches!(event, RecorderEvent::Level { level, peak } if *level == 0.0 && *peak == 0.0))
        .await;
    drop(stopped);
    let told = events.until(|event| matches!(event, RecorderEvent::Health(_))).await;
    assert_eq!(told, RecorderEvent::Health(Health::SoundBack));
    events.until(|event| matches!(event, RecorderEvent::Level { level, .. } if *level > 0.5)).await;
    let recording = recorder.stop().await.unwrap();
    let report = recording.report.unwrap();
    assert!(report.stalled_ms >= waited.0 && report.stalled_ms < report.clock_ms, "{report:?}");
    assert!(!report.is_good());
    assert_eq!(listed(&recording.id).await.report, Some(report));
    recording.delete().await.unwrap();
}

#[wasm_bindgen_test]
async fn a_snapshot_is_a_png_of_what_is_seen() {
    let source = picture_and_tone(440.0);
    let (recorder, mut events) = Events::record(&source.stream, quick()).await;
    events.until(|event| matches!(event, RecorderEvent::Progress { bytes, .. } if *bytes > 0)).await;
    let png = recorder.snapshot().await.unwrap();
    assert_eq!(png.type_(), "image/png");
    let (width, height, colour) = support::looked_at(&png).await;
    assert_eq!((width, height), (320, 240));
    assert!(colour[0] > 180 && colour[1] < 60 && colour[2] < 60, "{colour:?}");
    recorder.stop().await.unwrap().delete().await.unwrap();
}

/// How long a file says that it is, and when the last sound or picture in it begins.
fn read_through(file: &[u8]) -> (Duration, Duration) {
    let mut packets = Packets::open(file, PacketLimits::default()).unwrap();
    let mut last = Duration::ZERO;
    while let Some(packet) = packets.next_packet().unwrap() {
        let nanoseconds = packets.tracks()[packet.track].timescale.to_nanoseconds(packet.time);
        last = last.max(Duration::from_nanos(u64::try_from(nanoseconds).unwrap()));
    }
    (seekable::stated_duration(file).unwrap(), last)
}

#[wasm_bindgen_test]
async fn an_interrupted_recording_is_thrown_away_for_good() {
    let source = picture_and_tone(440.0);
    let (recorder, mut events) = Events::record(&source.stream, quick()).await;
    events.until(|event| matches!(event, RecorderEvent::Progress { bytes, .. } if *bytes > 10_000)).await;
    let recording = recorder.stop().await.unwrap();
    support::tear(&recording.id, recording.bytes - 1_000).await;
    library::discard(&recording.id).await.unwrap();
    assert_eq!(library::recover(&recording.id).await.unwrap_err(), Error::NotFound);
    assert_eq!(library::discard(&recording.id).await.unwrap_err(), Error::NotFound);
    devices::stop(&source.stream);
}

#[wasm_bindgen_test]
async fn an_interrupted_recording_is_recovered_in_place() {
    let source = picture_and_tone(440.0);
    let (recorder, mut events) = Events::record(&source.stream, quick()).await;
    events.until(|event| matches!(event, RecorderEvent::Progress { bytes, .. } if *bytes > 60_000)).await;
    let recording = recorder.stop().await.unwrap();
    support::tear(&recording.id, recording.bytes - 5_000).await;
    let found = library::unfinished().await.unwrap();
    assert!(found.iter().any(|one| one.id == recording.id && !one.finished));
    let recovered = library::recover(&recording.id).await.unwrap();
    assert!(recovered.finished && recovered.bytes <= recording.bytes - 5_000);
    let file = recovered.file().await.unwrap();
    let (stated, last) = read_through(&bytes(&file).await);
    assert_eq!(u128::from(recovered.duration_ms), stated.as_millis());
    let played = support::plays(&file).await;
    assert!((played - stated.as_secs_f64()).abs() < 1e-5, "{played} s, and the file says {stated:?}");
    // How long the last picture lasts that is left is not in the file: it is taken to be like the one before.
    assert!(
        last < stated && stated < last + Duration::from_millis(500),
        "{stated:?}, the last begins at {last:?}"
    );
    assert_eq!(library::recover(&recording.id).await.unwrap(), recovered, "a second time changes nothing");
    assert!(library::unfinished().await.unwrap().iter().all(|one| one.id != recording.id));
    // What is complete is not thrown away by a page that has not heard of it.
    assert_eq!(library::discard(&recording.id).await.unwrap_err(), Error::NotFound);
    recovered.delete().await.unwrap();
    assert_eq!(library::recover(&recording.id).await.unwrap_err(), Error::NotFound);
    devices::stop(&source.stream);
}
