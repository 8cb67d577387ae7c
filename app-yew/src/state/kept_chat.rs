//! The chat of a recording: lines at recorded times, as text and as WebVTT.

use std::fmt::Write as _;

use serde::{Deserialize, Serialize};

/// Something that was said in writing while it was recorded.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Said {
    /// Recorded time, in milliseconds.
    pub at_ms: u64,
    /// By whom.
    pub name: String,
    /// What.
    pub text: String,
}

/// Most bytes of lines, as they are written, that are kept with one recording.
const MOST_BYTES: usize = 96 * 1024;

/// How long a line is shown beside the picture at least, in milliseconds.
const SHOWN_MS: u64 = 5_000;

/// Adds a line. Beyond the limit the oldest go.
pub fn add(lines: &mut Vec<Said>, line: Said) {
    lines.push(line);
    // As JSON: a quotation mark takes two bytes, a control character six. Texts and numbers always serialize.
    let bytes = |line: &Said| serde_json::to_string(line).map_or(0, |text| text.len() + 1);
    let mut total: usize = lines.iter().map(bytes).sum();
    let mut over = 0;
    while total > MOST_BYTES && over < lines.len() {
        total -= bytes(&lines[over]);
        over += 1;
    }
    lines.drain(..over);
}

/// A line each: time, name, text.
#[must_use]
pub fn as_text(lines: &[Said]) -> String {
    let mut out = String::new();
    for line in lines {
        // Writing into a string can't fail.
        let _ =
            writeln!(out, "[{}] {}: {}", time(line.at_ms, false), one_line(&line.name), one_line(&line.text));
    }
    out
}

/// As WebVTT: each line is shown for five seconds, with its name as the voice. `length_ms` is the recording's.
#[must_use]
pub fn as_webvtt(lines: &[Said], length_ms: u64) -> String {
    let mut out = String::from("WEBVTT\n");
    for (index, line) in lines.iter().enumerate() {
        let start = line.at_ms.min(length_ms.saturating_sub(1));
        let end = (start + SHOWN_MS).min(length_ms.max(start + 1));
        // A voice's name ends at `>`, and takes no line breaks.
        let _ = write!(
            out,
            "\n{}\n{} --> {}\n<v {}>{}\n",
            index + 1,
            time(start, true),
            time(end, true),
            escaped(&one_line(&line.name)),
            escaped(&one_line(&line.text))
        );
    }
    out
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

fn time(at_ms: u64, exact: bool) -> String {
    let seconds = at_ms / 1000;
    let clock = format!("{:02}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60);
    if exact { format!("{clock}.{:03}", at_ms % 1000) } else { clock }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(at_ms: u64, text: &str) -> Said {
        Said { at_ms, name: "Mina <b>".into(), text: text.into() }
    }

    #[test]
    fn a_line_stands_at_its_time_and_can_break_nothing() {
        let lines = [said(1_234, "a --> b\n\n& c"), said(3_661_000, "end")];
        assert_eq!(as_text(&lines), "[00:00:01] Mina <b>: a --> b & c\n[01:01:01] Mina <b>: end\n");
        assert_eq!(
            as_webvtt(&lines, 3_662_000),
            "WEBVTT\n\n1\n00:00:01.234 --> 00:00:06.234\n<v Mina &lt;b&gt;>a --&gt; b &amp; c\n\n\
             2\n01:01:01.000 --> 01:01:02.000\n<v Mina &lt;b&gt;>end\n"
        );
        // After the end: a cue has to last.
        assert!(as_webvtt(&[said(9_000, "x")], 5_000).contains("00:00:04.999 --> 00:00:05.000"));
        assert!(as_webvtt(&[said(9_000, "x")], 0).contains("00:00:00.000 --> 00:00:00.001"));
    }

    #[test]
    fn the_oldest_lines_go() {
        let mut lines = Vec::new();
        for at_ms in 0..200 {
            add(&mut lines, said(at_ms, &"x".repeat(1_000)));
        }
        assert!(lines.len() < 100);
        assert_eq!(lines.last().map(|line| line.at_ms), Some(199));
    }

    #[test]
    fn lines_count_as_long_as_they_are_written() {
        let mut lines = Vec::new();
        for at_ms in 0..200 {
            add(&mut lines, said(at_ms, &"\u{1}".repeat(1_000)));
        }
        assert!(serde_json::to_string(&lines).unwrap().len() <= MOST_BYTES + 2);
        assert_eq!(lines.last().map(|line| line.at_ms), Some(199));
    }
}
