//! One recording from its source into a sink: what `fix`, `recover` and `mark` have in common.

use std::path::{Path, PathBuf};

use seekable::{
    Chapter, Container, Limits, Metadata, Options, Packets, PartsError, ProblemKind, Seekable, Summary,
};

use crate::console::{Console, Progress, shown_duration};
use crate::each::{Outcome, each};
use crate::failure::{Cause, Failure};
use crate::in_place::{Change, change_in_place};
use crate::output::{Output, Sink};
use crate::places::{Place, Places};
use crate::random_access::RandomAccess;
use crate::relist;
use crate::source::Source;

/// Bytes of the input whose edits are applied together: larger writes, which cost the system less.
const BATCH: usize = 256 * 1024;

/// What is to be done with recordings.
#[derive(Debug, Clone)]
pub(crate) struct Job {
    pub(crate) options: Options,
    /// What is said about them, if anything.
    pub(crate) metadata: Option<Metadata>,
    /// Stands in the names of results, and in messages.
    pub(crate) word: &'static str,
}

/// Does the job for each input.
pub(crate) fn convert_all(inputs: &[PathBuf], places: &Places, job: &Job, console: &Console) -> Outcome {
    let mut planned = match places.plan(inputs, job.word) {
        Ok(planned) => planned.into_iter(),
        Err(usage) => return usage,
    };
    each(inputs, console, |input| {
        let place = planned.next().unwrap_or(Place::Itself);
        if place == Place::Itself {
            let (change, summary) = change_in_place(input, job, console)?;
            tell(input, &summary, job, console);
            let what = match change {
                Change::None => "is right already, nothing was changed".to_owned(),
                Change::Patched(bytes) => format!("{} in place, {bytes} bytes were written", job.word),
                Change::Replaced => format!("{} in place", job.word),
            };
            console.say(input, &format!("{what} ({})", shown(&summary)));
            return Ok(Outcome::Fine);
        }
        let mut source = Source::open(input)?;
        let mut output = Output::create(&place, input)?;
        output.reserve(source.length);
        let progress = console.progress(input, source.length);
        let mut summary = convert(&mut source, &mut output, job, &progress)?;
        if relist::is_cut(input, job, &summary, source.length)
            && let Some(anew) = relist::relist(input, &summary, || Output::create(&place, input), &progress)?
        {
            (output, summary) = anew;
        }
        let path = output.path.clone();
        output.finish()?;
        drop(progress);
        tell(&source.path, &summary, job, console);
        console.say(&source.path, &format!("{} into {} ({})", job.word, path.display(), shown(&summary)));
        Ok(Outcome::Fine)
    })
}

/// Reads all of the source, and writes it into the sink as it should be.
pub(crate) fn convert(
    source: &mut Source,
    sink: &mut impl Sink,
    job: &Job,
    progress: &Progress,
) -> Result<Summary, Failure> {
    let path = source.path.clone();
    let is_file = source.length.is_some();
    let mut seekable = Seekable::new(job.options);
    if let Some(metadata) = &job.metadata {
        seekable.set_metadata(metadata.clone()).map_err(|error| Cause::from(error).of(&path))?;
    }
    let mut front = Vec::new();
    let mut is_known = false;
    let mut waiting = 0;
    source.read_all(progress, |chunk| {
        seekable.push(chunk).map_err(|error| Cause::from(error).of(&path))?;
        if front.len() < 4 {
            front.extend(chunk.iter().take(4));
        }
        if !is_known && seekable.container().is_some() {
            let summary = seekable.summary();
            check(&summary, job, &front, &path, is_file, false)?;
            is_known = !summary.tracks.is_empty();
        }
        waiting += chunk.len();
        if waiting < BATCH {
            return Ok(());
        }
        waiting = 0;
        seekable.lend_edits(|edit| sink.apply(edit))
    })?;
    let summary = seekable.finish().map_err(|error| Cause::from(error).of(&path))?;
    let is_copied = source.length == Some(summary.output_length) && job.metadata.is_none();
    check(&summary, job, &front, &path, is_file, is_copied)?;
    let has_tracks = !matches!(summary.container, Container::WebM | Container::Matroska | Container::Mp4);
    if summary.tracks.is_empty() && !has_tracks {
        let cause = match summary.problem {
            Some(problem) if summary.container == Container::Mp4 => Cause::NoMoov { offset: problem.offset },
            Some(problem) => Cause::OnlyAHead { offset: problem.offset },
            None => Cause::NoTracks,
        };
        return Err(cause.of(&path));
    }
    seekable.lend_edits(|edit| sink.apply(edit))?;
    Ok(summary)
}

