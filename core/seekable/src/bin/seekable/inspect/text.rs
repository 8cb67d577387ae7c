//! A report for people.

use std::fmt::Write as _;
use std::path::Path;

use seekable::{
    Advice, Container, Finding, FindingKind, IndexReport, Metadata, Report, TrackKind, TrackReport,
};

use crate::console::shown_duration;

/// The report, with the file's name in front.
pub(super) fn lines(path: &Path, report: &Report) -> String {
    let mut text = String::new();
    // Writing into a string never fails.
    let _ = write(&mut text, path, report);
    text
}

fn write(text: &mut String, path: &Path, report: &Report) -> std::fmt::Result {
    write!(text, "{}: {:?}, {} bytes", path.display(), report.container, report.length)?;
    if let Some(duration) = report.duration {
        write!(text, ", {}", shown_duration(duration))?;
    }
    writeln!(text)?;
    said(text, &report.metadata)?;
    for track in &report.tracks {
        track_line(text, track)?;
    }
    if report.clusters > 0 {
        let part = if report.container == Container::Mp4 { "fragment" } else { "cluster" };
        writeln!(text, "  {}; {}", counted(report.clusters, part), index(&report.index))?;
    }
    for finding in &report.findings {
        finding_line(text, finding, report.is_note(finding))?;
    }
    if report.more_findings > 0 {
        writeln!(text, "  and {} more problems", report.more_findings)?;
    }
    if report.is_fine() {
        writeln!(text, "  no problems")?;
    }
    Ok(())
}

fn said(text: &mut String, metadata: &Metadata) -> std::fmt::Result {
    if let Some(title) = &metadata.title {
        writeln!(text, "  title: {}", harmless(title))?;
    }
    if let Some(date) = metadata.date {
        writeln!(text, "  date: {date}")?;
    }
    if !metadata.participants.is_empty() {
        writeln!(text, "  participants: {}", harmless(&metadata.participants.join(", ")))?;
    }
    for (name, value) in &metadata.tags {
        writeln!(text, "  tag {}: {}", harmless(name), harmless(value))?;
    }
    for chapter in &metadata.chapters {
        writeln!(text, "  chapter {}: {}", shown_duration(chapter.start), harmless(&chapter.title))?;
    }
    Ok(())
}

/// Words of the file on one line, without what would control a terminal.
fn harmless(words: &str) -> String {
    words.chars().map(|letter| if letter.is_control() { ' ' } else { letter }).collect()
}

fn counted(count: u64, what: &str) -> String {
    format!("{count} {what}{}", if count == 1 { "" } else { "s" })
}

fn track_line(text: &mut String, track: &TrackReport) -> std::fmt::Result {
    let kind = match track.track.kind {
        TrackKind::Video => "video",
        TrackKind::Audio => "audio",
        _ => "other",
    };
    write!(text, "  track {}: {kind}, {}", track.track.number, track.track.codec_id)?;
    if let Some((width, height)) = track.track.picture {
        write!(text, ", {width}x{height}")?;
    }
    if let Some(rate) = track.sample_rate {
        write!(text, ", {rate} Hz")?;
    }
    if let Some(channels) = track.channels {
        write!(text, ", {}", counted(channels, "channel"))?;
    }
    write!(text, ", {}", counted(track.blocks, "block"))?;
    if track.track.kind == TrackKind::Video {
        write!(text, ", {}", counted(track.key_frames, "key frame"))?;
        if let Some(distance) = track.longest_key_distance {
            write!(text, " (at most {:.1} s apart)", distance.as_secs_f64())?;
        }
    }
    writeln!(text)?;
    for (name, value) in &track.tags {
        writeln!(text, "    tag {}: {}", harmless(name), harmless(value))?;
    }
    Ok(())
}

fn index(index: &IndexReport) -> String {
    let Some(offset) = index.offset else { return "no seek index".into() };
    let place = if index.is_at_front { "in front" } else { "at the end" };
    let verdict = match (index.unchecked, index.wrong) {
        (0, 0) => "all right".to_owned(),
        (0, wrong) => format!("{wrong} wrong"),
        (unchecked, wrong) => format!("{wrong} wrong, {unchecked} not checked"),
    };
    format!("seek index {place} at byte {offset}: {}, {verdict}", counted(index.entries, "cue"))
}

fn finding_line(text: &mut String, finding: &Finding, is_note: bool) -> std::fmt::Result {
    write!(text, "  {}: ", if is_note { "note" } else { "problem" })?;
    if let Some(offset) = finding.offset {
        write!(text, "at byte {offset}: ")?;
    }
    write!(text, "{finding} [{}]", finding.kind.code())?;
    match finding.kind.advice() {
        Advice::Fix => writeln!(text, ": seekable fix"),
        Advice::Recover => writeln!(text, ": seekable recover"),
        Advice::CutThere => {
            let offset = finding.offset.unwrap_or_default();
            writeln!(
                text,
                ": players do not show it. To have it by itself, cut the file there (head -c {offset}, tail -c +{})",
                offset + 1
            )
        }
        _ if is_note => writeln!(text),
        _ if matches!(finding.kind, FindingKind::EmptyTrack { .. } | FindingKind::NoKeyFrame { .. }) => {
            writeln!(text, ": nothing can be done about it")
        }
        _ => writeln!(text, ": take another copy of the file"),
    }
}
