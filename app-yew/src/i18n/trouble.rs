//! What went wrong with a device or the recorder.

use super::{Explained, explained};
use crate::state::device::Asked;

/// Every code that a device or the recorder may fail with.
pub const DEVICE_CODES: &[&str] = &[
    "denied",
    "no_device",
    "device_in_use",
    "insecure",
    "policy_blocked",
    "cancelled",
    "unsupported",
    "no_recorder",
    "no_storage",
    "worker_blocked",
    "storage_full",
    "write_failed",
    "recorder_failed",
    "wrong_state",
    "not_cuttable",
    "nothing_there",
    "not_found",
    "timeout",
    "browser",
];

pub(super) fn english(code: &str) -> Explained {
    match code {
        "denied" => explained(
            "Access to the camera, microphone or screen was not allowed.",
            "Allow it by the icon in the address bar, then try again.",
        ),
        "no_device" => explained("No such device was found.", "Plug one in or choose another."),
        "device_in_use" => {
            explained("Another program is using this device.", "Close that program, then try again.")
        }
        "insecure" => explained(
            "This page is not secure, so there is no camera and no microphone.",
            "Open it with https:// or from localhost.",
        ),
        "policy_blocked" => explained(
            "A setting of this site or device forbids it.",
            "Ask whoever manages it, or use another browser.",
        ),
        "cancelled" => explained("Nothing was chosen.", "Try again and choose what to share."),
        "unsupported" => explained("This browser can't do that.", "Use a current Chrome, Edge or Firefox."),
        "no_recorder" => {
            explained("This browser can't record.", "Use a current Chrome, Edge, Firefox or Safari.")
        }
        "worker_blocked" => explained(
            "A part of this page could not be loaded.",
            "Reload the page. If that does not help, tell whoever runs this server.",
        ),
        "no_storage" => explained(
            "This browser keeps no files here, perhaps because of a private window: a recording stays in memory, 1\u{a0}GB at most.",
            "Save it before you close the tab, or use a normal window.",
        ),
        "storage_full" => explained(
            "The disk is full. The recording up to here is complete.",
            "Delete old recordings, then record again.",
        ),
        "write_failed" => explained(
            "Writing to the disk failed. What was written is kept.",
            "Check the disk, then record again.",
        ),
        "recorder_failed" => {
            explained("The browser's recorder stopped. What was recorded is kept.", "Record again.")
        }
        "wrong_state" => {
            explained("That does not fit what the recorder is doing.", "Wait a moment and try again.")
        }
        "not_cuttable" => explained(
            "This recording can't be cut: its file is of another kind, or damaged.",
            "Save it and cut it with another program.",
        ),
        "nothing_there" => explained(
            "There is nothing of the recording between these times.",
            "Choose another start and end.",
        ),
        "not_found" => explained("This recording is not here any more.", "Reload the list."),
        "timeout" => {
            explained("The device did not answer in time.", "Unplug it and plug it in again, then try again.")
        }
        "browser" => explained("The browser reported a fault.", "Reload the page and try again."),
        _ => explained("Something went wrong.", "Try again."),
    }
}

pub(super) fn asked_english(code: &str, asked: Asked) -> Explained {
    let allow = "Allow it by the icon in the address bar, then try again.";
    match (code, asked) {
        ("denied", Asked::Microphone) => explained("The microphone was not allowed.", allow),
        ("denied", Asked::Camera) => explained("The camera was not allowed.", allow),
        ("denied", Asked::Both) => explained("Camera and microphone were not allowed.", allow),
        ("denied", Asked::Screen) => {
            explained("No screen was shared.", "Try again and choose what to share.")
        }
        ("no_device", Asked::Microphone) => {
            explained("No microphone was found.", "Plug one in or choose another, then try again.")
        }
        ("no_device", Asked::Camera) => {
            explained("No camera was found.", "Plug one in or choose another, then try again.")
        }
        ("no_device", Asked::Both) => {
            explained("No camera and no microphone were found.", "Plug one in, then try again.")
        }
        _ => english(code),
    }
}

