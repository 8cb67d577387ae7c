use hostreel_protocol::{
    Consent, ConsentPolicy, ConsentState, PersonId, Policies, RecordingId, RecordingKind, Role,
    RunningRecording, StopReason,
};

use super::*;
use crate::FileDigest;

fn id(text: &str) -> PersonId {
    PersonId::parse(text).unwrap()
}

fn room() -> RoomState {
    let mut room = RoomState::new(RoomId::from_random(1), Policies::default());
    room.people = [("mina", Role::Host), ("juno", Role::Guest)]
        .map(|(name, role)| Person::new(id(name), name, role, Millis(5)))
        .into();
    room.rev = 10;
    let recording = RunningRecording::new(
        RecordingId::parse("r").unwrap(),
        id("mina"),
        RecordingKind::Video,
        Millis(100),
    );
    room.recording = Some(RunningRecording {
        consent: ConsentPolicy::Ask,
        consents: vec![Consent { person: id("juno"), state: ConsentState::Asked, at: Millis(100) }],
        ..recording
    });
    room
}

/// A recording with a late joiner, a pause, an answer that is changed, a grant and its end.
fn story() -> Log {
    let mut before = room();
    let mut log = Log::begin(&before).unwrap();
    let mut step = |at: u64, change: &dyn Fn(&mut RoomState), event: Event| {
        let mut after = before.clone();
        after.rev += 1;
        change(&mut after);
        log.follow(&before, &after, Some(&Envelope { rev: after.rev, at: Millis(at), event }));
        before = after;
    };
    let lowered = || Event::HandChanged { person: id("juno"), raised: false };
    step(
        110,
        &|room| {
            room.recording.as_mut().unwrap().consents[0] =
                Consent { person: id("juno"), state: ConsentState::Voice, at: Millis(110) }
        },
        lowered(),
    );
    step(120, &|room| room.people.push(Person::new(id("theo"), "theo", Role::Guest, Millis(120))), lowered());
    step(125, &|room| room.people[1].may_record = true, lowered());
    step(
        130,
        &|room| {
            let recording = room.recording.as_mut().unwrap();
            (recording.state, recording.changed_at) = (RecordingState::Paused, Millis(130));
        },
        lowered(),
    );
    step(140, &|_| {}, lowered());
    step(150, &|room| room.people.truncate(2), lowered());
    step(160, &|room| room.people[1].may_record = false, lowered());
    step(
        170,
        &|room| room.recording = None,
        Event::RecordingStopped { recording: RecordingId::parse("r").unwrap(), reason: StopReason::Stopped },
    );
    log.seal(FileDigest::default().finish(), 0);
    log
}

#[test]
fn everything_that_matters_is_written_once_with_the_servers_time() {
    let log = story();
    let told: Vec<(u64, &str)> = log
        .entries
        .iter()
        .map(|entry| {
            let what = match &entry.what {
                What::Began { people, policy: ConsentPolicy::Ask, .. } if people.len() == 2 => "began",
                What::Consent { state: ConsentState::Asked, .. } => "asked",
                What::Consent { state: ConsentState::Voice, .. } => "voice",
                What::Joined { .. } => "joined",
                What::Granted { until: None, .. } => "granted",
                What::Paused => "paused",
                What::Left { .. } => "left",
                What::GrantEnded { .. } => "grant ended",
                What::Stopped { reason: StopReason::Stopped } => "stopped",
                What::File { .. } => "file",
                other => panic!("{other:?}"),
            };
            (entry.at.0, what)
        })
        .collect();
    assert_eq!(
        told,
        [
            (100, "began"),
            (100, "asked"),
            (110, "voice"),
            (120, "joined"),
            (125, "granted"),
            (130, "paused"),
            (150, "left"),
            (160, "grant ended"),
            (170, "stopped"),
            (170, "file"),
        ]
    );
    assert_eq!(log.verify(), Ok(()));
    // SHA-256 of nothing.
    assert_eq!(log.file(), Some(("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855", 0)));
}

#[test]
fn it_survives_writing_and_reading() {
    let log = story();
    let read: Log = serde_json::from_str(&log.json()).unwrap();
    assert_eq!(read, log);
    assert_eq!(read.verify(), Ok(()));
}

#[test]
fn the_files_own_tag_holds_all_but_the_files_digest() {
    let log = story();
    let mut tagged: Log = serde_json::from_str(&log.tag()).unwrap();
    assert_eq!((tagged.file(), tagged.verify()), (None, Ok(())));
    // Sealed as the log beside it was, it is the same.
    tagged.seal(FileDigest::default().finish(), 0);
    assert_eq!(tagged, log);
}

#[test]
fn whatever_is_changed_is_found() {
    let log = story();
    let changed = |change: &dyn Fn(&mut Log)| {
        let mut log = log.clone();
        change(&mut log);
        log.verify()
    };
    assert_eq!(changed(&|log| log.entries[2].at = Millis(111)), Err(Broken::Entry(2)));
    assert_eq!(changed(&|log| drop(log.entries.remove(3))), Err(Broken::Entry(3)));
    assert_eq!(changed(&|log| log.entries.swap(4, 5)), Err(Broken::Entry(4)));
    assert_eq!(changed(&|log| drop(log.entries.remove(0))), Err(Broken::NoBeginning));
    assert_eq!(changed(&|log| log.room = RoomId::from_random(2)), Err(Broken::Entry(0)));
    assert_eq!(changed(&|log| log.entries.clear()), Err(Broken::NoBeginning));
    let agreed = |log: &mut Log| {
        if let What::Consent { state, .. } = &mut log.entries[2].what {
            *state = ConsentState::All;
        }
    };
    assert_eq!(changed(&agreed), Err(Broken::Entry(2)));
    // With its own digest made anew, it is the next one that does not fit.
    let cleverer = |log: &mut Log| {
        agreed(log);
        let before = log.entries[1].digest.clone();
        let entry = &mut log.entries[2];
        entry.digest = digest(&before, entry.at, entry.rev, &entry.what);
    };
    assert_eq!(changed(&cleverer), Err(Broken::Entry(3)));
}

#[test]
fn who_was_away_meanwhile_writes_what_is_new() {
    let before = room();
    let mut log = Log::begin(&before).unwrap();
    let mut after = before.clone();
    after.rev = 40;
    after.recording.as_mut().unwrap().consents[0] =
        Consent { person: id("juno"), state: ConsentState::All, at: Millis(300) };
    log.follow(&before, &after, None);
    assert_eq!(log.entries.last().map(|entry| (entry.at, entry.rev)), Some((Millis(300), 40)));
}

#[test]
fn a_flood_of_people_does_not_grow_it_for_ever_and_the_end_is_written() {
    let here = room();
    let mut log = Log::begin(&here).unwrap();
    let mut more = here.clone();
    more.people.push(Person::new(id("theo"), "theo", Role::Guest, Millis(120)));
    for _ in 0..300 {
        log.follow(&here, &more, None);
        log.follow(&more, &here, None);
    }
    assert_eq!(log.entries.len(), MOST_ENTRIES);
    log.seal("00".into(), 1);
    assert!(log.file().is_some() && log.verify().is_ok());
}
