//! TLS by the server itself: certificates from files that change, self-signed ones, HTTP/2, and the way to HTTPS.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that can't go on has failed")]

mod support;

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use http_body_util::{BodyExt as _, Full};
use hyper::Request;
use hyper::body::Bytes;
use hyper_util::rt::{TokioExecutor, TokioIo};
use rcgen::{CertificateParams, KeyPair};
use signal_client::{Client, Options};
use signal_server::{BindError, Config, MetricsAccess, Server, Tls};
use support::{config, http, patient};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::{CertificateDer, ServerName};
use tokio_rustls::rustls::{ClientConfig, RootCertStore};

/// Writes a new certificate and its key; gives the certificate.
fn write_pair(folder: &Path) -> CertificateDer<'static> {
    let key = KeyPair::generate().unwrap();
    let names = vec!["localhost".to_owned(), "127.0.0.1".into()];
    let certificate = CertificateParams::new(names).unwrap().self_signed(&key).unwrap();
    std::fs::write(folder.join("cert.pem"), certificate.pem()).unwrap();
    std::fs::write(folder.join("key.pem"), key.serialize_pem()).unwrap();
    certificate.der().clone()
}

fn with_files(folder: &Path) -> Config {
    let tls = Tls {
        certificate: Some(folder.join("cert.pem")),
        key: Some(folder.join("key.pem")),
        reload: Duration::from_millis(20),
        ..Tls::default()
    };
    Config { tls, metrics: plain_metrics(), ..config() }
}

/// At an address of their own, without TLS.
fn plain_metrics() -> MetricsAccess {
    MetricsAccess { address: Some(([127, 0, 0, 1], 0).into()), ..MetricsAccess::default() }
}

/// Waits until certificate files have led to this.
async fn until_certificates_were(server: &Server, result: &str) {
    let line = format!("\nhostreel_certificates_total{{result=\"{result}\"}} ");
    let address = server.metrics_address().unwrap();
    let counted = async || String::from_utf8(http(address, "GET", "/metrics", "", "").await.body).unwrap();
    patient(async { while !counted().await.contains(&line) {} }).await;
}

fn trusting(certificate: &CertificateDer<'static>, protocols: &[&[u8]]) -> ClientConfig {
    let mut roots = RootCertStore::empty();
    roots.add(certificate.clone()).unwrap();
    let mut config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    config.alpn_protocols = protocols.iter().map(|protocol| protocol.to_vec()).collect();
    config
}

async fn connect(server: &Server, config: ClientConfig) -> std::io::Result<TlsStream<TcpStream>> {
    let stream = TcpStream::connect(server.address()).await.unwrap();
    let name = ServerName::try_from("localhost").unwrap();
    patient(TlsConnector::from(Arc::new(config)).connect(name, stream)).await
}

#[tokio::test]
async fn people_meet_over_tls() {
    let folder = tempfile::tempdir().unwrap();
    let certificate = write_pair(folder.path());
    let server = support::server(with_files(folder.path())).await;
    assert_eq!(server.url(), format!("https://{}", server.address()));
    let at = signal_client::Server::new(server.url()).unwrap().with_tls(trusting(&certificate, &[]));
    let created = at.create_room(&Default::default()).await.unwrap();
    let mut host = Client::join(&at, &Options::host(&created, "Mina")).await.unwrap();
    let guest = Client::join(&at, &Options::guest(&created.room, "Guest")).await.unwrap();
    host.next().await.unwrap();
    assert_eq!(host.room(), guest.room());
    // Who speaks no TLS gets nothing, and the server goes on.
    let mut plain = TcpStream::connect(server.address()).await.unwrap();
    plain.write_all(b"GET / HTTP/1.1\r\nhost: x\r\n\r\n").await.unwrap();
    let mut answer = Vec::new();
    let _ = patient(plain.read_to_end(&mut answer)).await;
    assert!(!answer.starts_with(b"HTTP"), "{answer:?}");
    guest.leave().await.unwrap();
    server.stop().await;
}

