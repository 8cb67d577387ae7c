//! Tracks whose texts are the chapters of others (QuickTime File Format, "Chapter Lists").

use super::tables::Walk;
use super::{Reader, fragments, trak_payloads};
use crate::mp4::boxes::{find, u32_at};
use crate::packets::{PacketTrack, PartsError, Source, Span, Window};

impl Reader {
    /// When the texts of a track begin, in its ticks, and where they are: at most `max`, first those that `moov` lists, then
    /// those of the fragments.
    ///
    /// # Errors
    /// Those of `moov`, and of the source. Behind a damaged fragment none is read.
    pub(crate) fn texts<S: Source>(
        &mut self,
        window: &mut Window<S>,
        tracks: &[PacketTrack],
        track: usize,
        max: usize,
    ) -> Result<Vec<(i64, Span)>, PartsError> {
        let mut walk = Walk::default();
        let mut texts = Vec::new();
        while texts.len() < max
            && let Some(packet) = self.sample(window, track, &mut walk)?
        {
            texts.push((packet.time, packet.data));
        }
        let mut times = vec![0; self.tracks.len()];
        if let Some(time) = times.get_mut(track) {
            *time = walk.decode_time();
        }
        let mut at = self.moov_end;
        while self.is_fragmented && texts.len() < max {
            let (samples, end) =
                match fragments::next(window, at, &self.tracks, tracks, &mut times, &self.limits) {
                    Ok(Some(next)) => next,
                    Err(error @ PartsError::Source(_)) => return Err(error),
                    Ok(None) | Err(_) => break,
                };
            let own = samples.iter().filter(|packet| packet.track == track);
            texts.extend(own.map(|packet| (packet.time, packet.data)));
            at = end;
        }
        texts.truncate(max);
        Ok(texts)
    }
}

/// The tracks that others name as their chapters.
pub(super) fn chapter_tracks(moov: &[u8]) -> Vec<u32> {
    trak_payloads(moov)
        .filter_map(|trak| find(trak, &[b"tref", b"chap"]))
        .flat_map(|chap| chap.chunks_exact(4))
        .filter_map(|id| u32_at(id, 0))
        .collect()
}
