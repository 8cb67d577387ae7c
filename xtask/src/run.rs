//! `cargo xtask run`.

use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};

use crate::{app, tools};

/// Builds everything and runs the server until it is stopped.
pub(crate) fn run(port: u16, open: bool) -> Result<()> {
    tools::ensure(tools::TO_BUILD)?;
    app::build_app()?;
    let server = app::build_server()?;
    let mut child = Command::new(&server)
        .args(["--port", &port.to_string()])
        .stdout(Stdio::piped())
        .spawn()
        .with_context(|| format!("{} does not start", server.display()))?;
    let lines = child.stdout.take().into_iter().flat_map(|pipe| BufReader::new(pipe).lines());
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
