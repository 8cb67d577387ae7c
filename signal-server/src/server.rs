//! Starting and stopping.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use hyper_util::service::TowerToHyperService;
use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::app::App;
use crate::crowd::Crowd;
use crate::http::{Parts, routes};
use crate::hub::nats::Nats;
use crate::hub::{Hub, cluster, keep_time, now};
use crate::listen::{Door, listen};
use crate::metrics::Metrics;
use crate::operations::metrics_routes;
use crate::redirect::Redirect;
use crate::tls::{Certificates, TlsError, reachable};
use crate::token::{KeyError, Verifier};
use crate::visitors::Visitors;
use crate::watch::Watch;
use crate::{Config, Contradiction, webhook};

/// HTTP connections beyond the websockets.
const SPARE_CONNECTIONS: usize = 1024;
/// Connections at a time to the address of the metrics, and to the one that sends on to HTTPS.
const SIDE_CONNECTIONS: usize = 256;
/// One network gets a quarter of all places; who allows it more websockets at a time allows it as many connections.
const SHARES: usize = 4;
/// Time for the goodbyes when stopping.
const STOP_TIME: Duration = Duration::from_secs(4);
/// How often addresses are looked through.
const SWEEP: Duration = Duration::from_secs(60);

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
    /// Settings that contradict each other.
    #[error(transparent)]
    Contradiction(#[from] Contradiction),
    /// The certificate can't be used.
    #[error(transparent)]
    Tls(#[from] TlsError),
    /// The keys for tokens can't be used.
    #[error(transparent)]
    Keys(#[from] KeyError),
    /// What is shared with other servers can't be reached.
    #[error("hub: {0}")]
    Hub(String),
    /// Webhooks can't be sent.
    #[error("webhooks can't be sent: {0}")]
    Webhooks(String),
}

/// A running server.
#[derive(Debug)]
#[must_use = "dropping it stops the server abruptly"]
pub struct Server {
    address: SocketAddr,
    metrics_address: Option<SocketAddr>,
    redirect_address: Option<SocketAddr>,
    url: String,
    fingerprint: Option<String>,
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
    /// [`BindError`] when an address is taken, a file can't be used, or settings contradict each other.
    pub async fn bind(config: Config) -> Result<Self, BindError> {
        config.check()?;
        let certificates = Certificates::new(&config.tls, config.host)?;
        let verifier = Verifier::new(&config.jwt)?;
        let hsts = config.tls.certificate.is_some();
        let app = App::load(config.app_folder.as_deref(), hsts).map_err(BindError::App)?;
        let (listener, address) = open(SocketAddr::new(config.host, config.port))?;
        let redirect =
            config.tls.redirect_http.map(|port| open(SocketAddr::new(config.host, port))).transpose()?;
        let metrics_door = config.metrics.address.map(open).transpose()?;

        let (stop, tasks) = (CancellationToken::new(), TaskTracker::new());
        let metrics = Metrics::new();
        let metrics = Arc::new(if config.hub.url.is_some() { metrics.with_hub() } else { metrics });
        let (nats, ears) = match &config.hub.url {
            Some(url) => {
                let connected = Nats::connect(&config.hub, url, &config.limits, Arc::clone(&metrics)).await;
                connected.map(|(nats, ears)| (Some(nats), Some(ears))).map_err(BindError::Hub)?
            }
            None => (None, None),
        };
        let webhooks = webhook::start(&config.webhooks, webhook::counted(&metrics), &tasks, &stop)
            .map_err(BindError::Webhooks)?;
        let watch = Watch::new(Arc::clone(&metrics), webhooks);
        let visitors = Visitors::new(config.per_address);
        let most = config.connections.min(Semaphore::MAX_PERMITS);
        let places = config.connections.saturating_add(SPARE_CONNECTIONS).min(Semaphore::MAX_PERMITS);
        let own = usize::try_from(config.per_address.connections).unwrap_or(usize::MAX);
        let crowd = Arc::new(Crowd::new(own.max(places / SHARES), config.proxies.trusted.clone()));
        let sweep_every = (config.empty_room / 4).clamp(Duration::from_millis(10), SWEEP);
        let hub = Arc::new(Hub::new(config, watch, verifier, nats, &stop).map_err(BindError::State)?);
        let parts = Arc::new(Parts {
            hub: Arc::clone(&hub),
            app: Arc::new(app),
            visitors,
            tasks: tasks.clone(),
            stop: stop.clone(),
            websockets: Arc::new(Semaphore::new(most)),
            most_websockets: most,
        });

        let redirect_address = redirect.as_ref().map(|(_, address)| *address);
        if let Some((listener, _)) = redirect {
            let door = side_door(Redirect { port: address.port() }, &tasks, &stop);
            tasks.spawn(door.open(listener));
        }
        let metrics_address = metrics_door.as_ref().map(|(_, address)| *address);
        if let Some((listener, _)) = metrics_door {
            let service = TowerToHyperService::new(warp::service(metrics_routes(Arc::clone(&parts))));
            tasks.spawn(side_door(service, &tasks, &stop).open(listener));
        }
        if let Some(ears) = ears {
            tasks.spawn(cluster::run(Arc::clone(&hub), ears));
        }
        tasks.spawn(keep_time(Arc::clone(&hub), stop.clone()));
        tasks.spawn(sweep(Arc::clone(&parts), sweep_every, stop.clone()));
        let scheme = if certificates.is_some() { "https" } else { "http" };
        let shown = SocketAddr::new(reachable(address.ip()), address.port());
        let fingerprint = certificates.as_ref().and_then(|certificates| certificates.fingerprint.clone());
        if let Some(certificates) = &certificates {
            tasks.spawn(certificates.watch(metrics, stop.clone()));
        }
        let door = Door {
            service: TowerToHyperService::new(warp::service(routes(parts))),
            tls: certificates.map(|certificates| certificates.acceptor),
            places: Arc::new(Semaphore::new(places)),
            crowd,
            tasks: tasks.clone(),
            stop: stop.clone(),
        };
        tasks.spawn(door.open(listener));
        Ok(Self {
            address,
            metrics_address,
            redirect_address,
            url: format!("{scheme}://{shown}"),
            fingerprint,
            shared: Shared(hub),
            stop,
            tasks,
        })
    }

    /// Where it listens.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Where the metrics are, if they have an address of their own.
    #[must_use]
    pub fn metrics_address(&self) -> Option<SocketAddr> {
        self.metrics_address
    }

    /// Where plain HTTP is sent to HTTPS, if it is.
    #[must_use]
    pub fn redirect_address(&self) -> Option<SocketAddr> {
        self.redirect_address
    }

    /// Its address for a browser.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Fingerprint (SHA-256) of a self-signed certificate.
    #[must_use]
    pub fn fingerprint(&self) -> Option<&str> {
        self.fingerprint.as_deref()
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

fn open(wanted: SocketAddr) -> Result<(tokio::net::TcpListener, SocketAddr), BindError> {
    let opened = listen(wanted).and_then(|listener| {
        let address = listener.local_addr()?;
        Ok((listener, address))
    });
    opened.map_err(|source| BindError::Listen { address: wanted, source })
}

fn side_door<S>(service: S, tasks: &TaskTracker, stop: &CancellationToken) -> Door<S> {
    let places = Arc::new(Semaphore::new(SIDE_CONNECTIONS));
    let crowd = Arc::new(Crowd::new(SIDE_CONNECTIONS / SHARES, Vec::new()));
    Door { service, tls: None, places, crowd, tasks: tasks.clone(), stop: stop.clone() }
}

async fn sweep(parts: Arc<Parts>, every: Duration, stop: CancellationToken) {
    let mut tick = tokio::time::interval(every);
    loop {
        tokio::select! {
            _ = tick.tick() => {
                parts.hub.forget_empty(Instant::now());
                parts.hub.shared().journal.tidy(now());
                parts.visitors.forget_idle();
            }
            () = stop.cancelled() => return,
        }
    }
}
