//! Repairing a big file: `seekable fix` beside everything else that does it.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use anyhow::Result;

use super::measure::{Cost, alternately, measure, middle_of_three};
use super::report::Report;
use super::{Bench, field};
use crate::process::say;

/// Recordings that are grown: with the most bytes a second of their kind, so with the fewest blocks a byte.
pub(super) const WEBM: &str = "chromium-webm-vp9-opus.webm";
pub(super) const MP4: &str = "chromium-kfid1000-mp4-avc1-opus.mp4";

/// How long a peer may take.
const PEER_SECONDS: u64 = 300;

/// Peers whose time grows with the square of the length get a recording of this size: of 1 GB they would take hours.
const QUADRATIC: &[&str] = &["webm-duration-fix", "ts-ebml"];
const QUADRATIC_BYTES: u64 = 50_000_000;

/// What others need, by the field's experience: MiB of memory for each 100 MB of recording.
const HUNGRY: &[(&str, u64)] = &[("ts-ebml", 600), ("fix-webm-duration", 800)];

struct Row {
    name: String,
    cost: Cost,
    cues: String,
    /// Not the size that all others have, so that it can't be compared to them.
    is_smaller: bool,
}

impl Row {
    fn new(name: &str, cost: Cost, cues: String) -> Self {
        Self { name: name.into(), cost, cues, is_smaller: false }
    }

    fn failed(name: &str, why: &str) -> Self {
        Self::new(&format!("{name}: {why}"), Cost::default(), String::new())
    }
}

impl Bench {
    pub(super) fn repair_webm(&self, report: &mut Report) -> Result<()> {
        let (source, answer) = self.grow(WEBM, "source.webm")?;
        self.record_in_wasm("WebM", &source, field(&answer, "second_bytes"), report)?;
        let fixed = self.folder.join("fixed.webm");
        let mut rows = self.copied_and_fixed(&source, &fixed)?;
        let cues = self.cues(&fixed)?;
        if let Some(ours) = rows.last_mut() {
            ours.cues = cues.0;
        }
        report.goal(
            "WebM: cues at key frames",
            "100 %",
            &format!("{} of {}", cues.2, cues.1),
            cues.1 > 0 && cues.1 == cues.2,
        );
        self.in_place(&fixed, &mut rows, report)?;

        let output = self.folder.join("output.webm");
        rows.push(self.peer("ffmpeg -c copy", &output, || ffmpeg(&source, &output))?);
        rows.push(self.peer("mkvmerge", &output, || mkvmerge(&source, &output))?);
        for name in ["mediabunny", "webm-duration-fix", "ts-ebml", "fix-webm-duration"] {
            say(name);
            let is_smaller = QUADRATIC.contains(&name) && self.size > QUADRATIC_BYTES;
            let size = if is_smaller { QUADRATIC_BYTES } else { self.size };
            if let Some(wanted) = too_hungry(name, size) {
                rows.push(Row::failed(name, &format!("not run, needs {wanted} MiB of memory")));
                continue;
            }
            let (source, answer) = if is_smaller {
                self.grow_to(WEBM, "smaller.webm", size)?
            } else {
                (source.clone(), answer.clone())
            };
            let mut command = self.node_peer(name, &source, &output);
            command.arg((field(&answer, "seconds") * 1000.0).to_string());
            let mut row = self.measured(name, &mut command, &output)?;
            if is_smaller {
                row.is_smaller = true;
                row.name = format!("{}, only {} MB", row.name, size / 1_000_000);
                std::fs::remove_file(source)?;
            }
            rows.push(row);
        }
        self.judge("WebM", 1.3, Some(0.6), &rows, report);
        let hours = field(&answer, "seconds") / 3600.0;
        report.table(&self.title("WebM", WEBM, hours), lines(&rows));
        std::fs::remove_file(output)?;
        std::fs::remove_file(fixed)?;
        Ok(std::fs::remove_file(source)?)
    }

    pub(super) fn repair_mp4(&self, report: &mut Report) -> Result<()> {
        let (source, answer) = self.grow(MP4, "source.mp4")?;
        self.record_in_wasm("MP4", &source, field(&answer, "second_bytes"), report)?;
        let fixed = self.folder.join("fixed.mp4");
        let mut rows = self.copied_and_fixed(&source, &fixed)?;
        let output = self.folder.join("output.mp4");
        rows.push(self.peer("ffmpeg -c copy", &output, || ffmpeg(&source, &output))?);
        say("mediabunny");
        rows.push(self.measured(
            "mediabunny",
            &mut self.node_peer("mediabunny", &source, &output),
            &output,
        )?);
        let tables = fixed.metadata()?.len().saturating_sub(source.metadata()?.len());
        self.judge("MP4", 1.5, None, &rows, report);
        let hours = field(&answer, "seconds") / 3600.0;
        let title =
            format!("{}; {:.1} MB longer when fixed", self.title("MP4", MP4, hours), tables as f64 / 1e6);
        report.table(&title, lines(&rows));
        std::fs::remove_file(output)?;
        std::fs::remove_file(fixed)?;
        Ok(std::fs::remove_file(source)?)
    }

