//! Starting other programs.

use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};
use std::sync::Mutex;
use std::thread;

use anyhow::{Context, Result, bail};

/// Prints a heading for what comes next.
pub(crate) fn say(text: &str) {
    eprintln!("\x1b[1m▸ {text}\x1b[0m");
}

/// Runs a command that prints to this terminal; an error names it.
pub(crate) fn run(command: &mut Command) -> Result<()> {
    let status = command.status().with_context(|| format!("`{}` does not start", shown(command)))?;
    if !status.success() {
        bail!("`{}` failed ({status})", shown(command));
    }
    Ok(())
}

/// What a command prints on its standard output; nothing when it can't be run or fails.
pub(crate) fn output(program: &str, arguments: &[&str]) -> Option<String> {
    let output = Command::new(program).args(arguments).stdin(Stdio::null()).output().ok()?;
    output.status.success().then(|| String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

/// What a step printed, and whether it went well.
#[derive(Debug)]
pub(crate) struct Finished {
    pub(crate) lines: Vec<String>,
    pub(crate) ok: bool,
}

/// Runs a command, shows each line with the step's name in front, and keeps the lines.
pub(crate) fn run_watched(name: &str, command: &mut Command) -> Result<Finished> {
    let mut child = command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .with_context(|| format!("`{}` does not start", shown(command)))?;
    let lines = Mutex::new(Vec::new());
    let (stdout, stderr) = (child.stdout.take(), child.stderr.take());
    thread::scope(|scope| {
        let keep = |line: String| {
            println!("{name} │ {line}");
            if let Ok(mut lines) = lines.lock() {
                lines.push(line);
            }
        };
        scope.spawn(move || {
            stdout.into_iter().flat_map(|pipe| BufReader::new(pipe).lines()).flatten().for_each(keep)
        });
        scope.spawn(move || {
            stderr.into_iter().flat_map(|pipe| BufReader::new(pipe).lines()).flatten().for_each(keep)
        });
    });
    let ok = child.wait()?.success();
    Ok(Finished { lines: lines.into_inner().unwrap_or_default(), ok })
}

/// The command as one would type it.
pub(crate) fn shown(command: &Command) -> String {
    let mut text = command.get_program().to_string_lossy().into_owned();
    for argument in command.get_args() {
        text.push(' ');
        text.push_str(&argument.to_string_lossy());
    }
    text
}
