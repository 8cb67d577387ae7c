//! The crate alone in wasm: what it weighs, and what recording costs.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};
use serde_json::Value;

use super::measure::measure;
use super::report::Report;
use super::{Bench, field};
use crate::process::{run, say};
use crate::{app, paths, tools};

/// What `wasm-opt` does for the npm package.
const SHRINK: &[&str] = &["-Oz", "--flatten", "--rereloop", "-Oz", "--converge", "--low-memory-unused"];

impl Bench {
    /// Sizes of the wasm with and without MP4.
    pub(super) fn weigh(&self, report: &mut Report) -> Result<()> {
        let mut rows = vec![["features", "wasm", "wasm-opt", "brotli"].map(str::to_owned).to_vec()];
        for (features, limit) in [("webm", 25.0), ("webm, mp4", 40.0)] {
            let module = self.build_wasm(features.contains("mp4"))?;
            let raw = module.with_file_name("hostreel_bench_wasm_bg.wasm");
            let small = self.folder.join("small.wasm");
            run(Command::new("wasm-opt")
                .args(SHRINK)
                .arg(&raw)
                .arg("-o")
                .arg(&small)
                .env("PATH", tools::path()?))?;
            // Node's brotli works at its best by default.
            let script = "const {readFileSync} = require('fs');\
                console.log(require('zlib').brotliCompressSync(readFileSync(process.argv[1])).length)";
            let packed: f64 =
                measure(Command::new("node").args(["-e", script]).arg(&small))?.output.trim().parse()?;
            let length = |path: &Path| -> Result<f64> { Ok(path.metadata()?.len() as f64) };
            let kilobytes = |bytes: f64| format!("{:.1} KB", bytes / 1e3);
            rows.push(vec![
                features.into(),
                kilobytes(length(&raw)?),
                kilobytes(length(&small)?),
                kilobytes(packed),
            ]);
            let what = format!("wasm alone, brotli: {features}");
            report.goal(&what, &format!("≤ {limit} KB"), &kilobytes(packed), packed <= limit * 1e3);
        }
        report.table(
            "What the crate weighs in wasm (opt-level z, wasm-opt as for the npm package, the thinnest face for JavaScript)",
            rows,
        );
        Ok(())
    }

    /// Feeds a file to the machine in Node.
    pub(super) fn record_in_wasm(
        &self,
        name: &str,
        file: &Path,
        second_bytes: f64,
        report: &mut Report,
    ) -> Result<()> {
        say(&format!("recording {name} in wasm"));
        let module = self.build_wasm(true)?;
        let mut command = Command::new("node");
        command
            .arg(self.root.join("bench/wasm/live.js"))
            .arg(module)
            .arg(file)
            .arg(format!("{second_bytes:.0}"));
        let cost = measure(&mut command)?;
        let answer: Value = serde_json::from_str(&cost.output).context("live.js answers in JSON")?;
        let gigabytes = field(&answer, "bytes") / 1e9;
        let cpu = field(&answer, "cpu") / gigabytes;
        report.goal(
            &format!("{name}: recording in wasm, CPU per GB"),
            "≤ 3 s",
            &format!("{cpu:.2} s (reading the file included)"),
            cpu <= 3.0,
        );
        let (milliseconds, kilobytes) = (field(&answer, "finish_ms"), field(&answer, "finish_bytes") / 1e3);
        let measured = format!("{milliseconds:.2} ms, {kilobytes:.1} KB");
        let what = format!("{name}: finish() after {gigabytes:.1} GB in wasm");
        if name == "MP4" {
            report.goal(&what, "< 5 ms, tables only", &measured, milliseconds < 5.0);
        } else {
            report.goal(&what, "< 5 ms, < 100 KB", &measured, milliseconds < 5.0 && kilobytes < 100.0);
        }
        Ok(())
    }

    /// Builds the module for Node; gives its script.
    fn build_wasm(&self, with_mp4: bool) -> Result<PathBuf> {
        let mut build = Command::new("cargo");
        build.args(["build", "--quiet", "--package", "hostreel-bench-wasm", "--profile", "wasm-release"]);
        build.args(["--target", "wasm32-unknown-unknown", "--no-default-features"]);
        if with_mp4 {
            build.args(["--features", "mp4"]);
        }
        run(paths::hide(build.current_dir(&self.root))?)?;
        let wasm = app::target_folder()?.join("wasm32-unknown-unknown/wasm-release/hostreel_bench_wasm.wasm");
        let folder = self.folder.join(if with_mp4 { "wasm-mp4" } else { "wasm" });
        let mut bindings = Command::new(tools::tools_folder()?.join("bin/wasm-bindgen"));
        run(bindings.args(["--target", "nodejs", "--out-dir"]).arg(&folder).arg(wasm))?;
        Ok(folder.join("hostreel_bench_wasm.js"))
    }
}
