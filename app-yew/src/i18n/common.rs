//! What stands everywhere.

use super::{Explained, explained};

/// What stands everywhere.
#[derive(Debug)]
#[expect(missing_docs, reason = "the names of the fields say where the words stand")]
pub struct Common {
    pub home: &'static str,
    pub language: &'static str,
    pub back_home: &'static str,
    pub try_again: &'static str,
    pub close: &'static str,
    pub cancel: &'static str,
    pub copy: &'static str,
    pub copied: &'static str,
    pub dismiss: &'static str,
    pub loading: &'static str,
    pub settings: &'static str,
    pub not_found: Explained,
    pub no_server: Explained,
}

pub(super) const ENGLISH: Common = Common {
    home: "Hostreel, home",
    language: "Language",
    back_home: "Back to the start page",
    try_again: "Try again",
    close: "Close",
    cancel: "Cancel",
    copy: "Copy",
    copied: "Copied",
    dismiss: "Dismiss",
    loading: "Loading…",
    settings: "Settings",
    not_found: explained("There is nothing at this address.", "Check the link, or begin on the start page."),
    no_server: explained(
        "The server can't be reached.",
        "Check your connection and try again. Recording without a meeting works all the same.",
    ),
};

pub(super) const KOREAN: Common = Common {
    home: "Hostreel 첫 화면",
    language: "언어",
    back_home: "첫 화면으로",
    try_again: "다시 시도",
    close: "닫기",
    cancel: "취소",
    copy: "복사",
    copied: "복사됨",
    dismiss: "닫기",
    loading: "불러오고 있어요…",
    settings: "설정",
    not_found: explained("이 주소에는 아무것도 없어요.", "링크를 확인하거나 첫 화면에서 시작해 주세요."),
    no_server: explained(
        "서버에 연결할 수 없어요.",
        "인터넷 연결을 확인하고 다시 시도해 주세요. 회의 없이 녹화하는 것은 지금도 할 수 있어요.",
    ),
};