/// Stops at what is no recording, or not one that can be worked on. `is_file`: it can be read at any place. `is_copied`: it
/// came out as it is.
fn check(
    summary: &Summary,
    job: &Job,
    front: &[u8],
    path: &Path,
    is_file: bool,
    is_copied: bool,
) -> Result<(), Failure> {
    use ProblemKind::{CutShort, UnreadableHead};
    let damage = summary.problem.filter(|problem| matches!(problem.kind, CutShort | UnreadableHead));
    // Only what can be read is right as it is.
    if summary.container == Container::Mp4 && (damage.is_some() && is_file || is_copied) {
        check_index(path)?;
    }
    match (summary.container, damage) {
        (Container::Unknown, _) => Err(Cause::not_a_recording(front, summary.output_length).of(path)),
        (_, Some(problem)) if problem.kind == UnreadableHead => {
            Err(Cause::UnreadableHead { offset: problem.offset }.of(path))
        }
        (Container::Ogg, _) if job.metadata.is_some() => {
            Err(Cause::WrongContainer(summary.container).of(path))
        }
        _ => Ok(()),
    }
}

/// Says what is wrong with the index of an MP4, which may stand anywhere.
fn check_index(path: &Path) -> Result<(), Failure> {
    match Packets::open(RandomAccess::open(path)?, Limits::default()) {
        Err(error @ (PartsError::UnreadableMoov { .. } | PartsError::NoMoov { has_media: true, .. })) => {
            Err(Cause::NoIndex(error).of(path))
        }
        _ => Ok(()),
    }
}

/// Warns of what was not as it should be.
fn tell(path: &Path, summary: &Summary, job: &Job, console: &Console) {
    if let Some(problem) = summary.problem {
        console.say(path, &format!("warning: {problem}"));
    }
    if summary.container == Container::Ogg {
        console.say(path, "Ogg is seekable as it is: it was copied");
    } else if summary.duration.is_none() {
        console.say(path, "warning: there is not one whole block of sound or picture in it");
    }
    if let Some(metadata) = job.metadata.as_ref().filter(|_| summary.container == Container::Mp4) {
        tell_limits(path, &metadata.chapters, console);
    }
    let Some((metadata, end)) = job.metadata.as_ref().zip(summary.duration) else { return };
    for chapter in metadata.chapters.iter().filter(|chapter| chapter.start >= end) {
        let (start, end) = (shown_duration(chapter.start), shown_duration(end));
        let text = format!("warning: chapter `{}` at {start} is behind the end, {end}", chapter.title);
        console.say(path, &text);
    }
}

/// Warns of chapters that an MP4 has no room for.
fn tell_limits(path: &Path, chapters: &[Chapter], console: &Console) {
    let (most, bytes) = (Chapter::MP4_MOST, Chapter::MP4_TITLE_BYTES);
    if let Some(first) = chapters.get(most) {
        let (left_out, start) = (chapters.len() - most, shown_duration(first.start));
        let text = format!(
            "warning: an MP4 has room for {most} chapters: {left_out} of them are left out, those from {start} on"
        );
        console.say(path, &text);
    }
    for chapter in chapters.iter().take(most).filter(|chapter| chapter.title.len() > bytes) {
        let (start, length) = (shown_duration(chapter.start), chapter.title.len());
        let text = format!(
            "warning: the title of the chapter at {start} is cut: it has {length} bytes, and an MP4 has room for {bytes}"
        );
        console.say(path, &text);
    }
}

/// `WebM, V_VP8 and A_OPUS, 1:02:03.4, 411 cues`.
fn shown(summary: &Summary) -> String {
    let mut parts = vec![format!("{:?}", summary.container)];
    let codecs = summary.tracks.iter().map(|track| track.codec_id.as_str());
    let codecs: Vec<&str> = codecs.filter(|codec| !codec.is_empty()).collect();
    if !codecs.is_empty() {
        parts.push(codecs.join(" and "));
    }
    if let Some(duration) = summary.duration {
        parts.push(shown_duration(duration));
        parts.push(format!("{} {}", summary.cues, if summary.cues == 1 { "cue" } else { "cues" }));
    }
    parts.join(", ")
}
