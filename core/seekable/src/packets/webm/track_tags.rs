//! Tags of single tracks (RFC 9559, section 5.1.8).

use std::collections::BTreeSet;

use super::find;
use crate::webm::ebml::{Child, big_endian, children, put_element};
use crate::webm::ids;

/// Bytes of tags that are told at most, of all tracks together: one tag can be of hundreds of tracks.
const MOST_TOLD: usize = 1024 * 1024;
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

/// Names and values of the tags of each track, as far as [`MOST_TOLD`] goes.
pub(crate) fn of_tracks<'a>(
    tags: impl Iterator<Item = &'a [u8]>,
    tracks: &[u64],
) -> Vec<Vec<(String, String)>> {
    let text = |simple: &Child<'_>, id| find(simple.payload, id).map(crate::packets::metadata::text);
    let pair = |simple: &Child<'_>| Some((text(simple, ids::TAG_NAME)?, text(simple, ids::TAG_STRING)?));
    let mut told = vec![Vec::new(); tracks.len()];
    let mut left = MOST_TOLD;
    for (targets, simple) in about_tracks(tags) {
        let named: BTreeSet<u64> = uids(targets).collect();
        for (_, told) in tracks.iter().zip(&mut told).filter(|(uid, _)| named.contains(uid)) {
            for (name, value) in simple.iter().filter_map(pair) {
                let cost = size_of::<(String, String)>() + name.len() + value.len();
                let Some(rest) = left.checked_sub(cost) else { break };
                left = rest;
                told.push((name, value));
            }
        }
    }
    told
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

#[cfg(test)]
mod tests {
    use super::*;

    fn element(id: u32, payload: &[u8]) -> Vec<u8> {
        let mut out = Vec::new();
        put_element(&mut out, id, payload);
        out
    }

    #[test]
    fn a_tag_of_many_tracks_is_told_as_far_as_memory_goes() {
        let simple = [element(ids::TAG_NAME, b"FOO"), element(ids::TAG_STRING, b"bar")].concat();
        let simple = element(ids::SIMPLE_TAG, &simple).repeat(1_000);
        let targets = element(ids::TARGETS, &element(ids::TAG_TRACK_UID, &[7]));
        let tags = element(ids::TAG, &[targets, simple].concat());
        let told = of_tracks([&tags[..]].into_iter(), &[7, 8, 7]);
        assert_eq!(told.iter().map(Vec::len).collect::<Vec<_>>(), [1_000, 0, 1_000]);
        assert_eq!(told[0][0], ("FOO".to_owned(), "bar".to_owned()));
        let told = of_tracks([&tags[..]].into_iter(), &[7; 256]);
        let pairs: usize = told.iter().map(Vec::len).sum();
        assert_eq!(pairs, MOST_TOLD / (size_of::<(String, String)>() + 6));
    }
}
