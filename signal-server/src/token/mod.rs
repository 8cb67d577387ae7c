//! Tokens of an own login: signed claims (JWT, RFC 7519) that say who comes in where, and as what.

mod keys;

use hostreel_protocol::{Code, Millis, Role, RoomId};
use jsonwebtoken::errors::ErrorKind;
use jsonwebtoken::{Validation, decode, decode_header};
use serde::Deserialize;

use crate::Jwt;
pub use crate::token::keys::KeyError;
use crate::token::keys::{Key, read};

/// Longest token that is looked at, in bytes.
const LONGEST: usize = 8 * 1024;

/// Why a token does not count.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum TokenError {
    /// Not a token, or without what it must say.
    #[error("not a token with room, role and expiry")]
    Malformed,
    /// It names a key that is not known, or none where one is needed.
    #[error("signed by an unknown key")]
    UnknownKey,
    /// It claims another algorithm than its key's.
    #[error("not the algorithm of its key")]
    WrongAlgorithm,
    /// Nobody with the key signed this.
    #[error("the signature does not fit")]
    Forged,
    /// Its time is over.
    #[error("expired")]
    Expired,
    /// Its time has not come.
    #[error("not valid yet")]
    TooEarly,
    /// It is for another room.
    #[error("for another room")]
    WrongRoom,
    /// It is for another audience.
    #[error("for another audience")]
    WrongAudience,
}

impl TokenError {
    /// What the client is told: the same for all, so that a stranger learns nothing.
    #[must_use]
    pub fn code(self) -> Code {
        Code::BadToken
    }
}

/// What a token lets its holder do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Grant {
    /// Who it is, in the own login's words (`sub`): bans hold for it.
    pub identity: Option<String>,
    /// The token's own id (`jti`).
    pub token_id: Option<String>,
    /// The name to show (`name`).
    pub name: Option<String>,
    /// The role (`role`).
    pub role: Role,
    /// May record (`grants` holds `record`).
    pub may_record: bool,
    /// Holds until then (`exp`).
    pub expires: Millis,
}

#[derive(Debug, Deserialize)]
struct Claims {
    room: String,
    exp: u64,
    #[serde(default)]
    nbf: Option<u64>,
    #[serde(default)]
    iat: Option<u64>,
    #[serde(default)]
    sub: Option<String>,
    #[serde(default)]
    jti: Option<String>,
    #[serde(default)]
    name: Option<String>,
    role: Role,
    #[serde(default)]
    grants: Vec<String>,
}

/// Checks tokens.
pub struct Verifier {
    keys: Vec<Key>,
    audiences: Vec<String>,
    leeway_seconds: u64,
}

impl std::fmt::Debug for Verifier {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Verifier").field("keys", &self.keys.len()).finish_non_exhaustive()
    }
}

impl Verifier {
    /// Takes the keys of the configuration; `None` when there are none.
    ///
    /// # Errors
    /// [`KeyError`] for keys that can't be used.
    pub fn new(config: &Jwt) -> Result<Option<Self>, KeyError> {
        let keys = read(config)?;
        let (audiences, leeway_seconds) = (config.audiences.clone(), config.leeway.as_secs());
        Ok((!keys.is_empty()).then_some(Self { keys, audiences, leeway_seconds }))
    }

    /// Checks a token for a room at a moment.
    ///
    /// # Errors
    /// [`TokenError`], the first that applies.
    pub fn verify(&self, token: &str, room: &RoomId, now: Millis) -> Result<Grant, TokenError> {
        if token.len() > LONGEST {
            return Err(TokenError::Malformed);
        }
        let header = decode_header(token).map_err(|error| match error.kind() {
            // `alg: none`, and whatever else is no algorithm.
            ErrorKind::Json(_) | ErrorKind::InvalidAlgorithmName => TokenError::WrongAlgorithm,
            _ => TokenError::Malformed,
        })?;
        // The key decides the algorithm, never the token: else a public key could be taken for a secret.
        let fits = |key: &&Key| match &header.kid {
            Some(id) => key.id.as_ref() == Some(id),
            None => key.id.is_none(),
        };
        let candidates: Vec<&Key> = self.keys.iter().filter(fits).collect();
        if candidates.is_empty() {
            return Err(TokenError::UnknownKey);
        }
        let mut last = TokenError::WrongAlgorithm;
        for key in candidates.into_iter().filter(|key| key.algorithm == header.alg) {
            match self.claims(token, key) {
                Ok(claims) => return self.grant(claims, room, now),
                Err(error) => last = error,
            }
        }
        Err(last)
    }

    fn claims(&self, token: &str, key: &Key) -> Result<Claims, TokenError> {
        let mut rules = Validation::new(key.algorithm);
        // Times are compared by our clock below.
        rules.validate_exp = false;
        rules.validate_nbf = false;
        if self.audiences.is_empty() {
            rules.validate_aud = false;
            rules.set_required_spec_claims(&["exp"]);
        } else {
            rules.set_audience(&self.audiences);
            rules.set_required_spec_claims(&["exp", "aud"]);
        }
        let decoded = decode::<Claims>(token, &key.key, &rules);
        decoded.map(|decoded| decoded.claims).map_err(|error| match error.kind() {
            ErrorKind::InvalidSignature => TokenError::Forged,
            ErrorKind::InvalidAlgorithm => TokenError::WrongAlgorithm,
            ErrorKind::InvalidAudience => TokenError::WrongAudience,
            _ => TokenError::Malformed,
        })
    }

