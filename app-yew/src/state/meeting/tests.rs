use hostreel_protocol::{
    Consent, ConsentPolicy, ConsentState, Event, LeaveReason, Millis, Policies, RecordingKind, Role, RoomId,
    RunningRecording, StopReason,
};

use super::*;

type Test = Meeting<&'static str>;

fn id(text: &str) -> PersonId {
    PersonId::parse(text).unwrap()
}

fn person(name: &str, role: Role) -> Person {
    Person::new(id(name), name, role, Millis(0))
}

fn room(recorded_by: Option<&str>, people: &[(&str, Role)]) -> Rc<RoomState> {
    let mut room = RoomState::new(RoomId::from_random(1), Policies::default());
    room.people = people.iter().map(|(name, role)| person(name, *role)).collect();
    room.recording = recorded_by.map(running);
    Rc::new(room)
}

fn running(by: &str) -> RunningRecording {
    RunningRecording::new(RecordingId::parse("r").unwrap(), id(by), RecordingKind::Video, Millis(0))
}

const BOTH: &[(&str, Role)] = &[("mina", Role::Host), ("juno", Role::Guest)];

fn in_room(you: &str) -> Test {
    Test::default().reduce(Action::Connection(Connection::Open)).reduce(Action::Room {
        you: id(you),
        room: room(None, BOTH),
        event: None,
    })
}

fn step(meeting: &Test, you: &str, recorded_by: Option<&str>, event: Event) -> Test {
    meeting.reduce(Action::Room {
        you: id(you),
        room: room(recorded_by, BOTH),
        event: Some(Envelope { rev: 1, at: Millis(1), event }),
    })
}

fn effects(meeting: &Test) -> Vec<Effect> {
    meeting.outbox.since(0).cloned().collect()
}

#[test]
fn rights_come_from_the_table() {
    assert!(in_room("mina").may(Permission::Record));
    assert!(!in_room("juno").may(Permission::Record));
    assert!(!Test::default().may(Permission::SeeRoom));
}

#[test]
fn a_hand_goes_up_where_that_is_allowed_and_down_always() {
    let with = |raised: bool, allowed: bool| {
        let mut now = (*room(None, BOTH)).clone();
        now.policies.guests_raise_hand = allowed;
        now.people[1].hand_raised_at = raised.then_some(Millis(5));
        in_room("juno").reduce(Action::Room { you: id("juno"), room: Rc::new(now), event: None })
    };
    assert_eq!(with(false, true).hand_command(), Some(Command::RaiseHand));
    assert_eq!(with(false, false).hand_command(), None);
    assert_eq!(with(true, false).hand_command(), Some(Command::LowerHand { person: None }));
    let away = with(true, true).reduce(Action::Connection(Connection::Reconnecting));
    assert_eq!(away.hand_command(), None);
}

#[test]
fn the_hosts_recorder_starts_with_the_event_and_a_guests_never() {
    let started = Event::RecordingStarted { recording: running("mina") };
    let host = in_room("mina").reduce(Action::Recording(recording::Input::Choose(RecordingKind::Video)));
    let host = step(&host, "mina", Some("mina"), started.clone());
    assert!(effects(&host).contains(&Effect::StartRecorder(RecordingKind::Video)));
    let guest = step(&in_room("juno"), "juno", Some("mina"), started);
    assert_eq!(effects(&guest), []);
    assert_eq!(
        guest.toasts.shown()[0].message,
        Message::RecordingStarted("mina".into(), RecordingKind::Video)
    );
}

