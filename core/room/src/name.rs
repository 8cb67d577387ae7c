//! Names as people give them, made safe to show.

/// Makes a name safe to show beside others: white space collapsed and trimmed, control characters, direction marks
/// and invisible fillers dropped, cut to `max_chars` characters (Unicode scalar values, not bytes).
///
/// Returns `None` when nothing visible is left.
///
/// ```
/// use hostreel_room::clean_name;
/// assert_eq!(clean_name("  Kim \t Mina\u{202e} ", 40).as_deref(), Some("Kim Mina"));
/// assert_eq!(clean_name(" \u{200d}\n", 40), None);
/// ```
#[must_use]
pub fn clean_name(raw: &str, max_chars: usize) -> Option<String> {
    let mut name = String::new();
    let mut count = 0;
    let mut gap = false;
    let mut visible = false;
    for letter in raw.chars() {
        if letter.is_whitespace() {
            gap = count > 0;
            continue;
        }
        if letter.is_control() || is_disguise(letter) {
            continue;
        }
        let wanted = if gap { 2 } else { 1 };
        if count + wanted > max_chars {
            break;
        }
        if gap {
            name.push(' ');
            gap = false;
        }
        name.push(letter);
        count += wanted;
        visible |= !is_joiner(letter);
    }
    visible.then_some(name)
}

/// Characters without a picture that turn, hide or imitate text (Unicode UAX #9 controls, UTR #36 §3).
fn is_disguise(letter: char) -> bool {
    matches!(letter,
        '\u{ad}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{180e}' | '\u{200b}'
        | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{2800}' | '\u{3164}'
        | '\u{feff}' | '\u{ffa0}' | '\u{fff9}'..='\u{fffc}' | '\u{e0000}'..='\u{e0fff}')
}

/// Joiners and variation selectors: needed inside emoji and some scripts, nothing to see by themselves.
fn is_joiner(letter: char) -> bool {
    matches!(letter, '\u{200c}' | '\u{200d}' | '\u{34f}' | '\u{fe00}'..='\u{fe0f}')
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn keeps_what_people_are_called() {
        for name in ["민아", "Zoë O’Neill-Ng", "نگار\u{200c}ها", "👩\u{200d}💻 Ada", "x"] {
            assert_eq!(clean_name(name, 40).as_deref(), Some(name));
        }
    }

    #[test]
    fn drops_disguises_and_gaps() {
        assert_eq!(
            clean_name("\u{202e}evil\u{2066}\u{7}\u{3000}\r\n name\u{feff}", 40).unwrap(),
            "evil name"
        );
    }

    #[test]
    fn nothing_to_see_is_no_name() {
        for raw in ["", "   ", "\u{200b}\u{3164}", "\u{200d}\u{fe0f}", "\u{0}\u{1b}"] {
            assert_eq!(clean_name(raw, 40), None, "{raw:?}");
        }
        assert_eq!(clean_name("Mina", 0), None);
    }

    #[test]
    fn cuts_by_characters_without_a_trailing_gap() {
        assert_eq!(clean_name("가나다 라마", 4).unwrap(), "가나다");
        assert_eq!(clean_name("가나다 라마", 5).unwrap(), "가나다 라");
    }

    proptest! {
        #[test]
        fn cleaning_is_bounded_and_settled(raw in any::<String>(), max in 0usize..50) {
            if let Some(name) = clean_name(&raw, max) {
                prop_assert!(name.chars().count() <= max);
                prop_assert_eq!(name.trim(), name.as_str());
                let again = clean_name(&name, max);
                prop_assert_eq!(again, Some(name));
            }
        }
    }
}
