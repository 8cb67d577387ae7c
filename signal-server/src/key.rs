//! Host keys: made here, given away once, kept as a hash.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hostreel_protocol::HostKey;
use serde::{Deserialize, Serialize, de::Error as _};
use sha2::{Digest as _, Sha256};
use subtle::ConstantTimeEq as _;

/// What a server keeps of a host key.
#[derive(Debug, Clone)]
pub(crate) struct KeyHash([u8; 32]);

impl KeyHash {
    pub(crate) fn of(key: &HostKey) -> Self {
        Self(Sha256::digest(key.as_str().as_bytes()).into())
    }

    /// Whether `key` is the one; takes as long for a near miss as for a far one.
    pub(crate) fn fits(&self, key: &HostKey) -> bool {
        self.0.ct_eq(&Self::of(key).0).into()
    }
}

impl Serialize for KeyHash {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&URL_SAFE_NO_PAD.encode(self.0))
    }
}

impl<'de> Deserialize<'de> for KeyHash {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let bytes = URL_SAFE_NO_PAD.decode(String::deserialize(deserializer)?).map_err(D::Error::custom)?;
        bytes.try_into().map(Self).map_err(|_| D::Error::custom("a key's hash has 32 bytes"))
    }
}

/// Random text of the id alphabet: `BYTES` random bytes in base64url.
pub(crate) fn random_text<const BYTES: usize>() -> String {
    URL_SAFE_NO_PAD.encode(rand::random::<[u8; BYTES]>())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_key_fits() {
        let key = HostKey::parse(random_text::<20>()).unwrap();
        let other = HostKey::parse(random_text::<20>()).unwrap();
        let hash = KeyHash::of(&key);
        assert!(hash.fits(&key));
        assert!(!hash.fits(&other));
    }

    #[test]
    fn keys_have_160_random_bits() {
        let text = random_text::<20>();
        assert_eq!(URL_SAFE_NO_PAD.decode(&text).unwrap().len(), 20);
        assert_ne!(text, random_text::<20>());
    }
}
