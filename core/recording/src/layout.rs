//! Where each tile stands in a meeting's picture.

/// Most people on one page of a grid.
pub const PAGE_OF_GRID: usize = 9;
/// Most people in the strip beside a speaker or a shared screen.
pub const PAGE_OF_STRIP: usize = 6;

/// A rectangle in whole pixels; `x` and `y` are its top left corner.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Rect {
    /// Distance from the left edge, in pixels.
    pub x: u32,
    /// Distance from the top edge, in pixels.
    pub y: u32,
    /// Width, in pixels.
    pub width: u32,
    /// Height, in pixels.
    pub height: u32,
}

/// A picture of fixed size, divided among tiles. Tiles lie inside the picture, and those of one division never overlap.
///
/// ```
/// use hostreel_recording::Frame;
/// assert_eq!(Frame::new(1280, 720).grid(3).len(), 3);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Frame {
    width: u32,
    height: u32,
    /// Space between tiles and around them.
    gap: u32,
}

impl Frame {
    /// A picture of this size, in pixels. Encoders take even sizes only: an odd one is made smaller by one. The least
    /// is 16, the most 8,192.
    pub fn new(width: u32, height: u32) -> Self {
        let even = |length: u32| length.clamp(16, 8_192) & !1;
        let (width, height) = (even(width), even(height));
        Self { width, height, gap: width.min(height) / 90 }
    }

    /// Width, in pixels; even.
    pub fn width(&self) -> u32 {
        self.width
    }

    /// Height, in pixels; even.
    pub fn height(&self) -> u32 {
        self.height
    }

    /// One tile that is the whole picture.
    pub fn whole(&self) -> Rect {
        Rect { x: 0, y: 0, width: self.width, height: self.height }
    }

    /// A small tile over the lower right corner of the whole picture: a fifth of its width, at 16:9.
    pub fn corner(&self) -> Rect {
        let width = (self.width / 5).max(2);
        let height = (width * 9 / 16).min(self.height);
        let space = 2 * self.gap;
        let from = |length: u32, used: u32| length.saturating_sub(used + space);
        Rect { x: from(self.width, width), y: from(self.height, height), width, height }
    }

    /// `tiles` tiles of one size, row by row. The columns are chosen so that a 16:9 picture fills most.
    pub fn grid(&self, tiles: usize) -> Vec<Rect> {
        let columns = (1..=tiles)
            .max_by_key(|columns| {
                (self.shown_area(*columns, tiles.div_ceil(*columns)), std::cmp::Reverse(*columns))
            })
            .unwrap_or(1);
        self.rows(tiles, columns)
    }

    /// One large tile, then `strip` small ones: on the right of it, or below it in a picture that stands upright.
    /// Without a strip, the large one has all the space.
    pub fn large_with_strip(&self, strip: usize) -> Vec<Rect> {
        let inner = |length: u32, gaps: u32| length.saturating_sub(gaps * self.gap).max(1);
        let mut large =
            Rect { x: self.gap, y: self.gap, width: inner(self.width, 2), height: inner(self.height, 2) };
        if strip == 0 {
            return vec![large];
        }
        let upright = self.height > self.width;
        // Along the strip, and across it.
        let (long, across) =
            if upright { (self.width, self.height / 5) } else { (self.height, self.width / 5) };
        let widest = if upright { across * 16 / 9 } else { across * 3 / 4 };
        let length = share(long, self.gap, strip).min(widest.max(1));
        let used = (length + self.gap) * count(strip) - self.gap;
        let begin = long.saturating_sub(used) / 2;
        let small = |index: usize| {
            let along = begin + (length + self.gap) * count(index);
            if upright {
                Rect { x: along, y: self.height - across - self.gap, width: length, height: across }
            } else {
                Rect { x: self.width - across - self.gap, y: along, width: across, height: length }
            }
        };
        if upright {
            large.height = inner(self.height, 3) - across;
        } else {
            large.width = inner(self.width, 3) - across;
        }
        std::iter::once(large).chain((0..strip).map(small)).collect()
    }

    /// Area of a 16:9 picture inside one tile, with this many columns and rows.
    fn shown_area(&self, columns: usize, rows: usize) -> u64 {
        let width = u64::from(share(self.width, self.gap, columns));
        let height = u64::from(share(self.height, self.gap, rows));
        let shown = width.min(height * 16 / 9);
        shown * (shown * 9 / 16)
    }

