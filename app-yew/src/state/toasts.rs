//! Short messages that come and go.

use hostreel_protocol::{Code, RecordingKind};

use super::device::Asked;
use super::room_news::RoomNews;

/// What the recorder says about itself while it goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Health {
    /// No data comes.
    NoData,
    /// Data comes again.
    DataBack,
    /// Nothing but silence.
    Silent,
    /// The browser's sound system stands still.
    Stalled,
    /// There is sound again.
    SoundBack,
    /// The picture stands still.
    Frozen,
    /// The picture moves again.
    PictureBack,
    /// Pictures are thrown away.
    Dropping,
    /// A sound has ended.
    SoundEnded,
    /// Another page took the recording's lock.
    LockLost,
}

impl Health {
    /// Reads the recorder's own codes; nothing for what need not be said.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Some(match code {
            "no_data" => Self::NoData,
            "data_back" => Self::DataBack,
            "silent" => Self::Silent,
            "stalled" => Self::Stalled,
            "sound_back" => Self::SoundBack,
            "frozen" => Self::Frozen,
            "picture_back" => Self::PictureBack,
            "dropping" => Self::Dropping,
            "lock_lost" => Self::LockLost,
            _ => return None,
        })
    }

    /// Whether something is wrong with the recording now.
    #[must_use]
    pub fn is_bad(self) -> bool {
        !matches!(self, Self::DataBack | Self::SoundBack | Self::PictureBack)
    }

    /// What it is about: the newest word on it counts.
    fn about(self) -> u8 {
        match self {
            Self::NoData | Self::DataBack => 0,
            Self::Silent | Self::Stalled | Self::SoundBack | Self::SoundEnded => 1,
            Self::Frozen | Self::PictureBack => 2,
            Self::Dropping => 3,
            Self::LockLost => 4,
        }
    }
}

/// What a message says; the words are the catalogue's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Message {
    /// Somebody joined.
    Joined(String),
    /// Somebody left.
    Left(String),
    /// Somebody's connection was lost.
    Lost(String),
    /// Somebody was sent out.
    Removed(String),
    /// A command was refused.
    Refused(Code),
    /// The recorder failed; its error code.
    Failed(String),
    /// A device can't be opened; the recorder's error code, and what was asked for.
    NoDevice(String, Asked),
    /// Somebody began to record this.
    RecordingStarted(String, RecordingKind),
    /// The recording ended.
    RecordingStopped(RecordingKind),
    /// I was lent the right to record.
    MayRecord,
    /// My right to record was taken back.
    MayNotRecord,
    /// The time is over for which I might record.
    RecordTimeOver,
    /// I was muted for everybody.
    Muted,
    /// I may be heard again.
    Unmuted,
    /// I am the host now.
    HostIsMe,
    /// Somebody else is the host now.
    HostIs(String),
    /// I am co-host now.
    CohostIsMe,
    /// I am a guest now.
    GuestIsMe,
    /// Nobody new gets in.
    Locked,
    /// The room is open again.
    Unlocked,
    /// Other news of the room's people.
    Room(RoomNews),
    /// The connection to the server is back.
    BackOnline,
    /// A recording was ended, complete, because the disk is nearly full.
    StorageLow,
    /// The link is in the clipboard.
    Copied,
    /// A file was saved.
    Saved,
    /// The browser began to download a file.
    Downloading,
    /// A file could not be written where the person wanted it. The recording itself is unharmed.
    NotSaved {
        /// There is no space left.
        full: bool,
    },
    /// No screen was chosen.
    NotShared,
    /// What the recorder says about itself.
    Health(Health),
    /// A moment was marked, at this recorded time.
    Marked(String),
    /// Recordings are deleted when this message goes; until then it can be taken back.
    Deleted {
        /// Theirs.
        ids: Vec<String>,
        /// What they are called.
        title: String,
    },
    /// A recording has another title.
    Renamed,
    /// An interrupted recording is complete.
    Recovered,
    /// A part of a recording is a recording of its own.
    Trimmed {
        /// Where it begins in the other one, as it is read.
        from: String,
        /// Where it ends.
        to: String,
    },
    /// Settings were read from a file.
    Imported,
    /// A file held no settings.
    NotImported,
    /// A newer version of the app is kept for the next time.
    Updated,
}

