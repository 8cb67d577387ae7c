//! The lobby, bans, consent, lost connections, succession, lent rights, chat: the stories behind the table.

#![allow(clippy::unwrap_used, reason = "a test that can't go on has failed")]

mod common;

use common::{RECORD, Story, grant, id, mark};
use hostreel_protocol::{
    Code, Command, ConsentAnswer, ConsentPolicy, ConsentState, EndReason, Event, KnockEnd, LeaveReason,
    Limits, Millis, Policies, PolicyChange, RecordingState, Role, RunningRecording, StopReason, Succession,
};
use hostreel_room::{Input, Join, Keep, Restore, may_signal, next_due};

fn lobby() -> Policies {
    Policies { lobby: true, ..Policies::default() }
}

fn asking() -> Policies {
    Policies { consent: ConsentPolicy::Ask, ..Policies::default() }
}

fn set(change: PolicyChange) -> Command {
    Command::SetPolicy { change }
}

fn consent(answer: ConsentAnswer) -> Command {
    Command::Consent { recording: None, answer }
}

#[test]
fn who_knocked_before_the_host_came_waits_for_the_host() {
    let mut room = Story::with(lobby());
    assert!(matches!(&room.join("early", false).unwrap()[..], [Event::Knocked { .. }]));
    // The host and no less gets past the lobby.
    room.join("host", true).unwrap();
    assert_eq!(room.role("host"), Some(Role::Host));
    let waiting = &room.room.state().waiting;
    assert_eq!(waiting.iter().map(|waiting| waiting.name.as_str()).collect::<Vec<_>>(), ["early"]);
    // No way around: no command, no signal.
    assert_eq!(room.ask("early", Command::Chat { text: "Hi".into() }), Err(Code::NotAllowed));
    assert!(may_signal(&room.room, &id("early"), &id("host")).is_err());
    assert!(may_signal(&room.room, &id("host"), &id("early")).is_err());
    let events = room.ask("host", Command::Admit { person: id("early") }).unwrap();
    assert!(matches!(&events[..], [Event::Joined { person }] if person.role == Role::Guest));
    assert!(room.room.state().waiting.is_empty());
    assert_eq!(room.ask("host", Command::Admit { person: id("early") }), Err(Code::NoSuchPerson));
}

#[test]
fn who_is_refused_gives_up_or_is_lost_waits_no_longer() {
    let mut room = Story::with(lobby());
    room.join("host", true).unwrap();
    for (person, reason) in [("a", KnockEnd::Refused), ("b", KnockEnd::Left), ("c", KnockEnd::Lost)] {
        room.join(person, false).unwrap();
        let events = match reason {
            KnockEnd::Refused => room.ask("host", Command::Refuse { person: id(person) }),
            KnockEnd::Left => room.ask(person, Command::Leave),
            _ => room.lose(person),
        };
        assert_eq!(events, Ok(vec![Event::KnockEnded { person: id(person), reason }]));
    }
    assert!(room.room.state().waiting.is_empty());
}

#[test]
fn opening_the_lobby_lets_in_as_many_as_there_is_room_for() {
    let mut room = Story::with(lobby());
    room.join("host", true).unwrap();
    for person in ["a", "b", "c", "d"] {
        room.join(person, false).unwrap();
    }
    room.ask("host", set(PolicyChange { lobby: Some(false), ..PolicyChange::default() })).unwrap();
    assert_eq!(room.room.state().people.len(), 4);
    assert_eq!(room.room.state().waiting.len(), 1);
    assert_eq!(room.ask("host", Command::Admit { person: id("d") }), Err(Code::RoomFull));
}

#[test]
fn a_lobby_is_bounded() {
    let mut room = Story::with(lobby());
    room.limits.waiting_per_room = 1;
    room.join("a", false).unwrap();
    assert_eq!(room.join("b", false), Err(Code::RoomFull));
}

