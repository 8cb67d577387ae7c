//! Other servers: NATS, STUN and TURN.

use std::time::Duration;

use super::super::values::{
    each, hub_name, hub_url, ice_server, ice_server_text, one, parsed, secret, shown, turn_uri, whole,
};
use super::super::{Group, Kind, Setting};

/// Several servers.
pub(super) const SEVERAL_SERVERS: Group = (
    "Several servers",
    &[
        setting!(
            One,
            true,
            "hub",
            "URL",
            "Share rooms with other servers over NATS with JetStream: nats:// or tls://[USER:PASSWORD@|TOKEN@]HOST:4222; several: separated by commas",
            |config, values| {
                config.hub.url = Some(hub_url(one(values)?)?);
                Ok(())
            },
            |config| config.hub.url.iter().map(shown).collect()
        ),
        setting!(
            One,
            false,
            "hub-name",
            "NAME",
            "Servers with the same name share their rooms",
            |config, values| {
                config.hub.name = hub_name(one(values)?)?;
                Ok(())
            },
            |config| vec![config.hub.name.clone()]
        ),
        optional!(
            "hub-credentials",
            "FILE",
            "File with credentials for NATS (.creds)",
            "a file",
            |file| file.display().to_string(),
            hub.credentials
        ),
        optional!(
            "hub-ca",
            "FILE",
            "PEM file of the CA that has signed the certificates of NATS. Without one: the CAs of this machine",
            "a PEM file",
            |file| file.display().to_string(),
            hub.ca
        ),
        optional!(
            "hub-cert",
            "FILE",
            "PEM file of our certificate, for a NATS that wants one",
            "a PEM file",
            |file| file.display().to_string(),
            hub.certificate
        ),
        optional!(
            "hub-key",
            "FILE",
            "PEM file of that certificate's private key",
            "a PEM file",
            |file| file.display().to_string(),
            hub.key
        ),
        number!(
            "hub-replicas",
            "COUNT",
            "NATS servers that keep each room's log; counts when the first server makes the stream",
            1..=5,
            hub.replicas
        ),
        millis!(
            "hub-silence-ms",
            "A server that was silent for so long counts as dead",
            500..=600_000,
            hub.node_silence
        ),
    ],
);

/// STUN and TURN.
pub(super) const STUN_AND_TURN: Group = (
    "STUN and TURN",
    &[
        setting!(
            List,
            true,
            "ice-server",
            "SERVER",
            "STUN or TURN server for the clients: URL, or URL|USERNAME|CREDENTIAL",
            |config, values| {
                config.ice_servers = each(values, ice_server)?;
                Ok(())
            },
            |config| config.ice_servers.iter().map(ice_server_text).collect()
        ),
        setting!(
            List,
            false,
            "turn-uri",
            "URI",
            "TURN server that takes time-limited credentials, like turn:turn.example.org:3478",
            |config, values| {
                config.turn.uris = each(values, turn_uri)?;
                Ok(())
            },
            |config| config.turn.uris.clone()
        ),
        secret!(
            "turn-secret",
            "Secret shared with the TURN server (coturn: static-auth-secret)",
            turn.secret
        ),
        seconds!("turn-ttl", "How long TURN credentials hold", 60..=604_800, turn.ttl),
    ],
);
