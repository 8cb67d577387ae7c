//! The servers that are measured.

use std::io::{BufRead, BufReader};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

use crate::app;
use crate::process::run;

/// A server to be measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Server {
    Ours,
    BareWarp,
    BareTungstenite,
    Bun,
    Matchbox,
    Peerjs,
    YWebrtc,
}

pub(super) const ALL: [Server; 7] = [
    Server::Ours,
    Server::BareWarp,
    Server::BareTungstenite,
    Server::Bun,
    Server::Matchbox,
    Server::Peerjs,
    Server::YWebrtc,
];

/// Our limits per address are for the world outside: one machine plays all the clients here.
pub(super) const ONE_ADDRESS: &[&str] = &[
    "--connections=60000",
    "--rooms=60000",
    "--address-connections=1000000",
    "--address-joins-per-minute=10000000",
    "--address-rooms-per-minute=10000000",
    "--address-messages-per-second=10000000",
];

/// Limits per connection are lifted where it is measured how much comes through. Seats are not kept, so that one wave is
/// gone when the next comes.
pub(super) const NO_LIMITS: &[&str] = &[
    "--rate-burst=1000000",
    "--rate-per-second=1000000",
    "--hello-ms=60000",
    "--idle-ms=600000",
    "--guest-grace-ms=0",
    "--host-grace-ms=0",
];

/// A version that is known to build.
const MATCHBOX: &str = "0.15.0";

impl Server {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Ours => "signal-server",
            Self::BareWarp => "bare warp relay, small buffers",
            Self::BareTungstenite => "bare tokio-tungstenite relay",
            Self::Bun => "bare relay in Bun",
            Self::Matchbox => "matchbox_server",
            Self::Peerjs => "peerjs-server",
            Self::YWebrtc => "y-webrtc's server",
        }
    }

    /// Others' may break under the load: then they are left out.
    pub(super) fn is_peer(self) -> bool {
        matches!(self, Self::Bun | Self::Matchbox | Self::Peerjs | Self::YWebrtc)
    }

    pub(super) fn dialect(self) -> &'static str {
        match self {
            Self::Ours => "hostreel",
            Self::BareWarp | Self::BareTungstenite | Self::Bun => "bare",
            Self::Matchbox => "matchbox",
            Self::Peerjs => "peerjs",
            Self::YWebrtc => "y-webrtc",
        }
    }

    /// Program and arguments. Those who don't say where they listen are told where: the port is given beside it.
    fn command(self) -> Result<(Vec<String>, Option<u16>)> {
        let words = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>();
        let peers = crate::root()?.join("bench/peers");
        let script = |name: &str| text(&peers.join(name));
        Ok(match self {
            Self::Ours => (ours(&words(&[&["--port=0"], ONE_ADDRESS, NO_LIMITS].concat()))?, None),
            Self::BareWarp => (vec![text(&app::built("bare-warp")?)], None),
            Self::BareTungstenite => (vec![text(&app::built("bare-tungstenite")?)], None),
            Self::Bun => {
                let bun = text(&peers.join("node_modules/.bin/bun"));
                (vec![bun, script("signal-bun.js"), free_port()?.to_string()], None)
            }
            Self::Matchbox => {
                let port = free_port()?;
                (vec![text(&matchbox()?), format!("127.0.0.1:{port}")], Some(port))
            }
            Self::Peerjs | Self::YWebrtc => {
                let port = free_port()?.to_string();
                (vec!["node".into(), script("signal.js"), self.dialect().into(), port], None)
            }
        })
    }
}

fn text(path: &Path) -> String {
    path.to_string_lossy().into_owned()
}

/// Our server with these arguments.
pub(super) fn ours(arguments: &[String]) -> Result<Vec<String>> {
    let program = text(&app::built("signal-server")?);
    Ok(std::iter::once(program).chain(arguments.iter().cloned()).collect())
}

/// One below those that the system gives to clients: those are used up by the load.
pub(super) fn free_port() -> Result<u16> {
    let is_free = |port: &u16| TcpListener::bind(("0.0.0.0", *port)).is_ok();
    (20_000..30_000).find(is_free).context("no port is free")
}

fn matchbox() -> Result<PathBuf> {
    Ok(app::target_folder()?.join("peers/bin/matchbox_server"))
}

/// Builds matchbox_server where it is not there yet. A peer that does not build is left out.
pub(super) fn install_matchbox() -> Result<()> {
    if matchbox()?.exists() {
        return Ok(());
    }
    let root = app::target_folder()?.join("peers");
    let mut command = Command::new("cargo");
    command.args(["install", "--locked", "--quiet", "matchbox_server", "--version", MATCHBOX, "--root"]);
    run(command.arg(root))
}

/// A server that runs until this is dropped.
pub(super) struct Running {
    pub(super) child: Child,
    pub(super) url: String,
}

impl Running {
    pub(super) fn start(server: Server) -> Result<Self> {
        let (words, port) = server.command()?;
        Self::run(&words, port).with_context(|| format!("{} does not start", server.name()))
    }

    /// Starts a command that prints where it listens, or that listens on `port`.
    pub(super) fn run(words: &[String], port: Option<u16>) -> Result<Self> {
        let mut child = with_many_files(words)
            .env("RUST_LOG", "error")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()?;
        let lines = child.stdout.take().map(|pipe| BufReader::new(pipe).lines());
        let mut lines = lines.into_iter().flatten().map_while(Result::ok);
        let mut running = Self { child, url: String::new() };
        running.url = match port {
            Some(port) => listening(port)?,
            None => lines
                .find_map(|line| line.strip_prefix("Listening on ").map(str::to_owned))
                .context("it does not say where it listens")?,
        };
        // What else it prints must not stop it.
        std::thread::spawn(move || lines.for_each(drop));
        Ok(running)
    }
}

/// Waits until somebody listens there.
pub(super) fn listening(port: u16) -> Result<String> {
    let begun = Instant::now();
    while TcpStream::connect(("127.0.0.1", port)).is_err() {
        if begun.elapsed() > Duration::from_secs(10) {
            bail!("nobody listens on port {port}");
        }
        std::thread::sleep(Duration::from_millis(20));
    }
    Ok(format!("http://127.0.0.1:{port}"))
}

impl Drop for Running {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A command that may open as many files as the system lets it.
pub(super) fn with_many_files(words: &[String]) -> Command {
    let mut command = Command::new("sh");
    command.args(["-c", "ulimit -n \"$(ulimit -H -n)\"; exec \"$0\" \"$@\""]).args(words);
    command
}
