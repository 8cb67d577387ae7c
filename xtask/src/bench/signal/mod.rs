//! The signal server beside bare relays and other people's servers, in the same run.

mod cluster;
mod servers;
mod trials;

use std::process::{Command, Stdio};

use anyhow::{Context, Result};
use clap::ValueEnum;
use serde_json::Value;

use super::field;
use super::report::Report;
use crate::process::{run, say};
use crate::{app, tools};
use servers::{ALL, Running, Server, install_matchbox, with_many_files};

/// How much is measured.
#[derive(Debug, Clone, clap::Args)]
pub(crate) struct Options {
    /// A tenth of everything, once: some minutes. Figures are rough then.
    #[arg(long)]
    quick: bool,
    /// Only these parts, separated by commas.
    #[arg(long, value_enum, value_delimiter = ',')]
    only: Vec<Part>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Part {
    Throughput,
    Latency,
    Joins,
    Idle,
    SlowReader,
    Hold,
    Soak,
    Restarts,
    Cluster,
}

/// The figures that a run of `signal-load` gives, by name.
type Answer = Value;

/// Measures all servers and prints the figures and the goals.
pub(crate) fn signal(options: &Options) -> Result<()> {
    // The last parts are about our own server alone.
    let is_ours = |part: &Part| matches!(part, Part::Hold | Part::Soak | Part::Restarts | Part::Cluster);
    let with_peers = options.only.is_empty() || !options.only.iter().all(is_ours);
    if with_peers {
        tools::ensure(&[tools::Tool::Node, tools::Tool::Npm("bench/peers")])?;
    }
    say("building the servers and the load (release)");
    run(Command::new("cargo")
        .args(["build", "--release", "--package", "hostreel-bench-signal", "--package", "signal-server"])
        .current_dir(crate::root()?))?;
    if with_peers && let Err(error) = install_matchbox() {
        eprintln!("without matchbox_server, which does not build: {error:#}");
    }
    let mut report = Report::default();
    let done = Bench { is_quick: options.quick }.all(&options.only, &mut report);
    // What was measured before something broke is worth showing.
    report.print();
    done
}

/// Loads a server; gives the figures.
fn load(running: &Running, dialect: &str, arguments: &[&str]) -> Result<Answer> {
    load_by(&[], running, dialect, arguments)
}

/// The same, by a command that is put before the load's own.
fn load_by(by: &[String], running: &Running, dialect: &str, arguments: &[&str]) -> Result<Answer> {
    let mut words = by.to_vec();
    words.push(app::built("signal-load")?.to_string_lossy().into_owned());
    words.extend(["--url", &running.url, "--dialect", dialect].map(str::to_owned));
    words.extend(["--pid".into(), running.child.id().to_string()]);
    words.extend(arguments.iter().map(|argument| (*argument).to_owned()));
    let output = with_many_files(&words).stderr(Stdio::inherit()).output()?;
    anyhow::ensure!(output.status.success(), "signal-load failed ({})", output.status);
    serde_json::from_slice(&output.stdout).context("signal-load answers in JSON")
}

struct Bench {
    is_quick: bool,
}

impl Bench {
    fn all(&self, only: &[Part], report: &mut Report) -> Result<()> {
        let is_wanted = |part: &&Part| only.is_empty() || only.contains(part);
        for part in Part::value_variants().iter().filter(is_wanted) {
            match part {
                Part::Throughput => self.throughput(report),
                Part::Latency => self.latency(report),
                Part::Joins => self.joins(report),
                Part::Idle => self.idle(report),
                Part::SlowReader => self.slow_reader(report),
                Part::Hold => self.hold(report),
                Part::Soak => self.soak(report),
                Part::Restarts => self.restarts(report),
                Part::Cluster => self.cluster(report),
            }?;
        }
        Ok(())
    }

    /// Loads a server that was started for this only.
    fn load(&self, server: Server, arguments: &[&str]) -> Result<Answer> {
        say(&format!("{}: {}", server.name(), arguments.join(" ")));
        load(&Running::start(server)?, server.dialect(), arguments)
    }