#[test]
fn a_ban_holds_for_the_identity_whatever_the_name() {
    let mut room = Story::new();
    room.join("host", true).unwrap();
    room.join_as("a", "mallory").unwrap();
    room.join_as("b", "mallory").unwrap();
    let events = room.ask("host", Command::Ban { person: id("a") }).unwrap();
    // On both devices.
    assert_eq!(
        events
            .iter()
            .filter(|event| matches!(event, Event::Left { reason: LeaveReason::Banned, .. }))
            .count(),
        2
    );
    assert_eq!(room.join_as("c", "mallory"), Err(Code::Banned));
    assert!(room.join_as("d", "somebody").is_ok());
    let mut person = hostreel_protocol::Person::new(id("a"), "a", Role::Guest, Millis(0));
    person.marks = vec![mark("mallory")];
    let restore = Restore { person, policies: Policies::default(), recording: None, is_newest: true };
    assert_eq!(room.put(&Input::Restore(Box::new(restore))), Err(Code::Banned));
    // In the lobby too.
    room.ask("host", set(PolicyChange { lobby: Some(true), ..PolicyChange::default() })).unwrap();
    room.join_as("e", "eve").unwrap();
    let events = room.ask("host", Command::Ban { person: id("e") }).unwrap();
    assert_eq!(events[0], Event::KnockEnded { person: id("e"), reason: KnockEnd::Banned });
    assert_eq!(room.join_as("f", "eve"), Err(Code::Banned));
}

#[test]
fn consent_is_asked_answered_changed_and_withdrawn() {
    let mut room = Story::with(asking());
    room.join("host", true).unwrap();
    room.join("a", false).unwrap();
    assert_eq!(room.ask("a", consent(ConsentAnswer::All)), Err(Code::NotRecording));
    room.ask("host", RECORD).unwrap();
    let state = |room: &Story, person: &str| {
        room.room.state().recording.as_ref().map(|recording| recording.consent_of(&id(person)))
    };
    assert_eq!(state(&room, "a"), Some(ConsentState::Asked));
    assert_eq!(state(&room, "host"), Some(ConsentState::All));
    assert_eq!(room.ask("host", consent(ConsentAnswer::None)), Err(Code::WrongState));
    for (answer, expected) in [
        (ConsentAnswer::None, ConsentState::None),
        (ConsentAnswer::Voice, ConsentState::Voice),
        (ConsentAnswer::All, ConsentState::All),
        (ConsentAnswer::None, ConsentState::Withdrawn),
    ] {
        room.ask("a", consent(answer)).unwrap();
        assert_eq!(state(&room, "a"), Some(expected));
    }
    assert_eq!(room.ask("a", consent(ConsentAnswer::Withdrawn)), Ok(Vec::new()));
    // Who comes late is asked, and asked again after leaving.
    let events = room.join("late", false).unwrap();
    assert!(matches!(&events[1], Event::ConsentChanged { state: ConsentState::Asked, .. }));
    room.ask("late", consent(ConsentAnswer::All)).unwrap();
    // A lost connection changes no answer.
    room.lose("late").unwrap();
    room.back("late").unwrap();
    assert_eq!(state(&room, "late"), Some(ConsentState::All));
    // The policy counts from the next recording on.
    room.ask("host", set(PolicyChange { consent: Some(ConsentPolicy::Notify), ..PolicyChange::default() }))
        .unwrap();
    assert_eq!(state(&room, "a"), Some(ConsentState::Withdrawn));
    room.ask("host", Command::StopRecording).unwrap();
    room.ask("host", RECORD).unwrap();
    assert_eq!(state(&room, "a"), Some(ConsentState::All));
    assert_eq!(room.ask("a", consent(ConsentAnswer::None)), Err(Code::WrongState));
}

