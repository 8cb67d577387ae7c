//! The keys.

use crate::state::shortcuts::Shortcut;

/// The keys.
#[derive(Debug)]
#[expect(missing_docs, reason = "the names of the fields say where the words stand")]
pub struct Shortcuts {
    pub title: &'static str,
    pub lead: &'static str,
    pub space: &'static str,
    pub action: fn(Shortcut) -> &'static str,
}

pub(super) const ENGLISH: Shortcuts = Shortcuts {
    title: "Keyboard shortcuts",
    lead: "In a meeting, whenever you are not typing.",
    space: "Space",
    action: |shortcut| match shortcut {
        Shortcut::Microphone => "Microphone on or off",
        Shortcut::Talk => "Speak while held, with the microphone off",
        Shortcut::Camera => "Camera on or off",
        Shortcut::Screen => "Share the screen, or stop",
        Shortcut::Record => "Record, or stop recording",
        Shortcut::Mark => "Mark this moment of the recording",
        Shortcut::People => "Show or hide people",
        Shortcut::Chat => "Show or hide the chat",
        Shortcut::Hand => "Raise or lower your hand",
        Shortcut::FullScreen => "Full screen, or leave it",
        Shortcut::Help => "Show these shortcuts",
    },
};

pub(super) const KOREAN: Shortcuts = Shortcuts {
    title: "단축키",
    lead: "회의 중에 글자를 입력하고 있지 않을 때 쓸 수 있어요.",
    space: "스페이스 바",
    action: |shortcut| match shortcut {
        Shortcut::Microphone => "마이크 켜기 / 끄기",
        Shortcut::Talk => "마이크가 꺼져 있을 때 누르는 동안만 말하기",
        Shortcut::Camera => "카메라 켜기 / 끄기",
        Shortcut::Screen => "화면 공유 시작 / 중지",
        Shortcut::Record => "녹화 시작 / 중지",
        Shortcut::Mark => "녹화의 이 순간 표시",
        Shortcut::People => "참가자 보기 / 숨기기",
        Shortcut::Chat => "채팅 보기 / 숨기기",
        Shortcut::Hand => "손 들기 / 내리기",
        Shortcut::FullScreen => "전체 화면 켜기 / 끄기",
        Shortcut::Help => "단축키 보기",
    },
};
