//! Where each face stands in a meeting's picture.

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

/// A picture of fixed size, divided among people.
///
/// ```
/// use hostreel_recording::Grid;
/// let tiles = Grid { width: 1280, height: 720, gap: 8 }.tiles(3, false);
/// assert_eq!(tiles.len(), 3);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Grid {
    /// Picture width, in pixels.
    pub width: u32,
    /// Picture height, in pixels.
    pub height: u32,
    /// Space between tiles and around them, in pixels.
    pub gap: u32,
}

impl Grid {
    /// One tile for each of `people`, in order. With `screen`, the first tile is the shared screen: it takes the left
    /// part and the faces stand in one column on the right.
    ///
    /// Tiles lie inside the picture and never overlap. The columns are chosen so that a 16:9 picture fills most.
    #[must_use]
    pub fn tiles(&self, people: usize, screen: bool) -> Vec<Rect> {
        if screen && people > 1 {
            return self.beside_screen(people - 1);
        }
        let columns = (1..=people.max(1))
            .max_by_key(|columns| {
                let rows = people.max(1).div_ceil(*columns);
                (self.shown_area(*columns, rows), std::cmp::Reverse(*columns))
            })
            .unwrap_or(1);
        self.rows(people, columns)
    }

    /// Area of a 16:9 picture inside one tile, with this many columns and rows.
    fn shown_area(&self, columns: usize, rows: usize) -> u64 {
        let width = u64::from(share(self.width, self.gap, columns));
        let height = u64::from(share(self.height, self.gap, rows));
        let shown = width.min(height * 16 / 9);
        shown * (shown * 9 / 16)
    }

    fn rows(&self, people: usize, columns: usize) -> Vec<Rect> {
        let rows = people.div_ceil(columns).max(1);
        let width = share(self.width, self.gap, columns);
        let height = share(self.height, self.gap, rows);
        (0..people)
            .map(|index| {
                let row = index / columns;
                let in_row = columns.min(people - row * columns);
                // A row that is not full stands in the middle.
                let used = (width + self.gap) * count(in_row) - self.gap.min(width);
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

    fn beside_screen(&self, faces: usize) -> Vec<Rect> {
        let column = self.width / 5;
        let screen = Rect {
            x: self.gap,
            y: self.gap,
            width: self.width.saturating_sub(column + 3 * self.gap),
            height: self.height.saturating_sub(2 * self.gap),
        };
        let height = share(self.height, self.gap, faces.max(1)).min(column * 3 / 4);
        let used = (height + self.gap) * count(faces);
        let top = self.height.saturating_sub(used.saturating_sub(self.gap)) / 2;
        let face = |index: usize| Rect {
            x: self.width.saturating_sub(column + self.gap),
            y: top + (height + self.gap) * count(index),
            width: column,
            height,
        };
        std::iter::once(screen).chain((0..faces).map(face)).collect()
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

    const HD: Grid = Grid { width: 1280, height: 720, gap: 8 };

    fn overlap(a: &Rect, b: &Rect) -> bool {
        a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height
    }

    #[test]
    fn four_people_make_two_by_two() {
        let tiles = HD.tiles(4, false);
        assert_eq!(tiles[0].y, tiles[1].y);
        assert_eq!(tiles[0].x, tiles[2].x);
        assert_eq!(tiles[3].width, 628);
    }

    #[test]
    fn a_row_that_is_not_full_stands_in_the_middle() {
        let tiles = HD.tiles(3, false);
        assert_eq!(tiles[2].x + tiles[2].width / 2, 640);
    }

    #[test]
    fn a_screen_gets_most_of_the_picture() {
        let tiles = HD.tiles(5, true);
        assert_eq!(tiles.len(), 5);
        assert!(tiles[0].width * tiles[0].height > 1280 * 720 / 2);
    }

    #[test]
    fn nobody_is_an_empty_picture() {
        assert!(HD.tiles(0, false).is_empty());
    }

    proptest! {
        #[test]
        fn tiles_lie_inside_and_never_overlap(people in 1usize..17, screen: bool, tall: bool) {
            let grid = if tall { Grid { width: 720, height: 1280, gap: 8 } } else { HD };
            let tiles = grid.tiles(people, screen);
            prop_assert_eq!(tiles.len(), people);
            for (index, tile) in tiles.iter().enumerate() {
                prop_assert!(tile.x + tile.width <= grid.width, "{:?}", tile);
                prop_assert!(tile.y + tile.height <= grid.height, "{:?}", tile);
                for other in &tiles[..index] {
                    prop_assert!(!overlap(tile, other), "{:?} {:?}", tile, other);
                }
            }
        }
    }
}