#[test]
fn a_lost_connection_keeps_the_seat_for_the_grace_time() {
    let mut room = Story::new();
    room.join("host", true).unwrap();
    room.join("a", false).unwrap();
    room.ask("host", grant("a")).unwrap();
    room.ask("a", RECORD).unwrap();
    let away = |away| Event::PresenceChanged { person: id("a"), away, until: None };
    assert_eq!(room.lose("a"), Ok(vec![away(true)]));
    assert_eq!(room.lose("a"), Ok(Vec::new()));
    // The recorder goes on: it needs no server.
    assert!(room.room.state().recording.is_some());
    assert_eq!(room.wait(29_000), []);
    assert_eq!(room.back("a"), Ok(vec![away(false)]));
    assert!(room.person("a").unwrap().may_record);
    room.lose("a").unwrap();
    assert_eq!(next_due(&room.room, &room.limits), Some(Millis(room.now + 30_000)));
    let events = room.wait(30_000);
    assert!(matches!(
        &events[..],
        [
            Event::RecordingStopped { reason: StopReason::Gone, .. },
            Event::Left { reason: LeaveReason::Lost, .. }
        ]
    ));
    assert_eq!(room.back("a"), Err(Code::SessionUnknown));
}

#[test]
fn a_page_that_says_it_goes_keeps_the_seat_for_a_moment_and_all_that_belongs_to_it() {
    let mut room = Story::new();
    room.join("host", true).unwrap();
    room.join("a", false).unwrap();
    room.ask("host", grant("a")).unwrap();
    room.ask("host", Command::AppointCohost { person: id("a") }).unwrap();
    room.ask("host", Command::Mute { person: id("a") }).unwrap();
    room.ask("host", Command::Lock { locked: true }).unwrap();
    room.ask("a", RECORD).unwrap();
    // No page, no recorder.
    let events = room.close_page("a").unwrap();
    let until = Some(Millis(room.now + 10_000));
    assert!(
        matches!(&events[..], [
            Event::RecordingStopped { reason: StopReason::Gone, .. },
            Event::PresenceChanged { away: true, until: told, .. },
        ] if *told == until),
        "{events:?}"
    );
    assert_eq!(room.wait(9_000), []);
    room.back("a").unwrap();
    let a = room.person("a").unwrap();
    assert_eq!((a.role, a.may_record, a.muted, a.away_until), (Role::Cohost, true, true, None));
    room.close_page("a").unwrap();
    assert_eq!(next_due(&room.room, &room.limits), Some(Millis(room.now + 10_000)));
    let left = Event::Left { person: id("a"), reason: LeaveReason::Lost };
    assert_eq!(room.wait(10_000), [left]);
    // A connection that is lost without a word has the usual time, also for who had gone before.
    room.join("b", false).unwrap_err();
    room.ask("host", Command::Lock { locked: false }).unwrap();
    room.join("b", false).unwrap();
    room.close_page("b").unwrap();
    room.back("b").unwrap();
    room.lose("b").unwrap();
    assert_eq!(next_due(&room.room, &room.limits), Some(Millis(room.now + 30_000)));
}

#[test]
fn the_hosts_closed_page_is_waited_for_as_long_as_ever() {
    let mut room = with_cohost(Succession::Cohost);
    room.ask("host", Command::HandOver { person: id("guest") }).unwrap();
    for person in ["host", "guest"] {
        let away = Event::PresenceChanged { person: id(person), away: true, until: None };
        assert_eq!(room.close_page(person), Ok(vec![away]), "by key or by role");
    }
    assert_eq!(room.wait(59_000), []);
    room.back("guest").unwrap();
    assert_eq!((room.host(), room.role("host")), (Some("guest"), Some(Role::Cohost)));
}

