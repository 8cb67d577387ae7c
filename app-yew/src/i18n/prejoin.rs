//! Before joining.

/// Before joining.
#[derive(Debug)]
#[expect(missing_docs, reason = "the names of the fields say where the words stand")]
pub struct Prejoin {
    pub title: &'static str,
    pub title_host: &'static str,
    pub your_name: &'static str,
    pub name_placeholder: &'static str,
    pub name_needed: &'static str,
    pub join: &'static str,
    pub join_as_host: &'static str,
    pub joining: &'static str,
    pub join_without: &'static str,
    pub people_inside: fn(usize, usize) -> String,
    pub nobody_inside: fn(usize) -> String,
    pub recording_inside: &'static str,
    pub you_are_host: &'static str,
}

pub(super) const ENGLISH: Prejoin = Prejoin {
    title: "Ready to join?",
    title_host: "Ready to start?",
    your_name: "Your name",
    name_placeholder: "How others see you",
    name_needed: "Enter a name of 1 to 40 characters.",
    join: "Join now",
    join_as_host: "Start meeting",
    joining: "Joining…",
    join_without: "You can join all the same, and watch and listen.",
    people_inside: |people, limit| {
        if people == 1 {
            format!("1 person is in · up to {limit} people")
        } else {
            format!("{people} are in · up to {limit} people")
        }
    },
    nobody_inside: |limit| format!("Nobody is in yet · up to {limit} people"),
    recording_inside: "This meeting is being recorded",
    you_are_host: "You join as the host",
};

pub(super) const KOREAN: Prejoin = Prejoin {
    title: "참가할 준비가 되셨나요?",
    title_host: "시작할 준비가 되셨나요?",
    your_name: "이름",
    name_placeholder: "다른 참가자에게 보일 이름",
    name_needed: "이름을 1자에서 40자까지 적어 주세요.",
    join: "참가하기",
    join_as_host: "회의 시작하기",
    joining: "참가하고 있어요…",
    join_without: "그대로 참가해서 보고 들을 수 있어요.",
    people_inside: |people, limit| format!("{people}명이 참가 중이에요 (최대 {limit}명)"),
    nobody_inside: |limit| format!("아직 아무도 없어요 (최대 {limit}명)"),
    recording_inside: "이 회의는 녹화되고 있어요",
    you_are_host: "호스트로 참가해요",
};
