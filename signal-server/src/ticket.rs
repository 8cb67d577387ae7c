//! Resume secrets: what a client shows to take its seat back, signed by the server, so that a server that was started
//! anew knows who was who.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, Mac as _};
use hostreel_protocol::{Mark, Millis, Person, Policies, ResumeToken, RoomId, RunningRecording};
use serde::{Deserialize, Serialize};
use sha2::Sha256;

use crate::key::KeyHash;

/// A ticket from before a restart is good for this long, in milliseconds.
pub(crate) const LIFE_MS: u64 = 12 * 3600 * 1000;

/// The secret that signs tickets. Servers that share it accept each other's.
#[derive(Clone)]
pub struct SessionKey([u8; 32]);

impl std::fmt::Debug for SessionKey {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("SessionKey(…)")
    }
}

impl SessionKey {
    /// A key from any secret text; 32 random characters or more are wise.
    #[must_use]
    pub fn from_secret(secret: &str) -> Self {
        Self(mac(b"hostreel session key", secret.as_bytes()))
    }

    /// A fresh key, forgotten with the process.
    #[must_use]
    pub fn random() -> Self {
        Self(rand::random())
    }

    /// Tells servers with another key apart, and tells nothing of the key.
    pub(crate) fn fingerprint(&self) -> String {
        let digest = mac(&self.0, b"fingerprint");
        URL_SAFE_NO_PAD.encode(&digest[..9])
    }

    /// What somebody is known by in one room, as members may see it.
    pub(crate) fn mark(&self, room: &RoomId, kind: &str, value: &str) -> Option<Mark> {
        let digest = mac(&self.0, format!("mark\0{room}\0{kind}\0{value}").as_bytes());
        Mark::parse(URL_SAFE_NO_PAD.encode(&digest[..16])).ok()
    }

    /// Signs a ticket.
    pub(crate) fn sign(&self, ticket: &Ticket) -> Option<ResumeToken> {
        let body = URL_SAFE_NO_PAD.encode(serde_json::to_vec(ticket).ok()?);
        let signature = URL_SAFE_NO_PAD.encode(mac(&self.0, body.as_bytes()));
        ResumeToken::parse(format!("{body}.{signature}")).ok()
    }

    /// Reads a ticket of our own; `None` for any other. Compares in constant time.
    pub(crate) fn verify(&self, token: &ResumeToken) -> Option<Ticket> {
        let (body, signature) = token.as_str().split_once('.')?;
        let signature = URL_SAFE_NO_PAD.decode(signature).ok()?;
        keyed(&self.0).chain_update(body.as_bytes()).verify_slice(&signature).ok()?;
        serde_json::from_slice(&URL_SAFE_NO_PAD.decode(body).ok()?).ok()
    }
}

/// With a key of up to one block, which HMAC fills up with zeros (RFC 2104 §2).
fn keyed<const BYTES: usize>(key: &[u8; BYTES]) -> Hmac<Sha256> {
    const { assert!(BYTES <= 64, "longer keys are hashed first") };
    let mut block = [0; 64];
    block[..BYTES].copy_from_slice(key);
    <Hmac<Sha256> as hmac::digest::KeyInit>::new(&block.into())
}

fn mac<const BYTES: usize>(key: &[u8; BYTES], text: &[u8]) -> [u8; 32] {
    keyed(key).chain_update(text).finalize().into_bytes().into()
}

/// A seat as its holder can prove it. The server that made it looks at `room`, `person` and `generation` only; the rest
/// is for one that was started since.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Ticket {
    pub(crate) room: RoomId,
    /// Counts the connections that took the seat: an old ticket is worth nothing.
    pub(crate) generation: u64,
    /// When it was made.
    pub(crate) at: Millis,
    pub(crate) person: Person,
    pub(crate) policies: Policies,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) recording: Option<RunningRecording>,
    pub(crate) key: KeyHash,
}

#[cfg(test)]
mod tests {
    use super::*;
    use hostreel_protocol::{HostKey, PersonId, Role};

    fn ticket() -> Ticket {
        Ticket {
            room: RoomId::from_random(1),
            generation: 3,
            at: Millis(5),
            person: Person::new(PersonId::parse("p").unwrap(), "Mina", Role::Host, Millis(1)),
            policies: Policies::default(),
            recording: None,
            key: KeyHash::of(&HostKey::parse("k").unwrap()),
        }
    }

    #[test]
    fn only_our_own_tickets_are_good() {
        let key = SessionKey::from_secret("a secret");
        let token = key.sign(&ticket()).unwrap();
        let read = SessionKey::from_secret("a secret").verify(&token).unwrap();
        assert_eq!((read.person, read.generation), (ticket().person, 3));
        assert!(SessionKey::from_secret("another").verify(&token).is_none());
        let (body, signature) = token.as_str().split_once('.').unwrap();
        let forged = String::from_utf8(URL_SAFE_NO_PAD.decode(body).unwrap()).unwrap();
        let forged = URL_SAFE_NO_PAD.encode(forged.replace("\"generation\":3", "\"generation\":4"));
        for text in [format!("{forged}.{signature}"), body.to_owned(), format!("{body}."), ".".into()] {
            let token = ResumeToken::parse(text).unwrap();
            assert!(key.verify(&token).is_none());
        }
    }

    #[test]
    fn marks_tell_rooms_and_values_apart() {
        let key = SessionKey::random();
        let (here, there) = (RoomId::from_random(1), RoomId::from_random(2));
        let mark = key.mark(&here, "login", "mina");
        assert_eq!(mark, key.mark(&here, "login", "mina"));
        assert_ne!(mark, key.mark(&there, "login", "mina"));
        assert_ne!(mark, key.mark(&here, "login", "juno"));
        assert_ne!(mark, key.mark(&here, "pass", "mina"));
    }
}
