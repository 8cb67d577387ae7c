//! How people come to the server.

use super::super::values::{each, header, network, one, origin, parsed, switch, whole};
use super::super::{Group, Kind, Setting};

/// Listening.
pub(super) const LISTENING: Group = (
    "Listening",
    &[
        number!("port", "PORT", "Port to listen on; 0 takes any free one", 0..=65_535, port),
        setting!(
            One,
            false,
            "host",
            "ADDRESS",
            "Address to listen on",
            |config, values| {
                config.host = parsed(values, "an IP address like 127.0.0.1, 0.0.0.0 or ::")?;
                Ok(())
            },
            |config| vec![config.host.to_string()]
        ),
        setting!(
            List,
            false,
            "allow-origin",
            "ORIGIN",
            "Origin whose pages may use this server, like https://meet.example.org. Without any: the own host",
            |config, values| {
                config.allowed_origins = each(values, origin)?;
                Ok(())
            },
            |config| config.allowed_origins.clone()
        ),
        optional!(
            "app-folder",
            "FOLDER",
            "Serve the web app from this folder instead of the built-in one",
            "a folder",
            |folder| folder.display().to_string(),
            app_folder
        ),
        setting!(
            List,
            false,
            "trusted-proxy",
            "NETWORK",
            "Reverse proxy (address or network like 10.0.0.0/8) whose word about the client's address counts",
            |config, values| {
                config.proxies.trusted = each(values, network)?;
                Ok(())
            },
            |config| config.proxies.trusted.iter().map(ToString::to_string).collect()
        ),
        setting!(
            One,
            false,
            "client-address-header",
            "HEADER",
            "Header in which trusted proxies name the client: x-forwarded-for, forwarded, or one with a plain address",
            |config, values| {
                config.proxies.header = Some(header(one(values)?)?);
                Ok(())
            },
            |config| config.proxies.header.iter().cloned().collect()
        ),
    ],
);

/// TLS.
pub(super) const TLS: Group = (
    "TLS",
    &[
        optional!(
            "tls-cert",
            "FILE",
            "PEM file of the certificate chain; taken anew when it changes",
            "a PEM file",
            |file| file.display().to_string(),
            tls.certificate
        ),
        optional!(
            "tls-key",
            "FILE",
            "PEM file of the certificate's private key",
            "a PEM file",
            |file| file.display().to_string(),
            tls.key
        ),
        setting!(
            Switch,
            false,
            "tls-self-signed",
            "BOOL",
            "Make a certificate that nobody has signed: for trying out in a local network; browsers warn of it",
            |config, values| {
                config.tls.self_signed = switch(values)?;
                Ok(())
            },
            |config| vec![config.tls.self_signed.to_string()]
        ),
        setting!(
            One,
            false,
            "redirect-http",
            "PORT",
            "Send plain HTTP on this port to HTTPS",
            |config, values| {
                config.tls.redirect_http = Some(whole(values, 0..=65_535)?);
                Ok(())
            },
            |config| config.tls.redirect_http.iter().map(ToString::to_string).collect()
        ),
    ],
);
