//! Listening, accepting, stopping.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use hyper::body::{Body, Incoming};
use hyper::server::conn::http1::{self, UpgradeableConnection};
use hyper::service::HttpService;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use socket2::{Domain, Protocol, Socket, Type};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::Config;
use crate::app::App;
use crate::http::{Parts, routes};
use crate::hub::{Hub, keep_time};

/// Connections that the system keeps ready for us: a whole class joins in the same second.
const BACKLOG: i32 = 4096;
/// Kernel buffer for what a client has not read, in bytes; else Linux lets it grow to megabytes.
const SEND_BUFFER: usize = 256 * 1024;
/// HTTP connections beyond the websockets.
const SPARE_CONNECTIONS: usize = 1024;
/// Longest head of a request, in bytes.
const HEAD_BYTES: usize = 16 * 1024;
/// Time for a request's head.
const HEAD_TIME: Duration = Duration::from_secs(10);
/// Time for the goodbyes when stopping.
const STOP_TIME: Duration = Duration::from_secs(4);

/// Why a server does not start.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum BindError {
    /// The address can't be listened on.
    #[error("can't listen on {address}: {source}; choose another with --port")]
    Listen {
        /// Which.
        address: SocketAddr,
        /// The system's reason.
        source: io::Error,
    },
    /// The state folder can't be used.
    #[error("can't use the state folder: {0}; choose another with --state-folder")]
    State(io::Error),
    /// The folder with the web app can't be read.
    #[error("can't read the app's folder: {0}")]
    App(io::Error),
}

/// A running server.
#[derive(Debug)]
#[must_use = "dropping it stops the server abruptly"]
pub struct Server {
    address: SocketAddr,
    shared: Shared,
    /// Ends accepting and the goodbyes.
    stop: CancellationToken,
    tasks: TaskTracker,
}

struct Shared(Arc<Hub>);

impl std::fmt::Debug for Shared {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("Hub")
    }
}

impl Server {
    /// Starts a server in the current tokio runtime. It accepts connections when this returns.
    ///
    /// # Errors
    /// [`BindError`] when the address is taken or the app's folder can't be read.
    #[expect(clippy::unused_async, reason = "needs a tokio runtime, which an async function makes plain")]
    pub async fn bind(config: Config) -> Result<Self, BindError> {
        let wanted = SocketAddr::new(config.host, config.port);
        let failed = |source| BindError::Listen { address: wanted, source };
        let app = App::load(config.app_folder.as_deref()).map_err(BindError::App)?;
        let listener = listen(wanted).map_err(failed)?;
        let address = listener.local_addr().map_err(failed)?;
        let (stop, tasks) = (CancellationToken::new(), TaskTracker::new());
        let websockets = Arc::new(Semaphore::new(config.connections.min(Semaphore::MAX_PERMITS)));
        let places = config.connections.saturating_add(SPARE_CONNECTIONS).min(Semaphore::MAX_PERMITS);
        let sweep_every = (config.empty_room / 4).clamp(Duration::from_millis(10), Duration::from_secs(60));
        let hub = Arc::new(Hub::new(config).map_err(BindError::State)?);
        let parts = Arc::new(Parts {
            hub: Arc::clone(&hub),
            app: Arc::new(app),
            tasks: tasks.clone(),
            stop: stop.clone(),
            websockets,
        });
        tasks.spawn(sweep(Arc::clone(&hub), sweep_every, stop.clone()));
        tasks.spawn(keep_time(Arc::clone(&hub), stop.clone()));
        tasks.spawn(accept(listener, parts, places));
        Ok(Self { address, shared: Shared(hub), stop, tasks })
    }

    /// Where it listens.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Says `bye` to everybody and waits until they are gone, 4 s at most.
    pub async fn stop(self) {
        // First the hub: who is in a room is told before any connection ends.
        self.shared.0.stop();
        self.stop.cancel();
        self.tasks.close();
        if tokio::time::timeout(STOP_TIME, self.tasks.wait()).await.is_err() {
            tracing::warn!(left = self.tasks.len(), "connections cut off");
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.stop.cancel();
    }
}

fn listen(address: SocketAddr) -> io::Result<TcpListener> {
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

/// Accepts connections until the server stops. Bounded: when all places are taken, the rest waits in the backlog.
async fn accept(listener: TcpListener, parts: Arc<Parts>, places: usize) {
    let service = TowerToHyperService::new(warp::service(routes(Arc::clone(&parts))));
    let places = Arc::new(Semaphore::new(places));
    let stop = parts.stop.clone();
    let accept_all = async {
        loop {
            let Ok(place) = Arc::clone(&places).acquire_owned().await else { return };
            match listener.accept().await {
                Ok((stream, _)) => {
                    let connection = http1::Builder::new()
                        .timer(TokioTimer::new())
                        .header_read_timeout(HEAD_TIME)
                        .max_buf_size(HEAD_BYTES)
                        .serve_connection(TokioIo::new(stream), service.clone())
                        .with_upgrades();
                    let stop = parts.stop.clone();
                    parts.tasks.spawn(async move {
                        serve(connection, stop).await;
                        drop(place);
                    });
                }
                Err(error) => {
                    // Out of files, mostly: it passes when connections end.
                    tracing::warn!(%error, "can't accept");
                    tokio::time::sleep(Duration::from_millis(50)).await;
                }
            }
        }
    };
    tokio::select! {
        () = accept_all => {}
        () = stop.cancelled() => {}
    }
}

/// Serves one HTTP connection; a websocket on it goes on as a task of its own.
async fn serve<S, B>(connection: UpgradeableConnection<TokioIo<TcpStream>, S>, stop: CancellationToken)
where
    S: HttpService<Incoming, ResBody = B>,
    S::Error: Into<Box<dyn std::error::Error + Send + Sync>>,
    B: Body + 'static,
    B::Error: Into<Box<dyn std::error::Error + Send + Sync>>,
{
    let mut connection = std::pin::pin!(connection);
    let ended = tokio::select! {
        ended = connection.as_mut() => ended,
        () = stop.cancelled() => {
            connection.as_mut().graceful_shutdown();
            connection.await
        }
    };
    if let Err(error) = ended {
        tracing::debug!(%error, "connection ended");
    }
}

async fn sweep(hub: Arc<Hub>, every: Duration, stop: CancellationToken) {
    let mut tick = tokio::time::interval(every);
    loop {
        tokio::select! {
            _ = tick.tick() => hub.forget_empty(Instant::now()),
            () = stop.cancelled() => return,
        }
    }
}
