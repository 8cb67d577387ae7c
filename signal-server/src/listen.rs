//! Listening, accepting, and serving HTTP on what was accepted.

use std::io;
use std::net::SocketAddr;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::time::Duration;

use hyper::Request;
use hyper::body::{Body, Incoming};
use hyper::rt::{Read, Write};
use hyper::server::conn::{http1, http2};
use hyper::service::Service;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use socket2::{Domain, Protocol, Socket, Type};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tokio_rustls::TlsAcceptor;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use warp::http::HeaderValue;
use warp::http::header::HOST;

use crate::crowd::Crowd;

/// Connections that the system keeps ready for us: a whole class joins in the same second.
const BACKLOG: i32 = 4096;
/// Kernel buffer for what a client has not read, in bytes; else Linux lets it grow to megabytes.
const SEND_BUFFER: usize = 256 * 1024;
/// Longest head of a request, in bytes.
const HEAD_BYTES: usize = 16 * 1024;
/// Time for a request's head.
const HEAD_TIME: Duration = Duration::from_secs(10);
/// Time for a TLS handshake.
const HANDSHAKE_TIME: Duration = Duration::from_secs(10);
/// Pause after an error in accepting: out of files, mostly, which passes when connections end.
const ACCEPT_PAUSE: Duration = Duration::from_millis(50);
/// A connection is closed in good order after this, unless a websocket has taken it over: pings, or an answer that is
/// not read, would keep it for ever.
const AGE: Duration = Duration::from_secs(600);
/// Time for what a connection is still at when it is to be closed.
const LAST_TIME: Duration = Duration::from_secs(30);
/// Requests at a time on one HTTP/2 connection.
const HTTP2_STREAMS: u32 = 64;

/// The other end of a connection, in a request's extensions.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Peer(pub(crate) SocketAddr);

/// Opens a listening socket.
///
/// # Errors
/// When the address is taken or not ours.
pub(crate) fn listen(address: SocketAddr) -> io::Result<TcpListener> {
    let socket = Socket::new(Domain::for_address(address), Type::STREAM, Some(Protocol::TCP))?;
    // Restarting must not wait for old connections' TIME_WAIT. Windows would let two servers share the port.
    #[cfg(not(windows))]
    socket.set_reuse_address(true)?;
    // Accepted sockets inherit these. Small messages both ways stall for 40 ms without "no delay".
    socket.set_tcp_nodelay(true)?;
    socket.set_send_buffer_size(SEND_BUFFER)?;
    socket.set_nonblocking(true)?;
    socket.bind(&address.into())?;
    socket.listen(BACKLOG)?;
    TcpListener::from_std(socket.into())
}

/// What all connections of one listening socket share.
#[derive(Clone)]
pub(crate) struct Door<S> {
    pub(crate) service: S,
    pub(crate) tls: Option<TlsAcceptor>,
    /// One permit for each connection; when all are taken, the rest waits in the backlog.
    pub(crate) places: Arc<Semaphore>,
    /// How many of them one network may have.
    pub(crate) crowd: Arc<Crowd>,
    pub(crate) tasks: TaskTracker,
    pub(crate) stop: CancellationToken,
}

impl<S, B> Door<S>
where
    S: Service<Request<Incoming>, Response = warp::http::Response<B>> + Clone + Send + Sync + 'static,
    S::Future: Send + 'static,
    S::Error: Into<Box<dyn std::error::Error + Send + Sync>>,
    B: Body + Send + 'static,
    B::Data: Send,
    B::Error: Into<Box<dyn std::error::Error + Send + Sync>>,
{
    /// Accepts connections until the server stops.
    pub(crate) async fn open(self, listener: TcpListener) {
        let accept_all = async {
            loop {
                let Ok(place) = Arc::clone(&self.places).acquire_owned().await else { return };
                match listener.accept().await {
                    Ok((stream, peer)) => {
                        let Some(present) = self.crowd.enter(peer.ip()) else { continue };
                        let door = self.clone();
                        self.tasks.spawn(async move {
                            door.welcome(stream, peer).await;
                            drop((place, present));
                        });
                    }
                    Err(error) => {
                        tracing::warn!(%error, "can't accept");
                        tokio::time::sleep(ACCEPT_PAUSE).await;
                    }
                }
            }
        };
        tokio::select! {
            () = accept_all => {}
            () = self.stop.cancelled() => {}
        }
    }

    async fn welcome(self, stream: TcpStream, peer: SocketAddr) {
        let Self { service, tls, stop, .. } = self;
        let service = Stamped { inner: service, peer };
        let Some(tls) = tls else {
            return serve_http1(TokioIo::new(stream), service, stop).await;
        };
        let handshake = tokio::time::timeout(HANDSHAKE_TIME, tls.accept(stream));
        let stream = tokio::select! {
            done = handshake => match done {
                Ok(Ok(stream)) => stream,
                Ok(Err(error)) => return tracing::debug!(%error, "no TLS handshake"),
                Err(_) => return,
            },
            () = stop.cancelled() => return,
        };
        let is_http2 = stream.get_ref().1.alpn_protocol() == Some(b"h2");
        if is_http2 {
            serve_http2(TokioIo::new(stream), service, stop).await;
        } else {
            serve_http1(TokioIo::new(stream), service, stop).await;
        }
    }
}

