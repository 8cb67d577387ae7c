//! One file per participant, with sources that all see the same flashes and hear the same beeps, each in a colour and
//! beside a tone of its own.
#![cfg(all(target_arch = "wasm32", feature = "tracks"))]
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test that can not go on has failed")]

mod saving;
mod stage;
#[path = "../support/mod.rs"]
mod support;

use futures::StreamExt;
use futures::channel::mpsc;
use gloo_timers::future::TimeoutFuture;
use hostreel_recorder::{
    Error, Options, Phase, Recording, TrackFile, TrackSource, Tracks, TracksEvent, TracksOptions,
    TracksRecording, set_worker_base,
};
use stage::{beeps_of, get, moments, numbers, see, source, stood_still};
use support::{bytes, contains, heard};
use wasm_bindgen::JsCast;
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};

wasm_bindgen_test_configure!(run_in_browser);

/// What is reported, as it comes.
struct Events(mpsc::UnboundedReceiver<TracksEvent>);

impl Events {
    async fn until(&mut self, wanted: impl Fn(&TracksEvent) -> bool) -> TracksEvent {
        loop {
            let event = self.0.next().await.unwrap();
            if wanted(&event) {
                return event;
            }
        }
    }

    /// Waits for so much time on the recording's clock.
    async fn elapsed(&mut self, milliseconds: u64) {
        self.until(
            |event| matches!(event, TracksEvent::Progress { elapsed_ms, .. } if *elapsed_ms >= milliseconds),
        )
        .await;
    }
}

async fn record(participants: Vec<TrackSource>, options: TracksOptions) -> (Tracks, Events) {
    set_worker_base("/js/");
    let (sender, queue) = mpsc::unbounded();
    let tracks =
        Tracks::start(participants, options, move |event| drop(sender.unbounded_send(event))).await.unwrap();
    (tracks, Events(queue))
}

fn options() -> TracksOptions {
    TracksOptions {
        title: "Stand-up".into(),
        recorder: Options { persist: false, ..Options::default() },
        ..TracksOptions::default()
    }
}

/// By how much events of a file lie beside the moments of the stage; the least of them, for what is seen is never
/// early. `zero` is where the file's clock stands at zero, by the page's clock.
fn beside(events: &[f64], zero: f64, moments: &[f64]) -> f64 {
    assert!(events.len() >= 2, "{events:?}");
    let off = |event: &f64| {
        let from = |moment: &f64| event + zero - moment;
        moments.iter().map(from).min_by(|one, other| one.abs().total_cmp(&other.abs())).unwrap()
    };
    events.iter().map(off).fold(f64::INFINITY, f64::min)
}

/// One picture of a film with 30 a second, in milliseconds.
const PICTURE: f64 = 33.0;

/// The page's clock.
fn now() -> f64 {
    web_sys::window().unwrap().performance().unwrap().now()
}

/// Records again where the audio clock stood still meanwhile, as it does on a busy machine; three times at most.
async fn steadily<T, F: Future<Output = (TracksRecording, T)>>(
    record: impl Fn() -> F,
) -> (TracksRecording, T) {
    for _ in 0..2 {
        let since = now();
        let (made, more) = record().await;
        let stood = get(stood_still(since)).await.as_f64().unwrap();
        if stood < 10.0 {
            return (made, more);
        }
        wasm_bindgen_test::console_log!("the audio clock stood still for {stood} ms: once more");
        made.delete().await.unwrap();
    }
    record().await
}

async fn three_people() -> (TracksRecording, Recording) {
    let mina = source("1", "Mina", 440.0, "#c00000").await;
    let jun = source("2", "Jun", 660.0, "").await;
    let (tracks, mut events) = record(vec![mina, jun], options()).await;
    events.elapsed(2_700).await;
    tracks.add(source("3", "Mina", 880.0, "#0000c0").await).await.unwrap();
    assert_eq!(tracks.participants(), ["1", "2", "3"]);
    events.elapsed(4_000).await;
    let left = tracks.remove("2").await.unwrap().unwrap();
    assert_eq!(tracks.participants(), ["1", "3"]);
    assert_eq!(tracks.remove("2").await, Ok(None));
    events.elapsed(7_000).await;
    let made = tracks.stop().await.unwrap();
    assert_eq!(tracks.phase(), Phase::Finished);
    assert_eq!(tracks.stop().await, Ok(made.clone()));
    (made, left)
}

