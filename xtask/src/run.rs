//! `cargo xtask run`.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex, PoisonError};

use anyhow::{Context, Result, bail};

use crate::{app, tools};

/// Builds everything and runs the server until it is stopped. Who stops this stops the server, too.
pub(crate) fn run(port: u16, open: bool) -> Result<()> {
    tools::ensure(tools::TO_BUILD)?;
    app::build_app()?;
    let server = app::build_server()?;
    let running = Running::default();
    running.end_when_told()?;
    let mut child = Command::new(&server)
        .args(["--port", &port.to_string()])
        .stdout(Stdio::piped())
        .spawn()
        .with_context(|| format!("{} does not start", server.display()))?;
    let lines = child.stdout.take().into_iter().flat_map(|pipe| BufReader::new(pipe).lines());
    running.is_started(&child);
    for line in lines.map_while(Result::ok) {
        println!("{line}");
        if let (true, Some(address)) = (open, line.strip_prefix("Listening on ")) {
            open_browser(address);
        }
    }
    let status = child.wait()?;
    if !status.success() {
        bail!("the server ended ({status})");
    }
    Ok(())
}

/// The server that runs, for whoever is told to stop.
#[derive(Default, Clone)]
struct Running(Arc<Mutex<Told>>);

#[derive(Default)]
struct Told {
    server: Option<u32>,
    to_end: bool,
}

impl Running {
    /// On ctrl-c, SIGTERM or SIGHUP the server is told to end; it says goodbye first.
    fn end_when_told(&self) -> Result<()> {
        let this = self.clone();
        ctrlc::set_handler(move || this.change(|told| told.to_end = true))
            .context("signals can't be listened to")
    }

    fn is_started(&self, child: &Child) {
        self.change(|told| told.server = Some(child.id()));
    }

    /// Whichever comes first, the signal or the server: the second one ends it.
    fn change(&self, change: impl FnOnce(&mut Told)) {
        let mut told = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        change(&mut told);
        if let Told { server: Some(server), to_end: true } = *told {
            end(server);
        }
    }
}

#[cfg(unix)]
fn end(server: u32) {
    use rustix::process::{Pid, Signal, kill_process};
    if let Some(pid) = i32::try_from(server).ok().and_then(Pid::from_raw) {
        // It may have ended by itself.
        let _ = kill_process(pid, Signal::TERM);
    }
}

/// The console tells all of its programs by itself.
#[cfg(not(unix))]
fn end(_: u32) {}

fn open_browser(address: &str) {
    let opener = match std::env::consts::OS {
        "macos" => "open",
        "windows" => "explorer",
        _ => "xdg-open",
    };
    if Command::new(opener).arg(address).stdout(Stdio::null()).stderr(Stdio::null()).spawn().is_err() {
        eprintln!("no browser could be opened from here: open {address} yourself");
    }
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;
    use std::os::unix::process::ExitStatusExt as _;

    #[test]
    fn a_signal_ends_the_server_whichever_comes_first() {
        let orders: [fn(&Running, &Child); 2] = [
            |running, child| {
                running.is_started(child);
                running.change(|told| told.to_end = true);
            },
            |running, child| {
                running.change(|told| told.to_end = true);
                running.is_started(child);
            },
        ];
        for order in orders {
            let mut server = Command::new("sleep").arg("600").spawn().unwrap();
            order(&Running::default(), &server);
            assert_eq!(server.wait().unwrap().signal(), Some(15));
        }
    }
}
