//! Who may do what: a table, read by [`crate::decide`], by the app (to enable buttons) and by
//! `docs/PERMISSIONS.md`.

use std::fmt::Write as _;

use hostreel_protocol::{Person, Policies, Role, RoomState};

/// When a role may do something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rule {
    /// Always.
    Always,
    /// Never.
    Never,
    /// With the right to record lent by the host.
    WithGrant,
    /// While the policy `guests_share` is on.
    IfGuestsShare,
    /// While the policy `guests_chat` is on.
    IfGuestsChat,
    /// While the policy `guests_raise_hand` is on.
    IfGuestsRaiseHand,
}

macro_rules! actions {
    ($($(#[doc = $doc:literal])+ $variant:ident = $text:literal, [$host:ident, $cohost:ident, $guest:ident, $waiting:ident];)+) => {
        /// Something that may or may not be done in a room.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum Action {
            $($(#[doc = $doc])+ $variant,)+
        }

        impl Action {
            /// All actions, in the order of the document.
            pub const ALL: &[Self] = &[$(Self::$variant),+];

            /// The row: what is done, then the rule for host, co-host, guest and who waits in the lobby.
            #[must_use]
            pub const fn row(self) -> (&'static str, [Rule; 4]) {
                match self {
                    $(Self::$variant => ($text, [Rule::$host, Rule::$cohost, Rule::$guest, Rule::$waiting]),)+
                }
            }
        }
    };
}

actions! {
    /// See who is there and what happens.
    SeeRoom = "see the room", [Always, Always, Always, Never];
    /// Send signals to other members.
    Signal = "send signals to members", [Always, Always, Always, Never];
    /// Start a recording; pause, resume and stop it while it is the own one.
    Record = "start, pause, resume and stop the own recording", [Always, WithGrant, WithGrant, Never];
    /// Stop a recording of somebody else.
    StopAnyRecording = "stop anybody's recording", [Always, Never, Never, Never];
    /// Lend the right to record and take it back.
    GrantRecording = "grant and revoke the right to record", [Always, Never, Never, Never];
    /// Say what may be recorded of oneself.
    AnswerConsent = "answer a recording's question, for oneself", [Always, Always, Always, Never];
    /// Let people in from the lobby, or send them away.
    Admit = "admit and refuse people in the lobby", [Always, Always, Never, Never];
    /// Mute a guest, or lift it.
    MuteGuest = "mute and unmute a guest", [Always, Always, Never, Never];
    /// Mute a co-host, or lift it.
    MuteCohost = "mute and unmute a co-host", [Always, Never, Never, Never];
    /// Mute the host, or lift it.
    MuteHost = "mute and unmute the host", [Always, Never, Never, Never];
    /// Send a guest out, for now or until the room ends.
    RemoveGuest = "remove or ban a guest", [Always, Always, Never, Never];
    /// Send a co-host out, for now or until the room ends.
    RemoveCohost = "remove or ban a co-host", [Always, Never, Never, Never];
    /// Send the host out: nobody; the host leaves, hands over or ends the room.
    RemoveHost = "remove or ban the host", [Never, Never, Never, Never];
    /// Appoint and dismiss co-hosts.
    AppointCohost = "appoint and dismiss co-hosts", [Always, Never, Never, Never];
    /// Hand over the host role.
    HandOver = "hand over the host role", [Always, Never, Never, Never];
    /// Let nobody new in, or open again.
    Lock = "lock and unlock the room", [Always, Always, Never, Never];
    /// Change policies other than the lock.
    SetPolicies = "change other policies", [Always, Never, Never, Never];
    /// End the meeting for everybody.
    EndRoom = "end the room", [Always, Never, Never, Never];
    /// Show the own screen.
    ShareScreen = "share the own screen", [Always, Always, IfGuestsShare, Never];
    /// Write to the chat.
    Chat = "write to the chat", [Always, Always, IfGuestsChat, Never];
    /// Show a reaction.
    React = "show a reaction", [Always, Always, Always, Never];
    /// Raise the own hand.
    RaiseHand = "raise the own hand", [Always, Always, IfGuestsRaiseHand, Never];
    /// Lower the own hand.
    LowerOwnHand = "lower the own hand", [Always, Always, Always, Never];
    /// Lower somebody else's hand.
    LowerHands = "lower other people's hands", [Always, Always, Never, Never];
    /// Take another name.
    Rename = "change the own name", [Always, Always, Always, Never];
    /// Leave the room, or the lobby.
    Leave = "leave", [Always, Always, Always, Always];
}

/// The rule of the table for a role and an action.
#[must_use]
pub const fn rule(role: Role, action: Action) -> Rule {
    let (_, rules) = action.row();
    match role {
        Role::Host => rules[0],
        Role::Cohost => rules[1],
        Role::Guest => rules[2],
        Role::Waiting => rules[3],
    }
}

/// Whether `role` may do `action`. `granted`: the host lent this person the right to record.
#[must_use]
pub const fn allows(role: Role, granted: bool, policies: &Policies, action: Action) -> bool {
    match rule(role, action) {
        Rule::Always => true,
        Rule::Never => false,
        Rule::WithGrant => granted,
        Rule::IfGuestsShare => policies.guests_share,
        Rule::IfGuestsChat => policies.guests_chat,
        Rule::IfGuestsRaiseHand => policies.guests_raise_hand,
    }
}

/// Whether `person` may do `action` in a room with these policies.
#[must_use]
pub const fn may(person: &Person, policies: &Policies, action: Action) -> bool {
    allows(person.role, person.may_record, policies, action)
}

/// Who becomes host when the host is gone: the co-host who joined first, of those who are connected.
#[must_use]
pub fn successor(state: &RoomState) -> Option<&Person> {
    // People stand in the order of joining.
    state.people.iter().find(|person| person.role == Role::Cohost && !person.is_away())
}

/// The table as Markdown, for `docs/PERMISSIONS.md`.
#[must_use]
pub fn markdown() -> String {
    let mut text = String::from("| action | host | co-host | guest | waiting |\n|---|---|---|---|---|\n");
    for action in Action::ALL {
        let (what, rules) = action.row();
        let [host, cohost, guest, waiting] = rules.map(|rule| match rule {
            Rule::Always => "✓",
            Rule::Never => "–",
            Rule::WithGrant => "with grant",
            Rule::IfGuestsShare => "policy `guests_share`",
            Rule::IfGuestsChat => "policy `guests_chat`",
            Rule::IfGuestsRaiseHand => "policy `guests_raise_hand`",
        });
        // Writing to a String does not fail.
        let _ = writeln!(text, "| {what} | {host} | {cohost} | {guest} | {waiting} |");
    }
    text
}
