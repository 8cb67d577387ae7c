//! Names of rooms, people, recordings and requests.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, de::Error as _};

/// Letters and digits of a room id: 32 of them (5 bits each), none that read like another.
pub(crate) const ROOM_ALPHABET: &[u8; 32] = b"abcdefghijkmnpqrstuvwxyz23456789";

/// Why a text is not an id.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum IdError {
    /// A room id is twelve letters and digits.
    #[error("a room id has 12 letters and digits, like abcd-efgh-jkmn")]
    Room,
    /// An id or key is empty, longer than its maximum, or has characters other than `a-z A-Z 0-9 - _`.
    #[error("an id has 1 to {max} characters out of a-z, A-Z, 0-9, - and _")]
    Text {
        /// The longest id allowed, in characters.
        max: usize,
    },
    /// A token is empty, longer than [`SECRET_BYTES`], or not plain ASCII.
    #[error("a token has 1 to 8192 visible ASCII characters")]
    Secret,
}

/// Longest token, in bytes.
pub const SECRET_BYTES: usize = 8192;

/// A room's name in links: 60 random bits as `abcd-efgh-jkmn`, easy to read out.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(transparent)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct RoomId(String);

impl RoomId {
    /// Makes an id from 60 random bits (the low ones of `random`).
    #[must_use]
    pub fn from_random(random: u64) -> Self {
        let mut text = String::with_capacity(14);
        for place in 0..12 {
            if place == 4 || place == 8 {
                text.push('-');
            }
            let index = (random >> (5 * place)) & 31;
            text.push(usize::try_from(index).map_or('a', |index| char::from(ROOM_ALPHABET[index])));
        }
        Self(text)
    }

    /// Reads an id as a person may write it: capitals, spaces and missing hyphens are forgiven.
    ///
    /// # Errors
    /// [`IdError::Room`] when it is not twelve letters and digits of the id alphabet.
    pub fn parse(text: &str) -> Result<Self, IdError> {
        let mut id = String::with_capacity(14);
        let mut count = 0;
        for letter in text.chars().filter(|letter| !matches!(letter, '-' | ' ')) {
            let letter = letter.to_ascii_lowercase();
            if count == 12 || !letter.is_ascii() || !ROOM_ALPHABET.contains(&(letter as u8)) {
                return Err(IdError::Room);
            }
            if count == 4 || count == 8 {
                id.push('-');
            }
            id.push(letter);
            count += 1;
        }
        if count == 12 { Ok(Self(id)) } else { Err(IdError::Room) }
    }

    /// The id as text, with its hyphens.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for RoomId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for RoomId {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(&text).map_err(D::Error::custom)
    }
}

fn checked(text: String, max: usize) -> Result<String, IdError> {
    let good = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
    if text.is_empty() || text.len() > max || !text.bytes().all(good) {
        return Err(IdError::Text { max });
    }
    Ok(text)
}

