//! Whether anything changed since something was last built: Trunk itself always links, shrinks and copies anew.

use std::collections::hash_map::DefaultHasher;
use std::fs;
use std::hash::Hasher;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

/// Folders in the sources, and endings of files, that nothing is made of.
const OTHERS: &[&str] = &["tests", "target", "node_modules"];
const OTHER_ENDINGS: &[&str] = &["md"];

/// Says whether `built` (a folder or a file) was made from what is there now, by a stamp that [`Self::keep`] left.
#[derive(Debug)]
pub(crate) struct Fingerprint {
    stamp: PathBuf,
    built: PathBuf,
    sources: u64,
}

impl Fingerprint {
    /// Reads all `sources`, which are relative to `root`. `tools` tells the tools' versions: others build something else.
    pub(crate) fn of(
        root: &Path,
        sources: &[&str],
        built: PathBuf,
        stamp: PathBuf,
        tools: &str,
    ) -> Result<Self> {
        let mut hasher = DefaultHasher::new();
        hasher.write(tools.as_bytes());
        for source in sources {
            add(&root.join(source), &mut hasher)?;
        }
        Ok(Self { stamp, built, sources: hasher.finish() })
    }

    /// Whether nothing changed, neither in the sources nor in what was built.
    pub(crate) fn is_current(&self) -> bool {
        match (fs::read_to_string(&self.stamp), self.text()) {
            (Ok(kept), Ok(text)) => kept == text,
            _ => false,
        }
    }

    /// Leaves the stamp.
    pub(crate) fn keep(&self) -> Result<()> {
        fs::write(&self.stamp, self.text()?).with_context(|| format!("can't write {}", self.stamp.display()))
    }

    fn text(&self) -> Result<String> {
        let mut built = DefaultHasher::new();
        add(&self.built, &mut built)?;
        Ok(format!("{:016x} {:016x}\n", self.sources, built.finish()))
    }
}

/// Adds the names and contents of a file, or of all files in a folder, in the order of their names.
fn add(path: &Path, hasher: &mut DefaultHasher) -> Result<()> {
    let problem = || format!("can't read {}", path.display());
    if path.is_dir() {
        let mut inside: Vec<PathBuf> = fs::read_dir(path)
            .with_context(problem)?
            .map(|entry| entry.map(|entry| entry.path()))
            .collect::<std::io::Result<_>>()
            .with_context(problem)?;
        inside.sort_unstable();
        for path in inside {
            let is_other = |part: Option<&std::ffi::OsStr>, others: &[&str]| {
                part.is_some_and(|part| others.iter().any(|other| part == *other))
            };
            if !is_other(path.file_name(), OTHERS) && !is_other(path.extension(), OTHER_ENDINGS) {
                add(&path, hasher)?;
            }
        }
    } else if path.exists() {
        hasher.write(path.to_string_lossy().as_bytes());
        hasher.write(&[0]);
        hasher.write(&fs::read(path).with_context(problem)?);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_change_of_a_source_a_tool_or_the_result_is_noticed() {
        let root = std::env::temp_dir().join(format!("hostreel-fingerprint-{}", std::process::id()));
        let built = root.join("dist");
        fs::create_dir_all(root.join("core/seekable/src")).unwrap();
        fs::create_dir_all(root.join("core/seekable/tests")).unwrap();
        fs::create_dir_all(&built).unwrap();
        let source = root.join("core/seekable/src/lib.rs");
        fs::write(&source, "one").unwrap();
        fs::write(built.join("index.html"), "built").unwrap();
        let taken =
            |tools| Fingerprint::of(&root, &["core"], built.clone(), root.join("stamp"), tools).unwrap();

        assert!(!taken("1").is_current(), "nothing was built yet");
        taken("1").keep().unwrap();
        assert!(taken("1").is_current());
        assert!(!taken("2").is_current());
        fs::write(root.join("core/seekable/tests/any.rs"), "tests are no part of the app").unwrap();
        assert!(taken("1").is_current());
        fs::write(&source, "two").unwrap();
        assert!(!taken("1").is_current());
        fs::write(&source, "one").unwrap();
        fs::write(built.join("index.html"), "edited").unwrap();
        assert!(!taken("1").is_current());
        fs::remove_dir_all(&root).unwrap();
    }
}
