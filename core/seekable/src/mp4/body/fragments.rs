//! The last fragment: hidden until it is whole, and listed when the next one begins.

use super::{Body, Lead, Mode};
use crate::ProblemKind;
use crate::edit::Outbox;
use crate::mp4::boxes::{self, NoHeader, kind_at, large_header};
use crate::mp4::fragment::{self, Fragment};
use crate::mp4::samples::Samples;

impl Body {
    pub(super) fn moof(&mut self, size: u64, rest: &[u8], outbox: &mut Outbox) -> Option<usize> {
        #[cfg(feature = "mp4-repair")]
        let (claimed, size) = (size, self.real_length(size, rest)?);
        if size > u64::from(self.limits.held_bytes) {
            return self.begin_junk(ProblemKind::LengthTooLarge, rest, outbox);
        }
        let length = size as usize;
        let whole = rest.get(..length)?;
        #[cfg(feature = "mp4-repair")]
        if claimed != size {
            self.report(ProblemKind::LengthTooLarge);
            let at = outbox.length();
            let mended = [&boxes::saturated(size).to_be_bytes(), whole.get(4..).unwrap_or_default()].concat();
            self.take_moof(rest, &mended, outbox);
            if self.is_in_place {
                outbox.overwrite(at, mended.get(..4).unwrap_or_default());
            }
            return Some(length);
        }
        if self.trims_tail && !self.is_last {
            // A fragment of which nothing is there shall leave nothing behind.
            let media = match boxes::header(rest.get(length..).unwrap_or_default()) {
                Ok(media) => media.size.filter(|_| &media.kind == b"mdat").unwrap_or(0),
                Err(NoHeader::Bad) => 0,
                Err(NoHeader::NeedMore) => return None,
            };
            let both = size.saturating_add(media);
            if both <= u64::from(self.limits.held_bytes) && (rest.len() as u64) < both {
                return None;
            }
        }
        self.take_moof(rest, whole, outbox);
        Some(length)
    }

    /// How long a `moof` that claims `claimed` bytes is: its parts may lead right to the media, or to the next one.
    #[cfg(feature = "mp4-repair")]
    fn real_length(&self, claimed: u64, rest: &[u8]) -> Option<u64> {
        let mut at = 8_usize;
        while at as u64 != claimed && at <= self.limits.held_bytes as usize {
            match boxes::header(rest.get(at..).unwrap_or_default()) {
                Ok(next) if matches!(&next.kind, b"mdat" | b"moof") => return Some(at as u64),
                Ok(part)
                    if matches!(&part.kind, b"mfhd" | b"traf" | b"meta" | b"pssh" | b"uuid" | b"free") =>
                {
                    let size = part.size.and_then(|size| usize::try_from(size).ok());
                    at = at.saturating_add(size.unwrap_or(usize::MAX));
                }
                Err(NoHeader::NeedMore) if !self.is_last => return None,
                _ => break,
            }
        }
        Some(claimed)
    }

    /// The samples that `moov` listed come first, as if a fragment of theirs stood behind it in the input.
    #[cfg(feature = "mp4-repair")]
    pub(in crate::mp4) fn begin_listed(&mut self, moof: &[u8], outbox: &mut Outbox) {
        self.take_moof(moof, moof, outbox);
    }

    fn take_moof(&mut self, rest: &[u8], whole: &[u8], outbox: &mut Outbox) {
        self.list_fragment(outbox.length(), outbox);
        self.lead = Lead::Over;
        let at = outbox.length();
        // In place it may have its name already.
        let is_shown = self.is_in_place && kind_at(rest, 4) == Some(*b"moof");
        let mut moof = fragment::moved(whole, at.wrapping_sub(self.at));
        if let Some(name) = moof.get_mut(4..8) {
            name.copy_from_slice(b"free");
        }
        self.put(&moof, outbox);
        match Fragment::read(moof, at, &self.layout.tracks, self.layout.reference) {
            Ok(fragment) => self.fragment = Some(Fragment { is_shown, ..fragment }),
            // It stays hidden: readers would fail on it.
            Err(boxes::Malformed) => {
                self.report(ProblemKind::NotAnElement);
                if is_shown {
                    outbox.overwrite(at + 4, b"free");
                }
            }
        }
        self.box_ends(outbox);
    }

