//! Recording without a meeting.

use hostreel_protocol::RecordingKind;

/// Recording without a meeting.
#[derive(Debug)]
#[expect(missing_docs, reason = "the names of the fields say where the words stand")]
pub struct Solo {
    pub choose: &'static str,
    pub choose_lead: &'static str,
    pub video_lead: &'static str,
    pub audio_lead: &'static str,
    pub screen_lead: &'static str,
    pub start: fn(RecordingKind) -> &'static str,
    pub other: &'static str,
    pub again: fn(bool) -> &'static str,
    pub no_microphone: &'static str,
    pub size: &'static str,
    pub free: fn(&str) -> String,
    pub default_title_screen: &'static str,
    pub with_camera: &'static str,
    pub with_camera_lead: &'static str,
    pub no_camera: &'static str,
}

pub(super) const ENGLISH: Solo = Solo {
    choose: "What do you want to record?",
    choose_lead: "Everything stays on this computer. No server, no account.",
    video_lead: "Camera and microphone",
    audio_lead: "Microphone only",
    screen_lead: "Screen, window or tab, with your microphone",
    start: |_| "Start recording",
    other: "Record something else",
    again: |_| "Record again",
    no_microphone: "Without a microphone: only the sound of the screen is recorded, if it is shared.",
    size: "Size",
    free: |size| format!("{size} free"),
    default_title_screen: "Screen",
    with_camera: "With my face in a corner",
    with_camera_lead: "Your camera lies over the lower right corner of the screen.",
    no_camera: "There is no camera to show: only the screen is recorded.",
};

pub(super) const KOREAN: Solo = Solo {
    choose: "무엇을 녹화할까요?",
    choose_lead: "모두 이 컴퓨터에만 남아요. 서버도 계정도 필요 없어요.",
    video_lead: "카메라와 마이크",
    audio_lead: "마이크 소리만",
    screen_lead: "화면이나 창, 탭과 내 마이크",
    start: |kind| if kind == RecordingKind::Audio { "녹음 시작" } else { "녹화 시작" },
    other: "다른 것 녹화하기",
    again: |picture| if picture { "다시 녹화하기" } else { "다시 녹음하기" },
    no_microphone: "마이크가 없어서, 화면 소리를 함께 공유할 때 그 소리만 녹음돼요.",
    size: "크기",
    free: |size| format!("{size} 남음"),
    default_title_screen: "화면",
    with_camera: "구석에 내 얼굴 함께 담기",
    with_camera_lead: "화면 오른쪽 아래에 카메라 화면이 겹쳐 보여요.",
    no_camera: "카메라가 없어서 화면만 녹화돼요.",
};
