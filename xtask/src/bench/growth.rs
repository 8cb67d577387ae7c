//! A recording while it grows: time in step with its bytes, memory not at all.

use anyhow::Result;

use super::report::Report;
use super::{Bench, field};
use crate::process::say;

/// Memory may differ by this much (MiB) between the smallest and the largest recording: pages come in as they like.
const FLAT: f64 = 4.0;
/// Seconds per gigabyte may be this much higher for the largest recording than for one of a tenth of it.
const LINEAR: f64 = 1.3;

impl Bench {
    pub(super) fn grow_live(&self, report: &mut Report) -> Result<()> {
        for (name, sample) in [("WebM", super::repair::WEBM), ("MP4", super::repair::MP4)] {
            self.grow_one(name, sample, report)?;
        }
        Ok(())
    }

    fn grow_one(&self, name: &str, sample: &str, report: &mut Report) -> Result<()> {
        let sample = self.sample(sample);
        let mut rows = vec![
            [
                "recorded",
                "length",
                "CPU s",
                "CPU s per GB",
                "peak MiB",
                "before finish",
                "finish ms",
                "finish KB",
                "cues",
            ]
            .map(str::to_owned)
            .to_vec(),
        ];
        let mut figures = Vec::new();
        let sizes: &[u64] = &[10_000_000, 100_000_000, 1_000_000_000, 10_000_000_000];
        for size in sizes.iter().take(if self.is_quick { 3 } else { 4 }) {
            say(&format!("recording {} MB of {name} out of nothing", size / 1_000_000));
            let bytes = size.to_string();
            let (cost, answer) = self.ask(&["live", "--bytes", &bytes], &[&sample])?;
            let (nothing, _) = self.ask(&["live", "--nobody", "--bytes", &bytes], &[&sample])?;
            let cpu = (cost.cpu_seconds() - nothing.cpu_seconds()).max(0.0);
            let per_gigabyte = cpu / (field(&answer, "bytes") / 1e9);
            let before = field(&answer, "peak_before_finish_kib") / 1024.0;
            figures.push((*size, per_gigabyte, before));
            rows.push(vec![
                format!("{} MB", size / 1_000_000),
                format!("{:.1} h", field(&answer, "seconds") / 3600.0),
                format!("{cpu:.2}"),
                format!("{per_gigabyte:.2}"),
                format!("{:.1}", cost.peak_mebibytes()),
                format!("{before:.1}"),
                format!("{:.2}", field(&answer, "finish_ms")),
                format!("{:.1}", field(&answer, "finish_bytes") / 1e3),
                format!("{}", field(&answer, "cues")),
            ]);
        }
        report.table(
            &format!("{name} as it grows: chunks of 1 s, a checkpoint after each (native; making the bytes is subtracted)"),
            rows,
        );
        let at = |size| figures.iter().find(|(other, ..)| *other == size).copied().unwrap_or_default();
        let large = figures.last().copied().unwrap_or_default();
        let small = at(large.0 / 10);
        let (per_gigabyte, memory) = (large.1 / small.1, large.2 - at(10_000_000).2);
        let what = format!("{name}: growth from 10 MB to {} MB", large.0 / 1_000_000);
        let measured = format!("× {per_gigabyte:.2} CPU per byte, {memory:+.1} MiB");
        // Sample tables of MP4 grow with time by design; their goal is a rate.
        let hours = large.0 as f64 / 1e9 * 3.6;
        let (goal, is_flat) = if name == "MP4" {
            ("linear in bytes, memory: tables only (≤ 4 MiB an hour)", memory <= FLAT + 4.0 * hours)
        } else {
            ("linear in bytes, flat in memory", memory <= FLAT)
        };
        report.goal(&what, goal, &measured, per_gigabyte <= LINEAR && is_flat);
        Ok(())
    }
}
