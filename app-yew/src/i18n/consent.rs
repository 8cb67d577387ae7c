//! Consent to a recording, and its log.

use hostreel_protocol::{ConsentState, RecordingKind, StopReason};

use super::korean_noun;
use crate::state::consent::Tally;

/// Consent to a recording, and its log.
#[derive(Debug)]
#[expect(missing_docs, reason = "the names of the fields say where the words stand")]
pub struct Consent {
    pub title: fn(&str, RecordingKind) -> String,
    pub title_again: &'static str,
    pub what: fn(RecordingKind) -> &'static str,
    pub place: fn(&str) -> String,
    pub change: &'static str,
    pub away: &'static str,
    pub all: fn(RecordingKind) -> &'static str,
    pub all_lead: fn(RecordingKind) -> &'static str,
    pub voice: &'static str,
    pub voice_lead: fn(RecordingKind) -> &'static str,
    pub none: &'static str,
    pub none_lead: fn(RecordingKind) -> &'static str,
    pub leave: &'static str,
    pub state: fn(ConsentState, RecordingKind) -> &'static str,
    pub short: fn(ConsentState) -> &'static str,
    pub own: fn(ConsentState, RecordingKind) -> &'static str,
    pub own_change: &'static str,
    pub tally: fn(Tally) -> String,
    pub log: &'static str,
    pub log_lead: &'static str,
    pub log_room: fn(&str) -> String,
    pub whole: &'static str,
    pub broken: fn(usize) -> String,
    pub file_checking: fn(u64) -> String,
    pub file_same: &'static str,
    pub file_differs: &'static str,
    pub file_unknown: &'static str,
    pub file_part: &'static str,
    pub limits: &'static str,
    pub save_json: &'static str,
    pub save_page: &'static str,
    pub when: &'static str,
    pub event: &'static str,
    pub digest: &'static str,
    pub began: fn(&str, RecordingKind, bool) -> String,
    pub told: fn(&str) -> String,
    pub grants: fn(&str) -> String,
    pub joined: fn(&str) -> String,
    pub name_before: fn(&str, &str) -> String,
    pub left: fn(&str) -> String,
    pub answered: fn(&str, ConsentState, RecordingKind) -> String,
    pub granted: fn(&str, Option<&str>) -> String,
    pub grant_ended: fn(&str) -> String,
    pub paused: &'static str,
    pub resumed: &'static str,
    pub stopped: fn(StopReason) -> &'static str,
    pub file: fn(&str, &str) -> String,
}