    /// `--in-place`, on a recording of ours that lost its tail: as it is after a crash.
    fn in_place(&self, fixed: &Path, rows: &mut Vec<Row>, report: &mut Report) -> Result<()> {
        say("seekable fix --in-place");
        let length = fixed.metadata()?.len();
        let file = std::fs::File::options().write(true).open(fixed)?;
        file.set_len(length - 12_345)?;
        // It was written a moment ago: that it reaches the disk is not what is measured.
        file.sync_all()?;
        let reading = middle_of_three(|| {
            let mut dd = Command::new("dd");
            dd.arg(format!("if={}", fixed.display())).args(["of=/dev/null", "bs=1M", "status=none"]);
            Ok(dd)
        })?;
        let mut command = Command::new(&self.seekable);
        let cost = measure(command.args(["--quiet", "fix", "--in-place"]).arg(fixed))?;
        let ratio = cost.cpu_seconds() / reading.cpu_seconds();
        let walls = cost.wall.as_secs_f64() / reading.wall.as_secs_f64();
        report.goal(
            "WebM: fix --in-place after a recording of ours that was cut",
            "≤ 2 × reading it",
            &format!("{ratio:.2} × CPU, {walls:.2} × wall clock"),
            ratio <= 2.0 && walls <= 2.0,
        );
        rows.push(Row::new("reading it (dd)", reading, String::new()));
        rows.push(Row::new("seekable fix --in-place", cost, self.cues(fixed)?.0));
        Ok(())
    }

    fn judge(&self, name: &str, copies: f64, ffmpegs: Option<f64>, rows: &[Row], report: &mut Report) {
        let of = |wanted: &str| {
            rows.iter().find(|row| row.name == wanted).map(|row| row.cost.clone()).unwrap_or_default()
        };
        let (ours, copy, ffmpeg) = (of("seekable fix"), of("cp"), of("ffmpeg -c copy"));
        let ratio = ours.cpu_seconds() / copy.cpu_seconds();
        let gigabytes = self.size as f64 / 1e9;
        let what = format!("{name}: fix of {gigabytes} GB, CPU");
        report.goal(&what, &format!("≤ {copies} × cp"), &format!("{ratio:.2} × cp"), ratio <= copies);
        if let Some(limit) = ffmpegs {
            let ratio = ours.cpu_seconds() / ffmpeg.cpu_seconds();
            report.goal(
                &what,
                &format!("≤ {limit} × ffmpeg -c copy"),
                &format!("{ratio:.2} × ffmpeg"),
                ratio <= limit,
            );
        }
        let peak = ours.peak_mebibytes();
        // Chromium's MP4 of this sample is about 17 hours long per 4 GB; its tables are stated per hour.
        let (goal, limit) = match name {
            "MP4" => ("≤ 16 MiB and tables (≤ 4 MiB an hour)", 16.0 + 4.0 * gigabytes * 4.75),
            _ => ("≤ 16 MiB", 16.0),
        };
        report.goal(
            &format!("{name}: fix of {gigabytes} GB, peak memory"),
            goal,
            &format!("{peak:.1} MiB"),
            peak <= limit,
        );
    }

    fn grow(&self, sample: &str, name: &str) -> Result<(PathBuf, serde_json::Value)> {
        self.grow_to(sample, name, self.size)
    }

    fn grow_to(&self, sample: &str, name: &str, size: u64) -> Result<(PathBuf, serde_json::Value)> {
        say(&format!("growing {sample} to {} MB", size / 1_000_000));
        let source = self.folder.join(name);
        let (_, answer) =
            self.ask(&["grow", "--bytes", &size.to_string()], &[&self.sample(sample), &source])?;
        Ok((source, answer))
    }

    /// Runs a peer once. That it breaks is a figure too.
    fn measured(&self, name: &str, command: &mut Command, output: &Path) -> Result<Row> {
        let begun = Instant::now();
        match measure(command) {
            Ok(cost) => Ok(Row::new(name, cost, self.cues_of_webm(output)?)),
            Err(_) if begun.elapsed() >= Duration::from_secs(PEER_SECONDS) => {
                Ok(Row::failed(name, &format!("more than {PEER_SECONDS} s")))
            }
            Err(_) => Ok(Row::failed(name, "broke off")),
        }
    }

    fn cues_of_webm(&self, file: &Path) -> Result<String> {
        let is_webm = file.extension().is_some_and(|end| end == "webm");
        if is_webm { Ok(self.cues(file)?.0) } else { Ok(String::new()) }
    }