#[test]
fn nobody_escapes_a_mute_by_leaving() {
    let mut room = Story::new();
    room.join("host", true).unwrap();
    room.join_as("a", "phone").unwrap();
    room.join_as("b", "laptop").unwrap();
    room.ask("host", Command::Mute { person: id("a") }).unwrap();
    room.ask("a", Command::Leave).unwrap();
    room.join_as("c", "tablet").unwrap();
    room.join_as("again", "phone").unwrap();
    let muted = |room: &Story, person| room.person(person).unwrap().muted;
    assert!(muted(&room, "again") && !muted(&room, "b") && !muted(&room, "c"));
    // Through the lobby as well.
    let lobby = PolicyChange { lobby: Some(true), ..PolicyChange::default() };
    room.ask("again", Command::Leave).unwrap();
    room.ask("host", Command::SetPolicy { change: lobby }).unwrap();
    room.join_as("third", "phone").unwrap();
    room.ask("host", Command::Admit { person: id("third") }).unwrap();
    assert!(muted(&room, "third"));
    // Lifted is lifted.
    room.ask("host", Command::Unmute { person: id("third") }).unwrap();
    room.ask("third", Command::Leave).unwrap();
    room.join_as("fourth", "phone").unwrap();
    room.ask("host", Command::Admit { person: id("fourth") }).unwrap();
    assert!(!muted(&room, "fourth"));
}

#[test]
fn a_fault_of_the_clients_own_keeps_no_seat() {
    let mut room = Story::new();
    room.join("host", true).unwrap();
    room.join("a", false).unwrap();
    let events = room.put(&Input::Lost { person: id("a"), seat: Keep::No }).unwrap();
    assert_eq!(events, [Event::Left { person: id("a"), reason: LeaveReason::Lost }]);
}

fn with_cohost(succession: Succession) -> Story {
    let mut room = Story::with(Policies { succession, ..Policies::default() });
    room.join("host", true).unwrap();
    room.join("guest", false).unwrap();
    room.join("cohost", false).unwrap();
    room.ask("host", Command::AppointCohost { person: id("cohost") }).unwrap();
    room
}

#[test]
fn the_cohost_stands_in_and_the_key_takes_the_role_back() {
    let mut room = with_cohost(Succession::Cohost);
    room.lose("host").unwrap();
    assert_eq!(room.wait(59_000), []);
    assert_eq!(room.host(), Some("host"));
    let events = room.wait(1_000);
    assert_eq!(
        events,
        [
            Event::Left { person: id("host"), reason: LeaveReason::Lost },
            Event::Succeeded { person: id("cohost") },
        ]
    );
    room.ask("cohost", RECORD).unwrap();
    let events = room.join("host2", true).unwrap();
    assert!(matches!(&events[..], [
        Event::Joined { person },
        Event::RecordingStopped { reason: StopReason::Revoked, .. },
        Event::HandedOver { .. },
    ] if person.role == Role::Cohost));
    assert_eq!((room.host(), room.role("cohost")), (Some("host2"), Some(Role::Cohost)));
}

#[test]
fn who_stands_in_has_no_role_to_give() {
    let mut room = with_cohost(Succession::Cohost);
    room.ask("host", Command::Leave).unwrap();
    room.wait(60_000);
    assert_eq!(room.host(), Some("cohost"));
    assert_eq!(room.ask("cohost", Command::HandOver { person: id("guest") }), Err(Code::WrongState));
    room.join("host2", true).unwrap();
    assert_eq!(room.host(), Some("host2"));
    room.ask("host2", Command::HandOver { person: id("guest") }).unwrap();
    assert_eq!(room.host(), Some("guest"));
}

#[test]
fn a_cohost_bans_no_cohost_along_with_a_guest_of_the_same_browser() {
    let mut room = Story::new();
    room.join("host", true).unwrap();
    room.join_as("jun", "browser").unwrap();
    room.join_as("tab", "browser").unwrap();
    room.join("mina", false).unwrap();
    for cohost in ["jun", "mina"] {
        room.ask("host", Command::AppointCohost { person: id(cohost) }).unwrap();
    }
    room.ask("mina", Command::Ban { person: id("tab") }).unwrap();
    assert_eq!((room.role("jun"), room.role("tab")), (Some(Role::Cohost), None));
    assert!(room.join_as("again", "browser").is_ok());
    room.ask("host", Command::Ban { person: id("again") }).unwrap();
    assert_eq!(room.role("jun"), None);
    assert_eq!(room.join_as("third", "browser"), Err(Code::Banned));
}