#[test]
fn only_a_denied_start_ends_the_own_recording() {
    let asked = in_room("mina").reduce(Action::Recording(recording::Input::Choose(RecordingKind::Audio)));
    let asked = asked
        .reduce(Action::Sent(RequestId(1), CommandName::Mute))
        .reduce(Action::Sent(RequestId(2), CommandName::StartRecording));
    let other = asked.reduce(Action::Denied(Some(RequestId(1)), Code::NoSuchPerson));
    assert_eq!(other.recording, MyRecording::Asked { kind: RecordingKind::Audio });
    let denied = other.reduce(Action::Denied(Some(RequestId(2)), Code::AlreadyRecording));
    assert_eq!(denied.recording, MyRecording::Idle);
    assert_eq!(denied.toasts.shown().len(), 2);
}

#[test]
fn everything_that_ends_the_seat_stops_the_recorder_and_the_first_reason_stays() {
    let recording = in_room("mina").reduce(Action::Recording(recording::Input::Choose(RecordingKind::Video)));
    let recording =
        step(&recording, "mina", Some("mina"), Event::RecordingStarted { recording: running("mina") })
            .reduce(Action::Recording(recording::Input::Started));
    for action in
        [Action::Leave, Action::Out(Out::Code(Code::Removed)), Action::Out(Out::Code(Code::RoomEnded))]
    {
        let out = recording.reduce(action);
        assert!(effects(&out).contains(&Effect::StopRecorder));
        let later = out.reduce(Action::Out(Out::Code(Code::Internal)));
        assert_eq!(later.out, out.out);
        assert_eq!(effects(&later), effects(&out));
    }
    let revoked =
        Event::RecordingStopped { recording: RecordingId::parse("r").unwrap(), reason: StopReason::Revoked };
    assert!(effects(&step(&recording, "mina", None, revoked)).contains(&Effect::StopRecorder));
}

#[test]
fn a_lost_server_keeps_the_recording_and_a_new_seat_announces_it() {
    let recording = in_room("mina").reduce(Action::Recording(recording::Input::Choose(RecordingKind::Video)));
    let recording =
        step(&recording, "mina", Some("mina"), Event::RecordingStarted { recording: running("mina") })
            .reduce(Action::Recording(recording::Input::Started))
            .reduce(Action::Media(
                id("juno"),
                Media { stream: Some("s"), screen: None, has_camera: true, has_audio: true },
            ));
    let lost = recording.reduce(Action::Connection(Connection::Reconnecting));
    assert!(lost.recording.is_active());
    assert!(lost.media.contains_key(&id("juno")), "media does not stop with the server");
    let count = effects(&lost).len();
    let back = lost.reduce(Action::Connection(Connection::Open)).reduce(Action::Room {
        you: id("mina2"),
        room: room(None, &[("mina2", Role::Host)]),
        event: None,
    });
    assert_eq!(
        effects(&back)[count..],
        [Effect::Send(Command::StartRecording { kind: RecordingKind::Video })]
    );
    assert!(!back.media.contains_key(&id("juno")));
}

#[test]
fn a_room_without_a_seat_for_me_keeps_people_and_the_recording_that_stop_still_ends() {
    let running = in_room("mina")
        .reduce(Action::Recording(recording::Input::Choose(RecordingKind::Video)))
        .reduce(Action::Room { you: id("mina"), room: room(Some("mina"), BOTH), event: None })
        .reduce(Action::Recording(recording::Input::Started))
        .reduce(Action::Connection(Connection::Reconnecting));
    let adrift = running.reduce(Action::Connection(Connection::Adrift(Code::RoomUnknown)));
    assert_eq!((adrift.out, effects(&adrift)), (None, effects(&running)));
    assert!(adrift.recording.is_active());
    assert_eq!(adrift.room, running.room);
    let stopped = adrift.reduce(Action::Recording(recording::Input::Stop));
    assert_eq!(effects(&stopped)[effects(&adrift).len()..], [Effect::StopRecorder]);
    let back = adrift.reduce(Action::Connection(Connection::Open));
    assert_eq!(back.toasts.shown().last().map(|toast| &toast.message), Some(&Message::BackOnline));
}