/// What a message is about. A newer message on the same topic makes the older one wrong.
#[derive(Debug, PartialEq, Eq)]
enum Topic<'a> {
    /// Whether this person is there.
    Presence(&'a str),
    /// Whether it is recorded.
    Recording,
    /// Whether I may record.
    Right,
    /// Whether I am heard.
    Voice,
    /// Who is what.
    Role,
    /// What I am called.
    Name,
    /// Whether others get in.
    Door,
    /// How saving went.
    File,
    /// Whether something is missing from the recording.
    Health(u8),
    /// What was marked last.
    Mark,
}

impl Message {
    fn topic(&self) -> Option<Topic<'_>> {
        match self {
            Self::Joined(name) | Self::Left(name) | Self::Lost(name) | Self::Removed(name) => {
                Some(Topic::Presence(name))
            }
            Self::Room(RoomNews::MayRecordFor(_)) => Some(Topic::Right),
            Self::Room(RoomNews::MyName(_)) => Some(Topic::Name),
            Self::Room(news) => news.presence().map(Topic::Presence),
            Self::RecordingStarted(..) | Self::RecordingStopped(_) => Some(Topic::Recording),
            Self::MayRecord | Self::MayNotRecord | Self::RecordTimeOver => Some(Topic::Right),
            Self::Muted | Self::Unmuted => Some(Topic::Voice),
            Self::HostIsMe | Self::HostIs(_) | Self::CohostIsMe | Self::GuestIsMe => Some(Topic::Role),
            Self::Locked | Self::Unlocked => Some(Topic::Door),
            Self::Saved | Self::Downloading | Self::NotSaved { .. } => Some(Topic::File),
            Self::Health(health) => Some(Topic::Health(health.about())),
            Self::Marked(_) => Some(Topic::Mark),
            _ => None,
        }
    }

    /// Whether something went wrong, or is about to.
    #[must_use]
    pub fn is_error(&self) -> bool {
        matches!(
            self,
            Self::Refused(_)
                | Self::Failed(_)
                | Self::NoDevice(..)
                | Self::NotSaved { .. }
                | Self::StorageLow
                | Self::NotImported
        ) || matches!(self, Self::Health(health) if health.is_bad())
    }

    /// What can be taken back while it is shown.
    #[must_use]
    pub fn undone(&self) -> Option<&[String]> {
        match self {
            Self::Deleted { ids, .. } => Some(ids),
            _ => None,
        }
    }

    /// Whether it means nothing any more once the meeting is over.
    fn is_about_the_room(&self) -> bool {
        !matches!(
            self,
            Self::Failed(_) | Self::NotSaved { .. } | Self::StorageLow | Self::Saved | Self::Downloading
        )
    }

    /// Whether it must be read: it stays longer and is announced at once.
    #[must_use]
    pub fn is_urgent(&self) -> bool {
        self.is_error()
            || matches!(
                self,
                Self::MayNotRecord
                    | Self::RecordTimeOver
                    | Self::Muted
                    | Self::RecordingStarted(..)
                    | Self::Deleted { .. }
            )
    }

    /// How long it stays, in milliseconds.
    #[must_use]
    pub fn lasts_ms(&self) -> u32 {
        if self.is_urgent() { 9_000 } else { 4_500 }
    }
}

/// A message that is shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Toast {
    /// Never used twice on one page.
    pub id: u64,
    /// What it says.
    pub message: Message,
}

/// The messages that are shown, oldest first: four at most.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Toasts {
    next: u64,
    shown: Vec<Toast>,
}

const MOST: usize = 4;

impl Toasts {
    /// Shows a message; one that says the same, or what is no longer so, is replaced.
    pub fn show(&mut self, message: Message) {
        let topic = message.topic();
        self.shown
            .retain(|toast| toast.message != message && (topic.is_none() || toast.message.topic() != topic));
        self.shown.push(Toast { id: self.next, message });
        self.next += 1;
        if self.shown.len() > MOST {
            self.shown.remove(0);
        }
    }

    /// Takes a message away.
    pub fn dismiss(&mut self, id: u64) {
        self.shown.retain(|toast| toast.id != id);
    }

    /// The chat was opened: what was written is read there.
    pub fn read_chat(&mut self) {
        self.shown.retain(|toast| !matches!(toast.message, Message::Room(RoomNews::Wrote(..))));
    }

