//! A report for programs.

use std::path::Path;
use std::time::Duration;

use seekable::{Advice, Chapter, Container, Finding, Report, TrackKind, TrackReport};
use serde::Serialize;

use crate::failure::Failure;

#[derive(Serialize)]
struct File<'a> {
    file: String,
    container: &'static str,
    /// In bytes.
    length: u64,
    /// In seconds.
    duration: Option<f64>,
    stated_duration: Option<f64>,
    title: Option<&'a str>,
    /// ISO 8601, in UTC.
    date: Option<String>,
    participants: &'a [String],
    tags: Vec<Tag<'a>>,
    chapters: Vec<Named<'a>>,
    clusters: u64,
    tracks: Vec<Track<'a>>,
    index: Option<Index>,
    problems: Vec<Problem>,
    /// What is worth knowing, and no problem.
    notes: Vec<Problem>,
    /// Problems that are not listed, because there are too many.
    more_problems: u64,
}

#[derive(Serialize)]
struct Tag<'a> {
    name: &'a str,
    value: &'a str,
}

#[derive(Serialize)]
struct Named<'a> {
    start: f64,
    title: &'a str,
}

#[derive(Serialize)]
struct Track<'a> {
    number: u64,
    kind: &'static str,
    codec: &'a str,
    mime_codec: Option<&'a str>,
    width: Option<u32>,
    height: Option<u32>,
    sample_rate: Option<u64>,
    channels: Option<u64>,
    blocks: u64,
    key_frames: u64,
    bytes: u64,
    tags: Vec<Tag<'a>>,
    start: Option<f64>,
    end: Option<f64>,
    longest_key_distance: Option<f64>,
}

#[derive(Serialize)]
struct Index {
    offset: u64,
    at_front: bool,
    entries: u64,
    right: u64,
    wrong: u64,
    unchecked: u64,
}

#[derive(Serialize)]
struct Problem {
    code: &'static str,
    /// In bytes from the start of the file.
    offset: Option<u64>,
    text: String,
    /// Of an element whose length is wrong: bytes that it says it has, and that it has.
    expected: Option<u64>,
    actual: Option<u64>,
    /// The command that helps, or `cut`: to cut the file at this offset. Nothing, if nothing helps.
    advice: Option<&'static str>,
}

#[derive(Serialize)]
struct Failed {
    file: String,
    error: String,
}

/// The report as one line.
pub(super) fn line(path: &Path, report: &Report) -> String {
    let index = report.index.offset.map(|offset| Index {
        offset,
        at_front: report.index.is_at_front,
        entries: report.index.entries,
        right: report.index.right,
        wrong: report.index.wrong,
        unchecked: report.index.unchecked,
    });
    let said = &report.metadata;
    let (notes, problems): (Vec<_>, Vec<_>) =
        report.findings.iter().partition(|finding| report.is_note(finding));
    as_line(&File {
        file: path.display().to_string(),
        container: match report.container {
            Container::WebM => "webm",
            Container::Matroska => "matroska",
            Container::Mp4 => "mp4",
            Container::Ogg => "ogg",
            _ => "unknown",
        },
        length: report.length,
        duration: seconds(report.duration),
        stated_duration: seconds(report.stated_duration),
        title: said.title.as_deref(),
        date: said.date.map(|date| date.to_string()),
        participants: &said.participants,
        tags: tags(&said.tags),
        chapters: said.chapters.iter().map(chapter).collect(),
        clusters: report.clusters,
        tracks: report.tracks.iter().map(track).collect(),
        index,
        problems: problems.into_iter().map(problem).collect(),
        notes: notes.into_iter().map(problem).collect(),
        more_problems: report.more_findings,
    })
}

/// Why there is no report, as one line.
pub(super) fn failure(path: &Path, failure: &Failure) -> String {
    as_line(&Failed { file: path.display().to_string(), error: failure.cause.to_string() })
}

fn as_line(value: &impl Serialize) -> String {
    // Strings, numbers and lists: there is nothing that JSON could not say.
    let mut line = serde_json::to_string(value).unwrap_or_default();
    line.push('\n');
    line
}

fn chapter(chapter: &Chapter) -> Named<'_> {
    Named { start: chapter.start.as_secs_f64(), title: &chapter.title }
}

fn tags(tags: &[(String, String)]) -> Vec<Tag<'_>> {
    tags.iter().map(|(name, value)| Tag { name, value }).collect()
}

fn track(track: &TrackReport) -> Track<'_> {
    Track {
        number: track.track.number,
        kind: match track.track.kind {
            TrackKind::Video => "video",
            TrackKind::Audio => "audio",
            _ => "other",
        },
        codec: &track.track.codec_id,
        mime_codec: track.track.codec.as_deref(),
        width: track.track.picture.map(|(width, _)| width),
        height: track.track.picture.map(|(_, height)| height),
        sample_rate: track.sample_rate,
        channels: track.channels,
        blocks: track.blocks,
        key_frames: track.key_frames,
        bytes: track.bytes,
        tags: tags(&track.tags),
        start: seconds(track.start),
        end: seconds(track.end),
        longest_key_distance: seconds(track.longest_key_distance),
    }
}

fn problem(finding: &Finding) -> Problem {
    Problem {
        code: finding.kind.code(),
        offset: finding.offset,
        text: finding.kind.to_string(),
        expected: finding.kind.lengths().0,
        actual: finding.kind.lengths().1,
        advice: match finding.kind.advice() {
            Advice::Fix => Some("fix"),
            Advice::Recover => Some("recover"),
            Advice::CutThere => Some("cut"),
            _ => None,
        },
    }
}

fn seconds(duration: Option<Duration>) -> Option<f64> {
    duration.map(|duration| duration.as_secs_f64())
}
