//! Keys that sign tokens: shared secrets (HS256) and public keys (EdDSA, ES256), each with an id if it was given one.

use std::collections::HashSet;

use jsonwebtoken::{Algorithm, DecodingKey};
use secrecy::ExposeSecret as _;

use crate::Jwt;

/// Shortest secret for HS256, in bytes (RFC 7518 §3.2).
const LEAST_SECRET: usize = 32;

/// Why keys can't be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum KeyError {
    /// A secret that can be guessed.
    #[error("a jwt-secret has at least {least} bytes; one has {length}")]
    ShortSecret {
        /// How long it is.
        length: usize,
        /// How long it has to be.
        least: usize,
    },
    /// A file can't be read, or holds no such key.
    #[error("jwt-public-key {file}: {reason}; wanted is a public key (Ed25519 or P-256) in PEM form")]
    PublicKey {
        /// Which.
        file: String,
        /// What is wrong.
        reason: String,
    },
    /// Two keys with one id.
    #[error("two jwt keys have the id {0:?}")]
    Twice(String),
}

pub(super) struct Key {
    pub(super) id: Option<String>,
    pub(super) algorithm: Algorithm,
    pub(super) key: DecodingKey,
}

/// The keys of the configuration.
pub(super) fn read(config: &Jwt) -> Result<Vec<Key>, KeyError> {
    let mut keys = Vec::new();
    for secret in &config.secrets {
        let (id, secret) = with_id(secret.expose_secret());
        if secret.len() < LEAST_SECRET {
            return Err(KeyError::ShortSecret { length: secret.len(), least: LEAST_SECRET });
        }
        keys.push(Key { id, algorithm: Algorithm::HS256, key: DecodingKey::from_secret(secret.as_bytes()) });
    }
    for text in &config.public_keys {
        let (id, file) = with_id(text);
        let wrong = |reason: String| KeyError::PublicKey { file: file.to_owned(), reason };
        let pem = std::fs::read(file).map_err(|error| wrong(error.to_string()))?;
        let (algorithm, key) = public_key(&pem).map_err(|error| wrong(error.to_string()))?;
        keys.push(Key { id, algorithm, key });
    }
    let mut ids = HashSet::new();
    if let Some(twice) = keys.iter().filter_map(|key| key.id.as_ref()).find(|id| !ids.insert(*id)) {
        return Err(KeyError::Twice(twice.clone()));
    }
    Ok(keys)
}

/// `KID=REST` taken apart; without a key id, or with an empty one, there is none. What ends as Base64 does (`==`) has no id.
fn with_id(text: &str) -> (Option<String>, &str) {
    let is_id = |id: &str| {
        id.len() <= 64 && id.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"._-".contains(&byte))
    };
    match text.split_once('=') {
        Some((id, rest)) if is_id(id) && rest.bytes().any(|byte| byte != b'=') => {
            ((!id.is_empty()).then(|| id.to_owned()), rest)
        }
        _ => (None, text),
    }
}

fn public_key(pem: &[u8]) -> Result<(Algorithm, DecodingKey), jsonwebtoken::errors::Error> {
    match DecodingKey::from_ed_pem(pem) {
        Ok(key) => Ok((Algorithm::EdDSA, key)),
        Err(_) => DecodingKey::from_ec_pem(pem).map(|key| (Algorithm::ES256, key)),
    }
}
