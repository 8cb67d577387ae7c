//! Modules that ship name the sources of their panics; where those lay on the builder's disk is nobody's business, and
//! would make each builder's module a different one.

use std::env;
use std::path::PathBuf;
use std::process::Command;

use anyhow::Result;

use crate::process::output;

/// Separates the flags in `CARGO_ENCODED_RUSTFLAGS`.
const SEPARATOR: &str = "\u{1f}";

/// Lets cargo, or a command that calls it, build with paths relative to the workspace, the registry and the compiler.
/// Keeps the flags that are set already.
pub(crate) fn hide(command: &mut Command) -> Result<&mut Command> {
    let cargo =
        env::var_os("CARGO_HOME").map(PathBuf::from).or_else(|| Some(env::home_dir()?.join(".cargo")));
    // Where the library's sources are installed, panics in it name them.
    let compiler = output("rustc", &["--print", "sysroot"]).map(PathBuf::from);
    let hidden = [
        (Some(crate::root()?), "hostreel"),
        (cargo.map(|cargo| cargo.join("registry/src")), "crates"),
        (compiler.map(|compiler| compiler.join("lib/rustlib/src/rust")), "rust"),
    ];
    let encoded = env::var("CARGO_ENCODED_RUSTFLAGS").ok();
    let plain =
        || env::var("RUSTFLAGS").unwrap_or_default().split_whitespace().collect::<Vec<_>>().join(SEPARATOR);
    let set = encoded.unwrap_or_else(plain);
    Ok(command.env("CARGO_ENCODED_RUSTFLAGS", flags(&set, &hidden)))
}

fn flags(set: &str, hidden: &[(Option<PathBuf>, &str)]) -> String {
    let set = set.split(SEPARATOR).filter(|flag| !flag.is_empty()).map(str::to_owned);
    let hidden = hidden.iter().filter_map(|(path, name)| {
        path.as_ref().map(|path| format!("--remap-path-prefix={}={name}", path.display()))
    });
    set.chain(hidden).collect::<Vec<_>>().join(SEPARATOR)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_hidden_and_flags_are_kept() {
        let hidden =
            [(Some(PathBuf::from("/a b")), "hostreel"), (None, "crates"), (Some("/c".into()), "rust")];
        let both = "--remap-path-prefix=/a b=hostreel\u{1f}--remap-path-prefix=/c=rust";
        assert_eq!(flags("", &hidden), both);
        assert_eq!(flags("-Copt-level=1\u{1f}-g", &hidden), format!("-Copt-level=1\u{1f}-g\u{1f}{both}"));
    }
}