pub(super) fn korean(code: &str) -> Explained {
    match code {
        "denied" => explained(
            "카메라나 마이크, 화면을 쓰도록 허용되지 않았어요.",
            "주소창의 아이콘에서 허용한 뒤 다시 시도해 주세요.",
        ),
        "no_device" => explained("장치를 찾지 못했어요.", "장치를 연결하거나 다른 장치를 골라 주세요."),
        "device_in_use" => {
            explained("다른 프로그램이 이 장치를 쓰고 있어요.", "그 프로그램을 닫고 다시 시도해 주세요.")
        }
        "insecure" => explained(
            "안전하지 않은 페이지라서 카메라와 마이크를 쓸 수 없어요.",
            "https:// 주소나 localhost로 열어 주세요.",
        ),
        "policy_blocked" => explained(
            "이 사이트나 기기의 설정이 막고 있어요.",
            "관리자에게 묻거나 다른 브라우저를 써 주세요.",
        ),
        "cancelled" => explained("아무것도 고르지 않았어요.", "다시 시도해서 공유할 것을 골라 주세요."),
        "unsupported" => {
            explained("이 브라우저에서는 할 수 없어요.", "최신 Chrome, Edge, Firefox를 써 주세요.")
        }
        "no_recorder" => {
            explained("이 브라우저는 녹화할 수 없어요.", "최신 Chrome, Edge, Firefox, Safari를 써 주세요.")
        }
        "worker_blocked" => explained(
            "이 페이지의 일부를 불러오지 못했어요.",
            "새로고침해 주세요. 그래도 안 되면 서버를 운영하는 분께 알려 주세요.",
        ),
        "no_storage" => explained(
            "시크릿 창처럼 브라우저가 파일을 보관하지 않는 곳이에요. 녹화는 메모리에만 남고 1\u{a0}GB까지 할 수 있어요.",
            "탭을 닫기 전에 파일로 저장하거나 일반 창에서 열어 주세요.",
        ),
        "storage_full" => explained(
            "디스크가 가득 찼어요. 여기까지의 녹화는 완성되어 있어요.",
            "오래된 녹화를 지우고 다시 녹화해 주세요.",
        ),
        "write_failed" => explained(
            "디스크에 쓰지 못했어요. 그때까지 쓴 것은 남아 있어요.",
            "디스크를 확인하고 다시 녹화해 주세요.",
        ),
        "recorder_failed" => explained(
            "브라우저의 녹화기가 멈췄어요. 그때까지 녹화한 것은 남아 있어요.",
            "다시 녹화해 주세요.",
        ),
        "wrong_state" => {
            explained("녹화기의 지금 상태에 맞지 않는 일이에요.", "잠시 뒤에 다시 시도해 주세요.")
        }
        "not_cuttable" => explained(
            "파일의 종류가 다르거나 손상돼서 자를 수 없어요.",
            "파일로 저장한 뒤 다른 프로그램에서 잘라 주세요.",
        ),
        "nothing_there" => {
            explained("고른 시작과 끝 사이에 기록된 것이 없어요.", "시작과 끝을 다시 골라 주세요.")
        }
        "not_found" => explained("이 녹화는 이제 여기 없어요.", "목록을 새로고침해 주세요."),
        "timeout" => explained("장치가 제때 답하지 않았어요.", "장치를 뺐다가 다시 연결하고 시도해 주세요."),
        "browser" => explained("브라우저에서 오류가 났어요.", "페이지를 새로고침하고 다시 시도해 주세요."),
        _ => explained("문제가 생겼어요.", "다시 시도해 주세요."),
    }
}

pub(super) fn asked_korean(code: &str, asked: Asked) -> Explained {
    let allow = "주소창의 아이콘에서 허용한 뒤 다시 시도해 주세요.";
    let connect = "장치를 연결하거나 다른 장치를 고른 뒤 다시 시도해 주세요.";
    match (code, asked) {
        ("denied", Asked::Microphone) => explained("마이크가 허용되지 않았어요.", allow),
        ("denied", Asked::Camera) => explained("카메라가 허용되지 않았어요.", allow),
        ("denied", Asked::Both) => explained("카메라와 마이크가 허용되지 않았어요.", allow),
        ("denied", Asked::Screen) => {
            explained("화면을 공유하지 않았어요.", "다시 시도해서 공유할 것을 골라 주세요.")
        }
        ("no_device", Asked::Microphone) => explained("마이크를 찾지 못했어요.", connect),
        ("no_device", Asked::Camera) => explained("카메라를 찾지 못했어요.", connect),
        ("no_device", Asked::Both) => explained("카메라와 마이크를 찾지 못했어요.", connect),
        _ => korean(code),
    }
}
