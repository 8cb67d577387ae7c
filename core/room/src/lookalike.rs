//! Which names can be mistaken for each other.

/// Whether two names look alike: equal but for case, spaces, accents on look-alikes and letters of other scripts
/// (Unicode UTS #39 §4, skeletons). Without the feature `lookalikes`: equal but for case and spaces. Deciding needs
/// it, and that is the server's part: the tables weigh too much for a page that only applies events.
pub(crate) fn resembles(name: &str, other: &str) -> bool {
    let (name, other) = (fold(name), fold(other));
    !name.is_empty() && name == other
}

#[cfg(feature = "lookalikes")]
fn fold(name: &str) -> String {
    // Case first: a capital's skeleton may differ from its small letter's. And after: a skeleton may have capitals.
    let small = without_gaps(name);
    let skeleton: String = unicode_security::confusable_detection::skeleton(&small).collect();
    without_gaps(&skeleton)
}

#[cfg(not(feature = "lookalikes"))]
fn fold(name: &str) -> String {
    without_gaps(name)
}

fn without_gaps(name: &str) -> String {
    name.chars().filter(|letter| !letter.is_whitespace()).flat_map(char::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn case_and_spaces_are_no_difference() {
        assert!(resembles("Mina Kim", "minakim"));
        assert!(!resembles("Mina", "Nina"));
        assert!(!resembles("민아", "민지"));
        assert!(!resembles("", " "));
    }

    #[cfg(feature = "lookalikes")]
    #[test]
    fn letters_of_other_scripts_are_no_difference() {
        // Cyrillic а, і; digit 1 and capital I for a small l; full width.
        for name in ["Minа", "Mіna", "Ｍｉｎａ"] {
            assert!(resembles(name, "Mina"), "{name}");
        }
        assert!(resembles("A1ice", "Alice"));
        assert!(!resembles("Алиса", "Alice"));
    }
}