pub(super) const ENGLISH: Consent = Consent {
    title: |name, _| format!("{name} is recording. May you be in it?"),
    title_again: "What may be recorded of you?",
    what: |kind| match kind {
        RecordingKind::Audio => "The sound of this meeting is recorded, no picture.",
        RecordingKind::Tracks => "Each person's picture and voice are recorded, in a file of their own.",
        RecordingKind::Screen => "The shared screen and everybody's voice are recorded.",
        RecordingKind::Video => "Everybody's picture and voice are recorded in one video.",
    },
    place: |name| {
        format!(
            "The file is written on {name}'s computer only. It is sent to no server and to nobody else by Hostreel."
        )
    },
    change: "Until you answer, nothing of you is recorded. You can change your answer at any time while it runs, from the red banner. What was recorded before stays.",
    away: "The server can't be reached right now. You can answer as soon as it is back. Turn camera and microphone off if nothing of you should be recorded until then.",
    all: |kind| match kind {
        RecordingKind::Screen => "My voice and my screen",
        _ => "My voice and picture",
    },
    all_lead: |kind| match kind {
        RecordingKind::Screen => "Your shared screen and your sound. Your camera is not recorded.",
        _ => "Your camera, your shared screen and your sound.",
    },
    voice: "My voice only",
    voice_lead: |kind| match kind {
        RecordingKind::Screen => "A screen that you share is left out.",
        _ => "In place of your picture stands your name.",
    },
    none: "Not me",
    none_lead: |kind| match kind {
        RecordingKind::Screen => {
            "You stay in the meeting; neither your screen nor your sound is in the file."
        }
        _ => "You stay in the meeting; in the file there is only your name, and silence.",
    },
    leave: "Leave the meeting instead",
    state: |state, kind| match state {
        ConsentState::All if kind == RecordingKind::Screen => "Voice and shared screen recorded",
        ConsentState::Asked => "Not answered yet: not recorded",
        ConsentState::All => "Voice and picture recorded",
        ConsentState::Voice => "Only the voice is recorded",
        ConsentState::None => "Not recorded",
        ConsentState::Withdrawn => "No longer recorded",
    },
    short: |state| match state {
        ConsentState::Asked => "Not answered",
        ConsentState::All => "Recorded",
        ConsentState::Voice => "Voice only",
        ConsentState::None | ConsentState::Withdrawn => "Not recorded",
    },
    own: |state, kind| match state {
        ConsentState::All if kind == RecordingKind::Screen => "You: voice and shared screen",
        ConsentState::Asked => "You are not recorded yet",
        ConsentState::All => "You: voice and picture",
        ConsentState::Voice => "You: voice only",
        ConsentState::None | ConsentState::Withdrawn => "You: not recorded",
    },
    own_change: "Change what may be recorded of you",
    tally: |tally| {
        let agreed = tally.all + tally.voice;
        let open = if tally.open > 0 { format!(", {} not answered yet", tally.open) } else { String::new() };
        format!("{agreed} of {} agreed{open}", tally.asked())
    },
    log: "Consent log",
    log_lead: "Who was told of this recording, who was asked, and what they answered, with the server's time.",
    log_room: |room| format!("Meeting {room}"),
    whole: "The log is whole: nothing was changed, taken out or put in.",
    broken: |entry| format!("The log was changed: entry {entry} or one before it is not what was written."),
    file_checking: |percent| format!("Checking the file… {percent} %"),
    file_same: "The file in this browser is the one that the log was closed with.",
    file_differs: "The file in this browser is not the one that the log was closed with.",
    file_unknown: "The log was not closed with a file: the recording was interrupted, or the page was closed too early.",
    file_part: "The log is about the whole recording that this part was cut out of. Its file's digest is in the whole one's log.",
    limits: "The chain shows changes to a log that somebody kept elsewhere too, or to parts of it. Whoever holds the only copy could write a new one.",
    save_json: "Save as JSON",
    save_page: "Save as a page",
    when: "When (UTC)",
    event: "What",
    digest: "Digest",
    began: |name, kind, asks| {
        let what = if kind == RecordingKind::Audio { "sound" } else { "picture and sound" };
        let asked = if asks { "Everybody was asked." } else { "Everybody was told; nobody had to agree." };
        format!("{name} began to record {what}. {asked}")
    },
    told: |names| format!("Present and told: {names}."),
    grants: |names| format!("Lent the right to record: {names}."),
    joined: |name| format!("{name} joined and was told"),
    name_before: |name, before| format!("{name} (before: {before})"),
    left: |name| format!("{name} left"),
    answered: |name, state, kind| match state {
        ConsentState::All if kind == RecordingKind::Screen => {
            format!("{name} agreed: voice and shared screen")
        }
        ConsentState::Asked => format!("{name} was asked"),
        ConsentState::All => format!("{name} agreed: voice and picture"),
        ConsentState::Voice => format!("{name} agreed: voice only"),
        ConsentState::None => format!("{name} did not agree"),
        ConsentState::Withdrawn => format!("{name} withdrew the consent"),
    },
    granted: |name, until| match until {
        Some(until) => format!("{name} was lent the right to record until {until}"),
        None => format!("{name} was lent the right to record"),
    },
    grant_ended: |name| format!("{name}'s right to record ended"),
    paused: "Paused",
    resumed: "Resumed",
    stopped: |reason| match reason {
        StopReason::Stopped => "The recording ended",
        StopReason::StoppedByHost => "The host ended the recording",
        StopReason::Revoked => "The right to record was taken back; the recording ended",
        StopReason::Expired => "The time to record was over; the recording ended",
        StopReason::Gone => "Who recorded was gone; the recording ended",
        StopReason::RoomEnded => "The meeting ended, and the recording with it",
    },
    file: |size, digest| format!("The complete file: {size}, SHA-256 {digest}"),
};

