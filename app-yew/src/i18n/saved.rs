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
};
