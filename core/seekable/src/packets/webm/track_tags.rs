//! Tags of single tracks (RFC 9559, section 5.1.8).

use super::find;
use crate::webm::ebml::{Child, big_endian, children, put_element};
use crate::webm::ids;

/// What mkvmerge and ffmpeg count of a track: true of this file only.
const COUNTED: [&[u8]; 5] = [b"BPS", b"DURATION", b"NUMBER_OF_FRAMES", b"NUMBER_OF_BYTES", b"SOURCE_ID"];

/// Whole Tag elements of the payloads of Tags that are about tracks alone, without what was counted of them.
pub(super) fn kept<'a>(tags: impl Iterator<Item = &'a [u8]>) -> Vec<u8> {
    let mut out = Vec::new();
    for (targets, simple) in about_tracks(tags) {
        let mut tag = Vec::new();
        put_element(&mut tag, ids::TARGETS, targets);
        simple.iter().for_each(|simple| tag.extend_from_slice(simple.whole));
        if !simple.is_empty() {
            put_element(&mut out, ids::TAG, &tag);
        }
    }
    out
}

/// Names and values of the tags of one track.
pub(crate) fn of_track<'a>(tags: impl Iterator<Item = &'a [u8]>, uid: u64) -> Vec<(String, String)> {
    let text = |simple: &Child<'_>, id| find(simple.payload, id).map(crate::packets::metadata::text);
    about_tracks(tags)
        .filter(|(targets, _)| uids(targets).any(|other| other == uid))
        .flat_map(|(_, simple)| simple)
        .filter_map(|simple| Some((text(&simple, ids::TAG_NAME)?, text(&simple, ids::TAG_STRING)?)))
        .collect()
}

/// Targets, and SimpleTags.
fn about_tracks<'a>(
    tags: impl Iterator<Item = &'a [u8]>,
) -> impl Iterator<Item = (&'a [u8], Vec<Child<'a>>)> {
    let all = tags.flat_map(|payload| children(payload).map_while(Result::ok));
    all.filter(|tag| tag.id == ids::TAG).filter_map(|tag| {
        let targets = find(tag.payload, ids::TARGETS)?;
        let is_of_another = children(targets).map_while(Result::ok).any(|target| {
            !matches!(target.id, ids::TARGET_TYPE_VALUE | ids::TARGET_TYPE | ids::TAG_TRACK_UID)
                && big_endian(target.payload) != 0
        });
        let simple = children(tag.payload).map_while(Result::ok);
        let simple = simple.filter(|child| child.id == ids::SIMPLE_TAG && !is_counted(child.payload));
        (!is_of_another && uids(targets).next().is_some()).then(|| (targets, simple.collect()))
    })
}

fn uids(targets: &[u8]) -> impl Iterator<Item = u64> {
    let all = children(targets).map_while(Result::ok).filter(|target| target.id == ids::TAG_TRACK_UID);
    // Zero is all of them: a tag of the recording.
    all.map(|target| big_endian(target.payload)).filter(|uid| *uid != 0)
}

fn is_counted(simple: &[u8]) -> bool {
    let name = find(simple, ids::TAG_NAME).unwrap_or_default();
    // Older mkvmerge wrote a language behind the name: `BPS-eng`.
    let plain = name.split(|byte| *byte == b'-').next().unwrap_or_default();
    COUNTED.contains(&plain) || name.starts_with(b"_STATISTICS_")
}
