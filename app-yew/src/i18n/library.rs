//! My recordings.

/// My recordings.
#[derive(Debug)]
#[expect(missing_docs, reason = "the names of the fields say where the words stand")]
pub struct Library {
    pub title: &'static str,
    pub lead: &'static str,
    pub empty: &'static str,
    pub empty_lead: &'static str,
    pub used: fn(&str, &str) -> String,
    pub kind_picture: &'static str,
    pub kind_sound: &'static str,
    pub unfinished: &'static str,
}

pub(super) const ENGLISH: Library = Library {
    title: "My recordings",
    lead: "They are kept in this browser, on this computer, and nowhere else.",
    empty: "No recordings yet",
    empty_lead: "What you record in a meeting or alone appears here.",
    used: |used, quota| format!("{used} used of {quota} that the browser allows"),
    kind_picture: "Video",
    kind_sound: "Audio",
    unfinished: "Interrupted",
};

pub(super) const KOREAN: Library = Library {
    title: "내 녹화 보관함",
    lead: "이 컴퓨터의 이 브라우저에만 보관돼요.",
    empty: "아직 녹화가 없어요",
    empty_lead: "회의에서나 혼자 녹화한 것이 여기에 모여요.",
    used: |used, quota| format!("브라우저가 허용한 {quota} 중 {used} 사용"),
    kind_picture: "영상",
    kind_sound: "녹음",
    unfinished: "중단됨",
};
