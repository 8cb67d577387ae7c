//! Recording, in a meeting and alone.

use hostreel_protocol::RecordingKind;

use super::{Explained, KindTexts, explained, korean_noun};

/// Recording, in a meeting and alone.
#[derive(Debug)]
#[expect(missing_docs, reason = "the names of the fields say where the words stand")]
pub struct Recording {
    pub record: &'static str,
    pub title: &'static str,
    pub lead: &'static str,
    pub away: &'static str,
    pub nobody_heard: Explained,
    pub kind_video: KindTexts,
    pub kind_audio: KindTexts,
    pub kind_screen: KindTexts,
    pub no_screen: &'static str,
    pub kind_tracks: KindTexts,
    pub per_hour: fn(&str) -> String,
    pub room_for: fn(&str, u64) -> String,
    pub countdown: fn(u64) -> String,
    pub mark: &'static str,
    pub chapter: fn(usize) -> String,
    pub starting: &'static str,
    pub running_word: fn(RecordingKind) -> &'static str,
    pub paused_word: fn(RecordingKind) -> &'static str,
    pub saved_only_here: &'static str,
    pub saved_only_at: fn(&str) -> String,
    pub pause: &'static str,
    pub resume: &'static str,
    pub stop: &'static str,
    pub stop_theirs: fn(RecordingKind) -> &'static str,
    pub tab_running: fn(RecordingKind, &str) -> String,
    pub tab_paused: fn(RecordingKind, &str) -> String,
    pub leaving_unsaved: &'static str,
}

pub(super) const ENGLISH: Recording = Recording {
    record: "Record",
    title: "What should be recorded?",
    away: "The server can't be reached: nobody could be told of a recording. It can begin when the connection is back.",
    lead: "Everybody in the room is told before it begins. The file is written on this computer only.",
    nobody_heard: explained(
        "Nobody can be heard right now.",
        "Turn a microphone on, or the recording is silent until somebody does.",
    ),
    kind_video: KindTexts {
        title: "Video",
        explained: "Everybody's picture in one grid, and everybody's sound.",
    },
    kind_audio: KindTexts { title: "Audio only", explained: "Everybody's sound in one file, no picture." },
    kind_screen: KindTexts {
        title: "Shared screen",
        explained: "Whatever screen is shared, and everybody's sound. No faces.",
    },
    no_screen: "Nobody is sharing a screen at the moment",
    kind_tracks: KindTexts {
        title: "One file per person",
        explained: "For editing afterwards: each person's picture and sound in a file of their own, aligned in time.",
    },
    per_hour: |size| format!("about {size} per hour"),
    room_for: |free, hours| {
        if hours == 0 {
            format!("{free} free: room for less than an hour of video")
        } else if hours == 1 {
            format!("{free} free: room for about an hour of video")
        } else {
            format!("{free} free: room for about {hours} hours of video")
        }
    },
    countdown: |seconds| format!("Recording begins in {seconds}"),
    mark: "Mark this moment",
    chapter: |number| format!("Mark {number}"),
    starting: "Starting the recorder…",
    running_word: |kind| match kind {
        RecordingKind::Audio => "Recording sound",
        RecordingKind::Video | RecordingKind::Screen | RecordingKind::Tracks => "Recording",
    },
    paused_word: |_| "Recording paused",
    saved_only_here: "saved only on this computer",
    saved_only_at: |name| format!("saved only on {name}'s computer"),
    pause: "Pause",
    resume: "Resume",
    stop: "Stop",
    stop_theirs: |_| "Stop recording",
    tab_running: |_, time| format!("● {time} · Recording"),
    tab_paused: |_, time| format!("❚❚ {time} · Recording paused"),
    leaving_unsaved: "A recording is not saved as a file yet. It is lost with this tab.",
};

pub(super) const KOREAN: Recording = Recording {
    record: "녹화",
    title: "무엇을 녹화할까요?",
    away: "서버에 연결되어 있지 않아 모두에게 알릴 수 없어요. 다시 연결되면 시작할 수 있어요.",
    lead: "시작하기 전에 모두에게 알려요. 파일은 이 컴퓨터에만 저장돼요.",
    nobody_heard: explained(
        "지금은 아무 소리도 들리지 않아요.",
        "마이크를 켜 주세요. 켤 때까지는 소리 없이 기록돼요.",
    ),
    kind_video: KindTexts {
        title: "영상 녹화",
        explained: "모두의 얼굴을 한 화면에 모으고, 모두의 목소리를 담아요.",
    },
    kind_audio: KindTexts {
        title: "녹음만", explained: "화면 없이 모두의 목소리를 한 파일에 담아요."
    },
    kind_screen: KindTexts {
        title: "공유 화면",
        explained: "누구든 공유하는 화면과 모두의 목소리를 담아요. 얼굴은 담지 않아요.",
    },
    no_screen: "지금은 공유하는 화면이 없어요",
    kind_tracks: KindTexts {
        title: "참가자별로 따로",
        explained: "나중에 편집하기 좋아요. 참가자마다 얼굴과 목소리를 파일 하나씩에 담고, 시간을 서로 맞춰요.",
    },
    per_hour: |size| format!("한 시간에 약 {size}"),
    room_for: |free, hours| {
        if hours == 0 {
            format!("{free} 남음: 영상을 한 시간 넘게 담기는 어려워요")
        } else {
            format!("{free} 남음: 영상을 약 {hours}시간 담을 수 있어요")
        }
    },
    countdown: |seconds| format!("{seconds}초 뒤에 시작해요"),
    mark: "이 순간 표시",
    chapter: |number| format!("표시 {number}"),
    starting: "녹화기를 준비하고 있어요…",
    running_word: |kind| match kind {
        RecordingKind::Audio => "녹음 중",
        RecordingKind::Video | RecordingKind::Screen | RecordingKind::Tracks => "녹화 중",
    },
    paused_word: |kind| match kind {
        RecordingKind::Audio => "녹음 일시정지됨",
        RecordingKind::Video | RecordingKind::Screen | RecordingKind::Tracks => "녹화 일시정지됨",
    },
    saved_only_here: "이 컴퓨터에만 저장돼요",
    saved_only_at: |name| format!("{name} 님의 컴퓨터에만 저장돼요"),
    pause: "일시정지",
    resume: "계속하기",
    stop: "중지",
    stop_theirs: |kind| if kind == RecordingKind::Audio { "녹음 중지" } else { "녹화 중지" },
    tab_running: |kind, time| format!("● {time} · {} 중", korean_noun(kind != RecordingKind::Audio)),
    tab_paused: |kind, time| format!("❚❚ {time} · {} 일시정지됨", korean_noun(kind != RecordingKind::Audio)),
    leaving_unsaved: "아직 파일로 저장하지 않은 녹화가 있어요. 탭을 닫으면 사라져요.",
};
