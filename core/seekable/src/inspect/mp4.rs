//! Inspecting MP4: its boxes by their headers, its samples by their tables.

use std::time::Duration;

use super::report::{Finding, FindingKind, IndexReport, Report, TrackReport};
use crate::mp4::boxes::{self, NoHeader, u32_at, u64_at};
use crate::mp4::movie;
use crate::mp4::track::to_scale;
use crate::packets::append_from;
use crate::{Container, Limits, Metadata, Packets, PartsError, ProblemKind, Source, Span, TrackKind};

/// A stated duration may be this far from the measured one.
const TOLERANCE: Duration = Duration::from_millis(1_000);
/// Bytes that are looked at at once behind the last box.
const BLOCK: usize = 64 * 1024;

/// What is in an MP4 file, and what is wrong with it.
///
/// [`crate::Inspector`] takes bytes in their order; samples of MP4 are found by tables that stand before or behind them,
/// so this one reads where it wants to. Headers and tables are read, sound and picture are not.
///
/// ```
/// let file = std::fs::read("tests/samples/chromium-audio-mp4-opus.m4a").unwrap();
/// let report = seekable::inspect_mp4(file.as_slice(), seekable::Limits::default())?;
/// assert_eq!(report.tracks.len(), 1);
/// assert_eq!(report.findings[0].kind.code(), "no_duration");
/// # Ok::<(), seekable::PartsError>(())
/// ```
///
/// # Errors
/// [`PartsError::Source`], and all others where the head can not be read. What comes behind the head is a finding.
pub fn inspect_mp4<S: Source + ?Sized>(source: &S, limits: Limits) -> Result<Report, PartsError> {
    let mut report = Report::new(Container::Mp4, source.length());
    boxes_of(source, limits, &mut report)?;
    let mut packets = Packets::open(source, limits)?;
    report.tracks = packets.tracks().iter().map(|track| TrackReport::new(track.track.clone())).collect();
    report.metadata = match packets.metadata() {
        Ok(metadata) => metadata,
        Err(PartsError::Source(error)) => return Err(error.into()),
        Err(_) => Metadata::default(),
    };
    let timescales: Vec<_> = packets.tracks().iter().map(|track| track.timescale).collect();
    let mut last_keys: Vec<Option<Duration>> = vec![None; timescales.len()];
    loop {
        let packet = match packets.next_packet() {
            Ok(Some(packet)) => packet,
            Ok(None) => break,
            Err(PartsError::Source(error)) => return Err(error.into()),
            Err(PartsError::Malformed { offset, .. }) => {
                add(&mut report, Some(offset), ProblemKind::NotAnElement);
                break;
            }
            Err(PartsError::UnreadableMoov { offset, .. }) => {
                add(&mut report, Some(offset), ProblemKind::UnreadableHead);
                break;
            }
            Err(error) => return Err(error),
        };
        let places = (report.tracks.get_mut(packet.track), last_keys.get_mut(packet.track));
        let (Some(track), Some(last_key), Some(scale)) = (places.0, places.1, timescales.get(packet.track))
        else {
            continue;
        };
        let time = |ticks: i64| Duration::from_nanos(u64::try_from(scale.to_nanoseconds(ticks)).unwrap_or(0));
        let start = time(packet.time);
        let length = i64::try_from(packet.duration.unwrap_or(0)).unwrap_or(i64::MAX);
        let end = time(packet.time.saturating_add(length));
        track.blocks += 1;
        track.bytes += packet.data.size;
        track.start = Some(track.start.map_or(start, |first| first.min(start)));
        track.end = Some(track.end.map_or(end, |last| last.max(end)));
        if packet.is_key || track.track.kind != TrackKind::Video {
            track.key_frames += 1;
            if let Some(last) = last_key.replace(start) {
                let distance = start.saturating_sub(last);
                track.longest_key_distance =
                    Some(track.longest_key_distance.unwrap_or_default().max(distance));
            }
        }
    }
    report.duration = report.tracks.iter().filter_map(|track| track.end).max();
    judge(&mut report);
    Ok(report)
}

