//! The page on which a consent log from a file is verified.

use super::{Explained, explained};

/// The page on which a consent log from a file is verified.
#[derive(Debug)]
#[expect(missing_docs, reason = "the names of the fields say where the words stand")]
pub struct Verify {
    pub title: &'static str,
    pub lead: &'static str,
    pub choose: &'static str,
    pub drop: &'static str,
    pub not_a_log: Explained,
    pub no_log: &'static str,
    pub no_recording: &'static str,
    pub same: &'static str,
    pub differs: &'static str,
}

pub(super) const ENGLISH: Verify = Verify {
    title: "Check a consent log",
    lead: "Were you given a recording and its consent log? Choose both here. They are read on this device and sent nowhere.",
    choose: "Choose the log and the recording",
    drop: "or drop them here",
    not_a_log: explained(
        "This is not a consent log.",
        "It is the JSON file that “Save as JSON” makes beside the recording.",
    ),
    no_log: "That is the recording. Now choose its consent log, the JSON file.",
    no_recording: "Choose the recording too, to see whether it is the one.",
    same: "The recording is the one that the log was closed with.",
    differs: "This is not the recording that the log was closed with, or it was changed since.",
};

pub(super) const KOREAN: Verify = Verify {
    title: "동의 기록 확인",
    lead: "녹화 파일과 동의 기록을 받으셨나요? 여기에서 둘 다 골라 주세요. 이 기기에서만 읽고 어디에도 보내지 않아요.",
    choose: "동의 기록과 녹화 파일 고르기",
    drop: "또는 여기로 끌어다 놓으세요",
    not_a_log: explained(
        "동의 기록이 아니에요.",
        "녹화 옆의 ‘JSON으로 저장’으로 만든 JSON 파일을 골라 주세요.",
    ),
    no_log: "녹화 파일이에요. 이제 동의 기록(JSON 파일)을 골라 주세요.",
    no_recording: "녹화 파일도 고르면 기록과 같은 파일인지 확인할 수 있어요.",
    same: "기록을 마칠 때의 바로 그 녹화 파일이에요.",
    differs: "기록을 마칠 때의 녹화 파일이 아니거나, 그 뒤에 바뀌었어요.",
};