#[test]
fn who_was_given_the_role_keeps_it_when_the_key_comes_back() {
    let mut room = with_cohost(Succession::Cohost);
    room.ask("host", Command::HandOver { person: id("guest") }).unwrap();
    room.ask("host", Command::Leave).unwrap();
    room.join("host2", true).unwrap();
    assert_eq!((room.host(), room.role("host2")), (Some("guest"), Some(Role::Guest)));
}

#[test]
fn a_host_who_leaves_can_come_back_within_the_grace_time() {
    let mut room = with_cohost(Succession::Cohost);
    room.ask("host", Command::Leave).unwrap();
    assert_eq!(room.wait(30_000), []);
    room.join("host2", true).unwrap();
    assert_eq!(room.host(), Some("host2"));
    assert_eq!(room.wait(100_000), []);
}

#[test]
fn no_guest_becomes_host_and_no_cohost_who_is_away() {
    let mut room = with_cohost(Succession::Cohost);
    room.limits = Limits { guest_grace_ms: 600_000, ..room.limits };
    room.lose("cohost").unwrap();
    room.ask("host", Command::Leave).unwrap();
    assert_eq!(room.wait(300_000), []);
    assert_eq!(room.host(), None);
    room.back("cohost").unwrap();
    assert_eq!(room.wait(0), [Event::Succeeded { person: id("cohost") }]);
}

#[test]
fn a_room_waits_or_ends_without_its_host() {
    let mut room = with_cohost(Succession::Wait);
    room.lose("host").unwrap();
    assert!(matches!(&room.wait(200_000)[..], [Event::Left { .. }]));
    assert_eq!(room.host(), None);
    let mut room = with_cohost(Succession::End);
    room.ask("host", grant("guest")).unwrap();
    room.ask("guest", RECORD).unwrap();
    room.ask("host", Command::Leave).unwrap();
    assert!(matches!(
        &room.wait(60_000)[..],
        [
            Event::RecordingStopped { reason: StopReason::RoomEnded, .. },
            Event::Ended { reason: EndReason::HostGone },
        ]
    ));
    assert_eq!(room.join("late", false), Err(Code::RoomEnded));
}

#[test]
fn a_right_lent_for_a_time_ends_by_itself() {
    let mut room = Story::new();
    room.join("host", true).unwrap();
    room.join("a", false).unwrap();
    let lend = |for_ms| Command::GrantRecording { person: id("a"), for_ms };
    assert_eq!(room.ask("host", lend(Some(0))), Err(Code::WrongState));
    room.ask("host", lend(Some(1_000))).unwrap();
    room.ask("a", RECORD).unwrap();
    let events = room.wait(900);
    assert!(matches!(
        &events[..],
        [
            Event::RecordingStopped { reason: StopReason::Expired, .. },
            Event::GrantChanged { may_record: false, .. },
        ]
    ));
    // Over at its moment, even when nobody looked at the clock.
    room.ask("host", lend(Some(150))).unwrap();
    room.now += 100;
    assert_eq!(room.ask("a", RECORD), Err(Code::NotAllowed));
    room.wait(0);
    // The host's own right needs no grant, so none can end it.
    room.ask("host", Command::GrantRecording { person: id("host"), for_ms: Some(200) }).unwrap();
    room.ask("host", RECORD).unwrap();
    assert!(matches!(&room.wait(1_000)[..], [Event::GrantChanged { .. }]));
    // Lent again without an end.
    room.ask("host", lend(Some(1_000))).unwrap();
    room.ask("host", lend(None)).unwrap();
    assert_eq!(room.wait(5_000), []);
}

