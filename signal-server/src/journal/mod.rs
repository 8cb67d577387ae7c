//! What a restarted server has to know beyond the tickets that people bring: who has left or was sent out, who lost a role
//! or a right, which rooms have ended. A small file in the state folder, written to when such a thing happens.

mod book;
mod fact;

use std::collections::{HashMap, HashSet};
use std::fs::{self, OpenOptions};
use std::io::{self, Write as _};
use std::path::Path;
use std::sync::{Mutex, PoisonError};

use hostreel_protocol::{Event, Mark, Millis, PersonId, Role, RoomId};

use crate::SessionKey;
use crate::journal::book::Book;
use crate::journal::fact::Fact;
use crate::ticket::{LIFE_MS, Ticket};

const SECRET: &str = "session.key";

/// The journal of this process, and what the one before left.
#[derive(Debug, Default)]
pub(crate) struct Journal {
    /// `None`: no state folder.
    book: Option<Mutex<Book>>,
    out: HashSet<PersonId>,
    left: HashSet<PersonId>,
    ended: HashSet<RoomId>,
    banned: HashMap<RoomId, Vec<Mark>>,
    /// When somebody was host for the last time, and is a co-host at most since.
    cohosts: HashMap<PersonId, Millis>,
    /// When somebody had a role for the last time.
    guests: HashMap<PersonId, Millis>,
    /// When somebody was lent the right to record for the last time.
    unlent: HashMap<PersonId, Millis>,
}

impl Journal {
    /// Opens the folder's journal; entries that no valid ticket can be about any more are dropped.
    pub(crate) fn open(folder: &Path, now: Millis) -> io::Result<Self> {
        fs::create_dir_all(folder)?;
        let (book, text) = Book::tidied(folder, now)?;
        let mut journal = Self { book: Some(Mutex::new(book)), ..Self::default() };
        for line in text.lines() {
            if let Some((at, fact)) = line.split_once(' ')
                && let (Ok(at), Some(fact)) = (at.parse().map(Millis), Fact::read(fact))
            {
                journal.learn(at, fact);
            }
        }
        Ok(journal)
    }

    /// Takes in what was before a restart; a later line about the same is the newer.
    fn learn(&mut self, at: Millis, fact: Fact) {
        match fact {
            Fact::Out(person) => drop(self.out.insert(person)),
            Fact::Left(person) => drop(self.left.insert(person)),
            Fact::Cohost(person) => drop(self.cohosts.insert(person, at)),
            Fact::Guest(person) => drop(self.guests.insert(person, at)),
            Fact::Unlent(person) => drop(self.unlent.insert(person, at)),
            Fact::Ended(room) => drop(self.ended.insert(room)),
            Fact::Banned(room, marks) => self.banned.entry(room).or_default().extend(marks),
        }
    }

    /// Notes what a ticket from before this event would be wrong about.
    pub(crate) fn note(&self, room: &RoomId, at: Millis, event: &Event) {
        let Some(book) = &self.book else { return };
        let Some(fact) = Fact::of(room, event) else { return };
        let mut book = book.lock().unwrap_or_else(PoisonError::into_inner);
        // A few dozen bytes into the page cache, and seldom.
        if let Err(error) = book.file.write_all(format!("{} {fact}\n", at.0).as_bytes()) {
            tracing::error!(%error, "can't write to the state folder");
        }
        book.lines += 1;
    }

    /// Writes the file anew, when most of it may be said twice or be about nobody any more.
    pub(crate) fn tidy(&self, now: Millis) {
        let Some(book) = &self.book else { return };
        let mut book = book.lock().unwrap_or_else(PoisonError::into_inner);
        if book.lines < book.tidy_at {
            return;
        }
        match Book::tidied(&book.folder, now) {
            Ok((tidied, _)) => *book = tidied,
            // The old one goes on; it is tried again.
            Err(error) => tracing::error!(%error, "can't write to the state folder"),
        }
    }

    /// What was banned from a room before the restart.
    pub(crate) fn banned(&self, room: &RoomId) -> Vec<Mark> {
        self.banned.get(room).cloned().unwrap_or_default()
    }

