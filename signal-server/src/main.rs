//! Signaling for meetings that only the host records: one binary with the web app inside.

mod arguments;

use std::io::{IsTerminal as _, Write as _};
use std::process::ExitCode;

use arguments::Arguments;
use clap::Parser as _;
use signal_server::Server;
use tracing_subscriber::EnvFilter;

#[tokio::main]
async fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let filter = EnvFilter::try_from_env("HOSTREEL_LOG").unwrap_or_else(|_| EnvFilter::new("info"));
    let colour = std::io::stderr().is_terminal();
    tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).with_ansi(colour).init();
    match run(arguments).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            tracing::error!("{error}");
            ExitCode::FAILURE
        }
    }
}

async fn run(arguments: Arguments) -> Result<(), Box<dyn std::error::Error>> {
    // Before anybody is told the address: from then on a signal stops the server in good order.
    let stopped = stop_signal()?;
    let server = Server::bind(arguments.into_config()).await?;
    let mut stdout = std::io::stdout();
    writeln!(stdout, "Listening on http://{}", server.address())?;
    stdout.flush()?;
    stopped.await;
    tracing::info!("stopping");
    server.stop().await;
    Ok(())
}

/// Resolves on ctrl-c or SIGTERM. Listens from the call on, not only from the first poll.
#[cfg(unix)]
fn stop_signal() -> std::io::Result<impl Future<Output = ()>> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    Ok(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
    })
}

/// Resolves on ctrl-c.
#[cfg(not(unix))]
fn stop_signal() -> std::io::Result<impl Future<Output = ()>> {
    Ok(async {
        // An error would mean that ctrl-c can't be heard: the system ends the process then.
        let _ = tokio::signal::ctrl_c().await;
    })
}
