//! When a meeting is over.

use super::{Explained, explained};

/// When a meeting is over.
#[derive(Debug)]
#[expect(missing_docs, reason = "the names of the fields say where the words stand")]
pub struct Over {
    pub left_title: &'static str,
    pub left_lead: &'static str,
    pub ended_by_me: Explained,
    pub rejoin: &'static str,
    pub move_here: &'static str,
    pub join_as_guest: &'static str,
}

pub(super) const ENGLISH: Over = Over {
    left_title: "You left the meeting",
    left_lead: "Thanks for being there.",
    ended_by_me: explained(
        "You ended the meeting for everybody.",
        "Its link does not work any more. What you recorded is in My recordings.",
    ),
    rejoin: "Join again",
    move_here: "Join here instead",
    join_as_guest: "Join as a guest",
};

pub(super) const KOREAN: Over = Over {
    left_title: "회의에서 나왔어요",
    left_lead: "함께해 주셔서 고마워요.",
    ended_by_me: explained(
        "모두 내보내고 회의를 끝냈어요.",
        "회의 링크는 더는 쓸 수 없어요. 녹화한 것은 내 녹화 보관함에 있어요.",
    ),
    rejoin: "다시 참가하기",
    move_here: "여기로 옮겨 오기",
    join_as_guest: "참가자로 들어가기",
};
