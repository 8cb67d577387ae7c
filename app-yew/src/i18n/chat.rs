//! Chat, reactions and hands, and other news of the room.

use super::consent;
use crate::state::room_news::RoomNews;

/// Chat, reactions and hands.
#[derive(Debug)]
#[expect(missing_docs, reason = "the names of the fields say where the words stand")]
pub struct Chat {
    pub title: &'static str,
    pub unread: fn(usize) -> String,
    pub placeholder: &'static str,
    pub send: &'static str,
    pub empty: &'static str,
    pub kept_while_recording: &'static str,
    pub not_allowed: &'static str,
    pub away: &'static str,
    pub react: &'static str,
    pub emoji: [&'static str; 6],
    pub raise: &'static str,
    pub lower: &'static str,
    pub may_not_raise: &'static str,
    pub of_recording: &'static str,
    pub save_text: &'static str,
    pub save_webvtt: &'static str,
}

/// The reactions to choose from, in the order of their names.
pub const REACTIONS: [&str; 6] = ["👍", "👏", "❤️", "😂", "😮", "🎉"];

pub(super) const ENGLISH: Chat = Chat {
    title: "Chat",
    unread: |count| {
        if count == 1 { "Chat, 1 new message".into() } else { format!("Chat, {count} new messages") }
    },
    placeholder: "Write to everybody",
    send: "Send",
    empty: "Nothing has been written yet.",
    kept_while_recording: "What is written while it is recorded is kept with the recording.",
    not_allowed: "The host lets only hosts write here.",
    away: "You can write again once the server is back.",
    react: "React",
    emoji: ["Thumbs up", "Applause", "Heart", "Laughing", "Surprised", "Celebration"],
    raise: "Raise your hand",
    lower: "Lower your hand",
    may_not_raise: "The host does not let guests raise their hand",
    of_recording: "Chat of the recording",
    save_text: "Save chat as text",
    save_webvtt: "Save chat as WebVTT",
};

pub(super) const KOREAN: Chat = Chat {
    title: "채팅",
    unread: |count| format!("채팅, 새 메시지 {count}개"),
    placeholder: "모두에게 메시지 쓰기",
    send: "보내기",
    empty: "아직 아무도 쓰지 않았어요.",
    kept_while_recording: "녹화하는 동안 쓴 글은 녹화와 함께 저장돼요.",
    not_allowed: "호스트와 공동 호스트만 쓸 수 있어요.",
    away: "서버에 다시 연결되면 쓸 수 있어요.",
    react: "반응하기",
    emoji: ["좋아요", "박수", "하트", "웃음", "놀람", "축하"],
    raise: "손 들기",
    lower: "손 내리기",
    may_not_raise: "지금은 참가자가 손을 들 수 없어요",
    of_recording: "녹화하는 동안의 채팅",
    save_text: "채팅을 텍스트로 저장",
    save_webvtt: "채팅을 WebVTT로 저장",
};

pub(super) fn news_english(news: &RoomNews) -> String {
    match news {
        RoomNews::Away(name) => format!("{name} lost the connection; the seat is kept"),
        RoomNews::Back(name) => format!("{name} is back"),
        RoomNews::HandUp(name) => format!("{name} raised a hand"),
        RoomNews::Renamed(was, name) => format!("{was} is now called {name}"),
        RoomNews::MyName(name) => format!("You are now called {name}"),
        RoomNews::Wrote(name, text) => format!("{name}: {}", short(text)),
        RoomNews::Consent(name, state, kind) => (consent::ENGLISH.answered)(name, *state, *kind),
        RoomNews::Policies => "The host changed the rules of this meeting".into(),
        RoomNews::MayRecordFor(1) => "The host allowed you to record for 1 minute".into(),
        RoomNews::MayRecordFor(minutes) => format!("The host allowed you to record for {minutes} minutes"),
        RoomNews::Banned(name) => format!("{name} was removed and can't come back"),
    }
}

pub(super) fn news_korean(news: &RoomNews) -> String {
    match news {
        RoomNews::Away(name) => format!("{name} 님의 연결이 끊겼어요. 자리는 남겨 두고 있어요."),
        RoomNews::Back(name) => format!("{name} 님이 돌아왔어요"),
        RoomNews::HandUp(name) => format!("{name} 님이 손을 들었어요"),
        RoomNews::Renamed(was, name) => format!("{was} 님이 이름을 바꿨어요: {name}"),
        RoomNews::MyName(name) => format!("내 이름을 바꿨어요: {name}"),
        RoomNews::Wrote(name, text) => format!("{name}: {}", short(text)),
        RoomNews::Consent(name, state, kind) => (consent::KOREAN.answered)(name, *state, *kind),
        RoomNews::Policies => "호스트가 회의 규칙을 바꿨어요".into(),
        RoomNews::MayRecordFor(minutes) => format!("호스트가 {minutes}분 동안 녹화 권한을 줬어요"),
        RoomNews::Banned(name) => format!("{name} 님을 내보냈어요. 이 회의에 다시 들어올 수 없어요."),
    }
}

/// A toast has no room for a whole letter.
fn short(text: &str) -> String {
    let mut letters = text.chars();
    let short: String = letters.by_ref().take(80).collect();
    if letters.next().is_some() { format!("{short}…") } else { short }
}