#[test]
fn a_recording_that_the_server_has_not_stopped_yet_is_not_taken_for_the_next_one() {
    let seen = |meeting: &Test, recording: &str| {
        let mut state = RoomState::clone(&room(Some("mina"), BOTH));
        state.recording.as_mut().unwrap().id = RecordingId::parse(recording).unwrap();
        meeting.reduce(Action::Room { you: id("mina"), room: Rc::new(state), event: None })
    };
    let choose = Action::Recording(recording::Input::Choose(RecordingKind::Video));
    let again = seen(&in_room("mina").reduce(choose.clone()), "first")
        .reduce(Action::Recording(recording::Input::Started))
        .reduce(Action::Recording(recording::Input::Stop))
        .reduce(Action::Recording(recording::Input::Finished))
        .reduce(choose);
    let starts = |meeting: &Test| {
        effects(meeting).iter().filter(|effect| matches!(effect, Effect::StartRecorder(_))).count()
    };
    // Somebody joined before the server handled the stop.
    let early = seen(&again, "first");
    assert_eq!(starts(&early), 1);
    assert_eq!(starts(&seen(&early, "second")), 2);
}

#[test]
fn who_ended_the_meeting_is_not_told_that_somebody_did() {
    let ended = Action::Out(Out::Code(Code::RoomEnded));
    let asked = in_room("mina").reduce(Action::Command(Command::EndRoom));
    assert_eq!(asked.reduce(ended.clone()).out, Some(Out::EndedByMe));
    assert_eq!(in_room("juno").reduce(ended.clone()).out, Some(Out::Code(Code::RoomEnded)));
    let number = RequestId(7);
    let denied = asked
        .reduce(Action::Sent(number, CommandName::EndRoom))
        .reduce(Action::Denied(Some(number), Code::NotAllowed));
    assert_eq!(denied.reduce(ended).out, Some(Out::Code(Code::RoomEnded)));
}

#[test]
fn what_was_said_about_the_room_goes_with_it() {
    let told = in_room("mina").reduce(Action::Show(Message::Locked));
    assert!(told.reduce(Action::Leave).toasts.shown().is_empty());
    let saved = in_room("mina").reduce(Action::Leave).reduce(Action::Show(Message::Saved));
    assert_eq!(saved.toasts.shown().len(), 1);
}

#[test]
fn a_restarting_server_is_said_once_by_the_page_itself() {
    let stopping = in_room("mina").reduce(Action::Show(Message::Refused(Code::ServerStopping)));
    assert!(stopping.toasts.shown().is_empty());
}

#[test]
fn nobody_is_heard_when_all_microphones_are_off_or_muted() {
    let alone = in_room("mina");
    assert!(alone.anyone_heard(true) && !alone.anyone_heard(false));
    let media = Media { stream: None, screen: None, has_camera: false, has_audio: true };
    assert!(alone.reduce(Action::Media(id("juno"), media)).anyone_heard(false));
}

#[test]
fn a_dead_end_is_not_tried_again() {
    assert!(!is_worth_another_try(Code::RoomUnknown) && !is_worth_another_try(Code::RoomEnded));
    assert!(is_worth_another_try(Code::RoomFull) && is_worth_another_try(Code::RoomLocked));
}

#[test]
fn messages_tell_what_concerns_me() {
    let juno = in_room("juno");
    let say =
        |event| step(&juno, "juno", None, event).toasts.shown().last().map(|toast| toast.message.clone());
    assert_eq!(
        say(Event::GrantChanged { person: id("juno"), may_record: true, until: None }),
        Some(Message::MayRecord)
    );
    assert_eq!(say(Event::GrantChanged { person: id("mina"), may_record: true, until: None }), None);
    assert_eq!(say(Event::MuteChanged { person: id("juno"), muted: true }), Some(Message::Muted));
    assert_eq!(say(Event::HandedOver { from: id("mina"), to: id("juno") }), Some(Message::HostIsMe));
    let left = Event::Left { person: id("mina"), reason: LeaveReason::Lost };
    assert_eq!(say(left), Some(Message::Lost("mina".into())));
}