    /// Loads each server in turn, so often, and gives for each the run with the middle value of `by`. What a peer
    /// can't do is left out.
    fn each(&self, times: usize, by: &str, arguments: &[&str]) -> Result<Vec<(Server, Answer)>> {
        let mut answers: Vec<(Server, Vec<Answer>)> = ALL.map(|server| (server, Vec::new())).to_vec();
        for _ in 0..if self.is_quick { 1 } else { times } {
            for (server, answers) in &mut answers {
                match self.load(*server, arguments) {
                    Ok(answer) => answers.push(answer),
                    Err(error) if server.is_peer() => {
                        eprintln!("{}: {error:#}", server.name());
                    }
                    Err(error) => return Err(error),
                }
            }
        }
        let middle = |(server, mut answers): (Server, Vec<Answer>)| {
            answers.sort_by(|one, other| field(one, by).total_cmp(&field(other, by)));
            let middle = answers.len() / 2;
            answers.into_iter().nth(middle).map(|answer| (server, answer))
        };
        Ok(answers.into_iter().filter_map(middle).collect())
    }

    fn throughput(&self, report: &mut Report) -> Result<()> {
        let (rooms, messages) = if self.is_quick { ("50", "20000") } else { ("500", "100000") };
        let arguments = ["throughput", "--rooms", rooms, "--messages", messages];
        let answers = self.each(3, "cpu_per_100k", &arguments)?;
        let title = format!("Relaying 1.5 KB signals in {rooms} rooms of 4, as fast as they come through");
        table(
            report,
            &title,
            &answers,
            &[("cpu_per_100k", "CPU s per 100,000"), ("per_second", "per second")],
            2,
        );
        let ratio = ratio(&answers, "cpu_per_100k", Server::BareWarp);
        let measured = format!("{ratio:.2} × ({:.2} s)", of(&answers, Server::Ours, "cpu_per_100k"));
        report.goal("CPU per relayed message", "≤ 1.15 × the bare warp relay", &measured, ratio <= 1.15);
        let what = "the same beside a bare relay in Bun";
        if answers.iter().any(|(server, _)| *server == Server::Bun) {
            let bun = of(&answers, Server::Bun, "cpu_per_100k");
            let ours = of(&answers, Server::Ours, "cpu_per_100k");
            report.goal(what, "below it", &format!("{ours:.2} s, {bun:.2} s"), ours < bun);
        } else {
            report.skipped(what, "below it", "Bun did not run");
        }
        Ok(())
    }

    fn latency(&self, report: &mut Report) -> Result<()> {
        let seconds = if self.is_quick { "3" } else { "10" };
        let answers = self.each(3, "p99_ms", &["latency", "--seconds", seconds])?;
        table(
            report,
            "Latency at 2,000 signals a second",
            &answers,
            &[("p50_ms", "p50 ms"), ("p99_ms", "p99 ms")],
            2,
        );
        for (name, limit) in [("p50_ms", 1.1), ("p99_ms", 1.3)] {
            let ratio = ratio(&answers, name, Server::BareWarp);
            let what = format!("{} at 2,000 signals a second", name.trim_end_matches("_ms"));
            let measured = format!("{ratio:.2} × ({:.2} ms)", of(&answers, Server::Ours, name));
            report.goal(&what, &format!("≤ {limit} × the bare warp relay"), &measured, ratio <= limit);
        }
        Ok(())
    }

    fn joins(&self, report: &mut Report) -> Result<()> {
        let connections = if self.is_quick { "200" } else { "1000" };
        let answers = self.each(5, "p99_ms", &["joins", "--connections", connections])?;
        let title = format!("{connections} joins at the same moment");
        table(report, &title, &answers, &[("p50_ms", "p50 ms"), ("p99_ms", "p99 ms")], 0);
        let ratio = ratio(&answers, "p99_ms", Server::BareWarp);
        let measured = format!("{ratio:.2} × ({:.0} ms)", of(&answers, Server::Ours, "p99_ms"));
        report.goal(&format!("{title}, p99"), "≤ 1.5 × the bare warp relay", &measured, ratio <= 1.5);
        Ok(())
    }