#[test]
fn chat_is_in_order_bounded_and_kept_as_the_policy_says() {
    let mut room = Story::new();
    room.join("host", true).unwrap();
    assert_eq!(room.ask("host", Command::Chat { text: " \u{7} ".into() }), Err(Code::BadText));
    assert_eq!(room.ask("host", Command::Chat { text: "x".repeat(1_001) }), Err(Code::BadText));
    for number in 0..150 {
        room.ask("host", Command::Chat { text: format!("{number}") }).unwrap();
    }
    let chat = &room.room.state().chat;
    assert_eq!((chat.len(), chat[0].text.as_str(), chat[99].text.as_str()), (100, "50", "149"));
    for _ in 0..60 {
        room.ask("host", Command::Chat { text: "가".repeat(1_000) }).unwrap();
    }
    assert!(room.room.state().chat.len() < 12);
    room.ask("host", set(PolicyChange { chat_history: Some(false), ..PolicyChange::default() })).unwrap();
    let events = room.ask("host", Command::Chat { text: "gone".into() }).unwrap();
    assert!(matches!(&events[..], [Event::Chat { .. }]));
    assert!(room.room.state().chat.is_empty());
}

#[test]
fn a_name_like_the_hosts_is_flagged_as_long_as_it_is_one() {
    let mut room = Story::new();
    room.put(&Input::Join(Join { holds_key: true, ..Join::guest(id("host"), "Mina Kim") })).unwrap();
    room.put(&Input::Join(Join::guest(id("a"), "MINA  KIM"))).unwrap();
    let flagged = |room: &Story| room.person("a").unwrap().resembles_host;
    assert!(flagged(&room));
    room.ask("a", Command::Rename { name: "Juno".into() }).unwrap();
    assert!(!flagged(&room));
    room.ask("host", Command::Rename { name: "juno".into() }).unwrap();
    assert!(flagged(&room));
    room.ask("host", Command::HandOver { person: id("a") }).unwrap();
    assert!(!flagged(&room));
    assert!(room.person("host").unwrap().resembles_host);
}

#[test]
fn after_a_restart_people_come_back_as_they_were_with_one_host() {
    let mut before = Story::with(asking());
    before.join("host", true).unwrap();
    before.join("a", false).unwrap();
    before.ask("host", RECORD).unwrap();
    before.ask("a", consent(ConsentAnswer::Voice)).unwrap();
    before.ask("host", Command::Mute { person: id("a") }).unwrap();
    let recording = before.room.state().recording.clone();
    let seat = |person: &str, is_newest: bool| {
        Input::Restore(Box::new(Restore {
            person: before.person(person).unwrap().clone(),
            policies: before.room.state().policies.clone(),
            recording: recording.clone().filter(|recording| recording.by == id(person)),
            is_newest,
        }))
    };
    let mut after = Story::new();
    after.put(&seat("a", true)).unwrap();
    let events = after.put(&seat("host", true)).unwrap();
    assert!(matches!(&events[..], [Event::Joined { .. }, Event::RecordingStarted { .. }]), "{events:?}");
    assert_eq!((after.host(), after.person("a").unwrap().muted), (Some("host"), true));
    let running: &RunningRecording = after.room.state().recording.as_ref().unwrap();
    assert_eq!(
        (running.state, running.consent_of(&id("a"))),
        (RecordingState::Recording, ConsentState::Voice)
    );
    assert_eq!(after.room.state().policies, asking());
    // An older token that says host gives way, a newer one takes over.
    let claims = |name: &str, is_newest: bool| {
        let person = hostreel_protocol::Person::new(id(name), name, Role::Host, Millis(0));
        Input::Restore(Box::new(Restore { person, policies: asking(), recording: None, is_newest }))
    };
    after.put(&claims("old", false)).unwrap();
    assert_eq!((after.host(), after.role("old")), (Some("host"), Some(Role::Cohost)));
    after.put(&claims("new", true)).unwrap();
    assert_eq!((after.host(), after.role("host")), (Some("new"), Some(Role::Cohost)));
}
