//! The chat as this page saw it, reactions, and what is a link in a text.

use hostreel_protocol::{ChatMessage, Envelope, Event, Millis, PersonId, RoomState};

/// Most lines that are kept on the page.
const MOST_LINES: usize = 500;

/// A sign that somebody shows for a moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reaction {
    /// The event's number.
    pub rev: u64,
    /// Whose.
    pub person: PersonId,
    /// Which.
    pub emoji: String,
}

/// What was said, whether it was seen, and what is shown for a moment.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Chat {
    lines: Vec<ChatMessage>,
    unread: usize,
    open: bool,
    reactions: Vec<Reaction>,
}

impl Chat {
    /// What was said, the oldest first.
    #[must_use]
    pub fn lines(&self) -> &[ChatMessage] {
        &self.lines
    }

    /// Whether the panel is open.
    #[must_use]
    pub fn is_open(&self) -> bool {
        self.open
    }

    /// How many lines of others came while nobody looked.
    #[must_use]
    pub fn unread(&self) -> usize {
        self.unread
    }

    /// What somebody shows at this moment: the newest.
    #[must_use]
    pub fn reaction_of(&self, person: &PersonId) -> Option<&Reaction> {
        self.reactions.iter().rev().find(|reaction| reaction.person == *person)
    }

    /// All that is shown at this moment.
    #[must_use]
    pub fn reactions(&self) -> &[Reaction] {
        &self.reactions
    }

    /// The panel was opened or closed.
    pub fn look(&mut self, open: bool) {
        self.open = open;
        if open {
            self.unread = 0;
        }
    }

    /// A reaction was shown long enough.
    pub fn fade(&mut self, rev: u64) {
        self.reactions.retain(|reaction| reaction.rev != rev);
    }

    /// The room is known, or something happened in it. `first`: this page has just come in, so that what was said before
    /// is no news.
    pub fn follow(&mut self, you: &PersonId, room: &RoomState, envelope: Option<&Envelope>, first: bool) {
        match envelope {
            None => {
                for line in &room.chat {
                    self.add(line, !first && line.from != *you);
                }
                self.lines.sort_by_key(|line| (line.at, line.rev));
            }
            Some(Envelope { rev, at, event: Event::Chat { from, name, text } }) => {
                let (from, name, text) = (from.clone(), name.clone(), text.clone());
                let news = from != *you;
                self.add(&ChatMessage { rev: *rev, at: *at, from, name, text }, news);
            }
            Some(Envelope { rev, event: Event::Reacted { person, emoji }, .. }) => {
                self.reactions.retain(|reaction| reaction.person != *person);
                self.reactions.push(Reaction { rev: *rev, person: person.clone(), emoji: emoji.clone() });
            }
            Some(_) => {}
        }
        self.reactions.retain(|reaction| room.person(&reaction.person).is_some());
    }

    fn add(&mut self, line: &ChatMessage, news: bool) {
        if self.lines.iter().any(|known| (known.rev, known.at) == (line.rev, line.at)) {
            return;
        }
        self.lines.push(line.clone());
        if news && !self.open {
            self.unread += 1;
        }
        let over = self.lines.len().saturating_sub(MOST_LINES);
        self.lines.drain(..over);
    }

    /// What was said after a moment.
    pub fn since(&self, at: Millis) -> impl Iterator<Item = &ChatMessage> {
        self.lines.iter().filter(move |line| line.at > at)
    }
}

/// A piece of a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part<'a> {
    /// Words.
    Text(&'a str),
    /// An address that may be pressed: `http` or `https`, nothing else.
    Link(&'a str),
}

/// Cuts a message at its links. All parts together are the message.
#[must_use]
pub fn parts(text: &str) -> Vec<Part<'_>> {
    let mut parts = Vec::new();
    let mut rest = text;
    while let Some(start) = next_link(rest) {
        let (before, from) = rest.split_at(start);
        let end = from.find(|letter: char| letter.is_whitespace() || "<>\"`".contains(letter));
        // A full stop or bracket at the end belongs to the sentence.
        let link = from[..end.unwrap_or(from.len())]
            .trim_end_matches(['.', ',', ';', ':', '!', '?', ')', ']', '}', '\'', '’', '」']);
        if !before.is_empty() {
            parts.push(Part::Text(before));
        }
        parts.push(Part::Link(link));
        rest = &from[link.len()..];
    }
    if !rest.is_empty() {
        parts.push(Part::Text(rest));
    }
    parts
}