#[wasm_bindgen_test]
async fn each_participant_has_a_file_of_their_own_and_all_line_up() {
    let page_zero = js_sys::Date::now() - now();
    let (made, left) = steadily(three_people).await;

    let TracksRecording { files, manifest } = &made;
    let listed: Vec<(&str, &str)> =
        manifest.tracks.iter().map(|track| (track.id.as_str(), track.file.as_str())).collect();
    assert_eq!(listed[2], ("3", "Mina 2.webm"));
    assert_eq!(manifest.title, "Stand-up");
    let of = |id: &str| files.iter().find(|file| file.id == id).unwrap();
    assert_eq!(of("2").recording, left);
    assert!(files.iter().all(|file| file.recording.group.is_some() && file.recording.finished));
    assert!(files.iter().all(|file| file.recording.group == files[0].recording.group));
    // They ended together, but for the one who left.
    let end = |id: &str| of(id).offset_ms + of(id).recording.duration_ms;
    // What was not yet encoded at the stop is missing.
    assert!(end("1").abs_diff(end("3")) < 500, "{} {}", end("1"), end("3"));
    assert!((3_000..5_000).contains(&end("2")), "{}", end("2"));

    let (true_flashes, true_beeps) =
        (numbers(&get(moments("flash")).await), numbers(&get(moments("beep")).await));
    let tones = [440.0, 660.0, 880.0];
    let mut off = Vec::new();
    // The clock's zero, by the page's clock: the wall clock counts whole milliseconds.
    let zero = manifest.started_at_ms as f64 - page_zero;
    for (id, own_tone) in
        [("1", [true, false, false]), ("2", [false, true, false]), ("3", [false, false, true])]
    {
        let TrackFile { recording, offset_ms, .. } = of(id);
        let file = recording.file().await.unwrap();
        assert_eq!(heard(&file, &tones).await, own_tone, "{id}");
        let whole = bytes(&file).await;
        for said in ["HOSTREEL_OFFSET_MS", &offset_ms.to_string(), "HOSTREEL_PARTICIPANT_ID", &of(id).name] {
            assert!(contains(&whole, said.as_bytes()), "{id}: {said}");
        }
        let begins = zero + *offset_ms as f64;
        if recording.has_video {
            let seen = see(&file).await;
            let [red, _, blue] = seen.colour[..] else { panic!("{:?}", seen.colour) };
            assert_eq!((red > 100.0, blue > 100.0), (id == "1", id == "3"), "{:?}", seen.colour);
            off.push((id, beside(&seen.flashes, begins, &true_flashes)));
        } else {
            let beeps = numbers(&get(beeps_of(&file)).await);
            off.push((id, beside(&beeps, begins, &true_beeps)));
        }
    }
    wasm_bindgen_test::console_log!("beside the truth, in ms: {off:?}");
    for (id, off_by) in &off {
        assert!(off_by.abs() <= PICTURE, "{id}: {off_by}");
    }
    made.delete().await.unwrap();
}

async fn with_a_pause() -> (TracksRecording, u64) {
    let mina = source("1", "Mina", 440.0, "").await;
    let jun = source("2", "Jun", 660.0, "").await;
    let (tracks, mut events) = record(vec![mina], TracksOptions { audio_only: true, ..options() }).await;
    events.elapsed(2_600).await;
    assert_eq!(tracks.resume().unwrap_err().code(), "wrong_state");
    tracks.pause().unwrap();
    assert_eq!(tracks.pause().unwrap_err().code(), "wrong_state");
    tracks.add(jun).await.unwrap();
    assert_eq!(tracks.participants(), ["1", "2"]);
    let stood_at = tracks.elapsed_ms();
    // The pause is what is tested: it has a length.
    TimeoutFuture::new(1_300).await;
    assert_eq!(tracks.elapsed_ms(), stood_at);
    tracks.resume().unwrap();
    events.elapsed(stood_at + 3_500).await;
    (tracks.stop().await.unwrap(), stood_at)
}

