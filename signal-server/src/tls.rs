//! Certificates: from files that may change while the server runs, or made at the start.

use std::fmt::Write as _;
use std::net::{IpAddr, UdpSocket};
use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use sha2::{Digest as _, Sha256};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::crypto::{CryptoProvider, ring};
use tokio_rustls::rustls::pki_types::pem::PemObject as _;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio_rustls::rustls::server::{ClientHello, ResolvesServerCert, ServerConfig};
use tokio_rustls::rustls::sign::CertifiedKey;
use tokio_util::sync::CancellationToken;

use crate::Tls;
use crate::metrics::Metrics;

/// How often certificate files are looked at, unless the configuration says otherwise.
const RELOAD: Duration = Duration::from_secs(10);

/// What is spoken, the preferred first (RFC 7301). Websockets ask for HTTP/1.1 by themselves.
const PROTOCOLS: [&[u8]; 2] = [b"h2", b"http/1.1"];

/// Why there is no TLS.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum TlsError {
    /// A file can't be read.
    #[error("can't read {}: {reason}", file.display())]
    Unreadable {
        /// Which.
        file: PathBuf,
        /// The system's reason.
        reason: String,
    },
    /// A file does not hold what it should.
    #[error("{} holds no {wanted} in PEM form: {reason}", file.display())]
    NotPem {
        /// Which.
        file: PathBuf,
        /// What was looked for.
        wanted: &'static str,
        /// What is wrong.
        reason: String,
    },
    /// Key and certificate do not belong together, or are of a kind that is not supported.
    #[error("the certificate and its key can't be used together: {0}")]
    Mismatch(String),
    /// A certificate could not be made.
    #[error("can't make a certificate: {0}")]
    SelfSigned(String),
}

/// The certificate in use. Handshakes take it from here, so a new one holds from the next handshake on.
#[derive(Debug)]
struct Current(RwLock<Arc<CertifiedKey>>);

impl ResolvesServerCert for Current {
    fn resolve(&self, _: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        Some(Arc::clone(&self.0.read().unwrap_or_else(PoisonError::into_inner)))
    }
}

/// A pair of files.
#[derive(Debug, Clone)]
struct Files {
    certificate: PathBuf,
    key: PathBuf,
}

/// What accepts TLS connections.
pub(crate) struct Certificates {
    pub(crate) acceptor: TlsAcceptor,
    /// Of a self-signed certificate.
    pub(crate) fingerprint: Option<String>,
    current: Arc<Current>,
    files: Option<Files>,
    every: Duration,
}

impl Certificates {
    /// Loads or makes the certificate for a server on `host`; `None` without TLS.
    ///
    /// # Errors
    /// When files are missing or wrong.
    pub(crate) fn new(tls: &Tls, host: IpAddr) -> Result<Option<Self>, TlsError> {
        let provider = Arc::new(ring::default_provider());
        let (key, files) = match (&tls.certificate, &tls.key) {
            (Some(certificate), Some(key)) => {
                let files = Files { certificate: certificate.clone(), key: key.clone() };
                (files.load(&files.read()?, &provider)?, Some(files))
            }
            _ if tls.self_signed => (self_signed(host, &provider)?, None),
            _ => return Ok(None),
        };
        let fingerprint = key.cert.first().filter(|_| files.is_none()).map(fingerprint);
        let current = Arc::new(Current(RwLock::new(Arc::new(key))));
        let mut config = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .map_err(|error| TlsError::Mismatch(error.to_string()))?
            .with_no_client_auth()
            .with_cert_resolver(Arc::clone(&current) as Arc<dyn ResolvesServerCert>);
        config.alpn_protocols = PROTOCOLS.map(<[u8]>::to_vec).to_vec();
        let every = if tls.reload.is_zero() { RELOAD } else { tls.reload };
        Ok(Some(Self { acceptor: TlsAcceptor::from(Arc::new(config)), fingerprint, current, files, every }))
    }

