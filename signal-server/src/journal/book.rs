//! The journal's file.

use std::collections::BTreeMap;
use std::fs::{self, File, OpenOptions};
use std::io;
use std::path::{Path, PathBuf};

use hostreel_protocol::Millis;

use crate::journal::fact::Fact;
use crate::ticket::LIFE_MS;

pub(super) const JOURNAL: &str = "sessions.log";
/// A file with fewer lines is left as it is until the next start.
pub(super) const FEW_LINES: usize = 1_000;

/// The file that is written to.
#[derive(Debug)]
pub(super) struct Book {
    pub(super) folder: PathBuf,
    pub(super) file: File,
    /// Lines in it.
    pub(super) lines: usize,
    /// With so many it is written anew.
    pub(super) tidy_at: usize,
}

impl Book {
    /// Writes the folder's journal anew, with what still counts and the newest line about each; gives its text, too.
    pub(super) fn tidied(folder: &Path, now: Millis) -> io::Result<(Self, String)> {
        let path = folder.join(JOURNAL);
        let text = match fs::read_to_string(&path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => String::new(),
            // A torn or foreign file is no reason not to start.
            Err(error) if error.kind() == io::ErrorKind::InvalidData => String::new(),
            text => text?,
        };
        let mut newest = BTreeMap::new();
        for line in text.lines() {
            if let Some((at, fact)) = line.split_once(' ')
                && let Ok(at) = at.parse().map(Millis)
                && now.since(at).0 <= LIFE_MS
                && Fact::read(fact).is_some()
            {
                let known = newest.entry(fact).or_insert(at);
                *known = at.max(*known);
            }
        }
        let kept: String = newest.iter().map(|(fact, at)| format!("{} {fact}\n", at.0)).collect();
        // In one step: a crash in between leaves the old one.
        let fresh = folder.join(format!("{JOURNAL}.new"));
        fs::write(&fresh, &kept)?;
        fs::rename(&fresh, &path)?;
        let file = OpenOptions::new().append(true).open(path)?;
        let lines = newest.len();
        let tidy_at = lines.saturating_mul(2).max(FEW_LINES);
        Ok((Self { folder: folder.to_owned(), file, lines, tidy_at }, kept))
    }
}