    /// At the end of a box: the fragment may be whole now.
    pub(super) fn box_ends(&mut self, outbox: &mut Outbox) {
        self.mode = Mode::Boxes;
        let here = outbox.length();
        let Some(fragment) = self.fragment.as_mut().filter(|fragment| !fragment.is_complete) else { return };
        if fragment.end > here.min(fragment.limit) {
            return;
        }
        fragment.is_complete = true;
        if !fragment.is_shown {
            outbox.overwrite(fragment.at + 4, b"moof");
        }
        // What is in the fragment now is how far they had come before.
        for (place, reach) in &mut fragment.reaches {
            if let Some(track) = self.layout.tracks.get_mut(*place) {
                std::mem::swap(&mut track.reach, reach);
            }
        }
        let end = self.layout.tracks.get(self.layout.reference).map_or(0, |track| track.reach.shown);
        self.layout.index.add(fragment.at, fragment.start, (here, end));
    }

    /// What follows here does not belong to the last fragment.
    pub(super) fn end_fragment(&mut self, outbox: &Outbox) {
        if let Some(fragment) = &mut self.fragment {
            fragment.limit = fragment.limit.min(outbox.length());
        }
    }

    /// Takes back the last fragment, if its media is the zeros of a power cut and there is no other: readers would show
    /// them. It is no fragment any more, so that another repair does not believe them either.
    pub(super) fn forget_zeros(&mut self, outbox: &mut Outbox) {
        let is_first = !self.is_fragmented && self.samples.iter().all(|samples| samples.count() == 0);
        let is_zero = |fragment: &mut Fragment| {
            fragment.is_complete
                && fragment.end > self.solid_end
                && fragment.whole_end(self.solid_end, &self.layout.tracks).is_none()
        };
        let Some(fragment) = self.fragment.take_if(|fragment| is_first && is_zero(fragment)) else { return };
        // A large header, as in front of what was no box: it hides the name of the box inside, which would tell.
        outbox.overwrite(fragment.at, &large_header(fragment.moof.len() as u64, b"free"));
        if kind_at(&fragment.moof, 20) == Some(*b"mfhd") {
            outbox.overwrite(fragment.at + 20, b"free");
        }
        for (place, reach) in fragment.reaches {
            if let Some(track) = self.layout.tracks.get_mut(place) {
                track.reach = reach;
            }
        }
        self.layout.index.forget(fragment.at);
    }

    /// Lists the samples of the last fragment, as far as they end at or before `available`.
    pub(super) fn list_fragment(&mut self, available: u64, outbox: &mut Outbox) {
        let Some(fragment) = self.fragment.take() else { return };
        if fragment.is_shown && !fragment.is_complete {
            outbox.overwrite(fragment.at + 4, b"free");
        }
        if self.is_fragmented {
            return;
        }
        let mut is_whole = fragment.is_complete;
        // A sample takes at least a byte of the fragment: no claim costs more than the file is long.
        let available = available.min(fragment.limit);
        let mut budget = available.saturating_sub(fragment.at);
        let (samples, limit, used) = (&mut self.samples, self.limits.table_bytes, &mut self.table_bytes);
        let mut is_full = false;
        let read = fragment::runs(&fragment.moof, fragment.at, &self.layout.tracks, &mut |run| {
            let whole = run.whole(available, &mut budget);
            is_whole &= whole == run.count;
            is_full |= used.saturating_add(u64::from(whole) * 24) > limit;
            if let Some(samples) = samples.get_mut(run.track).filter(|_| !is_full) {
                let before = samples.table_bytes();
                is_whole &= samples.add(&run, whole);
                *used += samples.table_bytes() - before;
            }
        });
        if is_full {
            self.is_fragmented = true;
            self.samples.iter_mut().for_each(|samples| *samples = Samples::default());
            self.report(ProblemKind::TablesTooLarge);
        }
        if read.is_err() || !is_whole {
            self.report(ProblemKind::LongerThanParent);
        }
    }
}