/// Where a link begins that has anything behind its scheme.
fn next_link(text: &str) -> Option<usize> {
    let begins = |rest: &str| {
        ["https://", "http://"].iter().any(|scheme| {
            let behind = rest.get(scheme.len()..).and_then(|behind| behind.chars().next());
            rest.get(..scheme.len()).is_some_and(|head| head.eq_ignore_ascii_case(scheme))
                && behind.is_some_and(|letter| letter.is_alphanumeric() || letter == '[')
        })
    };
    text.char_indices().map(|(at, _)| at).find(|at| {
        let in_word = text[..*at].chars().next_back().is_some_and(|letter| letter.is_ascii_alphanumeric());
        !in_word && begins(&text[*at..])
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use hostreel_protocol::{Person, Policies, Role, RoomId};

    fn id(text: &str) -> PersonId {
        PersonId::parse(text).unwrap()
    }

    fn room() -> RoomState {
        let mut room = RoomState::new(RoomId::from_random(1), Policies::default());
        room.people = ["me", "you"].map(|name| Person::new(id(name), name, Role::Guest, Millis(0))).into();
        room
    }

    fn said(rev: u64, from: &str) -> Envelope {
        let event = Event::Chat { from: id(from), name: from.into(), text: format!("line {rev}") };
        Envelope { rev, at: Millis(rev * 10), event }
    }

    #[test]
    fn lines_of_others_are_unread_until_somebody_looks() {
        let (mut chat, room) = (Chat::default(), room());
        for envelope in [said(1, "you"), said(2, "me"), said(3, "you"), said(3, "you")] {
            chat.follow(&id("me"), &room, Some(&envelope), false);
        }
        assert_eq!((chat.lines().len(), chat.unread()), (3, 2));
        chat.look(true);
        chat.follow(&id("me"), &room, Some(&said(4, "you")), false);
        assert_eq!(chat.unread(), 0);
        chat.look(false);
        chat.follow(&id("me"), &room, Some(&said(5, "you")), false);
        assert_eq!(chat.unread(), 1);
        assert_eq!(chat.since(Millis(30)).count(), 2);
    }

    #[test]
    fn who_comes_late_reads_what_was_said_and_who_comes_back_is_told_what_is_new() {
        let line =
            |rev| ChatMessage { rev, at: Millis(rev), from: id("you"), name: "you".into(), text: "a".into() };
        let (mut chat, mut room) = (Chat::default(), room());
        room.chat = vec![line(1), line(2)];
        chat.follow(&id("me"), &room, None, true);
        assert_eq!((chat.lines().len(), chat.unread()), (2, 0));
        room.chat.push(line(3));
        chat.follow(&id("me"), &room, None, false);
        assert_eq!((chat.lines().len(), chat.unread()), (3, 1));
    }

    #[test]
    fn a_reaction_fades_and_goes_with_its_person() {
        let (mut chat, mut room) = (Chat::default(), room());
        let reacted = |rev| Envelope {
            rev,
            at: Millis(rev),
            event: Event::Reacted { person: id("you"), emoji: "👍".into() },
        };
        chat.follow(&id("me"), &room, Some(&reacted(1)), false);
        chat.follow(&id("me"), &room, Some(&reacted(2)), false);
        chat.fade(1);
        assert_eq!(chat.reaction_of(&id("you")).map(|reaction| reaction.rev), Some(2));
        room.people.pop();
        chat.follow(&id("me"), &room, None, false);
        assert_eq!(chat.reactions(), []);
    }

    #[test]
    fn only_web_addresses_are_links() {
        use Part::{Link, Text};
        assert_eq!(
            parts("see https://a.example/x?y=1#z, (HTTP://b.example)."),
            [
                Text("see "),
                Link("https://a.example/x?y=1#z"),
                Text(", ("),
                Link("HTTP://b.example"),
                Text(").")
            ]
        );
        for text in [
            "javascript:alert(1)",
            "data:text/html,x",
            "https://",
            "xhttps://a.b",
            "ftp://a.b",
            "",
            "한국어 https:",
        ] {
            assert!(parts(text).iter().all(|part| matches!(part, Text(_))), "{text}");
        }
        let hostile = "https://a.example/\"onmouseover=x <b>https://b.example</b>";
        let whole: String = parts(hostile)
            .iter()
            .map(|part| match part {
                Text(text) | Link(text) => *text,
            })
            .collect();
        assert_eq!(whole, hostile);
        assert_eq!(parts(hostile)[0], Link("https://a.example/"));
    }
}
