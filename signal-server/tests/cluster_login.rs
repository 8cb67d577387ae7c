//! A NATS that lets in only who may, and speaks TLS only. Without nats-server on the path the tests say so and pass; with
//! `HOSTREEL_REQUIRE=1` it must be there.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that can't go on has failed")]

#[path = "support/nats.rs"]
mod nats;
mod support;

use std::path::PathBuf;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hostreel_protocol::{Command, Event};
use nats::{Nats, people, stop};
use nkeys::KeyPair;
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, ExtendedKeyUsagePurpose, IsCa};
use serde_json::{Value, json};
use signal_server::{Config, HubConfig, Server};
use support::server;
use tempfile::TempDir;

/// Settings with this login in front of the address.
fn with_login(nats: &Nats, scheme: &str, login: &str, hub: HubConfig) -> Config {
    let url = format!("{scheme}://{login}localhost:{}", nats.port());
    let mut config = nats.config();
    config.hub = HubConfig { url: Some(url.into()), node_silence: nats.silence, ..hub };
    config
}

/// Two servers with these settings are as one.
async fn meet(config: impl Fn() -> Config) {
    let nodes = [server(config()).await, server(config()).await];
    let [mut host, mut guest] = people(&nodes).await;
    host.ask(Command::Chat { text: "Hello".into() }).await.unwrap();
    assert!(matches!(guest.event().await, Event::Chat { .. }));
    guest.signal(&host.you, "1").await;
    assert!(matches!(host.event().await, Event::Chat { .. }));
    assert_eq!(host.expect_signal().await, (guest.you.clone(), "1".to_owned()));
    stop(nodes).await;
}

/// What is said when it can't be used; nothing of it is secret.
async fn refused(config: Config) -> String {
    let error = Server::bind(config).await.unwrap_err().to_string();
    assert!(!error.contains("hidden"), "{error}");
    error
}

