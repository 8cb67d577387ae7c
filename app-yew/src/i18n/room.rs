//! The room.

use hostreel_protocol::RecordingKind;

/// The room.
#[derive(Debug)]
#[expect(missing_docs, reason = "the names of the fields say where the words stand")]
pub struct Room {
    pub title: fn(&str) -> String,
    pub controls: &'static str,
    pub your_screen: &'static str,
    pub screen_of: fn(&str) -> String,
    pub more: &'static str,
    pub leave: &'static str,
    pub pin: fn(&str) -> String,
    pub unpin: fn(&str) -> String,
    pub picture_in_picture: fn(&str) -> String,
    pub full_screen: &'static str,
    pub no_full_screen: &'static str,
    pub talking: &'static str,
    pub hold_to_talk: &'static str,
    pub lock: &'static str,
    pub unlock: &'static str,
    pub locked: &'static str,
    pub end_room: &'static str,
    pub end_room_ask: &'static str,
    pub end_room_explained: &'static str,
    pub leave_ask: fn(RecordingKind) -> &'static str,
    pub leave_recording: fn(RecordingKind) -> &'static str,
}

pub(super) const ENGLISH: Room = Room {
    title: |code| format!("Meeting {code}"),
    controls: "Meeting controls",
    your_screen: "Your screen",
    screen_of: |name| format!("{name}'s screen"),
    more: "More",
    leave: "Leave",
    pin: |name| format!("Show {name} large"),
    unpin: |name| format!("No longer show {name} large"),
    picture_in_picture: |name| format!("Show {name} in a small window"),
    full_screen: "Full screen",
    no_full_screen: "Leave full screen",
    talking: "You are heard while you hold the space bar",
    hold_to_talk: "Hold the space bar to speak",
    lock: "Lock the room",
    unlock: "Unlock the room",
    locked: "Locked",
    end_room: "End for everybody",
    end_room_ask: "End the meeting for everybody?",
    end_room_explained: "Everybody is disconnected and the link stops working. A running recording is completed and kept.",
    leave_ask: |_| "Leave while recording?",
    leave_recording: |_| "The recording ends here. The file up to now is complete and kept on this computer.",
};

pub(super) const KOREAN: Room = Room {
    title: |code| format!("회의 {code}"),
    controls: "회의 도구",
    your_screen: "내 화면",
    screen_of: |name| format!("{name} 님의 화면"),
    more: "더 보기",
    leave: "나가기",
    pin: |name| format!("{name} 님 크게 보기"),
    unpin: |name| format!("{name} 님 크게 보지 않기"),
    picture_in_picture: |name| format!("{name} 님을 작은 창으로 보기"),
    full_screen: "전체 화면",
    no_full_screen: "전체 화면 끝내기",
    talking: "스페이스 바를 누르고 있는 동안 들려요",
    hold_to_talk: "스페이스 바를 누른 채 말하세요",
    lock: "회의 잠그기",
    unlock: "회의 잠금 풀기",
    locked: "잠김",
    end_room: "모두 내보내고 회의 끝내기",
    end_room_ask: "모두 내보내고 회의를 끝낼까요?",
    end_room_explained: "모두 연결이 끊기고 링크도 더는 쓸 수 없어요. 진행 중인 녹화는 완성되어 남아요.",
    leave_ask: |kind| {
        if kind == RecordingKind::Audio {
            "녹음 중인데 나갈까요?"
        } else {
            "녹화 중인데 나갈까요?"
        }
    },
    leave_recording: |kind| {
        if kind == RecordingKind::Audio {
            "녹음은 여기서 끝나요. 지금까지의 파일은 완성되어 이 컴퓨터에 남아요."
        } else {
            "녹화는 여기서 끝나요. 지금까지의 파일은 완성되어 이 컴퓨터에 남아요."
        }
    },
};