pub(super) const KOREAN: Consent = Consent {
    title: |name, kind| {
        let noun = korean_noun(kind != RecordingKind::Audio);
        format!("{name} 님이 {noun}하고 있어요. 나를 담아도 될까요?")
    },
    title_again: "나를 어디까지 담아도 될까요?",
    what: |kind| match kind {
        RecordingKind::Audio => "이 회의의 소리만 녹음해요. 얼굴은 담지 않아요.",
        RecordingKind::Tracks => "참가자마다 얼굴과 목소리를 파일 하나씩에 담아요.",
        RecordingKind::Screen => "공유한 화면과 모두의 목소리를 담아요.",
        RecordingKind::Video => "모두의 얼굴과 목소리를 영상 하나에 담아요.",
    },
    place: |name| {
        format!("파일은 {name} 님의 컴퓨터에만 저장돼요. Hostreel은 서버에도, 다른 누구에게도 보내지 않아요.")
    },
    change: "답하기 전에는 나를 담지 않아요. 진행되는 동안 언제든지 빨간 표시줄에서 답을 바꿀 수 있어요. 그 전에 담긴 것은 남아요.",
    away: "지금은 서버에 연결되어 있지 않아요. 다시 연결되면 답할 수 있어요. 그때까지 담기고 싶지 않으면 카메라와 마이크를 꺼 주세요.",
    all: |kind| match kind {
        RecordingKind::Screen => "목소리와 공유 화면",
        _ => "목소리와 얼굴 모두",
    },
    all_lead: |kind| match kind {
        RecordingKind::Screen => "공유한 화면과 소리를 담아요. 얼굴은 담지 않아요.",
        _ => "카메라, 공유한 화면, 소리를 담아요.",
    },
    voice: "목소리만",
    voice_lead: |kind| match kind {
        RecordingKind::Screen => "화면을 공유해도 담지 않아요.",
        _ => "얼굴 대신 이름이 보여요.",
    },
    none: "담지 마세요",
    none_lead: |kind| match kind {
        RecordingKind::Screen => "회의에는 그대로 있어요. 파일에는 화면도 소리도 없어요.",
        _ => "회의에는 그대로 있어요. 파일에는 이름만 보이고 소리는 없어요.",
    },
    leave: "회의에서 나가기",
    state: |state, kind| match state {
        ConsentState::All if kind == RecordingKind::Screen => "목소리와 공유 화면을 담음",
        ConsentState::Asked => "아직 답하지 않음: 담지 않음",
        ConsentState::All => "목소리와 얼굴을 담음",
        ConsentState::Voice => "목소리만 담음",
        ConsentState::None => "담지 않음",
        ConsentState::Withdrawn => "이제 담지 않음",
    },
    short: |state| match state {
        ConsentState::Asked => "답하지 않음",
        ConsentState::All => "담음",
        ConsentState::Voice => "목소리만",
        ConsentState::None | ConsentState::Withdrawn => "담지 않음",
    },
    own: |state, kind| match state {
        ConsentState::All if kind == RecordingKind::Screen => "나: 목소리와 공유 화면",
        ConsentState::Asked => "아직 나를 담지 않아요",
        ConsentState::All => "나: 목소리와 얼굴",
        ConsentState::Voice => "나: 목소리만",
        ConsentState::None | ConsentState::Withdrawn => "나: 담지 않음",
    },
    own_change: "나를 어디까지 담을지 바꾸기",
    tally: |tally| {
        let agreed = tally.all + tally.voice;
        let open = if tally.open > 0 {
            format!(", {}명은 아직 답하지 않음", tally.open)
        } else {
            String::new()
        };
        format!("{}명 중 {agreed}명 동의{open}", tally.asked())
    },
    log: "동의 기록",
    log_lead: "누구에게 녹화를 알리고 물었는지, 무엇이라고 답했는지 서버 시각과 함께 적혀 있어요.",
    log_room: |room| format!("회의 {room}"),
    whole: "기록이 온전해요. 바뀌거나 빠지거나 끼어든 것이 없어요.",
    broken: |entry| format!("기록이 바뀌었어요. {entry}번째나 그 앞의 줄이 처음 쓴 것과 달라요."),
    file_checking: |percent| format!("파일을 확인하고 있어요… {percent}%"),
    file_same: "이 브라우저에 있는 파일은 기록을 마칠 때의 그 파일이에요.",
    file_differs: "이 브라우저에 있는 파일은 기록을 마칠 때의 파일과 달라요.",
    file_unknown: "기록에 파일 정보가 없어요. 녹화가 중간에 끊겼거나 페이지를 너무 일찍 닫았어요.",
    file_part: "이 부분을 잘라낸 원본 전체에 대한 기록이에요. 원본 파일 정보는 원본의 기록에 있어요.",
    limits: "다른 곳에도 남아 있는 기록이나 기록의 일부가 바뀌면 알 수 있어요. 하나뿐인 기록을 가진 사람은 처음부터 새로 쓸 수도 있어요.",
    save_json: "JSON으로 저장",
    save_page: "페이지로 저장",
    when: "시각 (UTC)",
    event: "내용",
    digest: "해시",
    began: |name, kind, asks| {
        let what = if kind == RecordingKind::Audio { "녹음을" } else { "녹화를" };
        let asked = if asks {
            "모두에게 동의를 물었어요."
        } else {
            "모두에게 알렸고 동의는 묻지 않았어요."
        };
        format!("{name} 님이 {what} 시작했어요. {asked}")
    },
    told: |names| format!("알림을 받은 사람: {names}."),
    grants: |names| format!("녹화 권한을 받은 사람: {names}."),
    joined: |name| format!("{name} 님이 들어와 알림을 받았어요"),
    name_before: |name, before| format!("{name}(이전 이름: {before})"),
    left: |name| format!("{name} 님이 나갔어요"),
    answered: |name, state, kind| match state {
        ConsentState::All if kind == RecordingKind::Screen => {
            format!("{name} 님이 목소리와 공유 화면에 동의했어요")
        }
        ConsentState::Asked => format!("{name} 님에게 물었어요"),
        ConsentState::All => format!("{name} 님이 목소리와 얼굴에 동의했어요"),
        ConsentState::Voice => format!("{name} 님이 목소리에만 동의했어요"),
        ConsentState::None => format!("{name} 님이 동의하지 않았어요"),
        ConsentState::Withdrawn => format!("{name} 님이 동의를 거뒀어요"),
    },
    granted: |name, until| match until {
        Some(until) => format!("{name} 님에게 {until}까지 녹화 권한을 줬어요"),
        None => format!("{name} 님에게 녹화 권한을 줬어요"),
    },
    grant_ended: |name| format!("{name} 님의 녹화 권한이 끝났어요"),
    paused: "일시정지했어요",
    resumed: "계속했어요",
    stopped: |reason| match reason {
        StopReason::Stopped => "녹화가 끝났어요",
        StopReason::StoppedByHost => "호스트가 녹화를 끝냈어요",
        StopReason::Revoked => "녹화 권한을 거둬서 녹화가 끝났어요",
        StopReason::Expired => "녹화할 수 있는 시간이 지나 녹화가 끝났어요",
        StopReason::Gone => "녹화하던 사람이 나가서 녹화가 끝났어요",
        StopReason::RoomEnded => "회의가 끝나서 녹화도 끝났어요",
    },
    file: |size, digest| format!("완성된 파일: {size}, SHA-256 {digest}"),
};
