//! What was found, and what follows from all of it at the end.

use std::time::Duration;

use super::WebMInspector;
use crate::TrackKind;
use crate::inspect::report::{Finding, FindingKind, Report};
use crate::packets::webm::track_tags;
use crate::webm::ids;

use super::head::Counted;

/// A stated duration may be this far from the measured one: encoders differ in how long the last frame lasts.
const TOLERANCE: Duration = Duration::from_millis(1_000);
/// The same, before the start of the last block.
const SHORTER: Duration = Duration::from_millis(100);

/// A bounded list.
#[derive(Debug, Default)]
pub(super) struct Findings {
    list: Vec<Finding>,
    more: u64,
    suspected: Option<(u64, FindingKind)>,
}

impl Findings {
    pub(super) fn add(&mut self, offset: Option<u64>, kind: impl Into<FindingKind>) {
        if self.list.len() < Report::MOST_FINDINGS {
            self.list.push(Finding { offset, kind: kind.into() });
        } else {
            self.more += 1;
        }
    }

    /// It may be a problem, or something else: see [`Self::confirm`].
    pub(super) fn suspect(&mut self, offset: u64, kind: impl Into<FindingKind>) {
        self.suspected = Some((offset, kind.into()));
    }

    /// What was suspected last is a problem.
    pub(super) fn confirm(&mut self) {
        if let Some((offset, kind)) = self.suspected.take() {
            self.add(Some(offset), kind);
        }
    }
}

impl Counted {
    /// Counts a block that starts at `time`, in nanoseconds.
    pub(super) fn count(&mut self, time: u64, is_key: bool, bytes: u64) {
        let report = &mut self.report;
        self.last_start = self.last_start.max(time);
        report.blocks += 1;
        report.bytes += bytes;
        let start = Duration::from_nanos(time);
        report.start = Some(report.start.map_or(start, |first| first.min(start)));
        if is_key {
            report.key_frames += 1;
            if let Some(last) = self.last_key {
                let distance = Duration::from_nanos(time.saturating_sub(last));
                report.longest_key_distance =
                    Some(report.longest_key_distance.unwrap_or_default().max(distance));
            }
            self.last_key = Some(self.last_key.unwrap_or(0).max(time));
        }
    }
}

impl WebMInspector {
    /// All that follows at the end of the file.
    pub(super) fn report(mut self, length: u64) -> Report {
        let mut report = Report::new(self.container, length);
        report.clusters = self.clusters;
        let segment_at = self.segment_at;
        report.duration =
            self.tracks.iter().filter_map(|track| track.state.end()).max().map(Duration::from_nanos);
        report.stated_duration = self.stated.map(|ticks| self.duration(ticks));
        report.metadata = crate::packets::metadata::said(&self.info, &self.said);
        let are_checked = !self.cues.are_late;
        report.index = self.cues.report(are_checked, self.scale);
        let first = |id| self.parts.iter().find(|(other, _)| *other == id).map(|(_, at)| *at);
        report.media_offset = first(ids::CLUSTER);
        report.index.offset = first(ids::CUES);
        report.index.is_at_front =
            report.index.offset.is_some_and(|cues| first(ids::CLUSTER).is_none_or(|cluster| cues < cluster));

        if self.unknown_sizes > 0 {
            self.findings
                .add(Some(self.segment_header_at), FindingKind::UnknownSizes { count: self.unknown_sizes });
        }
        // Clusters are not remembered one by one, and the list of parts has an end.
        let are_all_known = self.parts.len() < super::MOST_PARTS;
        let wrong_seek = self.seeks.iter().any(|(id, position)| {
            let at = segment_at.saturating_add(*position);
            at > length || are_all_known && *id != ids::CLUSTER && !self.parts.contains(&(*id, at))
        });
        if wrong_seek {
            self.findings.add(Some(self.seek_head_at), FindingKind::WrongSeekHead);
        }
        self.judge_duration(&report);
        self.judge_index(&report);
        let uids: Vec<u64> = self.tracks.iter().map(|track| track.uid).collect();
        let tags = self.said.iter().filter(|(id, _)| *id == ids::TAGS).map(|(_, payload)| &payload[..]);
        let tags = track_tags::of_tracks(tags, &uids);
        for (track, tags) in self.tracks.iter_mut().zip(tags) {
            track.report.tags = tags;
            track.report.end = track.state.end().map(Duration::from_nanos);
            let (blocks, keys, number) =
                (track.report.blocks, track.report.key_frames, track.report.track.number);
            // Subtitles may have nothing to say.
            if blocks == 0 && track.report.track.kind != TrackKind::Other {
                self.findings.add(None, FindingKind::EmptyTrack { number });
            } else if keys == 0 && track.report.track.kind == TrackKind::Video {
                self.findings.add(None, FindingKind::NoKeyFrame { number });
            }
        }
        report.tracks = self.tracks.into_iter().map(|track| track.report).collect();
        report.findings = self.findings.list;
        report.more_findings = self.findings.more;
        report
    }

    fn duration(&self, ticks: f64) -> Duration {
        Duration::try_from_secs_f64(ticks * self.scale as f64 / 1e9).unwrap_or_default()
    }

    fn judge_duration(&mut self, report: &Report) {
        let Some(measured) = report.duration else { return };
        let last_start = self.tracks.iter().map(|track| track.last_start).max().unwrap_or(0);
        match report.stated_duration {
            None => self.findings.add(None, FindingKind::NoDuration),
            Some(stated) => {
                let is_wrong =
                    stated + SHORTER < Duration::from_nanos(last_start) || stated > measured + TOLERANCE;
                if is_wrong {
                    self.findings.add(None, FindingKind::WrongDuration { stated, measured });
                }
            }
        }
    }

    fn judge_index(&mut self, report: &Report) {
        let has_video = self.tracks.iter().any(|track| track.report.track.kind == TrackKind::Video);
        // Places to jump to: key frames of video, else clusters.
        let places = if has_video {
            let video = self.tracks.iter().filter(|track| track.report.track.kind == TrackKind::Video);
            video.map(|track| track.report.key_frames).sum()
        } else {
            report.clusters
        };
        let index = &report.index;
        if index.entries == 0 && places > 1 {
            self.findings.add(None, FindingKind::NoIndex);
        }
        if index.wrong > 0 {
            let kind = FindingKind::WrongCues { wrong: index.wrong, entries: index.entries };
            self.findings.add(index.first_wrong.map(|(_, offset)| offset), kind);
        }
    }
}
