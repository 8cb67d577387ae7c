//! Where results go: the options that say so, and what they mean for each input.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use crate::each::Outcome;
use crate::source::is_dash;

/// Where results go.
#[derive(Debug, clap::Args)]
pub(crate) struct Places {
    /// Write here: a file, a folder (results keep their names), or `-` for standard output
    ///
    /// Default: beside the input, with a word in front of the extension. For standard input: standard output, which
    /// can not be rewritten, so the result waits in a temporary file (TMPDIR) until it is whole.
    #[arg(short, long, value_name = "OUT", conflicts_with = "in_place")]
    output: Option<PathBuf>,
    /// Change the input files themselves
    ///
    /// Where the layout stays as it is, only the bytes that differ are written: a file that is right already is not
    /// touched at all. Otherwise the new file is written beside the old one and replaces it in one step, which needs
    /// room for both; permissions stay, a symbolic link goes on leading to the file. A file that has more names (hard
    /// links) is refused then.
    #[arg(short, long)]
    in_place: bool,
    /// Replace outputs that exist already
    #[arg(short, long)]
    force: bool,
}

/// Where one result goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Place {
    /// The input is changed.
    Itself,
    StandardOutput,
    File {
        path: PathBuf,
        may_replace: bool,
    },
}

impl Places {
    /// One place for each input, or why the command line makes no sense. `word` tells results from inputs.
    pub(crate) fn plan(&self, inputs: &[PathBuf], word: &str) -> Result<Vec<Place>, Outcome> {
        let usage = |text: &str| Err(Outcome::Usage(text.to_owned()));
        let dashes = inputs.iter().filter(|input| is_dash(input)).count();
        if dashes > 1 {
            return usage("standard input (`-`) can be read only once");
        }
        if self.in_place {
            if dashes > 0 {
                return usage("standard input (`-`) can't be changed in place: leave --in-place out");
            }
            return Ok(vec![Place::Itself; inputs.len()]);
        }
        let mut places = Vec::new();
        let mut taken = BTreeSet::new();
        for input in inputs {
            let place = match &self.output {
                None if is_dash(input) => Place::StandardOutput,
                None => self.file(beside(input, word)),
                Some(out) if is_dash(out) => Place::StandardOutput,
                Some(out) if is_folder(out) => match input.file_name().filter(|_| !is_dash(input)) {
                    Some(name) => self.file(out.join(name)),
                    None => {
                        return usage("the output of standard input needs a file name, not only a folder");
                    }
                },
                Some(out) => self.file(out.clone()),
            };
            if !taken.insert(format!("{place:?}")) {
                return usage(
                    "several inputs would become one output: let -o name a folder, or leave it out",
                );
            }
            places.push(place);
        }
        Ok(places)
    }

    fn file(&self, path: PathBuf) -> Place {
        Place::File { path, may_replace: self.force }
    }
}

fn is_folder(path: &Path) -> bool {
    path.is_dir() || path.to_string_lossy().ends_with(std::path::is_separator)
}

/// `talk.webm` → `talk.fixed.webm`.
pub(crate) fn beside(input: &Path, word: &str) -> PathBuf {
    let mut name = input.file_stem().unwrap_or_default().to_owned();
    name.push(".");
    name.push(word);
    if let Some(extension) = input.extension() {
        name.push(".");
        name.push(extension);
    }
    input.with_file_name(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plan(places: &Places, inputs: &[&str]) -> Result<Vec<Place>, Outcome> {
        let inputs: Vec<PathBuf> = inputs.iter().map(PathBuf::from).collect();
        places.plan(&inputs, "fixed")
    }

    fn to(output: Option<&str>) -> Places {
        Places { output: output.map(PathBuf::from), in_place: false, force: false }
    }

    fn file(path: &str) -> Place {
        Place::File { path: PathBuf::from(path), may_replace: false }
    }

    #[test]
    fn each_input_has_its_place() {
        assert_eq!(plan(&to(None), &["a/b.webm", "c"]), Ok(vec![file("a/b.fixed.webm"), file("c.fixed")]));
        assert_eq!(plan(&to(Some("out/")), &["a/b.webm"]), Ok(vec![file("out/b.webm")]));
        assert_eq!(plan(&to(None), &["-"]), Ok(vec![Place::StandardOutput]));
        assert_eq!(plan(&to(Some("x.webm")), &["-"]), Ok(vec![file("x.webm")]));
    }

    #[test]
    fn what_makes_no_sense_is_said() {
        assert!(plan(&to(Some("x.webm")), &["a", "b"]).is_err());
        assert!(plan(&to(Some("out/")), &["a/x", "b/x"]).is_err());
        assert!(plan(&to(Some("out/")), &["-"]).is_err());
        assert!(plan(&to(Some("-")), &["a", "b"]).is_err());
        let in_place = Places { output: None, in_place: true, force: false };
        assert!(plan(&in_place, &["a", "-"]).is_err());
    }
}
