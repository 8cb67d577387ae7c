//! The connections to the server and to the others.

use hostreel_protocol::{Code, RecordingKind};

use crate::state::meeting::{Link, Loss};

/// The connections to the server and to the others.
#[derive(Debug)]
#[expect(missing_docs, reason = "the names of the fields say where the words stand")]
pub struct Connection {
    pub connecting: &'static str,
    pub waiting: &'static str,
    pub reconnecting: &'static str,
    pub reconnecting_recording: fn(RecordingKind) -> &'static str,
    pub reconnecting_joining: &'static str,
    pub adrift: fn(Code) -> &'static str,
    pub link: fn(Link) -> &'static str,
    pub link_cause: fn(Link) -> &'static str,
}

pub(super) const ENGLISH: Connection = Connection {
    connecting: "Connecting…",
    waiting: "You are in the waiting room. The host will let you in.",
    reconnecting: "The server can't be reached. Trying again: your seat is kept, and calls that are connected go on.",
    reconnecting_recording: |_| "The server can't be reached. Your recording goes on and is safe on this computer.",
    reconnecting_joining: "The server can't be reached. Trying again; check your connection.",
    adrift: |code| match code {
        Code::RoomLocked => {
            "The server has no seat for you: the meeting is locked. You stay connected to everybody who is here. Trying again."
        }
        Code::RoomFull => {
            "The server has no seat for you: the meeting is full. You stay connected to everybody who is here. Trying again."
        }
        _ => {
            "The server no longer knows this meeting. You stay connected to everybody who is here; nobody new can join."
        }
    },
    link: |link| match link {
        Link::Connecting => "Connecting…",
        Link::Connected => "Connected",
        Link::Unstable => "Unstable connection",
        Link::Lost(_) => "No connection",
    },
    link_cause: |link| match link {
        Link::Connecting => "Looking for a direct way to this person.",
        Link::Connected => "",
        Link::Unstable => "Data arrives irregularly. It may recover by itself.",
        Link::Lost(Loss::NoRoute) => "No way through between your networks. Trying again.",
        Link::Lost(Loss::NoRelay) => {
            "No direct way between your networks, and the server offers no relay (TURN). Try another network."
        }
        Link::Lost(Loss::NoAnswer) => "The other side does not answer. Trying again.",
        Link::Lost(Loss::Incompatible) => {
            "The two browsers don't understand each other. Use a current Chrome, Edge or Firefox."
        }
    },
};

pub(super) const KOREAN: Connection = Connection {
    connecting: "연결하고 있어요…",
    waiting: "대기실에 있어요. 호스트가 들여보내 주면 바로 회의에 들어가요.",
    reconnecting: "서버에 연결할 수 없어 다시 시도하고 있어요. 내 자리는 남아 있고, 이미 연결된 통화는 이어져요.",
    reconnecting_recording: |kind| {
        if kind == RecordingKind::Audio {
            "서버에 연결할 수 없어요. 녹음은 계속되고 이 컴퓨터에 안전하게 저장돼요."
        } else {
            "서버에 연결할 수 없어요. 녹화는 계속되고 이 컴퓨터에 안전하게 저장돼요."
        }
    },
    reconnecting_joining: "서버에 연결할 수 없어 다시 시도하고 있어요. 인터넷 연결을 확인해 주세요.",
    adrift: |code| match code {
        Code::RoomLocked => {
            "회의가 잠겨 있어 서버에 내 자리가 없어요. 지금 있는 사람들과는 계속 연결되어 있고, 다시 시도하고 있어요."
        }
        Code::RoomFull => {
            "회의 자리가 다 차서 서버에 내 자리가 없어요. 지금 있는 사람들과는 계속 연결되어 있고, 다시 시도하고 있어요."
        }
        _ => {
            "서버에서 이 회의가 사라졌어요. 지금 있는 사람들과는 계속 연결되어 있지만 새로 들어올 수는 없어요."
        }
    },
    link: |link| match link {
        Link::Connecting => "연결하고 있어요…",
        Link::Connected => "연결됨",
        Link::Unstable => "연결이 불안정해요",
        Link::Lost(_) => "연결할 수 없어요",
    },
    link_cause: |link| match link {
        Link::Connecting => "이 참가자에게 바로 가는 길을 찾고 있어요.",
        Link::Connected => "",
        Link::Unstable => "데이터가 고르게 오지 않아요. 자동으로 나아질 수 있어요.",
        Link::Lost(Loss::NoRoute) => "두 네트워크 사이에 길이 없어요. 다시 시도하고 있어요.",
        Link::Lost(Loss::NoRelay) => {
            "두 네트워크 사이에 바로 가는 길이 없고, 서버에 중계(TURN)도 없어요. 다른 네트워크를 써 보세요."
        }
        Link::Lost(Loss::NoAnswer) => "상대가 답하지 않아요. 다시 시도하고 있어요.",
        Link::Lost(Loss::Incompatible) => {
            "두 브라우저가 서로 맞지 않아요. 최신 Chrome, Edge, Firefox를 써 주세요."
        }
    },
};
