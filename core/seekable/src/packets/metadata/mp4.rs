//! User data: tags as iTunes writes them (`meta`, `ilst`), chapters as Nero writes them (`chpl`).

use std::time::Duration;

use super::{CHAPTERS_MAX, date, items, sort, text};
use crate::mp4::boxes::{Child, children, find, kind_at, u64_at};
use crate::packets::mp4::Reader;
use crate::packets::{PacketTrack, PartsError, Source, Window};
use crate::{Chapter, Metadata};

/// Bytes of a title that are read at most, with its length and what may stand behind it.
const TEXT_MAX: u64 = 4_096;

/// What an MP4 says.
pub(in crate::packets) fn mp4<S: Source>(
    window: &mut Window<S>,
    reader: &mut Reader,
    tracks: &[PacketTrack],
) -> Result<Metadata, PartsError> {
    let mut metadata = Metadata::default();
    let udta = reader.user_data(window)?;
    let meta = find(&udta, &[b"meta"]).unwrap_or_default();
    // QuickTime leaves out version and flags.
    let meta = if kind_at(meta, 4) == Some(*b"hdlr") { meta } else { meta.get(4..).unwrap_or_default() };
    for item in children(find(meta, &[b"ilst"]).unwrap_or_default()).map_while(Result::ok) {
        let Some(value) = find(item.payload, &[b"data"]).and_then(|data| data.get(8..)).map(text) else {
            continue;
        };
        match &item.kind {
            b"\xA9nam" => metadata.title = Some(value),
            b"\xA9day" if date(&value).is_some() => metadata.date = date(&value),
            b"----" => match name(&item).as_deref() {
                Some("PARTICIPANTS") => {
                    metadata.participants = value.split(", ").map(str::to_owned).collect()
                }
                Some(name) => say(&mut metadata, name, value),
                None => {}
            },
            _ => {
                if let Some(name) = items::name(&item) {
                    say(&mut metadata, name, value);
                }
            }
        }
    }
    chapters(find(&udta, &[b"chpl"]).unwrap_or_default(), &mut metadata);
    if metadata.chapters.is_empty() {
        metadata.chapters = match texts(window, reader, tracks) {
            Err(error @ PartsError::Source(_)) => return Err(error),
            texts => texts.unwrap_or_default(),
        };
    }
    sort(&mut metadata);
    Ok(metadata)
}

/// A tag. An item and a free item may be of one name: readers show the later one.
fn say(metadata: &mut Metadata, name: &str, value: String) {
    match metadata.tags.iter_mut().find(|(other, _)| other == name) {
        Some((_, old)) => *old = value,
        None => metadata.tags.push((name.to_owned(), value)),
    }
}

/// The name of a free item.
fn name(item: &Child<'_>) -> Option<String> {
    find(item.payload, &[b"name"]).and_then(|name| name.get(4..)).map(text)
}

/// Version, flags, four more bytes, a count of one byte; then times in tenths of a microsecond, and titles behind their
/// lengths.
fn chapters(chpl: &[u8], metadata: &mut Metadata) {
    let mut rest = chpl.get(9..).unwrap_or_default();
    let count = chpl.get(8).copied().unwrap_or(0);
    for _ in 0..usize::from(count).min(CHAPTERS_MAX) {
        let Some((start, &length)) = u64_at(rest, 0).zip(rest.get(8)) else { break };
        let Some(title) = rest.get(9..9 + usize::from(length)) else { break };
        rest = rest.get(9 + usize::from(length)..).unwrap_or_default();
        let start = Duration::from_nanos(start.saturating_mul(100));
        metadata.chapters.push(Chapter { start, title: text(title) });
    }
}

/// The samples of a chapter track (QuickTime File Format, "Chapter Lists"): the length of the text in two bytes, then the text.
fn texts<S: Source>(
    window: &mut Window<S>,
    reader: &mut Reader,
    tracks: &[PacketTrack],
) -> Result<Vec<Chapter>, PartsError> {
    let is_chapters = |track: &PacketTrack| track.setup.mp4().is_some_and(|setup| setup.is_chapters);
    let Some((index, track)) = tracks.iter().enumerate().find(|(_, track)| is_chapters(track)) else {
        return Ok(Vec::new());
    };
    let mut chapters = Vec::new();
    for (time, span) in reader.texts(window, tracks, index, CHAPTERS_MAX)? {
        let length = usize::try_from(span.size.min(TEXT_MAX)).unwrap_or(0);
        let sample = window.up_to(span.offset, length)?;
        let size = sample.first_chunk().map_or(0, |size| usize::from(u16::from_be_bytes(*size)));
        let title = text(sample.get(2..).map_or(&[][..], |text| text.get(..size).unwrap_or(text)));
        let start = u64::try_from(track.timescale.to_nanoseconds(time)).unwrap_or(0);
        chapters.push(Chapter { start: Duration::from_nanos(start), title });
    }
    Ok(chapters)
}