    fn grant(&self, claims: Claims, room: &RoomId, now: Millis) -> Result<Grant, TokenError> {
        let seconds = now.0 / 1000;
        if claims.exp.saturating_add(self.leeway_seconds) <= seconds {
            return Err(TokenError::Expired);
        }
        let latest = seconds.saturating_add(self.leeway_seconds);
        if claims.nbf.into_iter().chain(claims.iat).any(|begin| begin > latest) {
            return Err(TokenError::TooEarly);
        }
        if RoomId::parse(&claims.room).ok().as_ref() != Some(room) {
            return Err(TokenError::WrongRoom);
        }
        // It is no right: who has to wait is decided by the room.
        if claims.role == Role::Waiting {
            return Err(TokenError::Malformed);
        }
        Ok(Grant {
            identity: claims.sub,
            token_id: claims.jti,
            name: claims.name,
            role: claims.role,
            may_record: claims.grants.iter().any(|grant| grant == "record"),
            expires: Millis(claims.exp.saturating_mul(1000)),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use base64::Engine as _;
    use base64::engine::general_purpose::URL_SAFE_NO_PAD;
    use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
    use rcgen::{KeyPair, PKCS_ECDSA_P256_SHA256, PKCS_ED25519, SignatureAlgorithm};
    use serde_json::{Value, json};

    const NOW: u64 = 1_800_000_000;
    const SECRET: &str = "0123456789abcdef0123456789abcdef";

    fn room() -> RoomId {
        RoomId::from_random(7)
    }

    fn claims() -> Value {
        json!({ "room": room().as_str(), "exp": NOW + 60, "name": "Mina", "role": "cohost", "sub": "u1", "jti": "t1", "grants": ["record", "x"] })
    }

    fn verifier(config: &Jwt) -> Verifier {
        Verifier::new(config).unwrap().unwrap()
    }

    fn by_secret(id: Option<&str>, secret: &str, claims: &Value) -> String {
        let mut header = Header::new(Algorithm::HS256);
        header.kid = id.map(Into::into);
        encode(&header, claims, &EncodingKey::from_secret(secret.as_bytes())).unwrap()
    }

    fn check(verifier: &Verifier, token: &str) -> Result<Grant, TokenError> {
        verifier.verify(token, &room(), Millis(NOW * 1000))
    }

    fn hs(secrets: &[&str]) -> Jwt {
        Jwt { secrets: secrets.iter().map(|secret| (*secret).to_owned().into()).collect(), ..Jwt::default() }
    }

    /// A key pair: its private key for signing, and the file of its public key.
    fn pair(name: &str, kind: &'static SignatureAlgorithm) -> (KeyPair, std::path::PathBuf) {
        let pair = KeyPair::generate_for(kind).unwrap();
        let file = std::env::temp_dir().join(format!("hostreel-jwt-{name}-{}.pem", std::process::id()));
        std::fs::write(&file, pair.public_key_pem()).unwrap();
        (pair, file)
    }

    #[test]
    fn a_good_token_says_who_comes_in() {
        let grant = check(&verifier(&hs(&[SECRET])), &by_secret(None, SECRET, &claims())).unwrap();
        let text = |text: &str| Some(text.to_owned());
        assert_eq!(
            grant,
            Grant {
                identity: text("u1"),
                token_id: text("t1"),
                name: text("Mina"),
                role: Role::Cohost,
                may_record: true,
                expires: Millis((NOW + 60) * 1000),
            }
        );
    }

    #[test]
    fn public_keys_of_both_kinds_verify_and_others_do_not() {
        for (name, kind, algorithm) in
            [("ed", &PKCS_ED25519, Algorithm::EdDSA), ("ec", &PKCS_ECDSA_P256_SHA256, Algorithm::ES256)]
        {
            let (pair, file) = pair(name, kind);
            let stranger = KeyPair::generate_for(kind).unwrap();
            let config = Jwt { public_keys: vec![format!("k1={}", file.display())], ..Jwt::default() };
            let verifier = verifier(&config);
            let pem = std::fs::read_to_string(&file).unwrap();
            std::fs::remove_file(file).unwrap();
            let sign = |pair: &KeyPair| {
                let pem = pair.serialize_pem();
                let key = match algorithm {
                    Algorithm::EdDSA => EncodingKey::from_ed_pem(pem.as_bytes()),
                    _ => EncodingKey::from_ec_pem(pem.as_bytes()),
                };
                let mut header = Header::new(algorithm);
                header.kid = Some("k1".into());
                encode(&header, &claims(), &key.unwrap()).unwrap()
            };
            assert_eq!(check(&verifier, &sign(&pair)).unwrap().role, Role::Cohost);
            assert_eq!(check(&verifier, &sign(&stranger)), Err(TokenError::Forged));
            // The public key taken for a shared secret: the classic confusion.
            assert_eq!(
                check(&verifier, &by_secret(Some("k1"), &pem, &claims())),
                Err(TokenError::WrongAlgorithm)
            );
        }
    }

    #[test]
    fn no_algorithm_is_the_wrong_one() {
        let part = |value: Value| URL_SAFE_NO_PAD.encode(value.to_string());
        for algorithm in ["none", "None", "HS384", "HS1024"] {
            let token = format!("{}.{}.", part(json!({ "alg": algorithm, "typ": "JWT" })), part(claims()));
            assert_eq!(
                check(&verifier(&hs(&[SECRET])), &token),
                Err(TokenError::WrongAlgorithm),
                "{algorithm}"
            );
        }
    }

    #[test]
    fn keys_rotate_by_their_id() {
        let (old, new) = (format!("old={SECRET}"), format!("new={}", SECRET.to_uppercase()));
        let both = verifier(&hs(&[&old, &new]));
        let by_old = by_secret(Some("old"), SECRET, &claims());
        assert!(check(&both, &by_old).is_ok());
        assert!(check(&both, &by_secret(Some("new"), &SECRET.to_uppercase(), &claims())).is_ok());
        let only_new = verifier(&hs(&[&new]));
        assert_eq!(check(&only_new, &by_old), Err(TokenError::UnknownKey));
        assert_eq!(check(&only_new, &by_secret(None, SECRET, &claims())), Err(TokenError::UnknownKey));
        assert_eq!(check(&only_new, &by_secret(Some("new"), SECRET, &claims())), Err(TokenError::Forged));
    }

    #[test]
    fn a_secret_in_base64_has_no_id() {
        for secret in [format!("{SECRET}="), format!("{SECRET}==")] {
            let checked = check(&verifier(&hs(&[&secret])), &by_secret(None, &secret, &claims()));
            assert!(checked.is_ok(), "{secret}");
        }
    }

    #[test]
    fn times_count_with_some_leeway() {
        let verifier = verifier(&hs(&[SECRET]));
        for (name, value, wanted) in [
            ("exp", NOW - 29, Ok(())),
            ("exp", NOW - 30, Err(TokenError::Expired)),
            ("exp", 0, Err(TokenError::Expired)),
            ("nbf", NOW + 30, Ok(())),
            ("nbf", NOW + 31, Err(TokenError::TooEarly)),
            ("iat", NOW + 31, Err(TokenError::TooEarly)),
            ("iat", NOW - 1000, Ok(())),
        ] {
            let mut claims = claims();
            claims[name] = value.into();
            let checked = check(&verifier, &by_secret(None, SECRET, &claims)).map(drop);
            assert_eq!(checked, wanted, "{name} {value}");
        }
    }

    #[test]
    fn what_is_missing_or_for_others_does_not_count() {
        let config = Jwt { audiences: vec!["meet".into()], ..hs(&[SECRET]) };
        let (open, strict) = (verifier(&hs(&[SECRET])), verifier(&config));
        let with = |change: fn(&mut Value)| {
            let mut claims = claims();
            change(&mut claims);
            by_secret(None, SECRET, &claims)
        };
        let other_room = with(|claims| claims["room"] = RoomId::from_random(8).as_str().into());
        assert_eq!(check(&open, &other_room), Err(TokenError::WrongRoom));
        for token in [
            with(|claims| claims["role"] = "king".into()),
            with(|claims| claims["role"] = "waiting".into()),
            with(|claims| *claims = json!({ "room": "abcd-efgh-jkmn", "role": "host" })),
            "a.b".into(),
            String::new(),
            "x".repeat(LONGEST + 1),
        ] {
            assert_eq!(check(&open, &token), Err(TokenError::Malformed), "{token}");
        }
        assert!(check(&strict, &with(|claims| claims["aud"] = "meet".into())).is_ok());
        assert_eq!(
            check(&strict, &with(|claims| claims["aud"] = "other".into())),
            Err(TokenError::WrongAudience)
        );
        assert!(check(&strict, &with(|_| {})).is_err());
        // One bit of the signature.
        let mut forged = with(|_| {}).into_bytes();
        let last = forged.len() - 10;
        forged[last] = if forged[last] == b'A' { b'B' } else { b'A' };
        assert_eq!(check(&open, std::str::from_utf8(&forged).unwrap()), Err(TokenError::Forged));
    }

    #[test]
    fn weak_or_doubled_keys_are_refused() {
        assert!(matches!(Verifier::new(&hs(&["short"])), Err(KeyError::ShortSecret { length: 5, .. })));
        let twice = format!("a={SECRET}");
        assert_eq!(Verifier::new(&hs(&[&twice, &twice])).err(), Some(KeyError::Twice("a".into())));
        let missing = Jwt { public_keys: vec!["/nonexistent.pem".into()], ..Jwt::default() };
        assert!(matches!(Verifier::new(&missing), Err(KeyError::PublicKey { .. })));
        assert!(Verifier::new(&Jwt::default()).unwrap().is_none());
    }
}
