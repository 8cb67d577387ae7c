//! The samples of one track, packed, and the tables they become (section 8.6 and 8.7).
//!
//! In memory a picture takes about 5 bytes and a sound packet 4: an hour of 30 pictures a second and Opus packets of
//! 20 ms (108,000 and 180,000 samples) about 1.3 MB, and never more than twice that.

use super::boxes::{begin_full, end, put32};
use super::fragment::Run;
use super::runs::{Runs, signed};
use super::track::Reach;
use crate::edit::Outbox;

#[derive(Debug, Default)]
pub(crate) struct Samples {
    count: u64,
    sizes: Runs,
    durations: Runs,
    compositions: Runs,
    /// Zero or one.
    syncs: Runs,
    /// Distance from the chunk before.
    chunk_places: Runs,
    /// Samples in the chunk, times 256, plus the number of the sample description.
    chunk_lengths: Runs,
    chunks: u32,
    last_chunk_at: u64,
    /// Decode time and length of the last sample: its length in the table is known when the next one comes.
    last: Option<(u64, u32)>,
    pub(crate) reach: Reach,
    has_negative: bool,
    has_composition: bool,
}

impl Samples {
    /// Takes a run as one chunk; only the first `whole` samples of it are in the file. `false`: time runs backwards.
    pub(crate) fn add(&mut self, run: &Run<'_>, whole: u32) -> bool {
        let mut time = run.time.unwrap_or(self.reach.next);
        let mut is_forward = true;
        if whole > 0 {
            self.chunk_places.push_signed(run.at.wrapping_sub(self.last_chunk_at) as i64);
            self.chunk_lengths
                .push(u64::from(whole) << 8 | u64::from(run.defaults.description.clamp(1, 255)));
            self.chunks += 1;
            self.last_chunk_at = run.at;
            self.reach.first.get_or_insert(time);
        }
        let listed = if run.is_uniform() { whole } else { run.count };
        for place in 0..listed {
            let sample = run.sample(place);
            let next = time.saturating_add(u64::from(sample.duration));
            if place < whole {
                if let Some((before, _)) = self.last.replace((time, sample.duration)) {
                    is_forward &= time >= before;
                    self.durations
                        .push(u64::from(u32::try_from(time.saturating_sub(before)).unwrap_or(u32::MAX)));
                }
                self.sizes.push(u64::from(sample.size));
                self.syncs.push(u64::from(sample.is_sync));
                self.compositions.push_signed(sample.composition);
                self.has_negative |= sample.composition < 0;
                self.has_composition |= sample.composition != 0;
                self.reach.shown = self.reach.shown.max(next.saturating_add_signed(sample.composition));
                self.count += 1;
            }
            time = next;
        }
        if run.is_uniform() {
            let missing = u64::from(run.count - whole);
            time = time.saturating_add(missing.saturating_mul(u64::from(run.defaults.duration)));
        }
        self.reach.next = time;
        is_forward
    }

    /// How many there are.
    pub(crate) fn count(&self) -> u64 {
        self.count
    }

    /// Chunks in the file.
    pub(crate) fn chunks(&self) -> u32 {
        self.chunks
    }

    /// How many can be decoded by themselves.
    pub(crate) fn sync_count(&self) -> u64 {
        self.syncs.iter().filter(|(is_sync, _)| *is_sync == 1).map(|(_, length)| u64::from(length)).sum()
    }

    /// Bytes of the tables, about; never less than in memory.
    pub(crate) fn table_bytes(&self) -> u64 {
        let runs = self.durations.count() as u64
            + u64::from(self.compositions.count())
            + u64::from(self.syncs.count());
        self.count * 4 + runs * 8 + u64::from(self.chunks) * 20
    }

    /// Ends the last sample, with the length that it said itself; how far the track has come with what is listed.
    pub(crate) fn close(&mut self) -> Reach {
        if let Some((time, duration)) = self.last.take() {
            self.durations.push(u64::from(duration));
            self.reach.next = time.saturating_add(u64::from(duration));
        }
        self.reach
    }

    /// Writes the tables.
    pub(crate) fn write(&self, outbox: &mut Outbox) {
        self.write_times(outbox);
        if self.sync_count() < self.count {
            let at = begin_full(outbox, b"stss", 0);
            put32(outbox, self.sync_count());
            let mut number = 1;
            for (is_sync, length) in self.syncs.iter() {
                if is_sync == 1 {
                    (number..number + u64::from(length)).for_each(|number| put32(outbox, number));
                }
                number += u64::from(length);
            }
            end(outbox, at);
        }
        let at = begin_full(outbox, b"stsz", 0);
        let all_alike = self.sizes.iter().next().filter(|(size, _)| self.sizes.count() == 1 && *size > 0);
        put32(outbox, all_alike.map_or(0, |(size, _)| size));
        put32(outbox, self.count);
        if all_alike.is_none() {
            for (size, length) in self.sizes.iter() {
                (0..length).for_each(|_| put32(outbox, size));
            }
        }
        end(outbox, at);
        self.write_chunks(outbox);
    }

    fn write_times(&self, outbox: &mut Outbox) {
        let at = begin_full(outbox, b"stts", 0);
        put32(outbox, self.durations.count().into());
        for (duration, length) in self.durations.iter() {
            put32(outbox, length.into());
            put32(outbox, duration);
        }
        end(outbox, at);
        if self.has_composition {
            let at = begin_full(outbox, b"ctts", u8::from(self.has_negative));
            put32(outbox, self.compositions.count().into());
            for (composition, length) in self.compositions.iter() {
                put32(outbox, length.into());
                put32(outbox, u64::from(signed(composition) as u32));
            }
            end(outbox, at);
        }
    }

    fn write_chunks(&self, outbox: &mut Outbox) {
        let at = begin_full(outbox, b"stsc", 0);
        put32(outbox, self.chunk_lengths.count().into());
        let mut first = 1;
        for (length, chunks) in self.chunk_lengths.iter() {
            put32(outbox, first);
            put32(outbox, length >> 8);
            put32(outbox, length & 0xFF);
            first += u64::from(chunks);
        }
        end(outbox, at);
        let places = || {
            let steps = self.chunk_places.iter();
            let steps = steps.flat_map(|(step, length)| std::iter::repeat_n(signed(step), length as usize));
            steps.scan(0, |at: &mut u64, step| {
                *at = at.wrapping_add_signed(step);
                Some(*at)
            })
        };
        let is_far = places().any(|at| at > u64::from(u32::MAX));
        let at = begin_full(outbox, if is_far { b"co64" } else { b"stco" }, 0);
        put32(outbox, self.chunks.into());
        for place in places() {
            if is_far {
                outbox.append(&place.to_be_bytes());
            } else {
                put32(outbox, place);
            }
        }
        end(outbox, at);
    }

    #[cfg(test)]
    pub(crate) fn memory(&self) -> usize {
        [
            &self.sizes,
            &self.durations,
            &self.compositions,
            &self.syncs,
            &self.chunk_places,
            &self.chunk_lengths,
        ]
        .iter()
        .map(|runs| runs.memory())
        .sum()
    }
}
