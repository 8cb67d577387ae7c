//! What is in the files, looked at as a player and a reader of tags would.
#![cfg(target_arch = "wasm32")]
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test that can not go on has failed")]

mod support;

use hostreel_recorder::{
    AtLimit, ContainerChoice, Limits, Millis, Options, RecorderEvent, Recording, library,
};
use support::{Events, bytes, contains, picture_and_tone, quick, see_through, tone};
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};

wasm_bindgen_test_configure!(run_in_browser);

#[wasm_bindgen_test]
async fn the_index_of_a_canvas_with_transparency_is_found_right() {
    let source = see_through(440.0);
    let (recorder, mut events) = Events::record(&source.stream, quick()).await;
    events.until(|event| matches!(event, RecorderEvent::Progress { bytes, .. } if *bytes > 60_000)).await;
    let recording = recorder.stop().await.unwrap();
    let file = bytes(&recording.file().await.unwrap()).await;
    assert!(contains(&file, &[0x75, 0xa1]), "it has transparency: BlockAdditions");
    let report = recording.report.unwrap();
    assert!(report.index_checked > 0 && report.is_good(), "{report:?}");
    assert!(report.index_checked <= report.index_entries, "each is followed once: {report:?}");
    recording.delete().await.unwrap();
}

#[wasm_bindgen_test]
async fn a_tag_is_in_each_part_from_then_on() {
    let source = tone(440.0);
    let limits = Limits { duration: Some(Millis(2_500)), bytes: None };
    let tags = vec![("ROOM".into(), "first-room".into())];
    let options = Options { limits, at_limit: AtLimit::Split, tags, ..quick() };
    let (recorder, mut events) = Events::record(&source.stream, options).await;
    let part = |event| match event {
        RecorderEvent::Part(recording) => recording,
        other => panic!("{other:?}"),
    };
    let is_part = |event: &RecorderEvent| matches!(event, RecorderEvent::Part(_));
    let mut parts = vec![part(events.until(is_part).await)];
    recorder.set_tag("PLACE", "a-place").unwrap();
    recorder.set_tag("ROOM", "second-room").unwrap();
    parts.push(part(events.until(is_part).await));
    parts.push(recorder.stop().await.unwrap());
    let mut said = Vec::new();
    for part in &parts {
        let file = bytes(&part.file().await.unwrap()).await;
        said.push(["first-room", "second-room", "a-place"].map(|word| contains(&file, word.as_bytes())));
    }
    assert_eq!(said, [[true, false, false], [false, true, true], [false, true, true]]);
    for part in parts {
        part.delete().await.unwrap();
    }
}

/// A recording that has more chapters than its head has room for, and loses its end.
async fn torn(container: ContainerChoice) -> Recording {
    let source = picture_and_tone(440.0);
    let options = Options { tags: vec![("ROOM".into(), "first-room".into())], container, ..quick() };
    let (recorder, mut events) = Events::record(&source.stream, options).await;
    events.until(|event| matches!(event, RecorderEvent::Progress { bytes, .. } if *bytes > 0)).await;
    for number in 0..120 {
        recorder.mark(&format!("chapter {number:03} {}", "-".repeat(180))).unwrap();
    }
    let before = recorder.bytes();
    events
        .until(|event| matches!(event, RecorderEvent::Progress { bytes, .. } if *bytes > before + 200_000))
        .await;
    let written = recorder.bytes();
    let recording = recorder.stop().await.unwrap();
    support::tear(&recording.id, written - 50_000).await;
    recording
}

#[wasm_bindgen_test]
async fn what_was_marked_is_in_a_file_that_was_recovered() {
    for container in [ContainerChoice::WebM, ContainerChoice::Mp4] {
        let recording = torn(container).await;
        let recovered = library::recover(&recording.id).await.unwrap();
        assert_eq!(recovered.chapters, recording.chapters);
        let file = bytes(&recovered.file().await.unwrap()).await;
        let missing = recovered.chapters.iter().filter(|one| !contains(&file, one.title.as_bytes())).count();
        assert_eq!((recovered.chapters.len(), missing), (120, 0), "{container:?}");
        assert!(contains(&file, b"first-room"), "what else was said stays");
        assert!(support::plays(&recovered.file().await.unwrap()).await > 0.5);
        recovered.delete().await.unwrap();
    }
}
