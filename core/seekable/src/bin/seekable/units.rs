//! Sizes and times as people write them.

use std::time::Duration;

/// Letters of sizes and bytes.
const SIZES: [(&str, u64); 7] = [
    ("", 1),
    ("k", 1_000),
    ("m", 1_000_000),
    ("g", 1_000_000_000),
    ("ki", 1 << 10),
    ("mi", 1 << 20),
    ("gi", 1 << 30),
];

/// Units of time, in the order they may follow one another, and nanoseconds.
const TIMES: [(&str, u64); 4] =
    [("h", 3_600_000_000_000), ("m", 60_000_000_000), ("s", 1_000_000_000), ("ms", 1_000_000)];

/// `500M`, `1.5G`, `2GiB`, `700000`: not zero.
pub(crate) fn size(text: &str) -> Result<u64, String> {
    let wrong = || format!("expected a size such as 500M, 1.5G or 2Gi, found `{text}`");
    let (number, unit, rest) = next(text).ok_or_else(wrong)?;
    let unit = unit.trim_end_matches(['b', 'B']).to_ascii_lowercase();
    let (_, factor) = SIZES.iter().find(|(name, _)| *name == unit).ok_or_else(wrong)?;
    times(number, *factor).filter(|size| *size > 0 && rest.is_empty()).ok_or_else(wrong)
}

/// `90s`, `1h30m`, `1.5h`, `500ms`, `1:30:00`, or seconds: not zero.
pub(crate) fn span(text: &str) -> Result<Duration, String> {
    let span = time(text).filter(|span| !span.is_zero());
    span.ok_or_else(|| format!("expected a time such as 90s, 10m, 1h30m, 500ms or 1:30:00, found `{text}`"))
}

/// The same, or zero.
pub(crate) fn time(text: &str) -> Option<Duration> {
    clock(text).or_else(|| with_units(text))
}

/// `1:02:03.5`, `02:03` or `3`. Minutes and seconds go up to 59 behind something larger.
pub(crate) fn clock(text: &str) -> Option<Duration> {
    let mut nanoseconds = 0_u64;
    let parts = text.split(':').count();
    for (index, part) in text.split(':').enumerate() {
        let (is_first, is_last) = (index == 0, index + 1 == parts);
        if parts > 3 || !is_last && part.contains('.') {
            return None;
        }
        let (_, second) = TIMES.get(2)?;
        let part = times(part, *second).filter(|part| is_first || *part < 60 * second)?;
        nanoseconds = nanoseconds.checked_mul(60)?.checked_add(part)?;
    }
    Some(Duration::from_nanos(nanoseconds))
}

/// Numbers with their units, the larger ones first, none twice.
fn with_units(mut text: &str) -> Option<Duration> {
    let mut units = TIMES.iter();
    let mut nanoseconds = 0_u64;
    loop {
        let (number, unit, rest) = next(text)?;
        let (_, factor) = units.find(|(name, _)| *name == unit)?;
        nanoseconds = nanoseconds.checked_add(times(number, *factor)?)?;
        text = rest;
        if text.is_empty() {
            return Some(Duration::from_nanos(nanoseconds));
        }
    }
}

/// A number, its unit, and what follows.
fn next(text: &str) -> Option<(&str, &str, &str)> {
    let is_number = |letter: char| letter.is_ascii_digit() || letter == '.';
    let (number, rest) = text.split_at_checked(text.find(|other| !is_number(other)).unwrap_or(text.len()))?;
    let (unit, rest) = rest.split_at_checked(rest.find(is_number).unwrap_or(rest.len()))?;
    Some((number, unit, rest))
}

/// A number such as `12` or `1.5`, so many times, rounded down. Parts of a whole that has none are refused.
fn times(number: &str, factor: u64) -> Option<u64> {
    let (whole, fraction) = number.split_once('.').unwrap_or((number, "0"));
    let is_digits = |digits: &str| !digits.is_empty() && digits.bytes().all(|digit| digit.is_ascii_digit());
    if !is_digits(whole) || !is_digits(fraction) || factor == 1 && number.contains('.') {
        return None;
    }
    let mut part = 0;
    for digit in fraction.bytes().rev() {
        part = (u128::from(digit - b'0') * 1_000_000_000_000_000_000 + part) / 10;
    }
    let part = u64::try_from(part * u128::from(factor) / 1_000_000_000_000_000_000).ok()?;
    whole.parse::<u64>().ok()?.checked_mul(factor)?.checked_add(part)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes() {
        assert_eq!(size("500M"), Ok(500_000_000));
        assert_eq!(size("1.5M"), Ok(1_500_000));
        assert_eq!(size("0.25Ki"), Ok(256));
        assert_eq!(size("2GiB"), Ok(2 << 30));
        assert_eq!(size("700000"), Ok(700_000));
        for wrong in ["", "0", "M", "-1", ".5G", "1.G", "1.2.3M", "0.1", "1M1", "1T", "99999999999999G"] {
            assert!(size(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn times_with_units() {
        let seconds = |seconds| Ok(Duration::from_secs(seconds));
        assert_eq!(span("90s"), seconds(90));
        assert_eq!(span("10m"), seconds(600));
        assert_eq!(span("1h30m"), seconds(5400));
        assert_eq!(span("1.5h"), seconds(5400));
        assert_eq!(span("1:30:00"), seconds(5400));
        assert_eq!(span("90"), seconds(90));
        assert_eq!(span("500ms"), Ok(Duration::from_millis(500)));
        assert_eq!(span("1m0.5s"), Ok(Duration::from_millis(60_500)));
        for wrong in ["", "0s", "m", "1d", "1m1h", "1s1s", "1h30", "-1s", "1 h", "9999999999h", "ms", "1.s"] {
            assert!(span(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn clocks() {
        assert_eq!(clock("00:01:02"), Some(Duration::from_secs(62)));
        assert_eq!(clock("1:02:03.5"), Some(Duration::from_millis(3_723_500)));
        assert_eq!(clock("90:00"), Some(Duration::from_secs(5400)));
        assert_eq!(clock("90"), Some(Duration::from_secs(90)));
        for wrong in [
            "",
            "1:",
            ":1",
            "a",
            "1:2:3:4",
            "-1",
            "1e400",
            "99999999999999999999:0",
            "nan",
            "1:99",
            "1:60:00",
        ] {
            assert_eq!(clock(wrong), None, "{wrong}");
        }
    }
}
