//! Keys of the room. Single letters, as other meetings have them; not while something is typed.

/// What a key does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shortcut {
    /// Microphone on or off.
    Microphone,
    /// Camera on or off.
    Camera,
    /// Share the screen, or no more.
    Screen,
    /// Start or stop to record.
    Record,
    /// Mark this moment of the recording.
    Mark,
    /// Show or hide the people.
    People,
    /// Show or hide the chat.
    Chat,
    /// Raise the hand, or lower it.
    Hand,
    /// The whole screen, or no more.
    FullScreen,
    /// Speak while it is held.
    Talk,
    /// Show all keys.
    Help,
}

impl Shortcut {
    /// All of them, in the order of the list.
    pub const ALL: [Self; 11] = [
        Self::Microphone,
        Self::Talk,
        Self::Camera,
        Self::Screen,
        Self::Record,
        Self::Mark,
        Self::People,
        Self::Chat,
        Self::Hand,
        Self::FullScreen,
        Self::Help,
    ];

    /// The key as it is written on a keyboard; nothing for the space bar, which has another name in each language.
    #[must_use]
    pub fn key(self) -> Option<&'static str> {
        Some(match self {
            Self::Microphone => "M",
            Self::Camera => "V",
            Self::Screen => "S",
            Self::Record => "R",
            Self::Mark => "B",
            Self::People => "P",
            Self::Chat => "C",
            Self::Hand => "H",
            Self::FullScreen => "F",
            Self::Help => "?",
            Self::Talk => return None,
        })
    }

    /// What a key press means. `code` is the key's place (`KeyM`), which is the same whatever the keyboard writes: with a
    /// Korean keyboard M writes ㅡ. `key` is what it writes. Keys that are held with Ctrl, Alt or Meta are the browser's.
    #[must_use]
    pub fn read(code: &str, key: &str) -> Option<Self> {
        if key == "?" {
            return Some(Self::Help);
        }
        if code == "Space" {
            return Some(Self::Talk);
        }
        let letter = code.strip_prefix("Key")?;
        Self::ALL.into_iter().find(|shortcut| shortcut.key() == Some(letter))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_shortcut_has_a_key_of_its_own() {
        let mut keys: Vec<_> = Shortcut::ALL.iter().map(|shortcut| shortcut.key()).collect();
        keys.sort_unstable();
        keys.dedup();
        assert_eq!(keys.len(), Shortcut::ALL.len());
    }

    #[test]
    fn a_korean_keyboard_has_the_same_keys() {
        assert_eq!(Shortcut::read("KeyM", "ㅡ"), Some(Shortcut::Microphone));
        assert_eq!(Shortcut::read("KeyM", "m"), Some(Shortcut::Microphone));
        assert_eq!(Shortcut::read("KeyC", "ㅊ"), Some(Shortcut::Chat));
        assert_eq!(Shortcut::read("KeyH", "ㅗ"), Some(Shortcut::Hand));
        assert_eq!(Shortcut::read("Slash", "?"), Some(Shortcut::Help));
        assert_eq!(Shortcut::read("Space", " "), Some(Shortcut::Talk));
        for (code, key) in [("KeyX", "x"), ("Enter", "Enter"), ("Slash", "/"), ("", "")] {
            assert_eq!(Shortcut::read(code, key), None);
        }
    }
}
