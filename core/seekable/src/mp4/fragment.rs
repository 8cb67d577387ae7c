//! Movie fragments (section 8.8): which samples a `moof` tells of, and where they are.

use super::boxes::{self, Child, Malformed, children, u32_at, u64_at};
use super::track::{Defaults, Reach, Track};

const BASE_DATA_OFFSET: u32 = 0x1;
const SAMPLE_DESCRIPTION: u32 = 0x2;
const DEFAULT_DURATION: u32 = 0x8;
const DEFAULT_SIZE: u32 = 0x10;
const DEFAULT_FLAGS: u32 = 0x20;
const BASE_IS_MOOF: u32 = 0x2_0000;

const DATA_OFFSET: u32 = 0x1;
const FIRST_FLAGS: u32 = 0x4;
const DURATION: u32 = 0x100;
const SIZE: u32 = 0x200;
const FLAGS: u32 = 0x400;
const COMPOSITION: u32 = 0x800;

/// In the flags of a sample: it can not be decoded by itself.
const NON_SYNC: u32 = 0x1_0000;

/// A fragment whose samples are not all known to be in the file yet, or not listed yet.
#[derive(Debug)]
pub(crate) struct Fragment {
    pub(crate) moof: Vec<u8>,
    /// Where it begins in the output.
    pub(crate) at: u64,
    /// Where its last byte of media ends in the output.
    pub(crate) end: u64,
    /// Tracks it tells of, and how far they have come then.
    pub(crate) reaches: Vec<(usize, Reach)>,
    /// First time of the reference track, and whether that is a key frame.
    pub(crate) start: Option<(u64, bool)>,
    /// Nothing behind this position belongs to it.
    pub(crate) limit: u64,
    /// Whether all of its media is in the file.
    pub(crate) is_complete: bool,
    /// Whether readers see it though it may not be complete.
    pub(crate) is_shown: bool,
}

impl Fragment {
    /// Reads a whole `moof` that begins at `at` in the output. `reference`: the track that the index is made for.
    pub(crate) fn read(
        moof: Vec<u8>,
        at: u64,
        tracks: &[Track],
        reference: usize,
    ) -> Result<Self, Malformed> {
        let mut end = 0;
        let mut reaches: Vec<(usize, Reach)> = Vec::new();
        let mut start = None;
        runs(&moof, at, tracks, &mut |run| {
            end = end.max(run.at.saturating_add(run.bytes));
            let known = reaches.iter().position(|(track, _)| *track == run.track);
            let place = known.unwrap_or(reaches.len());
            if known.is_none() {
                reaches.push((run.track, tracks.get(run.track).map(|track| track.reach).unwrap_or_default()));
            }
            let Some((_, reach)) = reaches.get_mut(place) else { return };
            let time = run.time.unwrap_or(reach.next);
            if run.count > 0 {
                reach.first.get_or_insert(time);
                if run.track == reference && start.is_none() {
                    let first = run.sample(0);
                    start = Some((time.saturating_add_signed(first.composition), first.is_sync));
                }
            }
            (reach.next, reach.shown) = run.reach(time, reach.shown);
        })?;
        Ok(Self { moof, at, end, reaches, start, limit: u64::MAX, is_complete: false, is_shown: false })
    }

    /// Where the last sample ends that ends at or before `available`.
    pub(crate) fn whole_end(&self, available: u64, tracks: &[Track]) -> Option<u64> {
        let mut last = None;
        let mut budget = u64::MAX;
        let _ = runs(&self.moof, self.at, tracks, &mut |run| {
            let whole = run.whole(available, &mut budget);
            if whole > 0 {
                let end = run.at.saturating_add(run.size_of(whole));
                last = Some(last.unwrap_or(0).max(end));
            }
        });
        last
    }
}

/// One sample, by the numbers. Times in ticks.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Sample {
    pub(crate) duration: u32,
    pub(crate) size: u32,
    pub(crate) is_sync: bool,
    /// From decoding to showing.
    pub(crate) composition: i64,
}

/// A `trun`: samples of one track, one behind the other.
#[derive(Debug)]
pub(crate) struct Run<'a> {
    /// Its place among the tracks.
    pub(crate) track: usize,
    /// Where its first byte is in the output.
    pub(crate) at: u64,
    /// Decode time of the first sample, where it is said.
    pub(crate) time: Option<u64>,
    pub(crate) count: u32,
    /// Size of all samples.
    pub(crate) bytes: u64,
    pub(crate) defaults: Defaults,
    first_flags: Option<u32>,
    fields: u32,
    has_negative: bool,
    entries: &'a [u8],
}

