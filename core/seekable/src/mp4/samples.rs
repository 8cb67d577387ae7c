//! The samples of one track, and the tables they become (section 8.6 and 8.7).
//!
//! The tables are kept as they will be written: 4 bytes for the size of a sample, 8 for each change of its length. An
//! hour of 30 pictures a second and Opus packets of 20 ms (108,000 and 180,000 samples) takes about 2 MB, and never
//! more than 4.

use super::boxes::{begin_full, end, put32, saturated};
use super::fragment::Run;
use super::table::{Places, RunTable, Table};
use super::track::Reach;
use crate::edit::Outbox;

#[derive(Debug, Default)]
pub(crate) struct Samples {
    count: u64,
    /// Of all samples, as long as they are alike; then `sizes` has the size of each.
    size: u32,
    sizes: Table,
    durations: RunTable,
    compositions: RunTable,
    /// Numbers of those that can be decoded by themselves, from one; empty as long as all can.
    syncs: Table,
    has_others: bool,
    chunk_places: Places,
    /// Three numbers for each change: the number of the chunk, samples in it, the number of the sample description.
    chunk_lengths: Table,
    chunk_length: (u32, u32),
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
            self.chunk_places.push(run.at);
            let length = (whole, run.defaults.description.clamp(1, 255));
            if self.chunk_length != length {
                self.chunk_length = length;
                self.chunk_lengths.push(self.chunks());
                self.chunk_lengths.push(length.0);
                self.chunk_lengths.push(length.1);
            }
            if self.reach.first.is_none() {
                self.reach.first = Some(time);
                self.reach.lead = u32::try_from(run.sample(0).composition).unwrap_or(0);
            }
        }
        let listed = if run.is_uniform() { whole } else { run.count };
        for place in 0..listed {
            let sample = run.sample(place);
            let next = time.saturating_add(u64::from(sample.duration));
            if place < whole {
                // A table has no way back: where time runs backwards, samples are decoded late, and shown when they should be.
                let before = self.last.map_or(0, |(before, _)| before);
                let late = before.saturating_sub(time);
                is_forward &= late == 0;
                let composition = sample.composition.wrapping_sub(late as i64);
                if self.last.replace((time + late, sample.duration)).is_some() {
                    self.durations.push(saturated(time.saturating_sub(before)));
                }
                self.push_size(sample.size);
                self.push_sync(sample.is_sync);
                self.compositions.push(composition as u32);
                self.has_negative |= composition < 0;
                self.has_composition |= composition != 0;
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

    fn push_size(&mut self, size: u32) {
        if self.count == 0 {
            self.size = size;
        }
        // A size of zero for all would mean that each has its own.
        if self.size != size || self.size == 0 || self.sizes.len() > 0 {
            for _ in self.sizes.len()..self.count {
                self.sizes.push(self.size);
            }
            self.sizes.push(size);
        }
    }

    fn push_sync(&mut self, is_sync: bool) {
        if !is_sync && !self.has_others {
            self.has_others = true;
            (1..=saturated(self.count)).for_each(|number| self.syncs.push(number));
        }
        if is_sync && self.has_others {
            self.syncs.push(saturated(self.count + 1));
        }
    }

    /// How many there are.
    pub(crate) fn count(&self) -> u64 {
        self.count
    }

    /// Chunks in the file.
    pub(crate) fn chunks(&self) -> u32 {
        saturated(self.chunk_places.len())
    }

    /// How many can be decoded by themselves.
    pub(crate) fn sync_count(&self) -> u64 {
        if self.has_others { self.syncs.len() } else { self.count }
    }

    /// Bytes of the tables, about; never much less than in memory.
    pub(crate) fn table_bytes(&self) -> u64 {
        let runs = self.durations.len() + self.compositions.len();
        (self.count + self.syncs.len()) * 4 + runs * 8 + u64::from(self.chunks()) * 20
    }

    /// Ends the last sample, with the length that it said itself; how far the track has come with what is listed.
    pub(crate) fn close(&mut self) -> Reach {
        if let Some((time, duration)) = self.last.take() {
            self.durations.push(duration);
            self.reach.next = time.saturating_add(u64::from(duration));
        }
        self.reach
    }

    /// Writes the tables; from then on samples are only counted.
    pub(crate) fn write(&mut self, outbox: &mut Outbox) {
        self.durations.write(b"stts", 0, outbox);
        if self.has_composition {
            self.compositions.write(b"ctts", self.has_negative.into(), outbox);
        }
        if self.has_others {
            let at = begin_full(outbox, b"stss", 0);
            put32(outbox, self.syncs.len());
            self.syncs.write(outbox);
            end(outbox, at);
        }
        let at = begin_full(outbox, b"stsz", 0);
        put32(outbox, if self.sizes.len() > 0 { 0 } else { self.size.into() });
        put32(outbox, self.count);
        self.sizes.write(outbox);
        end(outbox, at);
        let at = begin_full(outbox, b"stsc", 0);
        put32(outbox, self.chunk_lengths.len() / 3);
        self.chunk_lengths.write(outbox);
        end(outbox, at);
        self.chunk_places.write(outbox);
    }

    #[cfg(test)]
    pub(crate) fn memory(&self) -> usize {
        let tables = [&self.sizes, &self.syncs, &self.chunk_lengths];
        let runs = [&self.durations, &self.compositions];
        tables.iter().map(|table| table.memory()).sum::<usize>()
            + runs.iter().map(|runs| runs.memory()).sum::<usize>()
            + self.chunk_places.memory()
    }
}
