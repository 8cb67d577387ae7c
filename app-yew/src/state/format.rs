//! Numbers as people read them.

/// `12:04`, or `1:02:09` from one hour on.
#[must_use]
pub fn elapsed(milliseconds: u64) -> String {
    let seconds = milliseconds / 1000;
    let (hours, minutes, seconds) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    if hours > 0 { format!("{hours}:{minutes:02}:{seconds:02}") } else { format!("{minutes}:{seconds:02}") }
}

const NO_BREAK: char = '\u{a0}';

/// `512 B`, `8.4 MB`, `1.2 GB`: decimal units, as file managers show them. Number and unit never part at a line's end.
#[must_use]
pub fn bytes(bytes: u64) -> String {
    const UNITS: [&str; 4] = ["KB", "MB", "GB", "TB"];
    if bytes < 1000 {
        return format!("{bytes}{NO_BREAK}B");
    }
    let mut size = bytes as f64 / 1000.0;
    let mut unit = UNITS[0];
    for next in &UNITS[1..] {
        if size < 999.5 {
            break;
        }
        size /= 1000.0;
        unit = next;
    }
    if size < 9.95 { format!("{size:.1}{NO_BREAK}{unit}") } else { format!("{size:.0}{NO_BREAK}{unit}") }
}

/// A moment on the wall clock where the person is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WallClock {
    /// Year, as `2026`.
    pub year: u32,
    /// Month, from 1.
    pub month: u32,
    /// Day of the month, from 1.
    pub day: u32,
    /// Hour, 0 to 23.
    pub hour: u32,
    /// Minute.
    pub minute: u32,
    /// Second.
    pub second: u32,
}

/// The name a recording is saved under, without extension: the time in front, so that names sort by it and no two
/// recordings of one meeting are called the same.
#[must_use]
pub fn saved_name(title: &str, began: WallClock) -> String {
    let WallClock { year, month, day, hour, minute, second } = began;
    let stamp = format!("{year:04}-{month:02}-{day:02} {hour:02}.{minute:02}.{second:02}");
    format!("{stamp} {title}").trim_end().to_owned()
}

/// One or two letters that stand for a name where there is no picture. Korean given names are better known than family
/// names, so of a Korean name the last two syllables stand.
#[must_use]
pub fn initials(name: &str) -> String {
    let is_hangul = |letter: &char| ('가'..='힣').contains(letter);
    let words: Vec<&str> = name.split_whitespace().collect();
    match words.as_slice() {
        [] => "?".into(),
        [word] if word.chars().all(|letter| is_hangul(&letter)) => {
            let letters: Vec<char> = word.chars().collect();
            letters[letters.len().saturating_sub(2)..].iter().collect()
        }
        [word] => word.chars().take(1).flat_map(char::to_uppercase).collect(),
        [first, .., last] => {
            [first, last].iter().filter_map(|word| word.chars().next()).flat_map(char::to_uppercase).collect()
        }
    }
}

/// A stable number below `count` for a text: gives each person a tint of their own.
#[must_use]
pub fn tint(text: &str, count: u32) -> u32 {
    text.bytes().fold(5381_u32, |hash, byte| hash.wrapping_mul(33) ^ u32::from(byte)) % count.max(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times() {
        assert_eq!(elapsed(0), "0:00");
        assert_eq!(elapsed(724_999), "12:04");
        assert_eq!(elapsed(3_729_000), "1:02:09");
    }

    #[test]
    fn sizes() {
        for (number, text) in [
            (0, "0 B"),
            (999, "999 B"),
            (1_000, "1.0 KB"),
            (9_960, "10 KB"),
            (999_600, "1.0 MB"),
            (1_250_000_000, "1.2 GB"),
        ] {
            assert_eq!(bytes(number).replace(NO_BREAK, " "), text);
            assert!(!bytes(number).contains(' '));
        }
        assert!(bytes(u64::MAX).ends_with("TB"));
    }

    #[test]
    fn names_sort_by_time_and_differ() {
        let early = WallClock { year: 2026, month: 9, day: 3, hour: 9, minute: 4, second: 5 };
        assert_eq!(saved_name("Meeting", early), "2026-09-03 09.04.05 Meeting");
        assert_eq!(saved_name("", early), "2026-09-03 09.04.05");
        for late in [
            WallClock { second: 6, ..early },
            WallClock { month: 11, ..early },
            WallClock { hour: 10, ..early },
        ] {
            assert!(saved_name("A", late) > saved_name("회의", early));
        }
    }

    #[test]
    fn letters_of_a_name() {
        for (name, letters) in [
            ("", "?"),
            ("mina", "M"),
            ("Mina Kim", "MK"),
            ("김민아", "민아"),
            ("민", "민"),
            ("  🦊 fox ", "🦊F"),
        ] {
            assert_eq!(initials(name), letters, "{name}");
        }
    }

    #[test]
    fn tints_are_in_range() {
        assert!((0..100).all(|number| tint(&number.to_string(), 6) < 6));
        assert_eq!(tint("", 0), 0);
    }
}