#[tokio::test]
async fn a_new_certificate_is_taken_while_running_and_a_broken_one_is_not() {
    let folder = tempfile::tempdir().unwrap();
    let old = write_pair(folder.path());
    let server = support::server(with_files(folder.path())).await;
    let mut held = connect(&server, trusting(&old, &[b"http/1.1"])).await.unwrap();

    std::fs::write(folder.path().join("key.pem"), "-----BEGIN NONSENSE-----").unwrap();
    until_certificates_were(&server, "kept").await;
    assert!(connect(&server, trusting(&old, &[])).await.is_ok(), "the old one goes on");

    let new = write_pair(folder.path());
    until_certificates_were(&server, "taken").await;
    assert!(connect(&server, trusting(&new, &[])).await.is_ok());
    assert!(connect(&server, trusting(&old, &[])).await.is_err());
    // What is open stays open.
    held.write_all(b"GET /healthz HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n").await.unwrap();
    let mut answer = String::new();
    let _ = patient(held.read_to_string(&mut answer)).await;
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    server.stop().await;
}

#[tokio::test]
async fn http2_serves_files_and_makes_rooms() {
    let folder = tempfile::tempdir().unwrap();
    let certificate = write_pair(folder.path());
    std::fs::write(folder.path().join("index.html"), "<!doctype html>").unwrap();
    let config = Config { app_folder: Some(folder.path().to_owned()), ..with_files(folder.path()) };
    let server = support::server(config).await;
    let stream = connect(&server, trusting(&certificate, &[b"h2", b"http/1.1"])).await.unwrap();
    assert_eq!(stream.get_ref().1.alpn_protocol(), Some(&b"h2"[..]));
    let (mut sender, connection) =
        hyper::client::conn::http2::handshake(TokioExecutor::new(), TokioIo::new(stream)).await.unwrap();
    tokio::spawn(connection);
    let host = format!("localhost:{}", server.address().port());
    let page = Request::get(format!("https://{host}/")).body(Full::new(Bytes::new())).unwrap();
    let response = patient(sender.send_request(page)).await.unwrap();
    assert_eq!(response.status(), 200);
    let header = |name: &str| response.headers().get(name).unwrap().to_str().unwrap().to_owned();
    assert!(header("content-security-policy").contains(&format!("wss://{host};")));
    assert_eq!(header("strict-transport-security"), "max-age=31536000");
    assert_eq!(header("cross-origin-opener-policy"), "same-origin");
    // The origin is compared with the authority, which stands where HTTP/1.1 has its Host.
    for (origin, status) in [(format!("https://{host}"), 201), ("https://evil.example".into(), 403)] {
        let create = Request::post(format!("https://{host}/api/rooms")).header("origin", &origin);
        let create = create.header("content-length", "2").body(Full::new(Bytes::from_static(b"{}"))).unwrap();
        let response = patient(sender.send_request(create)).await.unwrap();
        assert_eq!(response.status(), status, "{origin}");
        assert!(!response.into_body().collect().await.unwrap().to_bytes().is_empty());
    }
    server.stop().await;
}

#[tokio::test]
async fn self_signed_says_its_fingerprint_and_plain_http_is_sent_on() {
    let tls = Tls { self_signed: true, redirect_http: Some(0), ..Tls::default() };
    let server = support::server(Config { tls, ..config() }).await;
    let fingerprint = server.fingerprint().unwrap();
    assert_eq!(fingerprint.split(':').count(), 32, "{fingerprint}");
    let redirect = server.redirect_address().unwrap();
    let answer = http(redirect, "GET", "/r/abcd?x=1", "", "").await;
    assert_eq!(answer.status, 308);
    let wanted = format!("https://127.0.0.1:{}/r/abcd?x=1", server.address().port());
    assert_eq!(answer.header("location"), Some(wanted.as_str()));
    server.stop().await;
}

#[tokio::test]
async fn what_can_not_be_used_is_said_at_the_start() {
    let folder = tempfile::tempdir().unwrap();
    let start = async || Server::bind(with_files(folder.path())).await.unwrap_err();
    assert!(matches!(start().await, BindError::Tls(error) if error.to_string().contains("cert.pem")));
    write_pair(folder.path());
    let key = KeyPair::generate().unwrap();
    std::fs::write(folder.path().join("key.pem"), key.serialize_pem()).unwrap();
    let error = start().await.to_string();
    assert!(error.contains("can't be used together"), "{error}");
    std::fs::write(folder.path().join("cert.pem"), "nothing").unwrap();
    let error = start().await.to_string();
    assert!(error.contains("no certificate in PEM form"), "{error}");
}
