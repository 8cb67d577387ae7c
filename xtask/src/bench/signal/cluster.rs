//! Three servers as one, over a real NATS, beside one alone.

use std::fs;
use std::process::{Child, Command, Stdio};

use anyhow::{Context, Result};

use super::servers::{NO_LIMITS, ONE_ADDRESS, Running, free_port, listening, ours};
use super::{Answer, Bench, load};
use crate::app;
use crate::bench::field;
use crate::bench::report::Report;
use crate::process::say;
use crate::tools::on_path;

/// A nats-server with JetStream that runs until this is dropped.
struct Nats(Child);

impl Nats {
    fn start() -> Result<(Self, String)> {
        let program = on_path("nats-server").context("nats-server is not installed: cargo xtask doctor")?;
        let (port, store) = (free_port()?, app::target_folder()?.join("bench-nats"));
        // What an earlier run left is not wanted; there may be nothing.
        let _ = fs::remove_dir_all(&store);
        let mut command = Command::new(program);
        command.args(["--jetstream", "--addr=127.0.0.1", "--port", &port.to_string(), "--store_dir"]);
        let nats = Self(command.arg(store).stdout(Stdio::null()).stderr(Stdio::null()).spawn()?);
        listening(port)?;
        Ok((nats, format!("--hub=nats://127.0.0.1:{port}")))
    }
}

impl Drop for Nats {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn server(others: &[&str]) -> Result<Running> {
    let words = [&["--port=0"], ONE_ADDRESS, NO_LIMITS, others].concat();
    Running::run(&ours(&words.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>())?, None)
}

impl Bench {
    pub(super) fn cluster(&self, report: &mut Report) -> Result<()> {
        let seconds = if self.is_quick { "3" } else { "10" };
        say("one server, then three over NATS");
        let one = load(&server(&[])?, "hostreel", &["cluster", "--seconds", seconds])?;
        let (_nats, hub) = Nats::start()?;
        let shared = ["--session-secret=a secret of thirty-two characters", hub.as_str()];
        let three = [server(&shared)?, server(&shared)?, server(&shared)?];
        let others = ["--others", three[1].url.as_str(), "--others", three[2].url.as_str()];
        let three = load(&three[0], "hostreel", &[&["cluster", "--seconds", seconds], &others[..]].concat())?;
        let columns = ["signal_p50_ms", "signal_p99_ms", "command_p50_ms", "command_p99_ms"];
        let heading = ["", "signal p50 ms", "p99 ms", "command to event p50 ms", "p99 ms"];
        let row = |name: &str, answer: &Answer| {
            let figures = columns.iter().map(|column| format!("{:.2}", field(answer, column)));
            std::iter::once(name.to_owned()).chain(figures).collect()
        };
        let rows = vec![
            heading.map(str::to_owned).to_vec(),
            row("one server", &one),
            row("between three over NATS", &three),
        ];
        report.table("50 rooms of four, 500 signals a second between people at different servers", rows);
        for (name, most) in [("signal_p50_ms", 1.0), ("signal_p99_ms", 5.0)] {
            let more = field(&three, name) - field(&one, name);
            let what =
                format!("a signal between servers, {}", name.replace("signal_", "").replace("_ms", ""));
            let goal = format!("≤ {most} ms more than one server");
            report.goal(&what, &goal, &format!("{more:.2} ms more"), more <= most);
        }
        let took = field(&three, "command_p50_ms");
        let what = "from a command to its event at another server, p50";
        report.goal(what, "≤ 5 ms", &format!("{took:.2} ms"), took <= 5.0);
        Ok(())
    }
}
