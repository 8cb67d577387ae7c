//! An own login, and what operators need.

use std::net::SocketAddr;
use std::time::Duration;

use super::super::values::{each, http_url, one, parsed, secret, shown, signing_secret, whole};
use super::super::{Group, Kind, Setting};

/// An own login.
pub(super) const OWN_LOGIN: Group = (
    "An own login",
    &[
        setting!(
            List,
            true,
            "jwt-secret",
            "SECRET",
            "Secret that signs tokens (HS256): SECRET, KID=SECRET or KID=@FILE",
            |config, values| {
                config.jwt.secrets = each(values, signing_secret)?;
                Ok(())
            },
            |config| config.jwt.secrets.iter().map(shown).collect()
        ),
        setting!(
            List,
            false,
            "jwt-public-key",
            "FILE",
            "PEM file of a key that signs tokens (EdDSA, ES256): FILE, or KID=FILE",
            |config, values| {
                config.jwt.public_keys = values.to_vec();
                Ok(())
            },
            |config| config.jwt.public_keys.clone()
        ),
        setting!(
            List,
            false,
            "jwt-audience",
            "AUDIENCE",
            "Tokens must be for one of these (aud). Without any: not looked at",
            |config, values| {
                config.jwt.audiences = values.to_vec();
                Ok(())
            },
            |config| config.jwt.audiences.clone()
        ),
        seconds!("jwt-leeway-seconds", "How far clocks may differ", 0..=600, jwt.leeway),
    ],
);

/// Operations.
pub(super) const OPERATIONS: Group = (
    "Operations",
    &[
        optional!(
            "metrics-address",
            "ADDRESS:PORT",
            "Serve /metrics here, in plain HTTP, instead of with everything else",
            "an address with a port, like 127.0.0.1:9090",
            SocketAddr::to_string,
            metrics.address
        ),
        secret!("metrics-token", "Wanted for /metrics as `Authorization: Bearer`", metrics.token),
        secret!("admin-token", "Opens /api/admin for `Authorization: Bearer`", admin_token),
        setting!(
            List,
            false,
            "webhook-url",
            "URL",
            "Told by POST what happens in rooms",
            |config, values| {
                config.webhooks.urls = each(values, http_url)?;
                Ok(())
            },
            |config| config.webhooks.urls.clone()
        ),
        secret!("webhook-secret", "Signs what is posted (HMAC-SHA256)", webhooks.secret),
        number!(
            "webhook-queue",
            "COUNT",
            "Events that may wait for each address",
            1..=1_000_000,
            webhooks.queue
        ),
        number!("webhook-attempts", "COUNT", "Attempts for one event", 1..=100, webhooks.attempts),
    ],
);
