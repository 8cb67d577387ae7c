//! Room links and codes, as people paste and type them.

use hostreel_protocol::{HOST_KEY_FRAGMENT, HostKey, JoinToken, RoomId, join_path};

/// Where an entered text leads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Destination {
    /// The room.
    pub room: RoomId,
    /// The host key, if the text was a host link.
    pub host_key: Option<HostKey>,
}

impl Destination {
    /// Reads a whole link, its path, or a bare code with or without hyphens. `None` when there is no room id in it.
    #[must_use]
    pub fn read(text: &str) -> Option<Self> {
        let text = text.trim();
        let (address, fragment) = text.split_once('#').unwrap_or((text, ""));
        let address = address.split('?').next().unwrap_or_default().trim_end_matches('/');
        let code = address.rsplit_once("/r/").map_or(address, |(_, code)| code);
        Some(Self { room: RoomId::parse(code).ok()?, host_key: host_key(fragment) })
    }

    /// The path (and fragment) of the room's page on this server.
    #[must_use]
    pub fn path(&self) -> String {
        let path = join_path(&self.room);
        match &self.host_key {
            Some(key) => format!("{path}#{HOST_KEY_FRAGMENT}={}", key.as_str()),
            None => path,
        }
    }
}

/// The host key out of a link's fragment, with or without its `#`.
#[must_use]
pub fn host_key(fragment: &str) -> Option<HostKey> {
    HostKey::parse(member(fragment, HOST_KEY_FRAGMENT)?).ok()
}

/// The fragment (without its `#`) that is left once the host key is taken out.
#[must_use]
pub fn without_host_key(fragment: &str) -> String {
    without(fragment, HOST_KEY_FRAGMENT)
}

/// What the pass of an own login is called in a link's fragment: `#token=…`.
const TOKEN_FRAGMENT: &str = "token";

/// The pass of an own login out of a link's fragment, with or without its `#`.
#[must_use]
pub fn join_token(fragment: &str) -> Option<JoinToken> {
    JoinToken::parse(member(fragment, TOKEN_FRAGMENT)?).ok()
}

/// The fragment (without its `#`) that is left once the pass is taken out.
#[must_use]
pub fn without_join_token(fragment: &str) -> String {
    without(fragment, TOKEN_FRAGMENT)
}

fn pairs(fragment: &str) -> impl Iterator<Item = &str> {
    fragment.strip_prefix('#').unwrap_or(fragment).split('&').filter(|pair| !pair.is_empty())
}

fn member<'a>(fragment: &'a str, wanted: &str) -> Option<&'a str> {
    pairs(fragment)
        .filter_map(|pair| pair.split_once('='))
        .find(|(name, _)| *name == wanted)
        .map(|(_, value)| value)
}

fn without(fragment: &str, unwanted: &str) -> String {
    let is_it = |pair: &&str| pair.split_once('=').is_some_and(|(name, _)| name == unwanted);
    pairs(fragment).filter(|pair| !is_it(pair)).collect::<Vec<_>>().join("&")
}

/// What becomes of a host link that is opened in a tab that shows its room already.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HostLink {
    /// It is known: nothing changes.
    Known,
    /// The page begins anew, with the new key.
    Enter,
    /// That would end the meeting in this tab (and a recording with it): the person is asked.
    Ask,
}

/// What to do about a host link with the key `found`. `known`: the key that this tab has; `in_meeting`: people are met in
/// this tab right now.
#[must_use]
pub fn host_link_opened(known: Option<&HostKey>, found: &HostKey, in_meeting: bool) -> HostLink {
    match known {
        Some(known) if known == found => HostLink::Known,
        _ if in_meeting => HostLink::Ask,
        _ => HostLink::Enter,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn path(text: &str) -> Option<String> {
        Destination::read(text).map(|destination| destination.path())
    }

    #[test]
    fn links_paths_and_codes_lead_to_the_room() {
        for text in [
            "abcd-efgh-jkmn",
            " ABCDEFGHJKMN ",
            "abcd efgh jkmn",
            "/r/abcd-efgh-jkmn",
            "https://meet.example/r/abcd-efgh-jkmn",
            "https://meet.example/r/abcd-efgh-jkmn/?lang=ko",
        ] {
            assert_eq!(path(text).as_deref(), Some("/r/abcd-efgh-jkmn"), "{text}");
        }
    }

    #[test]
    fn a_host_link_keeps_its_key() {
        assert_eq!(
            path("http://a/r/abcd-efgh-jkmn?lang=ko#host=s3-cret").as_deref(),
            Some("/r/abcd-efgh-jkmn#host=s3-cret")
        );
        assert_eq!(host_key("#x=1&host=k").as_ref().map(HostKey::as_str), Some("k"));
        assert_eq!(host_key("#host=<b>"), None);
    }

    #[test]
    fn what_is_shown_of_a_fragment_holds_no_key() {
        for (fragment, rest) in [("#host=k", ""), ("#x=1&host=k&y", "x=1&y"), ("", ""), ("#host=<b>", "")] {
            assert_eq!(without_host_key(fragment), rest);
        }
    }

    #[test]
    fn the_pass_of_an_own_login_is_taken_out_of_a_link() {
        assert_eq!(join_token("#token=a.b-c.d_e").as_ref().map(JoinToken::as_str), Some("a.b-c.d_e"));
        assert_eq!(join_token("#host=k"), None);
        assert_eq!(join_token("#token="), None);
        assert_eq!(without_join_token("#x=1&token=a.b.c&host=k"), "x=1&host=k");
    }

    #[test]
    fn a_host_link_never_ends_a_meeting_unasked() {
        let key = |text| HostKey::parse(text).unwrap();
        for known in [None, Some(key("old"))] {
            assert_eq!(host_link_opened(known.as_ref(), &key("new"), true), HostLink::Ask);
            assert_eq!(host_link_opened(known.as_ref(), &key("new"), false), HostLink::Enter);
        }
        for in_meeting in [true, false] {
            assert_eq!(host_link_opened(Some(&key("new")), &key("new"), in_meeting), HostLink::Known);
        }
    }

    #[test]
    fn other_texts_lead_nowhere() {
        for text in ["", "hello", "https://meet.example/", "https://meet.example/r/", "abcd-efgh-jkm0"] {
            assert_eq!(path(text), None, "{text}");
        }
    }
}