    /// Takes the files anew when their content changes, until the server stops. What can't be used changes nothing.
    pub(crate) fn watch(
        &self,
        metrics: Arc<Metrics>,
        stop: CancellationToken,
    ) -> impl Future<Output = ()> + Send + 'static {
        let (current, files, every) = (Arc::clone(&self.current), self.files.clone(), self.every);
        async move {
            let Some(files) = files else { return };
            let provider = ring::default_provider();
            let mut known = files.read().ok();
            let mut tick = tokio::time::interval(every);
            let kept = |error: &TlsError| {
                metrics.certificate("kept");
                tracing::warn!(%error, "the certificate in use is kept");
            };
            loop {
                tokio::select! {
                    _ = tick.tick() => {}
                    () = stop.cancelled() => return,
                }
                // Compared by content: renewals replace links, and clocks of volumes lie.
                let found = match files.read() {
                    Ok(found) if known.as_ref() == Some(&found) => continue,
                    Ok(found) => found,
                    Err(error) => {
                        kept(&error);
                        continue;
                    }
                };
                match files.load(&found, &provider) {
                    Ok(key) => {
                        *current.0.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(key);
                        metrics.certificate("taken");
                        tracing::info!("new certificate in use");
                    }
                    // Between the writing of the two files they do not fit: looked at again next time.
                    Err(error) => kept(&error),
                }
                known = Some(found);
            }
        }
    }
}

impl Files {
    fn read(&self) -> Result<(Vec<u8>, Vec<u8>), TlsError> {
        let read = |file: &Path| {
            std::fs::read(file)
                .map_err(|error| TlsError::Unreadable { file: file.to_owned(), reason: error.to_string() })
        };
        Ok((read(&self.certificate)?, read(&self.key)?))
    }

    fn load(
        &self,
        (chain, key): &(Vec<u8>, Vec<u8>),
        provider: &CryptoProvider,
    ) -> Result<CertifiedKey, TlsError> {
        let not_pem =
            |file: &Path, wanted, reason: String| TlsError::NotPem { file: file.to_owned(), wanted, reason };
        let chain: Vec<_> = CertificateDer::pem_slice_iter(chain)
            .collect::<Result<_, _>>()
            .map_err(|error| not_pem(&self.certificate, "certificate", error.to_string()))?;
        if chain.is_empty() {
            return Err(not_pem(&self.certificate, "certificate", "none found".into()));
        }
        let key = PrivateKeyDer::from_pem_slice(key)
            .map_err(|error| not_pem(&self.key, "private key", error.to_string()))?;
        CertifiedKey::from_der(chain, key, provider).map_err(|error| TlsError::Mismatch(error.to_string()))
    }
}

/// A fresh certificate for this machine's own names.
fn self_signed(host: IpAddr, provider: &CryptoProvider) -> Result<CertifiedKey, TlsError> {
    let wrong = |error: rcgen::Error| TlsError::SelfSigned(error.to_string());
    let mut names =
        vec!["localhost".to_owned(), "127.0.0.1".into(), "::1".into(), reachable(host).to_string()];
    names.dedup();
    let key = rcgen::KeyPair::generate().map_err(wrong)?;
    let mut parameters = rcgen::CertificateParams::new(names).map_err(wrong)?;
    parameters.distinguished_name.push(rcgen::DnType::CommonName, "Hostreel, self-signed");
    let certificate = parameters.self_signed(&key).map_err(wrong)?;
    let secret =
        PrivateKeyDer::try_from(key.serialize_der()).map_err(|error| TlsError::SelfSigned(error.into()))?;
    CertifiedKey::from_der(vec![certificate.der().clone()], secret, provider)
        .map_err(|error| TlsError::SelfSigned(error.to_string()))
}

/// The address under which others in the network find a server that listens on `host`.
pub(crate) fn reachable(host: IpAddr) -> IpAddr {
    if !host.is_unspecified() {
        return host;
    }
    // Connecting a datagram socket sends nothing: it only asks which interface would be taken (192.0.2.0/24 is for
    // documentation, RFC 5737).
    let found = UdpSocket::bind("0.0.0.0:0").and_then(|socket| {
        socket.connect("192.0.2.1:9")?;
        socket.local_addr()
    });
    found.map_or(host, |address| address.ip())
}

/// As browsers show it: `AB:CD:…`.
fn fingerprint(certificate: &CertificateDer<'static>) -> String {
    let mut text = String::new();
    for byte in Sha256::digest(certificate) {
        // Writing to a String does not fail.
        let _ = write!(text, "{}{byte:02X}", if text.is_empty() { "" } else { ":" });
    }
    text
}
