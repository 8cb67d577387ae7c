//! `cargo xtask test`: everything, with a plain summary at the end.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Result, anyhow, bail};

use crate::process::{Finished, run, run_watched, say};
use crate::{app, npm, tools};

const CORE: &[&str] = &[
    "seekable",
    "hostreel-recording",
    "hostreel-protocol",
    "hostreel-room",
    "hostreel-consent",
    "hostreel-negotiation",
];

/// One line of the summary.
struct Step {
    name: &'static str,
    passed: u64,
    failed: u64,
    took: Duration,
    ok: bool,
}

/// Runs all tests. Independent things run side by side: tools are installed while native tests build.
pub(crate) fn test(no_browser: bool) -> Result<()> {
    let root = crate::root()?;
    let began = Instant::now();
    tools::ensure(&[tools::Tool::Node, tools::Tool::WasmTarget])?;

    // Tests that need servers of others (NATS, coturn) leave themselves out where these are not installed yet: what is built
    // side by side with the tools is run when they are there.
    let native = |args: &[&str]| {
        let mut command = Command::new("cargo");
        command.args(["test", "--workspace", "--features", "hostreel-protocol/typescript", "--no-fail-fast"]);
        command.args(["--quiet"]).args(args).current_dir(&root);
        command
    };
    let (installed, built) = thread::scope(|scope| {
        let installing = scope.spawn(|| -> Result<()> {
            tools::ensure(tools::TO_BUILD)?;
            if !no_browser {
                tools::ensure(tools::TO_TEST)?;
            }
            Ok(())
        });
        let built = step("building", &mut native(&["--no-run"]));
        (installing.join().unwrap_or_else(|_| Err(anyhow!("installing broke off"))), built)
    });
    let built = built?;
    if !built.ok {
        bail!("the tests do not build: see the lines above");
    }
    let mut native = native(&[]);
    if !no_browser && installed.is_ok() {
        native.env("HOSTREEL_REQUIRE", "1");
    }
    // Many of the native tests wait: what the browsers need is built meanwhile.
    let for_browsers = !no_browser && installed.is_ok();
    let (tested, ready) = thread::scope(|scope| {
        let building = scope.spawn(|| for_browsers.then(|| Ready::build(&root)).transpose());
        let tested = step("native", &mut native);
        (tested, building.join().unwrap_or_else(|_| Err(anyhow!("building for the browsers broke off"))))
    });
    let mut steps = vec![built, tested?];
    steps.push(wasm_check(&root)?);
    installed?;

    if let Some(ready) = ready? {
        steps.push(bindings(&root, Driver::Chromium)?);
        steps.push(bindings(&root, Driver::Firefox)?);
        let mut command = Command::new("npm");
        command.args(["test", "--silent"]).current_dir(root.join("e2e"));
        steps.push(step("browser", ready.tell(&mut command))?);
    }
    summary(&steps, began.elapsed())
}

/// What the tests in browsers need, built.
struct Ready {
    server: PathBuf,
    seekable: PathBuf,
    consent_log: PathBuf,
    package: PathBuf,
    mix_page: PathBuf,
    yew_example: PathBuf,
}

impl Ready {
    fn build(root: &Path) -> Result<Self> {
        app::build_app()?;
        let server = app::build_server()?;
        let (seekable, consent_log) = app::build_command_lines()?;
        let package = npm::build_package()?;
        let mix_page = app::build_mix_page()?;
        let yew_example = npm::build_yew_example()?;
        say("building the tests of the bindings (wasm, dev)");
        run(Command::new("cargo")
            .args(BINDINGS)
            .args(["--test", "*", "--no-run", "--quiet"])
            .current_dir(root))?;
        Ok(Self { server, seekable, consent_log, package, mix_page, yew_example })
    }

    /// Says where it is.
    fn tell<'a>(&self, command: &'a mut Command) -> &'a mut Command {
        command.env("HOSTREEL_SERVER", &self.server).env("HOSTREEL_SEEKABLE", &self.seekable);
        command.env("HOSTREEL_CONSENT_LOG", &self.consent_log).env("HOSTREEL_PACKAGE", &self.package);
        command.env("HOSTREEL_MIX_PAGE", &self.mix_page).env("HOSTREEL_YEW_EXAMPLE", &self.yew_example);
        command.env("HOSTREEL_REQUIRE", "1")
    }
}

/// Cargo's arguments for the tests of the recorder's bindings.
const BINDINGS: &[&str] =
    &["test", "--package", "hostreel-recorder", "--target", "wasm32-unknown-unknown", "--no-fail-fast"];

