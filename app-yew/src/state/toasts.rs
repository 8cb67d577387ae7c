//! Short messages that come and go.

use hostreel_protocol::Code;

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
    /// A device or the recorder failed; the recorder's error code.
    Failed(String),
    /// A recording began.
    RecordingStarted(String),
    /// The recording ended.
    RecordingStopped,
    /// I was lent the right to record.
    MayRecord,
    /// My right to record was taken back.
    MayNotRecord,
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
    /// The connection to the server is back.
    BackOnline,
    /// A recording runs low on disk space.
    StorageLow,
    /// The link is in the clipboard.
    Copied,
    /// A file was saved.
    Saved,
    /// The browser began to download a file.
    Downloading,
    /// No screen was chosen.
    NotShared,
}

impl Message {
    /// Whether it must be read: it stays longer and is announced at once.
    #[must_use]
    pub fn is_urgent(&self) -> bool {
        matches!(
            self,
            Self::Refused(_)
                | Self::Failed(_)
                | Self::MayNotRecord
                | Self::Muted
                | Self::RecordingStarted(_)
                | Self::StorageLow
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
    /// Shows a message; one that says the same already is replaced.
    pub fn show(&mut self, message: Message) {
        self.shown.retain(|toast| toast.message != message);
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
