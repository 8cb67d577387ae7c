//! The words of the app, in two languages. A catalogue is a plain struct: what is missing in one does not compile.

use hostreel_protocol::Code;

use crate::state::device::Asked;
use crate::state::toasts::Message;

mod chat;
mod common;
mod connection;
mod consent;
mod devices;
mod home;
mod host;
mod library;
mod message;
mod over;
mod people;
mod prejoin;
mod recording;
mod refusal;
mod room;
mod saved;
mod settings;
mod shortcuts;
mod solo;
mod trouble;
mod verify;

pub use self::{
    chat::Chat, chat::REACTIONS, common::Common, connection::Connection, consent::Consent, devices::Devices,
    home::Home, host::Host, library::Library, over::Over, people::People, prejoin::Prejoin,
    recording::Recording, room::Room, saved::Saved, settings::Settings, shortcuts::Shortcuts, solo::Solo,
    trouble::DEVICE_CODES, verify::Verify,
};

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
}

/// Every text of the app in one language, by the part of the app where it stands.
#[derive(Debug)]
pub struct Texts {
    /// What stands everywhere.
    pub common: Common,
    /// The start page.
    pub home: Home,
    /// Before joining.
    pub prejoin: Prejoin,
    /// Camera, microphone and screen.
    pub devices: Devices,
    /// The room.
    pub room: Room,
    /// The people in the room, and how to invite more.
    pub people: People,
    /// What a host decides.
    pub host: Host,
    /// Consent to a recording, and its log.
    pub consent: Consent,
    /// Chat, reactions and hands.
    pub chat: Chat,
    /// The connections to the server and to the others.
    pub connection: Connection,
    /// Recording, in a meeting and alone.
    pub recording: Recording,
    /// A recording that has ended.
    pub saved: Saved,
    /// Recording without a meeting.
    pub solo: Solo,
    /// My recordings.
    pub library: Library,
    /// A consent log from a file.
    pub verify: Verify,
    /// What is settled for this device.
    pub settings: Settings,
    /// The keys.
    pub shortcuts: Shortcuts,
    /// When a meeting is over.
    pub over: Over,
    /// Why the server said no.
    pub code: fn(Code) -> Explained,
    /// What went wrong, by the recorder's error code.
    pub device_error: fn(&str) -> Explained,
    /// A device can't be opened: names only what was asked for.
    pub device_trouble: fn(&str, Asked) -> Explained,
    /// A short message.
    pub message: fn(&Message) -> String,
}

impl Texts {
    /// The title of a recording in this language: what the app itself called it in another one is translated.
    #[must_use]
    pub fn title(&self, stored: &str) -> String {
        let all = || Language::ALL.iter().map(|language| language.texts());
        if let Some(whole) = all().find_map(|texts| stored.strip_suffix(texts.library.trim_mark)) {
            return self.title(whole) + self.library.trim_mark;
        }
        if all().any(|texts| texts.solo.default_title_screen == stored) {
            return self.solo.default_title_screen.to_owned();
        }
        // Titles of meetings end with the room's code.
        let code = stored.rsplit(' ').next().unwrap_or_default();
        if all().any(|texts| (texts.room.title)(code) == stored) {
            return (self.room.title)(code);
        }
        stored.to_owned()
    }
}

/// English.
pub static ENGLISH: Texts = Texts {
    common: common::ENGLISH,
    home: home::ENGLISH,
    prejoin: prejoin::ENGLISH,
    devices: devices::ENGLISH,
    room: room::ENGLISH,
    people: people::ENGLISH,
    host: host::ENGLISH,
    consent: consent::ENGLISH,
    chat: chat::ENGLISH,
    connection: connection::ENGLISH,
    recording: recording::ENGLISH,
    saved: saved::ENGLISH,
    solo: solo::ENGLISH,
    library: library::ENGLISH,
    verify: verify::ENGLISH,
    settings: settings::ENGLISH,
    shortcuts: shortcuts::ENGLISH,
    over: over::ENGLISH,
    code: refusal::english,
    device_error: trouble::english,
    device_trouble: trouble::asked_english,
    message: message::english,
};

/// 한국어. 낱말: 회의, 녹화(화면이 있음), 녹음(소리만), 호스트, 공동 호스트, 참가자, 녹화 권한 주기·거두기, 내 녹화 보관함.
pub static KOREAN: Texts = Texts {
    common: common::KOREAN,
    home: home::KOREAN,
    prejoin: prejoin::KOREAN,
    devices: devices::KOREAN,
    room: room::KOREAN,
    people: people::KOREAN,
    host: host::KOREAN,
    consent: consent::KOREAN,
    chat: chat::KOREAN,
    connection: connection::KOREAN,
    recording: recording::KOREAN,
    saved: saved::KOREAN,
    solo: solo::KOREAN,
    library: library::KOREAN,
    verify: verify::KOREAN,
    settings: settings::KOREAN,
    shortcuts: shortcuts::KOREAN,
    over: over::KOREAN,
    code: refusal::korean,
    device_error: trouble::korean,
    device_trouble: trouble::asked_korean,
    message: message::korean,
};

const fn explained(what: &'static str, way_out: &'static str) -> Explained {
    Explained { what, way_out }
}

/// 소리만 담으면 녹음, 화면이 있으면 녹화.
const fn korean_noun(picture: bool) -> &'static str {
    if picture { "녹화" } else { "녹음" }
}

#[cfg(test)]
mod tests;
