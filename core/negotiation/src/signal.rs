//! What the two ends of one connection say to each other through the signaling server: flat JSON, bounded.

use serde::{Deserialize, Serialize};

/// Numbers the connections that one pair of people had, from 1. A message of one connection never reaches another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Generation(pub u32);

impl Generation {
    /// The first connection of a pair.
    pub const FIRST: Self = Self(1);

    /// No connection: that of an answering end which knows nothing of those before. Asked for in [`Content::Renew`], it
    /// means the next one, whatever its number.
    pub const UNKNOWN: Self = Self(0);

    /// The next one, unless the numbers are used up.
    #[must_use]
    pub fn next(self) -> Option<Self> {
        self.0.checked_add(1).map(Self)
    }
}

/// An ICE candidate, as `RTCIceCandidateInit` has it (WebRTC §4.8.1.1).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Candidate {
    /// The `candidate:…` line.
    pub candidate: String,
    /// The media line's name, `sdpMid`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mid: Option<String>,
    /// The media line's place, `sdpMLineIndex`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub line: Option<u16>,
    /// The ICE session that it belongs to, `usernameFragment`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ufrag: Option<String>,
}

/// Which of the sender's slots carry something right now. A replaced track leaves no trace in the media itself: the
/// last picture would stand still.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct LiveSlots {
    /// The microphone is on.
    pub audio: bool,
    /// The camera is on.
    pub camera: bool,
    /// The screen is shared.
    pub screen: bool,
}

/// What a [`Signal`] is about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Content {
    /// An offer.
    Offer {
        /// The sender's number for this offer; grows with every offer of a connection.
        round: u32,
        /// The description.
        sdp: String,
    },
    /// The answer to an offer.
    Answer {
        /// The number of the offer that it answers. An answer to any other offer is void.
        round: u32,
        /// The description.
        sdp: String,
    },
    /// A candidate, as soon as it is found.
    Candidate(Candidate),
    /// Please make a new connection of this generation (or with [`Generation::UNKNOWN`] the next one) and offer again:
    /// only the offering side does.
    Renew,
    /// What the sender sends right now.
    Media(LiveSlots),
}

/// One message between two ends.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Signal {
    /// The connection that it is about.
    pub generation: Generation,
    /// What it is about.
    #[serde(flatten)]
    pub content: Content,
}

/// Longest description taken, in bytes. Real ones have 5,000 to 15,000.
pub const MAX_SDP_BYTES: usize = 49_152;
/// Longest text of a candidate, its `mid` or its `ufrag`, in bytes (a ufrag has at most 256: RFC 8839 §5.4).
pub const MAX_CANDIDATE_BYTES: usize = 1_024;

/// Why a message of the other end is not taken.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SignalError {
    /// Not a signal, or one of a newer client.
    #[error("unreadable signal: {reason}")]
    Unreadable {
        /// What is wrong with it, for a developer's eyes.
        reason: String,
    },
    /// A text over its limit.
    #[error("a signal's text has {size} bytes, more than {max_size}")]
    TooLarge {
        /// Its length, in bytes.
        size: usize,
        /// The most that is taken, in bytes.
        max_size: usize,
    },
}

impl SignalError {
    /// A name that stays, for logs.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Unreadable { .. } => "unreadable_signal",
            Self::TooLarge { .. } => "signal_too_large",
        }
    }
}

impl Signal {
    /// Reads a message of the other end. Unknown fields are ignored.
    ///
    /// # Errors
    /// [`SignalError`] when it is not a signal, or larger than any honest one.
    pub fn decode(json: &str) -> Result<Self, SignalError> {
        let signal: Self = serde_json::from_str(json)
            .map_err(|error| SignalError::Unreadable { reason: error.to_string() })?;
        signal.check()?;
        Ok(signal)
    }

    /// Writes the message as JSON.
    #[must_use]
    pub fn encode(&self) -> String {
        // Strings, numbers and truth values always serialize.
        serde_json::to_string(self).unwrap_or_default()
    }

    fn check(&self) -> Result<(), SignalError> {
        let within = |text: &str, max_size: usize| match text.len() {
            size if size > max_size => Err(SignalError::TooLarge { size, max_size }),
            _ => Ok(()),
        };
        match &self.content {
            Content::Offer { sdp, .. } | Content::Answer { sdp, .. } => within(sdp, MAX_SDP_BYTES),
            Content::Candidate(candidate) => {
                within(&candidate.candidate, MAX_CANDIDATE_BYTES)?;
                within(candidate.mid.as_deref().unwrap_or_default(), MAX_CANDIDATE_BYTES)?;
                within(candidate.ufrag.as_deref().unwrap_or_default(), MAX_CANDIDATE_BYTES)
            }
            Content::Renew | Content::Media(_) => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn round_trip(content: Content) -> String {
        let signal = Signal { generation: Generation(3), content };
        let json = signal.encode();
        assert_eq!(Signal::decode(&json), Ok(signal));
        json
    }

    #[test]
    fn signals_are_flat() {
        let json = round_trip(Content::Offer { round: 2, sdp: "v=0\r\n".into() });
        assert_eq!(json, r#"{"generation":3,"kind":"offer","round":2,"sdp":"v=0\r\n"}"#);
        let json = round_trip(Content::Candidate(Candidate {
            candidate: "candidate:1".into(),
            mid: Some("0".into()),
            line: Some(0),
            ufrag: None,
        }));
        assert_eq!(
            json,
            r#"{"generation":3,"kind":"candidate","candidate":"candidate:1","mid":"0","line":0}"#
        );
        let live = LiveSlots { audio: true, camera: false, screen: false };
        let json = round_trip(Content::Media(live));
        assert_eq!(json, r#"{"generation":3,"kind":"media","audio":true,"camera":false,"screen":false}"#);
        round_trip(Content::Renew);
    }

    #[test]
    fn what_is_too_large_or_foreign_is_refused() {
        let large = Signal {
            generation: Generation::FIRST,
            content: Content::Answer { round: 1, sdp: "x".repeat(MAX_SDP_BYTES + 1) },
        };
        let error = Signal::decode(&large.encode()).unwrap_err();
        assert_eq!(error, SignalError::TooLarge { size: MAX_SDP_BYTES + 1, max_size: MAX_SDP_BYTES });
        for json in
            ["", "{}", "[]", r#"{"generation":-1,"kind":"renew"}"#, r#"{"generation":1,"kind":"sing"}"#]
        {
            assert_eq!(Signal::decode(json).unwrap_err().code(), "unreadable_signal", "{json}");
        }
    }
}