    fn fix(&self, source: &Path, output: &Path) -> Command {
        // A file that is replaced must first be freed: that is not what is measured.
        let _ = std::fs::remove_file(output);
        let mut command = Command::new(&self.seekable);
        command.args(["--quiet", "fix"]).arg(source).arg("-o").arg(output);
        command
    }

    /// The system copies it (`cp`), a program that must see every byte does (`dd`), and it is fixed.
    fn copied_and_fixed(&self, source: &Path, fixed: &Path) -> Result<Vec<Row>> {
        say("cp, dd and seekable fix");
        let output = self.folder.join("copy");
        let (from, to) = (format!("if={}", source.display()), format!("of={}", output.display()));
        const ROUNDS: usize = 7;
        let costs = alternately(
            ROUNDS,
            [
                &mut || {
                    let _ = std::fs::remove_file(&output);
                    let mut command = Command::new("cp");
                    command.arg(source).arg(&output);
                    Ok(command)
                },
                &mut || {
                    let _ = std::fs::remove_file(&output);
                    let mut command = Command::new("dd");
                    command.args([&from, &to]).args(["bs=128K", "status=none"]);
                    Ok(command)
                },
                &mut || Ok(self.fix(source, fixed)),
            ],
        )?;
        std::fs::remove_file(&output)?;
        let names = ["cp", "reading and writing it (dd)", "seekable fix"];
        Ok(std::iter::zip(names, costs).map(|(name, cost)| Row::new(name, cost, String::new())).collect())
    }

    fn peer(&self, name: &str, output: &Path, command: impl Fn() -> Command) -> Result<Row> {
        say(name);
        let cost = middle_of_three(|| {
            let _ = std::fs::remove_file(output);
            Ok(command())
        })?;
        Ok(Row::new(name, cost, self.cues_of_webm(output)?))
    }

    fn node_peer(&self, name: &str, source: &Path, output: &Path) -> Command {
        let _ = std::fs::remove_file(output);
        // What is quadratic ends some day, but nobody wants to wait for it.
        let mut command = Command::new("timeout");
        // Node's own limit of memory would end what a browser survives that has enough of it.
        command.args([&PEER_SECONDS.to_string(), "node", "--max-old-space-size=16384"]);
        command.arg(self.root.join("bench/peers/repair.js")).arg(name).arg(source).arg(output);
        command
    }

    /// Cues in words, how many there are, how many are right.
    fn cues(&self, file: &Path) -> Result<(String, u64, u64)> {
        let (_, answer) = self.ask(&["cues"], &[file])?;
        let (cues, right) = (field(&answer, "cues") as u64, field(&answer, "right") as u64);
        Ok((if cues == 0 { "none".into() } else { format!("{right} of {cues}") }, cues, right))
    }

    fn title(&self, name: &str, sample: &str, hours: f64) -> String {
        let gigabytes = self.size as f64 / 1e9;
        format!(
            "Making {gigabytes} GB of live {name} seekable ({hours:.1} h, {sample} grown; native ones: middle of three or more runs)"
        )
    }
}

/// MiB that a peer would need, where there are fewer.
fn too_hungry(name: &str, size: u64) -> Option<u64> {
    let wanted = HUNGRY.iter().find(|(hungry, _)| *hungry == name)?.1 * size / 100_000_000;
    let memory = std::fs::read_to_string("/proc/meminfo").ok()?;
    let available = memory.lines().find_map(|line| line.strip_prefix("MemAvailable:"))?;
    let available: u64 = available.trim().trim_end_matches(" kB").parse().ok()?;
    (available / 1024 < wanted).then_some(wanted)
}

fn ffmpeg(source: &Path, output: &Path) -> Command {
    let mut command = Command::new("ffmpeg");
    command.args(["-v", "error", "-nostdin", "-y", "-i"]).arg(source).args(["-c", "copy"]).arg(output);
    command
}

fn mkvmerge(source: &Path, output: &Path) -> Command {
    let mut command = Command::new("mkvmerge");
    command.args(["-q", "--webm", "-o"]).arg(output).arg(source);
    command
}

/// The rows in words, as ratios to `cp`, which is the first.
fn lines(rows: &[Row]) -> Vec<Vec<String>> {
    let mut lines =
        vec![["", "CPU s", "× cp", "peak MiB", "wall s", "cues at key frames"].map(str::to_owned).to_vec()];
    let copy = rows.first().map_or(1.0, |row| row.cost.cpu_seconds());
    lines.extend(rows.iter().map(|row| {
        if row.cost.peak == 0 {
            return vec![row.name.clone()];
        }
        vec![
            row.name.clone(),
            format!("{:.2}", row.cost.cpu_seconds()),
            if row.is_smaller { String::new() } else { format!("{:.2}", row.cost.cpu_seconds() / copy) },
            format!("{:.0}", row.cost.peak_mebibytes()),
            format!("{:.1}", row.cost.wall.as_secs_f64()),
            row.cues.clone(),
        ]
    }));
    lines
}
