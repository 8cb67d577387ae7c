//! What another process costs (proc(5)).

use anyhow::{Context, Result};

/// Clock ticks a second: the kernel's interface to programs has had this for ever on Linux (`USER_HZ`).
const TICKS: f64 = 100.0;

/// User and system time so far, in seconds.
pub(crate) fn cpu_seconds(pid: u32) -> Result<f64> {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat"))?;
    // The second field is a name in brackets and may hold anything.
    let after = stat.rsplit_once(')').context("a name in brackets")?.1;
    let field = |number: usize| -> Result<f64> {
        Ok(after.split_whitespace().nth(number - 3).context("fewer fields")?.parse()?)
    };
    Ok((field(14)? + field(15)?) / TICKS)
}

/// Resident memory, in bytes.
pub(crate) fn resident(pid: u32) -> Result<u64> {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status"))?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).context("no VmRSS")?;
    let kib: u64 = line.split_whitespace().next().context("no number")?.parse()?;
    Ok(kib * 1024)
}

/// How many files, sockets among them, it has open.
pub(crate) fn open_files(pid: u32) -> Result<usize> {
    Ok(std::fs::read_dir(format!("/proc/{pid}/fd"))?.count())
}

/// The value below which this part (0 to 1) of the sorted ones lie.
pub(crate) fn percentile(sorted: &[f64], part: f64) -> f64 {
    let index = ((sorted.len().saturating_sub(1)) as f64 * part).round() as usize;
    sorted.get(index).copied().unwrap_or_default()
}
