//! The finished file is looked at once more, as a player would.

use seekable::{SeekPoint, seek_points};
use web_sys::File;

use super::memory::memory_file;
use super::{HEAD_BYTES, Place, Store, disk_file, media_name, slice};

/// About so many entries of an index are followed for the check at the end.
const MOST_FOLLOWED: usize = 6;

impl Store {
    /// Follows some entries of the index of the closed file: how many were followed, and how many led to a key frame.
    /// Nothing where the file can't be read, or its container has no index of this kind.
    pub(crate) async fn check_index(&self, id: &str) -> Option<(u32, u32)> {
        let file = self.file(id).await?;
        let points = seek_points(&slice(&file, 0, HEAD_BYTES).await.ok()?);
        let (mut checked, mut right) = (0, 0);
        // The first, the last, and some between.
        let step = (points.len() / MOST_FOLLOWED).max(1);
        let is_followed = |place: &usize| place.is_multiple_of(step) || place + 1 == points.len();
        for point in (0..points.len()).filter(is_followed).filter_map(|place| points.get(place)) {
            let front = slice(&file, point.offset, point.offset + SeekPoint::FRONT_BYTES).await.ok()?;
            let there = slice(&file, point.offset, point.offset + point.bytes(&front)).await.ok()?;
            checked += 1;
            right += u32::from(point.is_key_frame(&there));
        }
        Some((checked, right))
    }

    async fn file(&self, id: &str) -> Option<File> {
        match self.place {
            Place::Opfs(_) => disk_file(&media_name(id)).await.ok(),
            Place::Memory(_) => memory_file(id),
        }
    }
}