    fn idle(&self, report: &mut Report) -> Result<()> {
        let connections = if self.is_quick { "1000" } else { "10000" };
        let answers = self.each(1, "connections", &["idle", "--connections", connections])?;
        let list = |answer: &Answer, name: &str| -> Vec<f64> {
            answer
                .get(name)
                .and_then(Value::as_array)
                .into_iter()
                .flatten()
                .filter_map(Value::as_f64)
                .collect()
        };
        let mut rows = vec![["", "bytes each, by wave", "MiB after, by wave"].map(str::to_owned).to_vec()];
        for (server, answer) in &answers {
            let shown = |name: &str| {
                let numbers: Vec<String> =
                    list(answer, name).iter().map(|number| format!("{number:.0}")).collect();
                numbers.join(", ")
            };
            rows.push(vec![server.name().into(), shown("per_connection"), shown("after_mib")]);
        }
        report.table(&format!("{connections} joined connections that do nothing, in three waves"), rows);
        let ours = answers.iter().find(|(server, _)| *server == Server::Ours);
        let each = ours.map(|(_, answer)| list(answer, "per_connection")).unwrap_or_default();
        let most = each.iter().copied().fold(0.0, f64::max);
        let what = "memory of an idle joined connection";
        report.goal(what, "≤ 10 KB", &format!("{:.1} KB", most / 1e3), !each.is_empty() && most <= 10_000.0);
        let growth = each.last().unwrap_or(&0.0) / each.first().unwrap_or(&1.0);
        let what = "memory over three waves";
        report.goal(what, "flat (≤ 1.1 × the first)", &format!("{growth:.2} ×"), growth <= 1.1);
        Ok(())
    }

    fn slow_reader(&self, report: &mut Report) -> Result<()> {
        let bytes = if self.is_quick { "50000000" } else { "200000000" };
        let answers = self.each(1, "sent_mb", &["slow-reader", "--bytes", bytes])?;
        let columns = [
            ("sent_mb", "MB sent to it"),
            ("grown_mib", "server grown by MiB"),
            ("others_p99_before_ms", "others' p99 before, ms"),
            ("others_p99_during_ms", "others' p99 meanwhile, ms"),
        ];
        table(report, "One reader that does not read", &answers, &columns, 1);
        let grown = of(&answers, Server::Ours, "grown_mib");
        let cut_off = answers
            .iter()
            .any(|(server, answer)| *server == Server::Ours && answer.get("cut_off") == Some(&true.into()));
        let measured = format!("{}, {grown:.1} MiB", if cut_off { "cut off" } else { "NOT cut off" });
        report.goal("a slow reader", "cut off, ≤ 4 MiB meanwhile", &measured, cut_off && grown <= 4.0);
        Ok(())
    }
}

fn of(answers: &[(Server, Answer)], server: Server, name: &str) -> f64 {
    answers.iter().find(|(found, _)| *found == server).map_or(0.0, |(_, answer)| field(answer, name))
}

/// Ours to another's.
fn ratio(answers: &[(Server, Answer)], name: &str, other: Server) -> f64 {
    of(answers, Server::Ours, name) / of(answers, other, name)
}

/// One row for each server; columns are (field, heading).
fn table(
    report: &Report,
    title: &str,
    answers: &[(Server, Answer)],
    columns: &[(&str, &str)],
    digits: usize,
) {
    let mut heading = vec![String::new()];
    heading.extend(columns.iter().map(|(_, heading)| (*heading).to_owned()));
    let mut rows = vec![heading];
    for (server, answer) in answers {
        let mut row = vec![server.name().to_owned()];
        row.extend(columns.iter().map(|(name, _)| format!("{:.digits$}", field(answer, name))));
        rows.push(row);
    }
    report.table(title, rows);
}
