//! Camera, microphone and screen.

/// Camera, microphone and screen.
#[derive(Debug)]
#[expect(missing_docs, reason = "the names of the fields say where the words stand")]
pub struct Devices {
    pub title: &'static str,
    pub microphone: &'static str,
    pub camera: &'static str,
    pub default_device: &'static str,
    pub unnamed_device: fn(usize) -> String,
    pub level: &'static str,
    pub camera_is_off: &'static str,
    pub camera_starting: &'static str,
    pub microphone_on: &'static str,
    pub microphone_off: &'static str,
    pub camera_on: &'static str,
    pub camera_off: &'static str,
    pub share_screen: &'static str,
    pub stop_sharing: &'static str,
    pub no_screen: &'static str,
    pub speaker: &'static str,
    pub speaker_test: &'static str,
    pub speaker_playing: &'static str,
}

pub(super) const ENGLISH: Devices = Devices {
    title: "Camera and microphone",
    microphone: "Microphone",
    camera: "Camera",
    default_device: "System default",
    unnamed_device: |number| format!("Device {number}"),
    level: "Microphone level",
    camera_is_off: "Camera is off",
    camera_starting: "Starting the camera…",
    microphone_on: "Unmute",
    microphone_off: "Mute",
    camera_on: "Start camera",
    camera_off: "Stop camera",
    share_screen: "Share screen",
    stop_sharing: "Stop sharing",
    no_screen: "This browser can't record a screen; phones and tablets mostly can't. Use a computer for it.",
    speaker: "Speaker",
    speaker_test: "Test the speaker",
    speaker_playing: "You should hear three tones…",
};

pub(super) const KOREAN: Devices = Devices {
    title: "카메라와 마이크",
    microphone: "마이크",
    camera: "카메라",
    default_device: "시스템 기본값",
    unnamed_device: |number| format!("장치 {number}"),
    level: "마이크 소리 크기",
    camera_is_off: "카메라가 꺼져 있어요",
    camera_starting: "카메라를 켜고 있어요…",
    microphone_on: "음소거 해제",
    microphone_off: "음소거",
    camera_on: "카메라 켜기",
    camera_off: "카메라 끄기",
    share_screen: "화면 공유",
    stop_sharing: "공유 중지",
    no_screen: "이 브라우저는 화면을 녹화할 수 없어요. 휴대폰과 태블릿은 대부분 안 돼요. 컴퓨터를 써 주세요.",
    speaker: "스피커",
    speaker_test: "스피커 테스트",
    speaker_playing: "소리가 세 번 들려야 해요…",
};