macro_rules! text_id {
    ($(#[$meta:meta])* $name:ident, $max:literal) => {
        $(#[$meta])*
        #[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
        #[serde(transparent)]
        #[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
        pub struct $name(String);

        impl $name {
            /// Reads the id.
            ///
            /// # Errors
            /// [`IdError::Text`] when it is empty, too long, or has other characters than `a-z A-Z 0-9 - _`.
            pub fn parse(text: impl Into<String>) -> Result<Self, IdError> {
                checked(text.into(), $max).map(Self)
            }

            /// The id as text.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = String::deserialize(deserializer)?;
                Self::parse(text).map_err(D::Error::custom)
            }
        }
    };
}

text_id!(
    /// One person in one room, for as long as they stay. Issued by the server, public within the room.
    PersonId,
    64
);
text_id!(
    /// One recording of a room. Issued by the server.
    RecordingId,
    64
);
text_id!(
    /// The secret that makes its holder the host. Given once, to who created the room; at least 128 random bits.
    HostKey,
    128
);

text_id!(
    /// One seat in one room: who resumes it is the same person. Public; [`ResumeToken`] is its secret.
    SessionId,
    64
);
text_id!(
    /// What somebody is known by beyond their name: a digest of a login, of a join token or of a host key, made by the
    /// server for one room. Says nothing about what it was made from. A ban holds for it.
    Mark,
    64
);

/// The secret that takes a seat back after a lost connection. Opaque to clients; replaced by each `welcome` and each
/// `session`.
#[derive(Clone, PartialEq, Eq, Serialize)]
#[serde(transparent)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct ResumeToken(String);

/// A pass from a login of one's own (a JWT) or an invitation. Opaque to clients.
#[derive(Clone, PartialEq, Eq, Serialize)]
#[serde(transparent)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct JoinToken(String);

/// What stands for a browser or a device in one room. Made by the client; a server shows nobody more of it than a
/// [`Mark`].
#[derive(Clone, PartialEq, Eq, Serialize)]
#[serde(transparent)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct VisitorId(String);

macro_rules! secret {
    ($name:ident) => {
        impl $name {
            /// Reads the secret.
            ///
            /// # Errors
            /// [`IdError::Secret`] when it is empty, longer than [`SECRET_BYTES`], or not plain ASCII.
            pub fn parse(text: impl Into<String>) -> Result<Self, IdError> {
                let text = text.into();
                if text.is_empty()
                    || text.len() > SECRET_BYTES
                    || !text.bytes().all(|byte| byte.is_ascii_graphic())
                {
                    return Err(IdError::Secret);
                }
                Ok(Self(text))
            }

            /// The secret as text.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                // A secret never reaches a log, not even by accident.
                formatter.write_str(concat!(stringify!($name), "(…)"))
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                Self::parse(String::deserialize(deserializer)?).map_err(D::Error::custom)
            }
        }
    };
}

secret!(ResumeToken);
secret!(JoinToken);
secret!(VisitorId);

impl fmt::Debug for SessionId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "SessionId({})", self.0)
    }
}

impl fmt::Debug for Mark {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Mark(…)")
    }
}

impl fmt::Debug for PersonId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "PersonId({})", self.0)
    }
}

impl fmt::Display for PersonId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl fmt::Debug for RecordingId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "RecordingId({})", self.0)
    }
}

impl fmt::Debug for HostKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        // A secret never reaches a log, not even by accident.
        formatter.write_str("HostKey(…)")
    }
}

/// A client's number for one of its requests; the answer carries it back. Unique per connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct RequestId(#[cfg_attr(feature = "typescript", ts(type = "number"))] pub u64);

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn room_id_forgives_how_people_write() {
        let id = RoomId::parse("ABCD efgh jkmn").unwrap();
        assert_eq!(id.as_str(), "abcd-efgh-jkmn");
        assert_eq!(RoomId::parse("abcdefghjkmn"), Ok(id));
    }

    #[test]
    fn room_id_refuses_everything_else() {
        for text in ["", "abcd-efgh-jkm", "abcd-efgh-jkmnp", "abcd-efgh-jkm0", "가나다라마바사아자차카타"]
        {
            assert_eq!(RoomId::parse(text), Err(IdError::Room), "{text}");
        }
    }

    #[test]
    fn host_key_is_not_shown() {
        let key = HostKey::parse("s3cret").unwrap();
        assert!(!format!("{key:?}").contains("s3cret"));
    }

    #[test]
    fn text_ids_are_bounded() {
        assert!(PersonId::parse("x".repeat(64)).is_ok());
        assert_eq!(PersonId::parse("x".repeat(65)), Err(IdError::Text { max: 64 }));
        assert!(serde_json::from_str::<PersonId>("\"a b\"").is_err());
    }

    proptest! {
        #[test]
        fn random_room_ids_read_back(random: u64) {
            let id = RoomId::from_random(random);
            prop_assert_eq!(RoomId::parse(id.as_str()), Ok(id));
        }
    }
}