/// The pure crates must build for the browser too.
fn wasm_check(root: &Path) -> Result<Step> {
    let mut command = Command::new("cargo");
    command.args(["check", "--quiet", "--target", "wasm32-unknown-unknown"]).current_dir(root);
    // Without the command line of `seekable`.
    command.args(["--no-default-features", "--features", "seekable/webm,seekable/mp4"]);
    for package in CORE {
        command.args(["--package", package]);
    }
    let mut checked = step("wasm32", &mut command)?;
    let count = CORE.len() as u64;
    (checked.passed, checked.failed) = if checked.ok { (count, 0) } else { (0, count) };
    Ok(checked)
}

/// Where the recorder's bindings are tested.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Driver {
    Chromium,
    Firefox,
}

/// The recorder's bindings, in real browsers with fake devices.
fn bindings(root: &Path, driver: Driver) -> Result<Step> {
    let mut command = match driver {
        Driver::Chromium => {
            let mut command = Command::new("cargo");
            // Not `--quiet`: cargo would hand it on, and this runner does not know it.
            command.args(BINDINGS).args(["--test", "*"]);
            command.env("CHROMEDRIVER", tools::on_path("chromedriver").unwrap_or_default());
            command
        }
        Driver::Firefox => {
            // Its AudioContext stays suspended without an audio server.
            let mut command = Command::new("node");
            command.args(["e2e/with-sound.js", "cargo"]).args(BINDINGS);
            command.args(["--test", "mix"]);
            command.env("GECKODRIVER", tools::tools_folder()?.join("bin/geckodriver"));
            command
        }
    };
    command.current_dir(root).env(
        "CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUNNER",
        tools::tools_folder()?.join("bin/wasm-bindgen-test-runner"),
    );
    // Isolated pages may not start workers from scripts that are served without the isolation header.
    command.env("WASM_BINDGEN_TEST_NO_ORIGIN_ISOLATION", "1").env("WASM_BINDGEN_TEST_TIMEOUT", "240");
    step(if driver == Driver::Chromium { "bindings" } else { "firefox" }, &mut command)
}

fn step(name: &'static str, command: &mut Command) -> Result<Step> {
    say(&format!("{name}: {}", crate::process::shown(command)));
    let began = Instant::now();
    let Finished { lines, ok } = run_watched(name, command)?;
    let (passed, mut failed) = count(&lines);
    if !ok && failed == 0 {
        failed = 1;
    }
    Ok(Step { name, passed, failed, took: began.elapsed(), ok })
}

/// Adds up what the runners say: `test result: ok. 3 passed; 0 failed; …` (cargo) and `ℹ pass 3` (node).
fn count(lines: &[String]) -> (u64, u64) {
    let mut sum = (0, 0);
    for line in lines {
        if let Some(result) = line.trim().strip_prefix("test result: ") {
            sum.0 += number_before(result, " passed");
            sum.1 += number_before(result, " failed");
        } else if let Some(("ℹ" | "#", rest)) = line.trim().split_once(' ') {
            match rest.split_once(' ') {
                Some(("pass", number)) => sum.0 += number.trim().parse().unwrap_or(0),
                Some(("fail" | "cancelled", number)) => sum.1 += number.trim().parse().unwrap_or(0),
                _ => {}
            }
        }
    }
    sum
}

fn number_before(text: &str, word: &str) -> u64 {
    let before = text.split(word).next().unwrap_or_default();
    before.rsplit(' ').next().and_then(|number| number.parse().ok()).unwrap_or(0)
}

fn summary(steps: &[Step], took: Duration) -> Result<()> {
    println!("\n{:<10} {:>7} {:>7} {:>8}", "step", "passed", "failed", "seconds");
    for step in steps {
        let Step { name, passed, failed, took, .. } = step;
        println!("{name:<10} {passed:>7} {failed:>7} {:>8.0}", took.as_secs_f64());
    }
    let passed: u64 = steps.iter().map(|step| step.passed).sum();
    let failed: u64 = steps.iter().map(|step| step.failed).sum();
    println!("{:<10} {:>24.0}\n", "all", took.as_secs_f64());
    println!("{passed} passed, {failed} failed");
    if failed > 0 || steps.iter().any(|step| !step.ok) {
        bail!("something failed: see the lines above");
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn runners_are_added_up() {
        let lines: Vec<String> = [
            "test result: ok. 12 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.02s",
            "test result: FAILED. 3 passed; 2 failed; 0 ignored; 0 measured; 0 filtered out",
            "ℹ tests 7",
            "ℹ pass 6",
            "ℹ fail 1",
            "ℹ cancelled 0",
        ]
        .map(String::from)
        .to_vec();
        assert_eq!(count(&lines), (21, 3));
    }
}
