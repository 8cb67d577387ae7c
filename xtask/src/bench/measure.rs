//! What a process costs, as the kernel counts it.

use std::io::Read;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use wait4::Wait4;

use crate::process::shown;

/// What one process and the children that it waited for took.
#[derive(Debug, Clone, Default)]
pub(crate) struct Cost {
    /// User and system time, of all threads.
    pub(crate) cpu: Duration,
    pub(crate) wall: Duration,
    /// Largest resident set, in bytes.
    pub(crate) peak: u64,
    /// What it printed.
    pub(crate) output: String,
}

impl Cost {
    pub(crate) fn cpu_seconds(&self) -> f64 {
        self.cpu.as_secs_f64()
    }

    pub(crate) fn peak_mebibytes(&self) -> f64 {
        self.peak as f64 / f64::from(1 << 20)
    }
}

/// Runs a command to its end.
pub(crate) fn measure(command: &mut Command) -> Result<Cost> {
    let begun = Instant::now();
    command.stdin(Stdio::null()).stdout(Stdio::piped());
    let mut child = command.spawn().with_context(|| format!("`{}` does not start", shown(command)))?;
    let mut output = String::new();
    if let Some(mut pipe) = child.stdout.take() {
        pipe.read_to_string(&mut output)?;
    }
    let ended = child.wait4()?;
    if !ended.status.success() {
        bail!("`{}` failed ({})", shown(command), ended.status);
    }
    let cpu = ended.rusage.utime + ended.rusage.stime;
    Ok(Cost { cpu, wall: begun.elapsed(), peak: ended.rusage.maxrss, output })
}

/// Runs what `command` makes three times and gives the run with the middle CPU time.
pub(crate) fn middle_of_three(mut command: impl FnMut() -> Result<Command>) -> Result<Cost> {
    let [cost] = alternately(3, [&mut command])?;
    Ok(cost)
}

/// Runs what each of `commands` makes, one after the other, in so many rounds, and gives for each its run with the middle CPU
/// time: what the machine does beside them falls on all alike.
pub(crate) fn alternately<const N: usize>(
    rounds: usize,
    mut commands: [&mut dyn FnMut() -> Result<Command>; N],
) -> Result<[Cost; N]> {
    let mut costs = [const { Vec::new() }; N];
    for _ in 0..rounds {
        for (command, costs) in std::iter::zip(&mut commands, &mut costs) {
            costs.push(measure(&mut command()?)?);
        }
    }
    Ok(costs.map(|mut costs: Vec<Cost>| {
        costs.sort_by_key(|cost| cost.cpu);
        costs.swap_remove(rounds / 2)
    }))
}