    /// The meeting is over: what was said about it goes, what was said about files stays.
    pub fn leave_room(&mut self) {
        self.shown.retain(|toast| !toast.message.is_about_the_room());
    }

    /// What was refused, while it is shown: the newest.
    #[must_use]
    pub fn refusal(&self) -> Option<&Message> {
        let refused = |toast: &&Toast| matches!(toast.message, Message::Refused(_));
        self.shown.iter().rev().find(refused).map(|toast| &toast.message)
    }

    /// What is shown.
    #[must_use]
    pub fn shown(&self) -> &[Toast] {
        &self.shown
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_flood_shows_the_newest_four_and_nothing_twice() {
        let mut toasts = Toasts::default();
        for _ in 0..3 {
            toasts.show(Message::Locked);
        }
        assert_eq!(toasts.shown().len(), 1);
        for name in ["a", "b", "c", "d", "e"] {
            toasts.show(Message::Joined(name.into()));
        }
        assert_eq!(toasts.shown().len(), MOST);
        assert_eq!(toasts.shown()[3].message, Message::Joined("e".into()));
    }

    #[test]
    fn a_new_state_takes_its_opposite_away() {
        let shown = |messages: &[Message]| {
            let mut toasts = Toasts::default();
            messages.iter().for_each(|message| toasts.show(message.clone()));
            toasts.shown().iter().map(|toast| toast.message.clone()).collect::<Vec<_>>()
        };
        let (mina, juno) = ("mina".to_owned(), "juno".to_owned());
        for (before, after) in [
            (Message::Locked, Message::Unlocked),
            (Message::Muted, Message::Unmuted),
            (Message::MayRecord, Message::MayNotRecord),
            (Message::NotSaved { full: true }, Message::Saved),
            (Message::NotSaved { full: false }, Message::Downloading),
            (Message::Joined(mina.clone()), Message::Lost(mina.clone())),
            (Message::Room(RoomNews::MyName(mina.clone())), Message::Room(RoomNews::MyName(juno.clone()))),
            (
                Message::RecordingStarted(mina.clone(), RecordingKind::Video),
                Message::RecordingStopped(RecordingKind::Video),
            ),
        ] {
            assert_eq!(shown(&[before, after.clone()]), [after]);
        }
        assert_eq!(shown(&[Message::Joined(mina), Message::Left(juno)]).len(), 2);
        assert_eq!(shown(&[Message::Copied, Message::BackOnline]).len(), 2);
    }

    #[test]
    fn what_is_well_again_takes_the_warning_away() {
        let mut toasts = Toasts::default();
        for code in ["silent", "frozen", "sound_back", "no such code"] {
            if let Some(health) = Health::from_code(code) {
                toasts.show(Message::Health(health));
            }
        }
        let shown: Vec<&Message> = toasts.shown().iter().map(|toast| &toast.message).collect();
        assert_eq!(shown, [&Message::Health(Health::Frozen), &Message::Health(Health::SoundBack)]);
        assert_eq!(shown.iter().filter(|message| message.is_error()).count(), 1);
    }

    #[test]
    fn the_meetings_messages_end_with_it() {
        let mut toasts = Toasts::default();
        for message in [Message::Locked, Message::NotSaved { full: true }, Message::Refused(Code::TooFast)] {
            toasts.show(message);
        }
        toasts.leave_room();
        assert_eq!(toasts.shown().len(), 1);
        assert!(toasts.shown()[0].message.is_error());
    }

    #[test]
    fn the_newest_refusal_is_known_while_it_is_shown() {
        let mut toasts = Toasts::default();
        for message in [Message::Refused(Code::TooFast), Message::Refused(Code::NotAllowed), Message::Copied]
        {
            toasts.show(message);
        }
        assert_eq!(toasts.refusal(), Some(&Message::Refused(Code::NotAllowed)));
        for id in 0..2 {
            toasts.dismiss(id);
        }
        assert_eq!(toasts.refusal(), None);
    }

    #[test]
    fn a_late_dismissal_takes_nothing_else_away() {
        let mut toasts = Toasts::default();
        toasts.show(Message::Copied);
        let id = toasts.shown()[0].id;
        toasts.dismiss(id);
        toasts.show(Message::Copied);
        toasts.dismiss(id);
        assert_eq!(toasts.shown().len(), 1);
    }
}
