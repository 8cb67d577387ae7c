//! A recording that has ended.

/// A recording that has ended.
#[derive(Debug)]
#[expect(missing_docs, reason = "the names of the fields say where the words stand")]
pub struct Saved {
    pub title: fn(bool) -> &'static str,
    pub lead: &'static str,
    pub partly: fn(bool) -> &'static str,
    pub in_memory: &'static str,
    pub save: &'static str,
    pub saving: &'static str,
    pub mark: &'static str,
    pub downloading_mark: &'static str,
    pub delete: &'static str,
    pub delete_ask: fn(&str) -> String,
    pub delete_explained: &'static str,
    pub play: &'static str,
    pub in_library: &'static str,
    pub finishing: &'static str,
    pub save_zip: &'static str,
    pub save_everything: &'static str,
    pub save_everything_lead: &'static str,
    pub share: &'static str,
    pub checked: fn(&str, u32) -> String,
    pub checked_sound: fn(&str) -> String,
    pub not_as_it_should: &'static str,
    pub tracks: fn(usize) -> String,
}

pub(super) const ENGLISH: Saved = Saved {
    title: |_| "The recording is ready",
    lead: "It is complete and stays in this browser until you delete it. Save it to have it as a file.",
    partly: |_| "The recording ended early. What was recorded until then is complete and kept.",
    in_memory: "It is only in this tab's memory and is lost with the tab, unless you save it as a file.",
    save: "Save as file",
    saving: "Saving…",
    mark: "Saved as a file",
    downloading_mark: "Download begun",
    delete: "Delete",
    delete_ask: |name| format!("Delete “{name}”?"),
    delete_explained: "It is gone from this browser for good. Files that you saved stay.",
    play: "Play",
    in_library: "My recordings",
    finishing: "Completing the file…",
    save_zip: "Save as ZIP",
    save_everything: "Save with everything (ZIP)",
    save_everything_lead: "The file with its chat and its consent log",
    share: "Share",
    checked: |length, places| {
        if places == 1 {
            format!("Checked: {length} long, and seeking works.")
        } else {
            format!("Checked: {length} long, and seeking works, with {places} entries in its index.")
        }
    },
    checked_sound: |length| format!("Checked: {length} long."),
    not_as_it_should: "The check found something odd: play it once before you rely on it. All that was recorded is in the file.",
    tracks: |files| format!("One file for each person: {files} files, aligned in time."),
};

pub(super) const KOREAN: Saved = Saved {
    title: |picture| if picture { "녹화가 완성됐어요" } else { "녹음이 완성됐어요" },
    lead: "지울 때까지 이 브라우저에 남아 있어요. 파일로 쓰려면 저장하세요.",
    partly: |picture| {
        if !picture {
            "녹음이 일찍 끝났어요. 그때까지 녹음한 것은 완성되어 남아 있어요."
        } else {
            "녹화가 일찍 끝났어요. 그때까지 녹화한 것은 완성되어 남아 있어요."
        }
    },
    in_memory: "이 탭의 메모리에만 있어요. 파일로 저장하지 않으면 탭을 닫을 때 사라져요.",
    save: "파일로 저장",
    saving: "저장하고 있어요…",
    mark: "파일로 저장했어요",
    downloading_mark: "내려받기 시작함",
    delete: "지우기",
    delete_ask: |name| format!("‘{name}’ 파일을 지울까요?"),
    delete_explained: "이 브라우저에서 완전히 없어져요. 따로 저장한 파일은 그대로 남아요.",
    play: "재생",
    in_library: "내 녹화 보관함",
    finishing: "파일을 완성하고 있어요…",
    save_zip: "ZIP으로 저장",
    save_everything: "전부 묶어서 저장 (ZIP)",
    save_everything_lead: "파일에 채팅과 동의 기록을 함께 담아요",
    share: "공유",
    checked: |length, places| {
        format!("확인했어요: 길이 {length}, 원하는 곳으로 이동할 수 있어요(색인 {places}곳).")
    },
    checked_sound: |length| format!("확인했어요: 길이 {length}."),
    not_as_it_should: "확인해 보니 평소와 다른 점이 있어요. 쓰기 전에 한 번 재생해 보세요. 기록한 것은 모두 파일에 있어요.",
    tracks: |files| format!("참가자마다 파일이 하나씩, 모두 {files}개예요. 시간이 서로 맞아요."),
};
