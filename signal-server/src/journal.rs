//! What a restarted server has to know beyond the tickets that people bring: who was sent out, who lost a role or a
//! right, which rooms have ended. A small file in the state folder, written to when such a thing happens.

use std::collections::{HashMap, HashSet};
use std::fs::{self, File, OpenOptions};
use std::io::{self, Write as _};
use std::path::Path;
use std::sync::{Mutex, PoisonError};

use hostreel_protocol::{Event, LeaveReason, Mark, Millis, PersonId, Role, RoomId};

use crate::SessionKey;
use crate::ticket::{LIFE_MS, Ticket};

const JOURNAL: &str = "sessions.log";
const SECRET: &str = "session.key";

/// The journal of this process, and what the one before left.
#[derive(Debug, Default)]
pub(crate) struct Journal {
    /// `None`: no state folder.
    file: Option<Mutex<File>>,
    out: HashSet<PersonId>,
    demoted: HashMap<PersonId, Millis>,
    ended: HashSet<RoomId>,
    banned: HashMap<RoomId, Vec<Mark>>,
}

impl Journal {
    /// Opens the folder's journal; entries that no valid ticket can be about any more are dropped.
    pub(crate) fn open(folder: &Path, now: Millis) -> io::Result<Self> {
        fs::create_dir_all(folder)?;
        let path = folder.join(JOURNAL);
        let text = match fs::read_to_string(&path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => String::new(),
            // A torn or foreign file is no reason not to start.
            Err(error) if error.kind() == io::ErrorKind::InvalidData => String::new(),
            text => text?,
        };
        let mut journal = Self::default();
        let mut kept = String::new();
        for line in text.lines() {
            let mut words = line.split(' ');
            let (Some(at), Some(kind), Some(id)) = (words.next(), words.next(), words.next()) else {
                continue;
            };
            let Ok(at) = at.parse().map(Millis) else { continue };
            if now.since(at).0 > LIFE_MS {
                continue;
            }
            match (kind, PersonId::parse(id), RoomId::parse(id)) {
                ("out", Ok(person), _) => drop(journal.out.insert(person)),
                ("less", Ok(person), _) => drop(journal.demoted.insert(person, at)),
                ("ended", _, Ok(room)) => drop(journal.ended.insert(room)),
                ("banned", _, Ok(room)) => {
                    let marks = words.filter_map(|mark| Mark::parse(mark).ok());
                    journal.banned.entry(room).or_default().extend(marks);
                }
                _ => continue,
            }
            kept.push_str(line);
            kept.push('\n');
        }
        // In one step: a crash in between leaves the old one.
        let fresh = folder.join(format!("{JOURNAL}.new"));
        fs::write(&fresh, kept)?;
        fs::rename(&fresh, &path)?;
        journal.file = Some(Mutex::new(OpenOptions::new().append(true).open(path)?));
        Ok(journal)
    }

    /// Notes what a ticket from before this event would be wrong about.
    pub(crate) fn note(&self, room: &RoomId, at: Millis, event: &Event) {
        let Some(file) = &self.file else { return };
        let line = match event {
            Event::Left { person, reason: LeaveReason::Removed | LeaveReason::Banned } => {
                format!("{} out {person}\n", at.0)
            }
            Event::RoleChanged { person, role: Role::Guest } | Event::HandedOver { from: person, .. } => {
                format!("{} less {person}\n", at.0)
            }
            Event::GrantChanged { person, may_record: false, .. } => format!("{} less {person}\n", at.0),
            Event::Ended { .. } => format!("{} ended {room}\n", at.0),
            Event::Banned { marks } => {
                let marks: Vec<&str> = marks.iter().map(Mark::as_str).collect();
                format!("{} banned {room} {}\n", at.0, marks.join(" "))
            }
            _ => return,
        };
        // A few dozen bytes into the page cache, and seldom.
        let mut file = file.lock().unwrap_or_else(PoisonError::into_inner);
        if let Err(error) = file.write_all(line.as_bytes()) {
            tracing::error!(%error, "can't write to the state folder");
        }
    }

    /// What was banned from a room before the restart.
    pub(crate) fn banned(&self, room: &RoomId) -> Vec<Mark> {
        self.banned.get(room).cloned().unwrap_or_default()
    }

    /// The ticket as it counts after a restart; `None` when it is void.
    pub(crate) fn check(&self, mut ticket: Ticket, now: Millis) -> Option<Ticket> {
        if now.since(ticket.at).0 > LIFE_MS
            || self.out.contains(&ticket.person.id)
            || self.ended.contains(&ticket.room)
        {
            return None;
        }
        if self.demoted.get(&ticket.person.id).is_some_and(|at| ticket.at <= *at) {
            ticket.person.role = Role::Guest;
            ticket.person.may_record = false;
            ticket.person.record_until = None;
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
    use crate::key::KeyHash;
    use hostreel_protocol::{EndReason, HostKey, Person, Policies};

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
        assert_eq!((less.role, less.may_record), (Role::Guest, false));
        // Appointed again since.
        assert_eq!(journal.check(ticket("less", 150), Millis(200)).unwrap().person.role, Role::Cohost);
        assert!(journal.check(Ticket { room: there, ..ticket("other", 50) }, Millis(200)).is_none());
        assert!(journal.check(ticket("other", 50), Millis(60 + LIFE_MS)).is_none());
        fs::remove_dir_all(folder).unwrap();
    }
}
