//! Signaling for meetings that only the host records: one binary with the web app inside.

mod arguments;
mod settings;

use std::io::{IsTerminal as _, Write as _};
use std::process::ExitCode;

use arguments::{Arguments, LogFormat};
use signal_server::{Config, Server};
use tracing_subscriber::EnvFilter;

#[tokio::main]
async fn main() -> ExitCode {
    let read = arguments::read(std::env::args_os(), |name| std::env::var(name).ok());
    let Arguments { config, log_format, print_config } = match read {
        Ok(arguments) => arguments,
        // Help is not a fault; clap knows which is which.
        Err(arguments::Error::Usage(error)) => error.exit(),
        Err(error) => {
            eprintln!("error: {error}");
            return ExitCode::from(2);
        }
    };
    if print_config {
        return say(&settings::as_file(&config)).map_or(ExitCode::FAILURE, |()| ExitCode::SUCCESS);
    }
    let filter = EnvFilter::try_from_env("HOSTREEL_LOG").unwrap_or_else(|_| EnvFilter::new("info"));
    let log = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    match log_format {
        LogFormat::Text => log.with_ansi(std::io::stderr().is_terminal()).init(),
        LogFormat::Json => log.json().flatten_event(true).init(),
    }
    match run(config).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            tracing::error!("{error}");
            ExitCode::FAILURE
        }
    }
}

async fn run(config: Config) -> Result<(), Box<dyn std::error::Error>> {
    // Before anybody is told the address: from then on a signal stops the server in good order.
    let stopped = stop_signal()?;
    let server = Server::bind(config).await?;
    say(&format!("Listening on {}\n", server.url()))?;
    if let Some(fingerprint) = server.fingerprint() {
        say(&format!("Certificate SHA-256 {fingerprint} (self-signed: browsers warn of it)\n"))?;
    }
    stopped.await;
    tracing::info!("stopping");
    server.stop().await;
    Ok(())
}

fn say(text: &str) -> std::io::Result<()> {
    let mut stdout = std::io::stdout();
    stdout.write_all(text.as_bytes())?;
    stdout.flush()
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
