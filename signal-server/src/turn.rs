//! Time-limited TURN credentials, as coturn's `use-auth-secret` takes them (draft-uberti-behave-turn-rest-00).

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, Mac as _};
use hostreel_protocol::{IceServer, Millis};
use secrecy::ExposeSecret as _;
use sha1::Sha1;

use crate::{Config, Turn};

/// All STUN and TURN servers for one person.
pub(crate) fn ice_servers(config: &Config, user: &str, now: Millis) -> Vec<IceServer> {
    config.ice_servers.iter().cloned().chain(ice_server(&config.turn, user, now)).collect()
}

/// After how long the credentials are to be renewed: half way to their end. `None` where there are none.
pub(crate) fn renewed_after(turn: &Turn) -> Option<Duration> {
    turn.secret.as_ref().filter(|_| !turn.uris.is_empty()).map(|_| turn.ttl / 2)
}

/// The TURN servers with credentials for `user` that hold from `now` for the configured time; `None` without any.
fn ice_server(turn: &Turn, user: &str, now: Millis) -> Option<IceServer> {
    let secret = turn.secret.as_ref().filter(|_| !turn.uris.is_empty())?;
    let username = format!("{}:{user}", (now.0 / 1000).saturating_add(turn.ttl.as_secs()));
    let mut mac = Hmac::<Sha1>::new_from_slice(secret.expose_secret().as_bytes()).ok()?;
    mac.update(username.as_bytes());
    let credential = STANDARD.encode(mac.finalize().into_bytes());
    Some(IceServer { urls: turn.uris.clone(), username: Some(username), credential: Some(credential) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn credentials_are_what_openssl_says() {
        let turn = Turn {
            uris: vec!["turn:t.example".into()],
            secret: Some("north".to_owned().into()),
            ttl: Duration::from_secs(600),
        };
        let server = ice_server(&turn, "mina", Millis(1_700_000_000_999)).unwrap();
        assert_eq!(server.username.as_deref(), Some("1700000600:mina"));
        // printf '1700000600:mina' | openssl dgst -sha1 -hmac north -binary | base64
        assert_eq!(server.credential.as_deref(), Some("IcrGSC5ERMkAY2BhN9gzq1Ge0yE="));
        assert_eq!(renewed_after(&turn), Some(Duration::from_secs(300)));
        assert!(ice_server(&Turn::default(), "mina", Millis(0)).is_none());
        assert_eq!(renewed_after(&Turn::default()), None);
    }
}