/// Walks over the boxes of the file itself.
fn boxes_of<S: Source + ?Sized>(source: &S, limits: Limits, report: &mut Report) -> Result<(), PartsError> {
    let length = source.length();
    let mut at = 0;
    let mut recordings = 0;
    while at < length {
        let mut front = Vec::with_capacity(16);
        append_from(source, Span { offset: at, size: 16.min(length - at) }, &mut front)?;
        let header = match boxes::header(&front) {
            Ok(header) => header,
            Err(error) => {
                let zeros_at = zeros_at(source, at)?;
                let kind = match (zeros_at, error) {
                    (true, _) => FindingKind::ZeroTail { length: length - at },
                    (false, NoHeader::NeedMore) => ProblemKind::CutShort.into(),
                    (false, NoHeader::Bad) => ProblemKind::NotAnElement.into(),
                };
                add(report, Some(at), kind);
                break;
            }
        };
        let end = header.size.map_or(length, |size| at.saturating_add(size));
        match &header.kind {
            b"ftyp" => {
                recordings += 1;
                // Another recording, put behind this one: nothing leads to it.
                if recordings == 2 {
                    add(report, Some(at), ProblemKind::Trailing);
                }
            }
            b"moof" => {
                report.clusters += 1;
                report.media_offset.get_or_insert(at);
            }
            b"mdat" => {
                report.media_offset.get_or_insert(at);
            }
            b"sidx" if report.index.offset.is_none() => {
                report.index.offset = Some(at);
                report.index.is_at_front = report.media_offset.is_none();
                if end <= length && end - at <= u64::from(limits.held_bytes) {
                    let mut whole = Vec::new();
                    append_from(source, Span { offset: at, size: end - at }, &mut whole)?;
                    index(source, whole.get(header.length..).unwrap_or_default(), end, &mut report.index)?;
                }
            }
            b"moov" if end - at <= u64::from(limits.held_bytes) && end <= length => {
                let mut whole = Vec::new();
                append_from(source, Span { offset: at, size: end - at }, &mut whole)?;
                let stated = whole.get(header.length..).and_then(movie::stated);
                report.stated_duration = report.stated_duration.or(stated);
            }
            _ => {}
        }
        if end > length {
            add(report, Some(at), FindingKind::EndsEarly { expected: end - at, actual: length - at });
            break;
        }
        at = end;
    }
    Ok(())
}

/// Checks a `sidx` (section 8.16.3) that ends at `end`: each entry must lead to a fragment.
fn index<S: Source + ?Sized>(
    source: &S,
    payload: &[u8],
    end: u64,
    report: &mut IndexReport,
) -> Result<(), PartsError> {
    let ticks = u32_at(payload, 8).unwrap_or_default();
    let (times, entries_at) = match payload.first() {
        Some(0) => (u32_at(payload, 12).map(u64::from).zip(u32_at(payload, 16).map(u64::from)), 24),
        _ => (u64_at(payload, 12).zip(u64_at(payload, 20)), 32),
    };
    let Some((mut time, first)) = times else { return Ok(()) };
    let mut at = end.saturating_add(first);
    for entry in payload.get(entries_at..).unwrap_or_default().chunks_exact(12) {
        report.entries += 1;
        let mut front = Vec::with_capacity(8);
        if at < source.length() {
            append_from(source, Span { offset: at, size: 8.min(source.length() - at) }, &mut front)?;
        }
        // What may stand in front of a fragment, and an index of its own.
        let kind = boxes::kind_at(&front, 4).unwrap_or_default();
        if matches!(&kind, b"moof" | b"styp" | b"emsg" | b"prft" | b"sidx") {
            report.right += 1;
        } else {
            report.wrong += 1;
            let time = Duration::from_nanos(to_scale(time, ticks, 1_000_000_000, false));
            report.first_wrong.get_or_insert((time, at));
        }
        at = at.saturating_add(u64::from(u32_at(entry, 0).unwrap_or_default() & (u32::MAX >> 1)));
        time = time.saturating_add(u32_at(entry, 4).unwrap_or_default().into());
    }
    Ok(())
}

/// Whether there are only zeros from here to the end.
fn zeros_at<S: Source + ?Sized>(source: &S, mut at: u64) -> Result<bool, PartsError> {
    let mut buffer = vec![0; BLOCK];
    while at < source.length() {
        let read = source.read_at(at, &mut buffer)?;
        if read == 0 {
            break;
        }
        if buffer.iter().take(read).any(|byte| *byte != 0) {
            return Ok(false);
        }
        at += read as u64;
    }
    Ok(true)
}

fn judge(report: &mut Report) {
    match (report.stated_duration, report.duration) {
        (None, Some(_)) => add(report, None, FindingKind::NoDuration),
        (Some(stated), Some(measured)) if stated.abs_diff(measured) > TOLERANCE => {
            add(report, None, FindingKind::WrongDuration { stated, measured });
        }
        _ => {}
    }
    if report.index.wrong > 0 {
        let kind = FindingKind::WrongCues { wrong: report.index.wrong, entries: report.index.entries };
        add(report, report.index.offset, kind);
    }
    // A plain file has its index in its sample tables.
    if report.clusters > 1 && report.index.offset.is_none() {
        add(report, None, FindingKind::NoIndex);
    }
    let tracks: Vec<_> = report
        .tracks
        .iter()
        .map(|track| (track.track.number, track.track.kind, track.blocks, track.key_frames))
        .collect();
    for (number, kind, blocks, keys) in tracks {
        // Subtitles and chapters may have nothing to say.
        if blocks == 0 && kind != TrackKind::Other {
            add(report, None, FindingKind::EmptyTrack { number });
        } else if keys == 0 && kind == TrackKind::Video {
            add(report, None, FindingKind::NoKeyFrame { number });
        }
    }
}

fn add(report: &mut Report, offset: Option<u64>, kind: impl Into<FindingKind>) {
    let finding = Finding { offset, kind: kind.into() };
    // Boxes and packets may both meet it.
    if !report.findings.contains(&finding) {
        report.findings.push(finding);
    }
}