    fn rows(&self, tiles: usize, columns: usize) -> Vec<Rect> {
        let rows = tiles.div_ceil(columns).max(1);
        let width = share(self.width, self.gap, columns);
        let height = share(self.height, self.gap, rows);
        (0..tiles)
            .map(|index| {
                let row = index / columns;
                let in_row = columns.min(tiles - row * columns);
                // A row that is not full stands in the middle.
                let used = (width + self.gap) * count(in_row) - self.gap;
                let left = self.width.saturating_sub(used) / 2;
                Rect {
                    x: left + (width + self.gap) * count(index % columns),
                    y: self.gap + (height + self.gap) * count(row),
                    width,
                    height,
                }
            })
            .collect()
    }
}

/// Length of one of `parts` equal parts of `whole` with gaps between and around them; at least 1.
fn share(whole: u32, gap: u32, parts: usize) -> u32 {
    let parts = count(parts.max(1));
    (whole.saturating_sub(gap.saturating_mul(parts + 1)) / parts).max(1)
}

fn count(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn hd() -> Frame {
        Frame::new(1280, 720)
    }

    fn overlap(a: &Rect, b: &Rect) -> bool {
        a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height
    }

    fn inside_and_apart(frame: Frame, tiles: &[Rect]) -> Result<(), TestCaseError> {
        for (index, tile) in tiles.iter().enumerate() {
            prop_assert!(tile.width > 0 && tile.height > 0, "{:?}", tile);
            prop_assert!(tile.x + tile.width <= frame.width(), "{:?}", tile);
            prop_assert!(tile.y + tile.height <= frame.height(), "{:?}", tile);
            for other in &tiles[..index] {
                prop_assert!(!overlap(tile, other), "{:?} {:?}", tile, other);
            }
        }
        Ok(())
    }

    #[test]
    fn four_people_make_two_by_two() {
        let tiles = hd().grid(4);
        assert_eq!(tiles[0].y, tiles[1].y);
        assert_eq!(tiles[0].x, tiles[2].x);
        assert_eq!(tiles[3].width, 628);
    }

    #[test]
    fn a_row_that_is_not_full_stands_in_the_middle() {
        let tiles = hd().grid(3);
        assert_eq!(tiles[2].x + tiles[2].width / 2, 640);
    }

    #[test]
    fn what_is_large_gets_most_of_the_picture() {
        for frame in [hd(), Frame::new(720, 1280)] {
            let tiles = frame.large_with_strip(5);
            assert_eq!(tiles.len(), 6);
            assert!(tiles[0].width * tiles[0].height > 1280 * 720 / 2);
            assert!(
                tiles[1..].iter().all(|tile| tile.width * tile.height * 6 < tiles[0].width * tiles[0].height)
            );
        }
    }

    #[test]
    fn an_upright_picture_has_its_strip_below() {
        let tiles = Frame::new(720, 1280).large_with_strip(3);
        assert!(tiles[1].y >= tiles[0].y + tiles[0].height);
    }

    #[test]
    fn nobody_is_an_empty_picture() {
        assert!(hd().grid(0).is_empty());
    }

    #[test]
    fn sizes_are_even_and_bounded() {
        let size = |width, height| (Frame::new(width, height).width(), Frame::new(width, height).height());
        assert_eq!(size(1281, 721), (1280, 720));
        assert_eq!(size(0, u32::MAX), (16, 8_192));
    }

    proptest! {
        #[test]
        fn tiles_lie_inside_and_never_overlap(width in 0u32..4_000, height in 0u32..4_000, tiles in 1usize..=PAGE_OF_GRID) {
            let frame = Frame::new(width, height);
            let grid = frame.grid(tiles);
            prop_assert_eq!(grid.len(), tiles);
            inside_and_apart(frame, &grid)?;
        }

        #[test]
        fn a_strip_lies_inside_and_never_overlaps(width in 0u32..4_000, height in 0u32..4_000, strip in 0usize..=PAGE_OF_STRIP) {
            let frame = Frame::new(width, height);
            let tiles = frame.large_with_strip(strip);
            prop_assert_eq!(tiles.len(), strip + 1);
            inside_and_apart(frame, &tiles)?;
        }
    }
}
