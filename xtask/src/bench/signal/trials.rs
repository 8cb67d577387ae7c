//! What only our server is put to: held for long, beside troublemakers, killed again and again.

use anyhow::{Context, Result};

use super::servers::{ONE_ADDRESS, Running, free_port, ours, with_many_files};
use super::{Answer, Bench, load_by};
use crate::bench::field;
use crate::bench::report::Report;
use crate::process::say;
use crate::{app, tools};

/// Our server with these limits for one address, and these others.
fn server(others: &[&str]) -> Result<Vec<String>> {
    let words: Vec<String> = [ONE_ADDRESS, others].concat().iter().map(|word| (*word).to_owned()).collect();
    ours(&words)
}

/// A server keeps the seats of who is lost for half a minute and more, and empty rooms (some KiB each) for hours. What
/// trouble leaves behind for good shows only beside neither.
const SOON_FORGOTTEN: [&str; 3] = ["--guest-grace-ms=1000", "--host-grace-ms=1000", "--empty-room-seconds=1"];

/// What is put before the server's command, and before the load's, so that each has a processor of its own. Nothing where
/// there are not two, or no `taskset` (util-linux).
fn apart() -> [Vec<String>; 2] {
    let there_are_two = std::thread::available_parallelism().is_ok_and(|count| count.get() > 1);
    let on = |processor: &str| match tools::on_path("taskset") {
        Some(program) if there_are_two => {
            vec![program.to_string_lossy().into_owned(), "--cpu-list".into(), processor.into()]
        }
        _ => Vec::new(),
    };
    [on("0"), on("1")]
}

impl Bench {
    /// With the limits that the world outside gets, but for those of an address. `by` is put before the server's command, and
    /// before the load's.
    fn ours(&self, by: [Vec<String>; 2], settings: &[&str], arguments: &[&str]) -> Result<Answer> {
        say(&format!("signal-server: {}", arguments.join(" ")));
        let [of_server, of_load] = by;
        let words = server(&[&["--port=0"], settings].concat())?;
        let running = Running::run(&[of_server, words].concat(), None)?;
        load_by(&of_load, &running, "hostreel", arguments)
    }

    pub(super) fn hold(&self, report: &mut Report) -> Result<()> {
        let (connections, seconds) = if self.is_quick { ("1000", "30") } else { ("10000", "300") };
        let answer = self.ours(
            Default::default(),
            &[],
            &["hold", "--connections", connections, "--seconds", seconds],
        )?;
        let lost = field(&answer, "lost");
        let signals = field(&answer, "signals");
        let p99 = field(&answer, "p99_ms");
        report.goal(
            &format!("{connections} connections held for {seconds} s, 2,000 signals a second"),
            "none dropped",
            &format!("{lost:.0} dropped, {signals:.0} signals, p99 {p99:.2} ms"),
            lost == 0.0,
        );
        Ok(())
    }

    pub(super) fn soak(&self, report: &mut Report) -> Result<()> {
        let seconds = if self.is_quick { "10" } else { "60" };
        // Those who make trouble have machines of their own: here at least a processor, where there are two.
        let answer = self.ours(apart(), &SOON_FORGOTTEN, &["soak", "--seconds", seconds])?;
        let figure = |name: &str| field(&answer, name);
        let row =
            |what: &str, name: &str, unit: &str| vec![what.into(), format!("{:.2} {unit}", figure(name))];
        let mut rows = vec![vec![String::new(), "measured".into()]];
        rows.extend([
            row("p99 of 50 calm rooms before", "p99_before_ms", "ms"),
            row("the same meanwhile", "p99_during_ms", "ms"),
            row("the worst room's meanwhile", "p99_worst_room_ms", "ms"),
            row("the same afterwards", "p99_after_ms", "ms"),
            row("the lesser of before and afterwards: calm", "p99_calm_ms", "ms"),
            row("the room that became slowest, beside itself in calm", "slowest_room", "×"),
            row("memory before", "mib_before", "MiB"),
            row("memory at its end", "mib_at_its_end", "MiB"),
            row("memory afterwards", "mib_after", "MiB"),
        ]);
        let trouble = answer.get("trouble").map(ToString::to_string).unwrap_or_default();
        rows.push(vec!["trouble made".into(), trouble]);
        report.table(
            &format!(
                "Twelve troublemakers for {seconds} s; lost seats and empty rooms are kept for a second here"
            ),
            rows,
        );
        let slower = figure("slowest_room");
        let measured = format!("{slower:.1} × (worst room {:.2} ms)", figure("p99_worst_room_ms"));
        report.goal("each calm room's p99 beside trouble", "≤ 2 × its own in calm", &measured, slower <= 2.0);
        let left = figure("mib_after") / figure("mib_before");
        report.goal(
            "memory after trouble, seats and rooms forgotten",
            "≤ 1.1 × before",
            &format!("{left:.2} ×"),
            left <= 1.1,
        );
        Ok(())
    }

    pub(super) fn restarts(&self, report: &mut Report) -> Result<()> {
        let rounds = if self.is_quick { "3" } else { "20" };
        say(&format!("signal-server: killed under load and started again, {rounds} times"));
        let folder = app::target_folder()?.join("bench-signal");
        let (state, port) =
            (format!("--state-folder={}", folder.display()), format!("--port={}", free_port()?));
        let mut words = vec![app::built("signal-restarts")?.to_string_lossy().into_owned()];
        words.extend(["--rounds", rounds, "--sessions", "1000", "--"].map(str::to_owned));
        words.extend(server(&[&port, &state])?);
        let output = with_many_files(&words).stderr(std::process::Stdio::inherit()).output()?;
        std::fs::remove_dir_all(&folder)?;
        anyhow::ensure!(output.status.success(), "signal-restarts failed ({})", output.status);
        let answer: Answer = serde_json::from_slice(&output.stdout).context("it answers in JSON")?;
        let (median, worst) = (field(&answer, "median_s"), field(&answer, "worst_s"));
        report.goal(
            &format!("1,000 sessions after a kill and a restart, {rounds} times under load"),
            "all back with their roles within 3 s",
            &format!("all, {median:.2} s (worst {worst:.2} s)"),
            worst <= 3.0,
        );
        Ok(())
    }
}
