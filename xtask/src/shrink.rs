//! A wasm module and its bindings, made small.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};
use serde_json::{Deserializer, Value};

use crate::process::run;
use crate::tools;

/// What `wasm-opt` does. Nothing lies in the first kilobyte of memory: there the stack ends.
const SHRINK: &[&str] = &["-Oz", "--flatten", "--rereloop", "-Oz", "--converge", "--low-memory-unused"];

/// Shrinks the module in place, and gives what it shares with its bindings short names: theirs end in a number of 16
/// digits each, which does not compress.
pub(crate) fn shrink(module: &Path, bindings: &Path) -> Result<()> {
    let wasm_opt = |arguments: &[&str]| -> Result<Command> {
        let mut command = Command::new("wasm-opt");
        command.args(arguments).arg(module).arg("-o").arg(module).env("PATH", tools::path()?);
        Ok(command)
    };
    run(&mut wasm_opt(SHRINK)?)?;
    let printed = wasm_opt(&[
        "--minify-imports-and-exports-and-modules",
        "--strip-debug",
        "--strip-producers",
        "--strip-target-features",
    ])?
    .stderr(Stdio::inherit())
    .output()
    .context("`wasm-opt` does not start")?;
    if !printed.status.success() {
        bail!("`wasm-opt` failed ({})", printed.status);
    }
    let glue = fs::read_to_string(bindings).with_context(|| format!("can't read {}", bindings.display()))?;
    fs::write(bindings, renamed(&glue, &printed.stdout)?)
        .with_context(|| format!("can't write {}", bindings.display()))
}

/// The bindings with the module's new names, as `wasm-opt` printed them.
fn renamed(glue: &str, names: &[u8]) -> Result<String> {
    let names: Value = Deserializer::from_slice(names)
        .into_iter()
        .next()
        .context("`wasm-opt` printed no names")?
        .context("`wasm-opt` printed no JSON")?;
    let list = |kind: &str| names[kind].as_array().cloned().unwrap_or_default();
    let text = |value: &Value, at: usize| value[at].as_str().unwrap_or_default().to_owned();
    let mut glue = glue.to_owned();
    for import in list("imports") {
        let module = format!("\"{}\": import0,", text(&import, 0));
        let name = format!(" {}: function(", text(&import, 1));
        if !glue.contains(&name) {
            bail!("the bindings have no{name}");
        }
        glue = glue.replace(&name, &format!(" {}: function(", text(&import, 2)));
        glue = glue.replace(&module, "\"a\": import0,");
    }
    for export in list("exports") {
        glue = renamed_export(&glue, &text(&export, 0), &text(&export, 1));
    }
    Ok(glue)
}

/// One export is the beginning of another's name: `start` and `start_all`.
fn renamed_export(glue: &str, from: &str, to: &str) -> String {
    let call = format!("wasm.{from}");
    let mut parts = glue.split(&call);
    let mut renamed = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let goes_on =
            part.starts_with(|next: char| next.is_ascii_alphanumeric() || matches!(next, '_' | '$'));
        // A second turn must not take up what is new already.
        renamed.push_str(if goes_on { &call } else { "wasm." });
        renamed.push_str(if goes_on { "" } else { to });
        renamed.push_str(part);
    }
    renamed
}

#[cfg(test)]
mod tests {
    use super::*;

    const GLUE: &str = r#"
    const import0 = {
        __wbg_call_187d: function(arg0) { return wasm.start(arg0) + wasm.start_all(); },
    };
    return { "./recorder_bg.js": import0, };
    "#;

    #[test]
    fn imports_and_exports_get_the_modules_names() {
        let names = br#"{"imports": [["./recorder_bg.js", "__wbg_call_187d", "b"]],
            "exports": [["start", "c"], ["start_all", "d"]]} {"imports": [], "exports": []}"#;
        let renamed = renamed(GLUE, names).unwrap();
        assert!(renamed.contains(" b: function(arg0) { return wasm.c(arg0) + wasm.d(); },"), "{renamed}");
        assert!(renamed.contains("{ \"a\": import0, }"), "{renamed}");
    }

    #[test]
    fn bindings_that_look_different_are_told() {
        let names = br#"{"imports": [["./recorder_bg.js", "__wbg_other_1", "b"]], "exports": []}"#;
        assert!(renamed(GLUE, names).is_err());
    }
}