impl Run<'_> {
    /// Whether all samples but the first are alike, so that nothing is stored for each.
    pub(crate) fn is_uniform(&self) -> bool {
        self.fields & (DURATION | SIZE | FLAGS | COMPOSITION) == 0
    }

    /// The sample at this place, from zero.
    pub(crate) fn sample(&self, place: u32) -> Sample {
        let mut at = place as usize * entry_length(self.fields);
        let mut field = |bit, default| {
            if self.fields & bit == 0 {
                return default;
            }
            let value = u32_at(self.entries, at).unwrap_or_default();
            at += 4;
            value
        };
        let duration = field(DURATION, self.defaults.duration);
        let size = field(SIZE, self.defaults.size);
        let flags = match self.first_flags {
            Some(flags) if place == 0 => field(FLAGS, flags),
            _ => field(FLAGS, self.defaults.flags),
        };
        let composition = field(COMPOSITION, 0);
        let composition =
            if self.has_negative { i64::from(composition as i32) } else { i64::from(composition) };
        Sample { duration, size, is_sync: flags & NON_SYNC == 0, composition }
    }

    /// How many samples from the first on end at or before `available`, and fit into `budget`, which they use up.
    pub(crate) fn whole(&self, available: u64, budget: &mut u64) -> u32 {
        // Samples of no bytes behind the end would fit.
        let Some(room) = available.checked_sub(self.at) else { return 0 };
        let mut room = room.min(*budget);
        let whole = if self.is_uniform() {
            u32::try_from(room / u64::from(self.defaults.size.max(1))).unwrap_or(u32::MAX).min(self.count)
        } else {
            let fits = |place: &u32| {
                let size = u64::from(self.sample(*place).size);
                let fits = size <= room;
                room = room.saturating_sub(size);
                fits
            };
            (0..self.count).take_while(fits).count() as u32
        };
        *budget -= self.size_of(whole).min(*budget);
        whole
    }

    /// Bytes of the first samples.
    fn size_of(&self, count: u32) -> u64 {
        if self.is_uniform() {
            return u64::from(count) * u64::from(self.defaults.size);
        }
        (0..count).map(|place| u64::from(self.sample(place).size)).sum()
    }

    /// Decode time behind the last sample, and the latest end of any picture so far.
    fn reach(&self, time: u64, shown: u64) -> (u64, u64) {
        if self.is_uniform() {
            let next = time.saturating_add(u64::from(self.count) * u64::from(self.defaults.duration));
            return (next, shown.max(next));
        }
        (0..self.count).map(|place| self.sample(place)).fold((time, shown), |(time, shown), sample| {
            let next = time.saturating_add(u64::from(sample.duration));
            (next, shown.max(next.saturating_add_signed(sample.composition)))
        })
    }
}

fn entry_length(fields: u32) -> usize {
    (fields & (DURATION | SIZE | FLAGS | COMPOSITION)).count_ones() as usize * 4
}

/// A position in a box's payload that fields are read from, one after the other.
struct Fields<'a> {
    payload: &'a [u8],
    at: usize,
}

impl Fields<'_> {
    fn next(&mut self) -> Result<u32, Malformed> {
        self.at += 4;
        u32_at(self.payload, self.at - 4).ok_or(Malformed)
    }

    /// The next field if `flags` has it.
    fn optional(&mut self, flags: u32, bit: u32) -> Result<Option<u32>, Malformed> {
        if flags & bit == 0 { Ok(None) } else { self.next().map(Some) }
    }
}

/// What a `tfhd` says.
struct TrackFragment {
    track: Option<usize>,
    /// Where absolute data offsets count from; `None`: the `moof`, or the end of the data before.
    base: Option<u64>,
    is_from_moof: bool,
    defaults: Defaults,
}

/// Goes through all runs of a whole `moof` that begins at `at` in the output.
pub(crate) fn runs<'a>(
    moof: &'a [u8],
    at: u64,
    tracks: &[Track],
    visit: &mut dyn FnMut(Run<'a>),
) -> Result<(), Malformed> {
    // Where data goes on when nobody says where it is.
    let mut data_at = at;
    for traf in track_fragments(moof) {
        let mut fragment = None;
        let mut time = None;
        for child in children(traf?.payload) {
            let child = child?;
            match &child.kind {
                b"tfhd" => {
                    let header = track_fragment(child.payload, tracks)?;
                    data_at = header.base.unwrap_or(if header.is_from_moof { at } else { data_at });
                    fragment = Some((header, data_at));
                }
                b"tfdt" => {
                    time = if child.payload.first() == Some(&1) {
                        u64_at(child.payload, 4)
                    } else {
                        u32_at(child.payload, 4).map(u64::from)
                    };
                }
                b"trun" => {
                    let (header, base) = fragment.as_ref().ok_or(Malformed)?;
                    let run = run(child.payload, header, *base, data_at, time.take())?;
                    data_at = run.at.saturating_add(run.bytes);
                    if header.track.is_some() {
                        visit(run);
                    }
                }
                _ => {}
            }
        }
    }
    Ok(())
}