#[wasm_bindgen_test]
async fn a_pause_is_in_no_file_and_who_comes_meanwhile_begins_after_it() {
    let page_zero = js_sys::Date::now() - now();
    let (made, stood_at) = steadily(with_a_pause).await;

    let [mina, jun] = &made.manifest.tracks[..] else { panic!("{:?}", made.manifest) };
    let [pause] = mina.pauses[..] else { panic!("{:?}", mina.pauses) };
    assert_eq!(pause.at_ms + mina.offset_ms, stood_at);
    assert!((1_290..1_700).contains(&pause.length_ms), "{pause:?}");
    assert!(jun.pauses.is_empty() && jun.offset_ms.abs_diff(stood_at) < 500, "{jun:?}");
    let true_beeps = numbers(&get(moments("beep")).await);
    let zero = made.manifest.started_at_ms as f64 - page_zero;
    let mut off = Vec::new();
    for (file, listed) in made.files.iter().zip(&made.manifest.tracks) {
        let beeps = numbers(&get(beeps_of(&file.recording.file().await.unwrap())).await);
        let cut = pause.at_ms as f64 + mina.offset_ms as f64 - listed.offset_ms as f64;
        // A beep that was cut into begins where it was cut.
        let whole = beeps.into_iter().filter(|beep| (beep - cut).abs() > 200.0);
        let (before, after): (Vec<f64>, Vec<f64>) = whole.partition(|beep| *beep < cut);
        let begins = zero + listed.offset_ms as f64;
        if listed.id == "1" {
            off.push(beside(&before, begins, &true_beeps));
        }
        off.push(beside(&after, begins + pause.length_ms as f64, &true_beeps));
    }
    wasm_bindgen_test::console_log!("beside the truth, in ms: {off:?}");
    assert!(off.iter().all(|off_by| off_by.abs() <= PICTURE), "{off:?}");
    made.delete().await.unwrap();
}

#[wasm_bindgen_test]
async fn one_that_fails_takes_nobody_along() {
    let mina = source("1", "Mina", 440.0, "").await;
    let gone = source("2", "Gone", 660.0, "").await;
    for track in gone.stream.get_tracks() {
        track.unchecked_into::<web_sys::MediaStreamTrack>().stop();
    }
    let alone = Tracks::start(vec![gone.clone()], options(), |_| ()).await;
    assert_eq!(alone.unwrap_err(), Error::NoDevice);

    let (tracks, mut events) = record(vec![gone, mina.clone()], options()).await;
    let failed = events.until(|event| matches!(event, TracksEvent::TrackFailed { .. })).await;
    assert_eq!(failed, TracksEvent::TrackFailed { id: "2".into(), error: Error::NoDevice, kept: None });
    assert_eq!(tracks.add(mina.clone()).await.unwrap_err().code(), "wrong_state");
    let jun = source("3", "Jun", 880.0, "").await;
    let sound: web_sys::MediaStreamTrack = jun.stream.get_audio_tracks().get(0).unchecked_into();
    tracks.add(jun).await.unwrap();
    events.elapsed(2_500).await;
    // Everything of one participant ends: their file is complete, the other goes on.
    sound.stop();
    let TracksEvent::TrackFinished { id, recording } =
        events.until(|event| matches!(event, TracksEvent::TrackFinished { .. })).await
    else {
        panic!()
    };
    assert_eq!(id, "3");
    assert_eq!((tracks.participants(), tracks.phase()), (vec!["1".to_owned()], Phase::Recording));
    events.elapsed(3_500).await;
    // Whose connection is new comes back before the file until then is complete.
    let (left, back) = futures::future::join(tracks.remove("1"), tracks.add(mina.clone())).await;
    assert!(left.unwrap().is_some_and(|recording| recording.finished) && back.is_ok());
    assert_eq!(tracks.participants(), ["1"]);
    let from = tracks.elapsed_ms();
    events.elapsed(from + 1_500).await;
    let made = tracks.stop().await.unwrap();
    let files: Vec<&str> = made.manifest.tracks.iter().map(|track| track.file.as_str()).collect();
    assert_eq!(files, ["Mina.webm", "Jun.webm", "Mina 2.webm"]);
    assert_eq!(made.files[1].recording, recording);
    made.delete().await.unwrap();
}

#[wasm_bindgen_test]
async fn nobody_is_a_recording_too_until_it_ends() {
    let (tracks, _events) = record(Vec::new(), options()).await;
    assert_eq!(tracks.phase(), Phase::Recording);
    assert_eq!(tracks.stop().await, Err(Error::NoDevice));
    let late = source("1", "Mina", 440.0, "").await;
    assert_eq!(tracks.add(late).await.unwrap_err().code(), "wrong_state");
}