#[test]
fn who_stops_the_own_recording_is_not_told_that_it_ended() {
    let ended = |you, reason| {
        let recorded =
            in_room(you).reduce(Action::Room { you: id(you), room: room(Some("mina"), BOTH), event: None });
        let stopped = Event::RecordingStopped { recording: RecordingId::parse("r").unwrap(), reason };
        step(&recorded, you, None, stopped).toasts.shown().last().map(|toast| toast.message.clone())
    };
    let told = Some(Message::RecordingStopped(RecordingKind::Video));
    assert_eq!(ended("mina", StopReason::Stopped), None);
    assert_eq!(ended("mina", StopReason::StoppedByHost), told);
    assert_eq!(ended("juno", StopReason::Stopped), told);
}

#[test]
fn a_right_that_ran_out_is_not_called_taken_back() {
    let ended = |at: u64| {
        let mut lent = (*room(None, BOTH)).clone();
        (lent.people[1].may_record, lent.people[1].record_until) = (true, Some(Millis(600)));
        let before =
            in_room("juno").reduce(Action::Room { you: id("juno"), room: Rc::new(lent), event: None });
        let event = Event::GrantChanged { person: id("juno"), may_record: false, until: None };
        let after = before.reduce(Action::Room {
            you: id("juno"),
            room: room(None, BOTH),
            event: Some(Envelope { rev: 1, at: Millis(at), event }),
        });
        after.toasts.shown().last().map(|toast| toast.message.clone())
    };
    assert_eq!(ended(599), Some(Message::MayNotRecord));
    assert_eq!(ended(600), Some(Message::RecordTimeOver));
}

#[test]
fn the_newest_shared_screen_is_shown() {
    let shares = |person, screen| {
        Action::Media(id(person), Media { stream: None, screen, has_camera: false, has_audio: false })
    };
    let shown =
        |meeting: &Test| meeting.shared_screen().map(|(person, screen)| (person.name.clone(), *screen));
    let one = in_room("theo").reduce(shares("juno", Some("first")));
    assert_eq!(shown(&one), Some(("juno".into(), "first")));
    let two = one.reduce(shares("mina", Some("second"))).reduce(shares("juno", Some("first")));
    assert_eq!(shown(&two), Some(("mina".into(), "second")), "who shares already is no newer by a change");
    assert_eq!(shown(&two.reduce(shares("mina", None))), Some(("juno".into(), "first")));
    let again = two.reduce(shares("juno", None)).reduce(shares("juno", Some("third")));
    assert_eq!(shown(&again), Some(("juno".into(), "third")));
}

#[test]
fn what_is_recorded_is_said_with_its_pause() {
    let mut now = (*room(Some("mina"), BOTH)).clone();
    now.recording.as_mut().unwrap().state = RecordingState::Paused;
    let enter = |you: &str, room: &RoomState| {
        in_room(you).reduce(Action::Room { you: id(you), room: Rc::new(room.clone()), event: None })
    };
    assert_eq!(in_room("juno").recorded(), None);
    assert_eq!(enter("juno", &now).recorded(), Some((RecordingKind::Video, true)));
    assert_eq!(enter("mina", &now).recorded(), None, "nobody makes it");
}

#[test]
fn a_recording_that_the_host_stopped_while_the_server_was_away_ends() {
    let recording = in_room("juno").reduce(Action::Recording(recording::Input::Choose(RecordingKind::Video)));
    let started = Event::RecordingStarted { recording: running("juno") };
    let lost = step(&recording, "juno", Some("juno"), started)
        .reduce(Action::Recording(recording::Input::Started))
        .reduce(Action::Connection(Connection::Reconnecting));
    let back = |reason| {
        let stopped = Event::RecordingStopped { recording: RecordingId::parse("r").unwrap(), reason };
        let back = lost.reduce(Action::Connection(Connection::Open));
        step(&back, "juno", None, stopped).recording
    };
    assert_eq!(back(StopReason::StoppedByHost), MyRecording::Stopping);
    assert!(matches!(back(StopReason::Gone), MyRecording::Running { .. }), "nobody wanted it to end");
}

