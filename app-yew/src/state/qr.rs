//! A link as a QR code (ISO/IEC 18004), as one path of squares.

use std::fmt::Write as _;

use qrcode::{Color, EcLevel, QrCode};

/// A drawn code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Drawn {
    /// Squares on each side, the quiet zone of four on all sides included.
    pub side: usize,
    /// The dark squares, each one wide, as a path of SVG.
    pub path: String,
}

/// Squares that must stay light on each side (§9.1).
const QUIET: usize = 4;

/// Draws a text; nothing when it is too long for a code.
#[must_use]
pub fn draw(text: &str) -> Option<Drawn> {
    let code = QrCode::with_error_correction_level(text, EcLevel::M).ok()?;
    let width = code.width();
    let mut path = String::new();
    for (index, colour) in code.to_colors().into_iter().enumerate() {
        if colour == Color::Dark {
            // Writing into a string can't fail.
            let _ = write!(path, "M{} {}h1v1h-1z", index % width + QUIET, index / width + QUIET);
        }
    }
    Some(Drawn { side: width + 2 * QUIET, path })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_is_drawn_with_its_three_corners() {
        let drawn = draw("https://meet.example/r/abcd-efgh-jkmn").unwrap();
        assert!(drawn.side >= 29 + 2 * QUIET - 4 && drawn.side % 4 == 1);
        for (x, y) in [(0, 0), (drawn.side - 2 * QUIET - 7, 0), (0, drawn.side - 2 * QUIET - 7)] {
            // The finder pattern: a dark ring of seven squares, its centre dark, and light between them.
            let dark = |dx: usize, dy: usize| {
                drawn.path.contains(&format!("M{} {}h1", x + dx + QUIET, y + dy + QUIET))
            };
            assert!(dark(0, 0) && dark(6, 6) && dark(3, 3) && !dark(1, 1) && !dark(5, 3));
        }
    }

    #[test]
    fn what_is_too_long_is_not_drawn() {
        assert_eq!(draw(&"x".repeat(5_000)), None);
    }
}