/// Serves one connection; a websocket on it goes on as a task of its own.
async fn serve_http1<I, S, B>(io: I, service: S, stop: CancellationToken)
where
    I: Read + Write + Unpin + Send + 'static,
    S: Service<Request<Incoming>, Response = warp::http::Response<B>>,
    S::Error: Into<Box<dyn std::error::Error + Send + Sync>>,
    B: Body + 'static,
    B::Error: Into<Box<dyn std::error::Error + Send + Sync>>,
{
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEAD_TIME)
        .max_buf_size(HEAD_BYTES)
        .serve_connection(io, service)
        .with_upgrades();
    see_through(connection, http1::UpgradeableConnection::graceful_shutdown, &stop).await;
}

async fn serve_http2<I, S, B>(io: I, service: S, stop: CancellationToken)
where
    I: Read + Write + Unpin + Send + 'static,
    S: Service<Request<Incoming>, Response = warp::http::Response<B>>,
    S::Future: Send + 'static,
    S::Error: Into<Box<dyn std::error::Error + Send + Sync>>,
    B: Body + Send + 'static,
    B::Data: Send,
    B::Error: Into<Box<dyn std::error::Error + Send + Sync>>,
{
    let connection = http2::Builder::new(TokioExecutor::new())
        .timer(TokioTimer::new())
        .keep_alive_interval(HEAD_TIME)
        .keep_alive_timeout(HEAD_TIME)
        .max_concurrent_streams(HTTP2_STREAMS)
        .max_header_list_size(16 * 1024)
        .serve_connection(io, service);
    see_through(connection, http2::Connection::graceful_shutdown, &stop).await;
}

/// Runs a connection to its end. When it is old or the server stops, it takes nothing new, and has a while for the rest.
async fn see_through<C, E>(connection: C, wind_up: impl FnOnce(Pin<&mut C>), stop: &CancellationToken)
where
    C: Future<Output = Result<(), E>>,
    E: std::fmt::Display,
{
    let mut connection = pin!(connection);
    let ended = tokio::select! {
        ended = connection.as_mut() => Ok(ended),
        // However this ends, it is time.
        _ = tokio::time::timeout(AGE, stop.cancelled()) => {
            wind_up(connection.as_mut());
            tokio::time::timeout(LAST_TIME, connection).await
        }
    };
    match ended {
        Ok(Ok(())) => {}
        Ok(Err(error)) => tracing::debug!(%error, "connection ended"),
        Err(_) => tracing::debug!("connection cut off"),
    }
}

/// Puts the other end's address into each request, and HTTP/2's authority where HTTP/1.1 has its `Host`.
#[derive(Debug, Clone)]
struct Stamped<S> {
    inner: S,
    peer: SocketAddr,
}

impl<S: Service<Request<Incoming>>> Service<Request<Incoming>> for Stamped<S> {
    type Response = S::Response;
    type Error = S::Error;
    type Future = S::Future;

    fn call(&self, mut request: Request<Incoming>) -> Self::Future {
        request.extensions_mut().insert(Peer(self.peer));
        if !request.headers().contains_key(HOST)
            && let Some(host) =
                request.uri().authority().and_then(|host| HeaderValue::from_str(host.as_str()).ok())
        {
            request.headers_mut().insert(HOST, host);
        }
        self.inner.call(request)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::convert::Infallible;

    use http_body_util::{BodyExt as _, Empty, Full};
    use hyper::body::Bytes;
    use hyper::service::service_fn;
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
    use warp::http::Response;

    /// More than any buffer on the way holds.
    const LARGE: usize = 16 * 1024 * 1024;

    async fn large(_: Request<Incoming>) -> Result<Response<Full<Bytes>>, Infallible> {
        Ok(Response::new(Full::new(vec![7; LARGE].into())))
    }

    /// Waits for a connection's end, longer than one may last.
    async fn ends(connection: impl Future<Output = ()>) {
        tokio::time::timeout((AGE + LAST_TIME) * 2, connection).await.unwrap();
    }

    #[tokio::test(start_paused = true)]
    async fn who_does_not_read_an_answer_is_let_go() {
        let (mut client, server) = tokio::io::duplex(1024);
        client.write_all(b"GET / HTTP/1.1\r\nhost: x\r\n\r\n").await.unwrap();
        ends(serve_http1(TokioIo::new(server), service_fn(large), CancellationToken::new())).await;
        let mut read = Vec::new();
        client.read_to_end(&mut read).await.unwrap();
        assert!(read.starts_with(b"HTTP/1.1 200") && read.len() < LARGE);
    }

    #[tokio::test(start_paused = true)]
    async fn who_does_not_read_an_answer_of_http2_is_let_go() {
        let (client, server) = tokio::io::duplex(1024);
        let talk = async {
            let (mut client, pings) =
                hyper::client::conn::http2::handshake(TokioExecutor::new(), TokioIo::new(client))
                    .await
                    .unwrap();
            let pings = tokio::spawn(pings);
            let answer = client.send_request(Request::new(Empty::<Bytes>::new())).await.unwrap();
            let _ = pings.await;
            assert!(answer.into_body().collect().await.is_err(), "cut off");
        };
        let serve = serve_http2(TokioIo::new(server), service_fn(large), CancellationToken::new());
        ends(async {
            tokio::join!(serve, talk);
        })
        .await;
    }
}
