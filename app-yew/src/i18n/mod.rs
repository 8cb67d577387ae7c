//! The words of the app, in two languages. A catalogue is a plain struct: what is missing in one does not compile.

use hostreel_protocol::{Code, RecordingKind, Role};

use crate::state::device::Asked;
use crate::state::meeting::Link;
use crate::state::people::PersonAction;
use crate::state::toasts::Message;

mod en;
mod ko;

pub use en::ENGLISH;
pub use ko::KOREAN;

/// A language of the app.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Language {
    /// 한국어.
    Korean,
    /// English.
    English,
}

impl Language {
    /// All languages, in the order of the switch.
    pub const ALL: [Self; 2] = [Self::Korean, Self::English];

    /// The language tag (BCP 47).
    #[must_use]
    pub fn tag(self) -> &'static str {
        match self {
            Self::Korean => "ko",
            Self::English => "en",
        }
    }

    /// Its own name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Korean => "한국어",
            Self::English => "English",
        }
    }

    /// Reads a language tag; regions and scripts don't matter.
    #[must_use]
    pub fn from_tag(tag: &str) -> Option<Self> {
        let primary = tag.split(['-', '_']).next()?.to_ascii_lowercase();
        Self::ALL.into_iter().find(|language| language.tag() == primary)
    }

    /// The first known one of several wishes (address, remembered choice, browser), else English.
    pub fn choose<'a>(wishes: impl IntoIterator<Item = &'a str>) -> Self {
        wishes.into_iter().find_map(Self::from_tag).unwrap_or(Self::English)
    }

    /// The words.
    #[must_use]
    pub fn texts(self) -> &'static Texts {
        match self {
            Self::Korean => &KOREAN,
            Self::English => &ENGLISH,
        }
    }
}

/// What happened, and the way out of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Explained {
    /// One sentence: what is the matter.
    pub what: &'static str,
    /// One sentence: what to do now.
    pub way_out: &'static str,
}

/// Words that name a kind of recording.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KindTexts {
    /// The choice.
    pub title: &'static str,
    /// One sentence on what is in the file.
    pub explained: &'static str,
    /// The expected size of an hour.
    pub per_hour: &'static str,
}

