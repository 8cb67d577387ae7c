//! Where a server is, and what is asked of it over HTTP.

use std::sync::Arc;

use hostreel_protocol::{CreateRoom, CreatedRoom, ErrorBody, RoomId, RoomPage, SUBPROTOCOL};
use http_body_util::{BodyExt as _, Full, Limited};
use hyper::body::Bytes;
use hyper::http::{HeaderValue, Request, Uri};
use hyper_rustls::{ConfigBuilderExt as _, HttpsConnectorBuilder};
use hyper_util::client::legacy::Client;
use hyper_util::rt::TokioExecutor;
use serde::de::DeserializeOwned;
use tokio::net::TcpStream;
use tokio_rustls::rustls::ClientConfig;
use tokio_rustls::rustls::crypto::ring;
use tokio_tungstenite::tungstenite::client::IntoClientRequest as _;
use tokio_tungstenite::tungstenite::protocol::WebSocketConfig;
use tokio_tungstenite::{Connector, MaybeTlsStream, WebSocketStream, connect_async_tls_with_config};

use crate::Error;

/// Longest answer that is read, in bytes.
const ANSWER_BYTES: usize = 64 * 1024;
/// Buffers of a connection, in bytes: bots and load generators have many.
const BUFFER_BYTES: usize = 4 * 1024;

/// A connection to a server.
pub(crate) type Socket = WebSocketStream<MaybeTlsStream<TcpStream>>;

/// Where a server is.
#[derive(Debug, Clone)]
pub struct Server {
    url: String,
    tls: Option<Arc<ClientConfig>>,
}

impl Server {
    /// A server at `http://…` or `https://…`; certificates are checked against those that the system trusts.
    ///
    /// # Errors
    /// [`Error::Address`] when it is no such address.
    pub fn new(url: &str) -> Result<Self, Error> {
        let uri: Uri = url.parse().map_err(|_| Error::Address(url.to_owned()))?;
        if !matches!(uri.scheme_str(), Some("http" | "https")) || uri.host().is_none() {
            return Err(Error::Address(url.to_owned()));
        }
        Ok(Self { url: url.trim_end_matches('/').to_owned(), tls: None })
    }

    /// Checks certificates by these rules instead.
    #[must_use]
    pub fn with_tls(mut self, config: ClientConfig) -> Self {
        self.tls = Some(Arc::new(config));
        self
    }

    /// Makes a room.
    ///
    /// # Errors
    /// [`Error::Denied`] when the server does not, else what stood in the way.
    pub async fn create_room(&self, wish: &CreateRoom) -> Result<CreatedRoom, Error> {
        let body = serde_json::to_string(wish).map_err(|error| Error::Unreadable(error.to_string()))?;
        self.ask("POST", "/api/rooms", body).await
    }

    /// What may be known of a room before joining.
    ///
    /// # Errors
    /// [`Error::Denied`] when there is no such room, else what stood in the way.
    pub async fn room_page(&self, room: &RoomId) -> Result<RoomPage, Error> {
        self.ask("GET", &format!("/api/rooms/{room}"), String::new()).await
    }

    async fn ask<T: DeserializeOwned>(&self, method: &str, path: &str, body: String) -> Result<T, Error> {
        let broken = |error: &dyn std::error::Error| Error::Connection(error.to_string());
        let connector = HttpsConnectorBuilder::new()
            .with_tls_config(self.tls_config()?.as_ref().clone())
            .https_or_http()
            .enable_http1()
            .build();
        let client = Client::builder(TokioExecutor::new()).build(connector);
        let request = Request::builder()
            .method(method)
            .uri(format!("{}{path}", self.url))
            .header("content-type", "application/json")
            .body(Full::new(Bytes::from(body)))
            .map_err(|error| broken(&error))?;
        let response = client.request(request).await.map_err(|error| broken(&error))?;
        let is_good = response.status().is_success();
        let body = Limited::new(response.into_body(), ANSWER_BYTES).collect().await;
        let body = body.map_err(|error| Error::Connection(error.to_string()))?.to_bytes();
        let unreadable = |error: serde_json::Error| Error::Unreadable(error.to_string());
        if is_good {
            serde_json::from_slice(&body).map_err(unreadable)
        } else {
            let refused: ErrorBody = serde_json::from_slice(&body).map_err(unreadable)?;
            Err(Error::Denied { code: refused.code })
        }
    }

    /// Opens a websocket that has not said anything yet.
    pub(crate) async fn connect(&self) -> Result<Socket, Error> {
        // http becomes ws, https becomes wss.
        let url = format!("ws{}/ws", self.url.trim_start_matches("http"));
        let mut request = url.into_client_request()?;
        request.headers_mut().insert("sec-websocket-protocol", HeaderValue::from_static(SUBPROTOCOL));
        let limits =
            WebSocketConfig::default().read_buffer_size(BUFFER_BYTES).write_buffer_size(BUFFER_BYTES);
        let connector = match self.url.starts_with("https") {
            true => Connector::Rustls(self.tls_config()?),
            false => Connector::Plain,
        };
        // Without delay: small messages both ways stall else.
        let (socket, _) = connect_async_tls_with_config(request, Some(limits), true, Some(connector)).await?;
        Ok(socket)
    }

    fn tls_config(&self) -> Result<Arc<ClientConfig>, Error> {
        if let Some(config) = &self.tls {
            return Ok(Arc::clone(config));
        }
        let builder = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .map_err(|error| Error::Connection(error.to_string()))?;
        // Nothing is trusted for plain HTTP: nothing has to be read then.
        if !self.url.starts_with("https") {
            let none = tokio_rustls::rustls::RootCertStore::empty();
            return Ok(Arc::new(builder.with_root_certificates(none).with_no_client_auth()));
        }
        let builder = builder.with_native_roots().map_err(|error| Error::Connection(error.to_string()))?;
        Ok(Arc::new(builder.with_no_client_auth()))
    }
}
