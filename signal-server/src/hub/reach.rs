//! How NATS is reached: addresses, login, TLS.

use std::path::Path;

use async_nats::{ConnectError, ConnectErrorKind, ConnectOptions};
use percent_encoding::percent_decode_str;
use secrecy::{ExposeSecret as _, SecretString};
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::pem::PemObject as _;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};

use crate::HubConfig;

/// What the setting `hub` says.
pub(crate) struct Reach {
    /// Addresses of NATS servers, without what logs in.
    pub(crate) addresses: Vec<String>,
    login: Option<Login>,
    /// At least one address wants TLS: nothing is sent without it then, not even to servers that NATS tells of itself.
    is_tls: bool,
}

#[derive(Clone, PartialEq, Eq)]
enum Login {
    Password { user: String, password: String },
    Token(String),
}

impl Reach {
    /// Reads addresses that are separated by commas.
    ///
    /// # Errors
    /// When they contradict each other: a sentence for the operator, without what is secret.
    pub(crate) fn parse(url: &SecretString) -> Result<Self, String> {
        let mut reach = Self { addresses: Vec::new(), login: None, is_tls: false };
        for address in url.expose_secret().split(',') {
            let (scheme, rest) = address.split_once("://").unwrap_or(("nats", address));
            let (login, host) = match rest.rsplit_once('@') {
                Some((login, host)) => (Some(Login::parse(login)?), host),
                None => (None, rest),
            };
            if login.is_some() && reach.login.is_some() && reach.login != login {
                return Err("the addresses of hub have different logins: give them one".into());
            }
            // All NATS servers of a cluster take the same login.
            reach.login = reach.login.or(login);
            reach.is_tls |= scheme == "tls";
            reach.addresses.push(format!("{scheme}://{host}"));
        }
        Ok(reach)
    }

    /// What connects to them, with certificates and credentials from files.
    ///
    /// # Errors
    /// When a file can't be used: a sentence for the operator.
    pub(crate) async fn options(&self, config: &HubConfig) -> Result<ConnectOptions, String> {
        let mut options = ConnectOptions::new();
        if let Some(file) = &config.credentials {
            let read = options.credentials_file(file).await;
            options = read.map_err(|error| format!("hub-credentials {}: {error}", file.display()))?;
        }
        options = match self.login.clone() {
            Some(Login::Password { user, password }) => options.user_and_password(user, password),
            Some(Login::Token(token)) => options.token(token),
            None => options,
        };
        if self.is_tls {
            // The client of NATS takes the process's own; whoever set one before us is as welcome.
            let _ = ring::default_provider().install_default();
            options = options.require_tls(true);
        }
        if let Some(file) = &config.ca {
            holds_certificates("hub-ca", file)?;
            options = options.add_root_certificates(file.clone());
        }
        if let (Some(certificate), Some(key)) = (&config.certificate, &config.key) {
            holds_certificates("hub-cert", certificate)?;
            PrivateKeyDer::from_pem_file(key)
                .map_err(|error| format!("hub-key {}: no private key in PEM form: {error}", key.display()))?;
            options = options.add_client_certificate(certificate.clone(), key.clone());
        }
        Ok(options)
    }

    /// Why there is no connection, and what to do about it.
    pub(crate) fn no_connection(&self, error: &ConnectError) -> String {
        let hint = match error.kind() {
            ConnectErrorKind::AuthorizationViolation | ConnectErrorKind::Authentication => {
                "; it lets in who has the right user and password or token in hub, or hub-credentials"
            }
            _ if error.to_string().contains("invalid peer certificate") => {
                "; its certificate must name this host and be signed by a CA of this machine, or by that of hub-ca"
            }
            _ => "",
        };
        format!("can't connect to NATS at {}: {error}{hint}", self.addresses.join(", "))
    }
}

impl Login {
    fn parse(text: &str) -> Result<Self, String> {
        let decoded = |text: &str| {
            let text = percent_decode_str(text).decode_utf8();
            text.map(String::from).map_err(|_| "the login in hub is not UTF-8".to_owned())
        };
        match text.split_once(':') {
            Some(("", _)) | None if text.is_empty() || text.starts_with(':') => Err(
                "the login in hub is USER:PASSWORD@ or TOKEN@; there is nothing before the @ or the colon"
                    .into(),
            ),
            Some((user, password)) => {
                Ok(Self::Password { user: decoded(user)?, password: decoded(password)? })
            }
            None => Ok(Self::Token(decoded(text)?)),
        }
    }
}

/// The client of NATS takes a file without a certificate for one, and says nothing of where it failed.
fn holds_certificates(setting: &str, file: &Path) -> Result<(), String> {
    let name = file.display();
    let content = std::fs::read(file).map_err(|error| format!("{setting} {name}: {error}"))?;
    let mut count = 0;
    for certificate in CertificateDer::pem_slice_iter(&content) {
        certificate.map_err(|error| format!("{setting} {name}: {error}"))?;
        count += 1;
    }
    if count == 0 { Err(format!("{setting} {name}: no certificate in PEM form")) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Result<Reach, String> {
        Reach::parse(&text.to_owned().into())
    }

    fn password(user: &str, password: &str) -> Option<Login> {
        Some(Login::Password { user: user.into(), password: password.into() })
    }

    #[test]
    fn logins_are_taken_out_of_addresses() {
        for (text, addresses, login, is_tls) in [
            ("nats://a", &["nats://a"][..], None, false),
            ("nats://mina:pass/word@a:4222", &["nats://a:4222"], password("mina", "pass/word"), false),
            ("tls://m%40x:p%2C%3a@a,nats://b", &["tls://a", "nats://b"], password("m@x", "p,:"), true),
            ("nats://u:a:b@c", &["nats://c"], password("u", "a:b"), false),
            ("nats://t@a,nats://t@b", &["nats://a", "nats://b"], Some(Login::Token("t".into())), false),
        ] {
            let reach = parse(text).unwrap();
            assert_eq!(reach.addresses, addresses);
            assert!(reach.login == login && reach.is_tls == is_tls, "{text}");
        }
    }

    #[test]
    fn what_makes_no_sense_is_said_without_secrets() {
        for text in ["nats://u:secret@a,nats://u:other@b", "nats://:secret@a", "nats://@a", "nats://%ff@a"] {
            let error = parse(text).err().unwrap();
            assert!(!error.contains("secret") && !error.contains("%ff"), "{error}");
        }
    }
}