macro_rules! texts {
    ($($(#[doc = $doc:literal])* $field:ident: $type:ty,)+) => {
        /// Every text of the app in one language.
        #[derive(Debug)]
        #[expect(missing_docs, reason = "the names of the fields say where the words stand")]
        pub struct Texts { $($(#[doc = $doc])* pub $field: $type,)+ }
    };
}

texts! {
    // Home
    tagline: &'static str,
    home_title: &'static str,
    home_lead: &'static str,
    start_meeting: &'static str,
    starting: &'static str,
    join_title: &'static str,
    join_placeholder: &'static str,
    join_go: &'static str,
    join_bad: &'static str,
    solo_title: &'static str,
    solo_lead: &'static str,
    solo_video: &'static str,
    solo_audio: &'static str,
    solo_screen: &'static str,
    my_recordings: &'static str,
    my_recordings_lead: &'static str,
    promise_disk: &'static str,
    promise_disk_text: &'static str,
    promise_host: &'static str,
    promise_host_text: &'static str,
    promise_told: &'static str,
    promise_told_text: &'static str,
    // Everywhere
    home: &'static str,
    language: &'static str,
    back_home: &'static str,
    try_again: &'static str,
    close: &'static str,
    cancel: &'static str,
    copy: &'static str,
    copied: &'static str,
    not_found: Explained,
    no_server: Explained,
    // Before joining
    prejoin_title: &'static str,
    prejoin_title_host: &'static str,
    your_name: &'static str,
    name_placeholder: &'static str,
    name_needed: &'static str,
    join: &'static str,
    join_as_host: &'static str,
    joining: &'static str,
    join_without: &'static str,
    microphone: &'static str,
    camera: &'static str,
    default_device: &'static str,
    unnamed_device: fn(usize) -> String,
    level: &'static str,
    camera_is_off: &'static str,
    camera_starting: &'static str,
    people_inside: fn(usize, usize) -> String,
    nobody_inside: fn(usize) -> String,
    recording_inside: &'static str,
    you_are_host: &'static str,
    // The room
    controls: &'static str,
    you: &'static str,
    your_screen: &'static str,
    screen_of: fn(&str) -> String,
    microphone_on: &'static str,
    microphone_off: &'static str,
    camera_on: &'static str,
    camera_off: &'static str,
    share_screen: &'static str,
    stop_sharing: &'static str,
    no_screen: &'static str,
    people: &'static str,
    more: &'static str,
    leave: &'static str,
    invite: &'static str,
    invite_lead: &'static str,
    invite_guest: &'static str,
    invite_waiting: &'static str,
    host_link: &'static str,
    host_link_lead: &'static str,
    host_link_copy: &'static str,
    lock: &'static str,
    unlock: &'static str,
    locked: &'static str,
    end_room: &'static str,
    end_room_ask: &'static str,
    end_room_explained: &'static str,
    leave_ask: fn(RecordingKind) -> &'static str,
    leave_recording: fn(RecordingKind) -> &'static str,
    muted_by_host: &'static str,
    is_silent: &'static str,
    is_host: &'static str,
    reconnecting: &'static str,
    reconnecting_recording: fn(RecordingKind) -> &'static str,
    reconnecting_joining: &'static str,
    adrift: fn(Code) -> &'static str,
    connecting: &'static str,
    link: fn(Link) -> &'static str,
    link_cause: fn(Link) -> &'static str,
    role: fn(Role) -> &'static str,
    may_record_mark: &'static str,
    person_menu: fn(&str) -> String,
    person_action: fn(PersonAction) -> &'static str,
    person_action_ask: fn(PersonAction, &str) -> String,
    devices: &'static str,
    // Recording
    record: &'static str,
    record_title: &'static str,
    record_lead: &'static str,
    nobody_heard: Explained,
    kind_video: KindTexts,
    kind_audio: KindTexts,
    recorder_starting: &'static str,
    recording_word: fn(RecordingKind) -> &'static str,
    paused_word: fn(RecordingKind) -> &'static str,
    saved_only_here: &'static str,
    saved_only_at: fn(&str) -> String,
    pause: &'static str,
    resume: &'static str,
    stop: &'static str,
    stop_theirs: fn(RecordingKind) -> &'static str,
    tab_recording: fn(RecordingKind, &str) -> String,
    tab_paused: fn(RecordingKind, &str) -> String,
    leaving_page: &'static str,
    leaving_unsaved: &'static str,
    meeting_title: fn(&str) -> String,
    // The saved card
    saved_title: fn(bool) -> &'static str,
    saved_lead: &'static str,
    saved_partly: fn(bool) -> &'static str,
    saved_in_memory: &'static str,
    save: &'static str,
    saving: &'static str,
    saved_mark: &'static str,
    downloading_mark: &'static str,
    delete: &'static str,
    delete_ask: fn(&str) -> String,
    delete_explained: &'static str,
    play: &'static str,
    in_library: &'static str,
    finishing: &'static str,
    // Solo
    solo_choose: &'static str,
    solo_choose_lead: &'static str,
    solo_video_lead: &'static str,
    solo_audio_lead: &'static str,
    solo_screen_lead: &'static str,
    solo_start: fn(RecordingKind) -> &'static str,
    solo_other: &'static str,
    solo_again: fn(bool) -> &'static str,
    solo_no_microphone: &'static str,
    size: &'static str,
    free: fn(&str) -> String,
    default_title_screen: &'static str,
    // Library
    library_title: &'static str,
    library_lead: &'static str,
    library_empty: &'static str,
    library_empty_lead: &'static str,
    library_used: fn(&str, &str) -> String,
    loading: &'static str,
    kind_picture: &'static str,
    kind_sound: &'static str,
    unfinished: &'static str,
    // It is over
    left_title: &'static str,
    left_lead: &'static str,
    ended_by_me: Explained,
    rejoin: &'static str,
    move_here: &'static str,
    join_as_guest: &'static str,
    // Messages
    code: fn(Code) -> Explained,
    device_error: fn(&str) -> Explained,
    /// A device can't be opened: names only what was asked for.
    device_trouble: fn(&str, Asked) -> Explained,
    message: fn(&Message) -> String,
    dismiss: &'static str,
}

/// Every code that a device or the recorder may fail with.
pub const DEVICE_CODES: &[&str] = &[
    "denied",
    "no_device",
    "device_in_use",
    "insecure",
    "policy_blocked",
    "cancelled",
    "unsupported",
    "no_recorder",
    "no_storage",
    "worker_blocked",
    "storage_full",
    "write_failed",
    "recorder_failed",
    "wrong_state",
    "not_found",
    "timeout",
    "browser",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_wish_that_is_known_wins() {
        assert_eq!(Language::choose(["fr-FR", "ko-KR", "en"]), Language::Korean);
        assert_eq!(Language::choose(["EN_us", "ko"]), Language::English);
        assert_eq!(Language::choose([]), Language::English);
    }

    #[test]
    fn every_code_of_the_protocol_has_its_own_text() {
        for texts in [&KOREAN, &ENGLISH] {
            let unknown = (texts.code)(Code::Unknown);
            for code in Code::ALL {
                let explained = (texts.code)(*code);
                assert_ne!(explained.what, unknown.what, "{code:?}");
                assert!(!explained.way_out.is_empty(), "{code:?}");
            }
        }
    }

    #[test]
    fn every_code_of_the_recorder_has_its_own_text() {
        for texts in [&KOREAN, &ENGLISH] {
            let unknown = (texts.device_error)("from_the_future");
            for code in DEVICE_CODES {
                let explained = (texts.device_error)(code);
                assert_ne!(explained.what, unknown.what, "{code}");
                assert!(!explained.way_out.is_empty(), "{code}");
            }
        }
    }

    #[test]
    fn the_languages_differ_and_korean_is_polite() {
        for code in Code::ALL {
            let korean = (KOREAN.code)(*code);
            assert_ne!(korean.what, (ENGLISH.code)(*code).what);
            for sentence in [korean.what, korean.way_out] {
                assert!(sentence.ends_with("요."), "{sentence}");
            }
        }
        for code in DEVICE_CODES {
            let korean = (KOREAN.device_error)(code);
            for sentence in [korean.what, korean.way_out] {
                assert!(sentence.ends_with("요."), "{sentence}");
            }
        }
    }

    #[test]
    fn a_device_trouble_names_only_what_was_asked_for() {
        for texts in [&KOREAN, &ENGLISH] {
            for code in ["denied", "no_device"] {
                let told = |asked| (texts.device_trouble)(code, asked).what;
                assert!(told(Asked::Both).to_lowercase().contains(&texts.camera.to_lowercase()));
                assert!(!told(Asked::Microphone).to_lowercase().contains(&texts.camera.to_lowercase()));
                assert!(!told(Asked::Camera).to_lowercase().contains(&texts.microphone.to_lowercase()));
            }
            for asked in Asked::ALL {
                let in_use = (texts.device_trouble)("device_in_use", asked);
                assert_eq!(in_use, (texts.device_error)("device_in_use"));
            }
        }
        for asked in Asked::ALL {
            let korean = (KOREAN.device_trouble)("denied", asked);
            assert!(korean.what.ends_with("요.") && korean.way_out.ends_with("요."));
        }
    }

    #[test]
    fn a_file_that_could_not_be_saved_is_not_called_a_broken_recording() {
        for texts in [&KOREAN, &ENGLISH] {
            let told = [true, false].map(|full| (texts.message)(&Message::NotSaved { full }));
            assert_ne!(told[0], told[1]);
            for code in ["storage_full", "write_failed"] {
                assert!(told.iter().all(|told| !told.contains((texts.device_error)(code).what)));
            }
        }
    }

    #[test]
    fn korean_keeps_picture_and_sound_apart() {
        assert_eq!((KOREAN.recording_word)(RecordingKind::Video), "녹화 중");
        assert_eq!((KOREAN.recording_word)(RecordingKind::Audio), "녹음 중");
        let sound = [
            (KOREAN.paused_word)(RecordingKind::Audio).to_owned(),
            (KOREAN.tab_recording)(RecordingKind::Audio, "0:01"),
            (KOREAN.solo_start)(RecordingKind::Audio).to_owned(),
            (KOREAN.saved_title)(false).to_owned(),
            (KOREAN.saved_partly)(false).to_owned(),
            (KOREAN.stop_theirs)(RecordingKind::Audio).to_owned(),
            (KOREAN.leave_ask)(RecordingKind::Audio).to_owned(),
            (KOREAN.leave_recording)(RecordingKind::Audio).to_owned(),
            (KOREAN.reconnecting_recording)(RecordingKind::Audio).to_owned(),
            (KOREAN.solo_again)(false).to_owned(),
            (KOREAN.message)(&Message::RecordingStarted("민아".into(), RecordingKind::Audio)),
            (KOREAN.message)(&Message::RecordingStopped(RecordingKind::Audio)),
        ];
        for text in sound {
            assert!(text.contains("녹음") && !text.contains("녹화"), "{text}");
        }
    }
}