/// The track fragments of a whole `moof`, up to the first box that is malformed, and that one.
fn track_fragments(moof: &[u8]) -> impl Iterator<Item = Result<Child<'_>, Malformed>> {
    let wanted = |child: &Result<Child<'_>, Malformed>| child.map_or(true, |child| &child.kind == b"traf");
    children(moof.get(header_length(moof)..).unwrap_or_default()).filter(wanted)
}

fn header_length(moof: &[u8]) -> usize {
    boxes::header(moof).map_or(moof.len(), |header| header.length)
}

fn track_fragment(tfhd: &[u8], tracks: &[Track]) -> Result<TrackFragment, Malformed> {
    let flags = u32_at(tfhd, 0).ok_or(Malformed)?;
    let mut fields = Fields { payload: tfhd, at: 4 };
    let id = fields.next()?;
    let track = tracks.iter().position(|track| track.id == id);
    let mut defaults =
        track.and_then(|place| tracks.get(place)).map(|track| track.defaults).unwrap_or_default();
    let mut base = None;
    if flags & BASE_DATA_OFFSET != 0 {
        base = Some(u64::from(fields.next()?) << 32 | u64::from(fields.next()?));
    }
    defaults.description = fields.optional(flags, SAMPLE_DESCRIPTION)?.unwrap_or(defaults.description);
    defaults.duration = fields.optional(flags, DEFAULT_DURATION)?.unwrap_or(defaults.duration);
    defaults.size = fields.optional(flags, DEFAULT_SIZE)?.unwrap_or(defaults.size);
    defaults.flags = fields.optional(flags, DEFAULT_FLAGS)?.unwrap_or(defaults.flags);
    Ok(TrackFragment { track, base, is_from_moof: flags & BASE_IS_MOOF != 0, defaults })
}

fn run<'a>(
    trun: &'a [u8],
    header: &TrackFragment,
    base: u64,
    data_at: u64,
    time: Option<u64>,
) -> Result<Run<'a>, Malformed> {
    let flags = u32_at(trun, 0).ok_or(Malformed)?;
    let mut fields = Fields { payload: trun, at: 4 };
    let claimed = fields.next()?;
    let offset = fields.optional(flags, DATA_OFFSET)?;
    let first_flags = fields.optional(flags, FIRST_FLAGS)?;
    let entries = trun.get(fields.at..).unwrap_or_default();
    let at = offset.map_or(data_at, |offset| base.wrapping_add_signed(i64::from(offset as i32)));
    let mut run = Run {
        track: header.track.unwrap_or_default(),
        at,
        time,
        count: claimed,
        bytes: 0,
        defaults: header.defaults,
        first_flags,
        fields: flags,
        has_negative: trun.first() != Some(&0),
        entries,
    };
    if run.is_uniform() {
        run.bytes = run.size_of(claimed);
        // Any number of nothing would cost nothing to claim.
        if run.bytes == 0 {
            run.count = 0;
        }
    } else {
        if entries.len() / entry_length(flags) < claimed as usize {
            return Err(Malformed);
        }
        run.bytes = run.size_of(run.count);
    }
    Ok(run)
}

/// A copy of a whole `moof` that lies `moved` bytes (wrapping) further on: with other absolute positions.
pub(crate) fn moved(whole: &[u8], moved: u64) -> Vec<u8> {
    let mut moof = whole.to_vec();
    let payload_at = header_length(whole);
    for traf in track_fragments(whole).map_while(Result::ok) {
        for child in children(traf.payload).map_while(Result::ok).filter(|child| &child.kind == b"tfhd") {
            let place = payload_at + traf.payload_at + child.payload_at + 8;
            if u32_at(child.payload, 0).is_some_and(|flags| flags & BASE_DATA_OFFSET != 0)
                && let Some(field) = moof.get_mut(place..place + 8)
            {
                let base = u64_at(field, 0).unwrap_or_default().wrapping_add(moved);
                field.copy_from_slice(&base.to_be_bytes());
            }
        }
    }
    moof
}