#[test]
fn only_what_was_agreed_to_goes_into_the_recording_also_while_the_server_is_away() {
    let asking = |answers: &[(&str, ConsentState)]| {
        let mut state = RoomState::clone(&room(Some("mina"), BOTH));
        let recording = state.recording.as_mut().unwrap();
        recording.consent = ConsentPolicy::Ask;
        recording.consents = answers
            .iter()
            .map(|(name, state)| Consent { person: id(name), state: *state, at: Millis(2) })
            .collect();
        Action::Room { you: id("mina"), room: Rc::new(state), event: None }
    };
    let asked = in_room("mina").reduce(Action::Recording(recording::Input::Choose(RecordingKind::Video)));
    let begun = asked.reduce(asking(&[("juno", ConsentState::Asked)]));
    let of = |meeting: &Test, name| (meeting.allowed(&id(name)).voice, meeting.allowed(&id(name)).picture);
    assert_eq!((of(&begun, "mina"), of(&begun, "juno")), ((true, true), (false, false)));
    assert_eq!(begun.log.as_ref().map(|log| (log.entries.len(), log.verify())), Some((2, Ok(()))));
    let voice = begun
        .reduce(Action::Recording(recording::Input::Started))
        .reduce(asking(&[("juno", ConsentState::Voice)]));
    assert_eq!(of(&voice, "juno"), (true, false));
    assert_eq!(voice.log.as_ref().map(|log| log.entries.len()), Some(3));
    // The server is gone and comes back without the recording: nobody's answer is forgotten, and a stranger is not recorded.
    let back = voice
        .reduce(Action::Connection(Connection::Reconnecting))
        .reduce(Action::Connection(Connection::Open))
        .reduce(Action::Room { you: id("mina"), room: room(None, BOTH), event: None });
    assert!(back.recording.is_active());
    assert_eq!((of(&back, "juno"), of(&back, "theo")), ((true, false), (false, false)));
    // Nothing is recorded: nothing is left out.
    assert_eq!(of(&in_room("mina"), "juno"), (true, true));
}

#[test]
fn the_log_has_the_end_also_when_the_file_is_complete_before() {
    let asked = in_room("mina").reduce(Action::Recording(recording::Input::Choose(RecordingKind::Video)));
    let mut state = (*room(Some("mina"), BOTH)).clone();
    state.rev = 2;
    let begun = asked.reduce(Action::Room { you: id("mina"), room: Rc::new(state.clone()), event: None });
    let complete = begun
        .reduce(Action::Recording(recording::Input::Started))
        .reduce(Action::Recording(recording::Input::Stop))
        .reduce(Action::Recording(recording::Input::Finished));
    assert!(!complete.recording.is_active());
    let recording = state.recording.take().unwrap().id;
    let ended = Event::RecordingStopped { recording, reason: StopReason::Stopped };
    let told = step(&complete, "mina", None, ended);
    assert!(told.log.is_some_and(|log| log.has_ended() && log.verify().is_ok()));
}

#[test]
fn what_was_written_is_told_until_the_chat_is_opened() {
    let wrote = Event::Chat { from: id("juno"), name: "juno".into(), text: "hello".into() };
    let told = step(&in_room("mina"), "mina", None, wrote);
    assert_eq!((told.toasts.shown().len(), told.chat.unread()), (1, 1));
    let open = told.reduce(Action::LookAtChat(true));
    assert_eq!((open.toasts.shown().len(), open.chat.unread(), open.chat.lines().len()), (0, 0, 1));
}
