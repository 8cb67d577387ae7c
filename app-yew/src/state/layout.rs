//! Where the tiles go: always all of them, as large as they can be.

/// A place in CSS pixels, from the stage's top left corner.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Rect {
    /// From the left edge.
    pub x: f64,
    /// From the top edge.
    pub y: f64,
    /// Width.
    pub width: f64,
    /// Height.
    pub height: f64,
}

/// Places for a shared screen, if there is one, and for each person.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Layout {
    /// The shared screen.
    pub screen: Option<Rect>,
    /// One per person, in their order.
    pub people: Vec<Rect>,
}

/// Widest tile: 16 to 9.
const WIDEST: f64 = 16.0 / 9.0;
/// Tallest tile in an upright area, 4 to 5: a phone's picture fits it.
const TALLEST_UPRIGHT: f64 = 4.0 / 5.0;
/// Tallest tile in a wide area, 4 to 3: more would cut faces of wide pictures off.
const TALLEST_WIDE: f64 = 4.0 / 3.0;

/// Lays out `people` tiles, and a shared screen, in an area of `width` by `height` with `gap` between them.
#[must_use]
pub fn layout(people: usize, screen: bool, width: f64, height: f64, gap: f64) -> Layout {
    let area = Rect { x: 0.0, y: 0.0, width: width.max(0.0), height: height.max(0.0) };
    if !screen {
        return Layout { screen: None, people: grid(people, area, gap) };
    }
    // Faces stand beside the screen where there is width, under it where there is height.
    let (stage, strip) = if area.width >= area.height {
        let strip = (area.width * 0.22).clamp(0.0, 280.0);
        let stage = (area.width - strip - gap).max(0.0);
        (Rect { width: stage, ..area }, Rect { x: stage + gap, width: strip, ..area })
    } else {
        let strip = area.height * 0.36;
        let stage = (area.height - strip - gap).max(0.0);
        (Rect { height: stage, ..area }, Rect { y: stage + gap, height: strip, ..area })
    };
    Layout { screen: Some(stage), people: grid(people, strip, gap) }
}

fn grid(count: usize, area: Rect, gap: f64) -> Vec<Rect> {
    let tallest = if area.width >= area.height { TALLEST_WIDE } else { TALLEST_UPRIGHT };
    let mut best = (0, 0.0, 0.0);
    for columns in 1..=count {
        let (width, height) = tile_size(columns, count.div_ceil(columns), area, gap, tallest);
        if width * height > best.1 * best.2 {
            best = (columns, width, height);
        }
    }
    let (columns, width, height) = best;
    if columns == 0 {
        return vec![Rect { x: area.x, y: area.y, ..Rect::default() }; count];
    }
    let rows = count.div_ceil(columns);
    let used = |tiles: usize, size: f64| tiles as f64 * size + tiles.saturating_sub(1) as f64 * gap;
    let top = area.y + (area.height - used(rows, height)) / 2.0;
    (0..count)
        .map(|index| {
            let (row, column) = (index / columns, index % columns);
            // A last row that is not full stands in the middle.
            let in_row = columns.min(count - row * columns);
            let left = area.x + (area.width - used(in_row, width)) / 2.0;
            Rect {
                x: left + column as f64 * (width + gap),
                y: top + row as f64 * (height + gap),
                width,
                height,
            }
        })
        .collect()
}

fn tile_size(columns: usize, rows: usize, area: Rect, gap: f64, tallest: f64) -> (f64, f64) {
    let width = (area.width - (columns - 1) as f64 * gap) / columns as f64;
    let height = (area.height - (rows - 1) as f64 * gap) / rows as f64;
    if width <= 0.0 || height <= 0.0 {
        return (0.0, 0.0);
    }
    (width.min(height * WIDEST), height.min(width / tallest))
}

#[cfg(test)]
mod tests {
    use super::*;

    const AREAS: [(f64, f64); 6] =
        [(390.0, 640.0), (844.0, 300.0), (820.0, 1000.0), (1440.0, 780.0), (2560.0, 1200.0), (320.0, 320.0)];

    fn inside(rect: &Rect, width: f64, height: f64) -> bool {
        rect.x >= -0.01
            && rect.y >= -0.01
            && rect.x + rect.width <= width + 0.01
            && rect.y + rect.height <= height + 0.01
            && rect.width > 40.0
            && rect.height > 30.0
    }

    fn apart(one: &Rect, other: &Rect) -> bool {
        one.x + one.width <= other.x + 0.01
            || other.x + other.width <= one.x + 0.01
            || one.y + one.height <= other.y + 0.01
            || other.y + other.height <= one.y + 0.01
    }

    #[test]
    fn everybody_fits_without_overlap_on_every_screen() {
        for (width, height) in AREAS {
            for people in 1..=8 {
                for screen in [false, true] {
                    let places = layout(people, screen, width, height, 8.0);
                    let all: Vec<Rect> = places.people.iter().copied().chain(places.screen).collect();
                    assert_eq!(places.people.len(), people);
                    assert_eq!(places.screen.is_some(), screen);
                    for (index, rect) in all.iter().enumerate() {
                        assert!(inside(rect, width, height), "{people} {screen} {width}x{height}: {rect:?}");
                        assert!(all[index + 1..].iter().all(|other| apart(rect, other)), "{all:?}");
                    }
                }
            }
        }
    }

    #[test]
    fn two_people_sit_side_by_side_or_one_above_the_other() {
        let wide = layout(2, false, 1440.0, 780.0, 8.0).people;
        assert!((wide[0].y - wide[1].y).abs() < 0.01);
        let tall = layout(2, false, 390.0, 640.0, 8.0).people;
        assert!((tall[0].x - tall[1].x).abs() < 0.01);
    }

    #[test]
    fn no_area_is_no_size() {
        assert_eq!(layout(3, false, 0.0, 0.0, 8.0).people.len(), 3);
        assert!(layout(0, true, 100.0, 100.0, 8.0).people.is_empty());
    }
}
