//! What people write, made safe to show.

/// Longest reaction, in characters: an emoji with its modifiers and joiners.
const EMOJI_CHARS: usize = 12;

/// Cleans a chat message: control characters other than line breaks and tabs dropped, ends trimmed. `None` when nothing
/// is left or it has more than `max_chars` characters: half a message would say something else.
pub(crate) fn clean_text(raw: &str, max_chars: usize) -> Option<String> {
    let kept = |letter: &char| !letter.is_control() || matches!(letter, '\n' | '\t');
    let text: String = raw.chars().filter(kept).collect();
    let text = text.trim();
    let right = !text.is_empty() && text.chars().count() <= max_chars;
    right.then(|| text.to_owned())
}

/// Takes a reaction as it is, when it is short and nothing but visible signs and their joiners.
pub(crate) fn clean_emoji(raw: &str) -> Option<String> {
    let text = raw.trim();
    let right = text.chars().count() <= EMOJI_CHARS
        && text.chars().any(|letter| !letter.is_ascii() || letter.is_ascii_graphic())
        && !text.chars().any(|letter| {
            letter.is_control()
                || letter.is_whitespace()
                || matches!(letter, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
        });
    right.then(|| text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_keeps_its_lines_and_loses_its_controls() {
        assert_eq!(clean_text(" a\u{7}\u{1b}\nb\t \r\n", 10).as_deref(), Some("a\nb"));
        assert_eq!(clean_text("가나다", 3).as_deref(), Some("가나다"));
        assert_eq!(clean_text("가나다라", 3), None);
        assert_eq!(clean_text(" \n\u{0}", 10), None);
    }

    #[test]
    fn a_reaction_is_short() {
        for emoji in ["👍", "👩\u{200d}👩\u{200d}👧", "❤\u{fe0f}", "+1"] {
            assert_eq!(clean_emoji(emoji).as_deref(), Some(emoji));
        }
        for text in ["", " ", "a b", "\u{202e}x", "no reaction at all"] {
            assert_eq!(clean_emoji(text), None, "{text:?}");
        }
    }
}