    /// Whether somebody gave up the seat before the restart, or lost it: the ticket is for no seat any more. Who holds the
    /// host key may still bring the room back by it, and then come in anew.
    pub(crate) fn has_left(&self, person: &PersonId) -> bool {
        self.left.contains(person)
    }

    /// The ticket as it counts after a restart; `None` when it is void.
    pub(crate) fn check(&self, mut ticket: Ticket, now: Millis) -> Option<Ticket> {
        let person = &mut ticket.person;
        if now.since(ticket.at).0 > LIFE_MS
            || self.out.contains(&person.id)
            || self.ended.contains(&ticket.room)
        {
            return None;
        }
        // A ticket that was made by the event itself has the same time, and says what is left here anyway.
        let since =
            |facts: &HashMap<PersonId, Millis>| facts.get(&person.id).is_some_and(|at| ticket.at <= *at);
        let (cohost, guest, unlent) = (since(&self.cohosts), since(&self.guests), since(&self.unlent));
        if guest {
            person.role = Role::Guest;
        } else if cohost && person.role == Role::Host {
            person.role = Role::Cohost;
        }
        if unlent {
            person.may_record = false;
            person.record_until = None;
        }
        Some(ticket)
    }
}

/// The key in the folder; made when there is none. Readable by its owner only.
pub(crate) fn load_or_make_key(folder: &Path) -> io::Result<SessionKey> {
    fs::create_dir_all(folder)?;
    let path = folder.join(SECRET);
    match fs::read_to_string(&path) {
        Ok(text) if text.trim().len() >= 32 => return Ok(SessionKey::from_secret(text.trim())),
        Ok(_) => {
            let reason = format!(
                "{} is too short for a secret: delete it, or write 32 characters or more",
                path.display()
            );
            return Err(io::Error::new(io::ErrorKind::InvalidData, reason));
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound => {}
        Err(error) => return Err(error),
    }
    let secret = crate::key::random_text::<32>();
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(&path)?.write_all(secret.as_bytes())?;
    Ok(SessionKey::from_secret(&secret))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::journal::book::{FEW_LINES, JOURNAL};
    use crate::key::KeyHash;
    use hostreel_protocol::{EndReason, HostKey, LeaveReason, Person, Policies};

    fn ticket(person: &str, at: u64) -> Ticket {
        let mut person = Person::new(PersonId::parse(person).unwrap(), "x", Role::Cohost, Millis(0));
        person.may_record = true;
        Ticket {
            room: RoomId::from_random(1),
            generation: 1,
            at: Millis(at),
            person,
            policies: Policies::default(),
            recording: None,
            key: KeyHash::of(&HostKey::parse("k").unwrap()),
        }
    }

    #[test]
    fn what_was_taken_away_stays_so_after_a_restart() {
        let folder = std::env::temp_dir().join(format!("hostreel-journal-{}", std::process::id()));
        let key = load_or_make_key(&folder).unwrap();
        let mark = |key: &SessionKey| key.mark(&RoomId::from_random(1), "a", "b");
        assert_eq!(mark(&key), mark(&load_or_make_key(&folder).unwrap()));
        let (here, there) = (RoomId::from_random(1), RoomId::from_random(2));
        let person = |text: &str| PersonId::parse(text).unwrap();
        let journal = Journal::open(&folder, Millis(0)).unwrap();
        let out = Event::Left { person: person("out"), reason: LeaveReason::Banned };
        journal.note(&here, Millis(100), &out);
        journal.note(&here, Millis(100), &Event::RoleChanged { person: person("less"), role: Role::Guest });
        let mark = Mark::parse("m").unwrap();
        journal.note(&here, Millis(100), &Event::Banned { marks: vec![mark.clone()] });
        journal.note(&there, Millis(100), &Event::Ended { reason: EndReason::EndedByHost });
        drop(journal);
        // Half a line, as after a crash.
        let mut file = OpenOptions::new().append(true).open(folder.join(JOURNAL)).unwrap();
        file.write_all(b"10 ou").unwrap();
        let journal = Journal::open(&folder, Millis(200)).unwrap();
        assert_eq!((journal.banned(&here), journal.banned(&there)), (vec![mark], vec![]));
        assert!(journal.check(ticket("out", 50), Millis(200)).is_none());
        assert_eq!(journal.check(ticket("other", 50), Millis(200)).unwrap().person.role, Role::Cohost);
        let less = journal.check(ticket("less", 50), Millis(200)).unwrap().person;
        assert_eq!((less.role, less.may_record), (Role::Guest, true), "a lent right is another matter");
        // Appointed again since.
        assert_eq!(journal.check(ticket("less", 150), Millis(200)).unwrap().person.role, Role::Cohost);
        assert!(journal.check(Ticket { room: there, ..ticket("other", 50) }, Millis(200)).is_none());
        assert!(journal.check(ticket("other", 50), Millis(60 + LIFE_MS)).is_none());
        fs::remove_dir_all(folder).unwrap();
    }
    #[test]
    fn what_an_event_leaves_is_left_after_a_restart() {
        let folder = tempfile::tempdir().unwrap();
        let person = |text: &str| PersonId::parse(text).unwrap();
        let room = RoomId::from_random(1);
        let journal = Journal::open(folder.path(), Millis(0)).unwrap();
        let handed = Event::HandedOver { from: person("old"), to: person("new") };
        journal.note(&room, Millis(100), &handed);
        for lent in ["cohost", "new"] {
            let over = Event::GrantChanged { person: person(lent), may_record: false, until: None };
            journal.note(&room, Millis(100), &over);
        }
        drop(journal);
        let journal = Journal::open(folder.path(), Millis(200)).unwrap();
        let with = |id: &str, at: u64, role: Role| {
            let mut ticket = ticket(id, at);
            (ticket.person.role, ticket.person.record_until) = (role, Some(Millis(100)));
            let Person { role, may_record, record_until, .. } =
                journal.check(ticket, Millis(200)).unwrap().person;
            (role, may_record, record_until.is_some())
        };
        // By a ticket from before and by the one that came with the event, at the same time.
        for at in [50, 100] {
            assert_eq!(with("old", at, Role::Host), (Role::Cohost, true, true));
            assert_eq!(with("old", at, Role::Cohost), (Role::Cohost, true, true));
            assert_eq!(with("cohost", at, Role::Cohost), (Role::Cohost, false, false));
            assert_eq!(with("new", at, Role::Host), (Role::Host, false, false));
        }
        assert_eq!(with("old", 150, Role::Host), (Role::Host, true, true), "host again since");
    }
    #[test]
    fn who_takes_back_and_gives_again_does_not_fill_the_disk() {
        let folder = tempfile::tempdir().unwrap();
        let lines = || fs::read_to_string(folder.path().join(JOURNAL)).unwrap().lines().count();
        let (room, person) = (RoomId::from_random(1), PersonId::parse("p").unwrap());
        let journal = Journal::open(folder.path(), Millis(0)).unwrap();
        let over = Event::GrantChanged { person: person.clone(), may_record: false, until: None };
        let left = Event::Left { person: PersonId::parse("gone").unwrap(), reason: LeaveReason::Lost };
        journal.note(&room, Millis(1), &left);
        for at in 0..10_000 {
            journal.note(&room, Millis(at), &over);
            journal.tidy(Millis(at));
            assert!(at % 1_000 != 999 || lines() <= FEW_LINES, "{} lines", lines());
        }
        journal.note(&room, Millis(20_000), &Event::Ended { reason: EndReason::EndedByHost });
        let journal = Journal::open(folder.path(), Millis(30_000)).unwrap();
        assert_eq!(lines(), 3, "what each is about, once");
        assert!(journal.has_left(&PersonId::parse("gone").unwrap()) && journal.ended.contains(&room));
        let until = journal.unlent.get(&person);
        assert_eq!(until, Some(&Millis(9_999)), "the newest");
    }
}