#[tokio::test]
async fn a_user_and_a_password_let_in() {
    let Some(nats) = Nats::start_with(r#"authorization: { user: "mina@x", password: "p:a/s,s" }"#).await
    else {
        return;
    };
    meet(|| with_login(&nats, "nats", "mina%40x:p:a/s%2Cs@", HubConfig::default())).await;
    for login in ["", "mina%40x:hidden@", "hidden@"] {
        let error = refused(with_login(&nats, "nats", login, HubConfig::default())).await;
        assert!(error.contains("authorization") && error.contains("hub-credentials"), "{error}");
    }
}

#[tokio::test]
async fn a_token_lets_in() {
    let Some(nats) = Nats::start_with(r#"authorization: { token: "t0ken" }"#).await else { return };
    meet(|| with_login(&nats, "nats", "t0ken@", HubConfig::default())).await;
    let error = refused(with_login(&nats, "nats", "hidden@", HubConfig::default())).await;
    assert!(error.contains("authorization"), "{error}");
}

/// A token as NATS reads them, signed by its issuer.
fn jwt(issuer: &KeyPair, subject: &KeyPair, name: &str, mut nats: Value) -> String {
    nats["version"] = 2.into();
    let encode = |value: Value| URL_SAFE_NO_PAD.encode(value.to_string());
    let header = encode(json!({ "typ": "JWT", "alg": "ed25519-nkey" }));
    let claims = encode(json!({
        "jti": name, "iat": 1_700_000_000, "iss": issuer.public_key(), "sub": subject.public_key(), "name": name,
        "nats": nats,
    }));
    let signature = URL_SAFE_NO_PAD.encode(issuer.sign(format!("{header}.{claims}").as_bytes()).unwrap());
    format!("{header}.{claims}.{signature}")
}

/// A file as `nsc generate creds` writes it.
fn credentials(jwt: &str, user: &KeyPair) -> String {
    let seed = user.seed().unwrap();
    format!(
        "-----BEGIN NATS USER JWT-----\n{jwt}\n------END NATS USER JWT------\n\n\
         -----BEGIN USER NKEY SEED-----\n{seed}\n------END USER NKEY SEED------\n"
    )
}

#[tokio::test]
async fn a_file_of_credentials_lets_in() {
    let (operator, account, user) = (KeyPair::new_operator(), KeyPair::new_account(), KeyPair::new_user());
    let limits = json!({
        "subs": -1, "data": -1, "payload": -1, "imports": -1, "exports": -1, "wildcards": true, "conn": -1,
        "leaf": -1, "mem_storage": -1, "disk_storage": -1, "streams": -1, "consumer": -1,
    });
    // JetStream wants an account for NATS itself.
    let system = KeyPair::new_account();
    let of_system = jwt(&operator, &system, "system", json!({ "type": "account" }));
    let of_account = jwt(&operator, &account, "account", json!({ "type": "account", "limits": limits }));
    let settings = format!(
        "operator: {}\nresolver: MEMORY\nsystem_account: {}\nresolver_preload: {{ {}: {of_system}, {}: {of_account} }}\n",
        jwt(&operator, &operator, "operator", json!({ "type": "operator" })),
        system.public_key(),
        system.public_key(),
        account.public_key(),
    );
    let Some(nats) = Nats::start_with(&settings).await else { return };
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("hostreel.creds");
    let rights = json!({ "type": "user", "subs": -1, "data": -1, "payload": -1, "pub": {}, "sub": {} });
    std::fs::write(&file, credentials(&jwt(&account, &user, "hostreel", rights.clone()), &user)).unwrap();
    let hub = || HubConfig { credentials: Some(file.clone()), ..HubConfig::default() };
    meet(|| with_login(&nats, "nats", "", hub())).await;

    // Of an account that this NATS does not know.
    let other = KeyPair::new_account();
    std::fs::write(&file, credentials(&jwt(&other, &user, "hostreel", rights), &user)).unwrap();
    let error = refused(with_login(&nats, "nats", "", hub())).await;
    assert!(error.contains("authorization"), "{error}");
    for (content, part) in [(Some("nothing"), "hostreel.creds"), (None, "hub-credentials")] {
        match content {
            Some(content) => std::fs::write(&file, content).unwrap(),
            None => std::fs::remove_file(&file).unwrap(),
        }
        let error = refused(with_login(&nats, "nats", "", hub())).await;
        assert!(error.contains(part), "{error}");
    }
}

/// A CA, and what it has signed: `ca.pem`, `server.pem`, `client.pem` and their keys.
struct Certificates(TempDir);

impl Certificates {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mut parameters = CertificateParams::default();
        parameters.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let ca = CertifiedIssuer::self_signed(parameters, rcgen::KeyPair::generate().unwrap()).unwrap();
        std::fs::write(folder.path().join("ca.pem"), ca.pem()).unwrap();
        for (name, purpose) in
            [("server", ExtendedKeyUsagePurpose::ServerAuth), ("client", ExtendedKeyUsagePurpose::ClientAuth)]
        {
            let mut parameters = CertificateParams::new(vec!["localhost".to_owned()]).unwrap();
            parameters.extended_key_usages = vec![purpose];
            let key = rcgen::KeyPair::generate().unwrap();
            let certificate = parameters.signed_by(&key, &ca).unwrap();
            std::fs::write(folder.path().join(format!("{name}.pem")), certificate.pem()).unwrap();
            std::fs::write(folder.path().join(format!("{name}.key")), key.serialize_pem()).unwrap();
        }
        Self(folder)
    }

    fn file(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    /// Settings of a NATS with them.
    fn settings(&self, more: &str) -> String {
        let (certificate, key, ca) = (self.file("server.pem"), self.file("server.key"), self.file("ca.pem"));
        format!("tls: {{ cert_file: {certificate:?}, key_file: {key:?}, ca_file: {ca:?} {more} }}")
    }
}

#[tokio::test]
async fn tls_holds_with_the_ca_that_was_named() {
    let (ours, others) = (Certificates::new(), Certificates::new());
    let settings = ours.settings("") + "\nauthorization: { user: u, password: p }";
    let Some(nats) = Nats::start_with(&settings).await else { return };
    let hub = |ca: PathBuf| HubConfig { ca: Some(ca), ..HubConfig::default() };
    let with = |hub| with_login(&nats, "tls", "u:p@", hub);
    meet(|| with(hub(ours.file("ca.pem")))).await;
    // Not by another's CA, nor by those of this machine.
    for hub in [hub(others.file("ca.pem")), HubConfig::default()] {
        let error = refused(with(hub)).await;
        assert!(error.contains("hub-ca") && error.contains("localhost"), "{error}");
    }
    for (file, part) in [("server.key", "no certificate"), ("nothing.pem", "nothing.pem")] {
        let error = refused(with(hub(ours.file(file)))).await;
        assert!(error.contains("hub-ca") && error.contains(part), "{error}");
    }
}

#[tokio::test]
async fn where_tls_is_wanted_nothing_is_said_without_it() {
    let Some(nats) = Nats::start_with("authorization: { user: u, password: p }").await else { return };
    let hub = HubConfig { ca: Some(Certificates::new().file("ca.pem")), ..HubConfig::default() };
    refused(with_login(&nats, "tls", "u:p@", hub)).await;
    refused(with_login(&nats, "tls", "u:p@", HubConfig::default())).await;
    meet(|| with_login(&nats, "nats", "u:p@", HubConfig::default())).await;
}

#[tokio::test]
async fn a_nats_that_wants_certificates_gets_ours() {
    let ours = Certificates::new();
    let Some(nats) = Nats::start_with(&ours.settings(", verify: true")).await else { return };
    let ca = HubConfig { ca: Some(ours.file("ca.pem")), ..HubConfig::default() };
    let with_key = |key: &str| HubConfig {
        certificate: Some(ours.file("client.pem")),
        key: Some(ours.file(key)),
        ..ca.clone()
    };
    meet(|| with_login(&nats, "tls", "", with_key("client.key"))).await;
    let error = refused(with_login(&nats, "tls", "", with_key("ca.pem"))).await;
    assert!(error.contains("hub-key") && error.contains("no private key"), "{error}");
    let error = refused(with_login(&nats, "tls", "", ca.clone())).await;
    assert!(error.contains("localhost"), "{error}");
}
