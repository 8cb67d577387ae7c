//! Short messages that come and go.

use hostreel_protocol::RecordingKind;

use super::{Explained, chat, korean_noun, refusal, trouble};
use crate::state::toasts::{Health, Message};

pub(super) fn english(message: &Message) -> String {
    let join = |explained: Explained| format!("{} {}", explained.what, explained.way_out);
    match message {
        Message::Joined(name) => format!("{name} joined"),
        Message::Left(name) => format!("{name} left"),
        Message::Lost(name) => format!("{name} lost the connection"),
        Message::Removed(name) => format!("{name} was removed"),
        Message::Refused(refused) => join(refusal::english(*refused)),
        Message::Failed(failed) => join(trouble::english(failed)),
        Message::NoDevice(code, asked) => join(trouble::asked_english(code, *asked)),
        Message::RecordingStarted(name, RecordingKind::Audio) => {
            format!("{name} is recording the sound of this meeting")
        }
        Message::RecordingStarted(name, _) => format!("{name} is recording this meeting"),
        Message::RecordingStopped(_) => "The recording has ended".into(),
        Message::MayRecord => "The host allowed you to record".into(),
        Message::MayNotRecord => "The host took back your right to record".into(),
        Message::RecordTimeOver => "The time for which you were lent the right to record is over".into(),
        Message::Muted => "The host muted you. Only a host or co-host can lift it.".into(),
        Message::Unmuted => "You can be heard again".into(),
        Message::HostIsMe => "You are the host now".into(),
        Message::HostIs(name) => format!("{name} is the host now"),
        Message::CohostIsMe => "You are co-host now".into(),
        Message::GuestIsMe => "You are a guest now".into(),
        Message::Locked => "The room is locked: nobody new gets in".into(),
        Message::Unlocked => "The room is open again".into(),
        Message::Room(news) => chat::news_english(news),
        Message::BackOnline => "Connected to the server again".into(),
        Message::StorageLow => {
            "The disk is nearly full, so the recording has ended. It is complete.".into()
        }
        Message::Copied => "Link copied".into(),
        Message::Saved => "Saved".into(),
        Message::Downloading => "The download has begun".into(),
        Message::NotSaved { full: false } => {
            "It could not be saved there. The recording is still in this browser. Choose another place and try again.".into()
        }
        Message::NotSaved { full: true } => {
            "There is no space left there, so it could not be saved. The recording is still in this browser. Free some space or choose another place, then try again.".into()
        }
        Message::NotShared => "Nothing was shared".into(),
        Message::Health(health) => english_health(health).into(),
        Message::Marked(time) => format!("Marked at {time}"),
        Message::Deleted { title, .. } => format!("“{title}” is deleted"),
        Message::Renamed => "Renamed".into(),
        Message::Recovered => "Recovered: it is complete and plays".into(),
        Message::Trimmed { from, to } => format!("Saved as a new recording: {from} to {to}"),
        Message::Imported => "The settings are taken over".into(),
        Message::NotImported => "That is no file of Hostreel settings. Nothing has changed.".into(),
        Message::Updated => "A new version is ready. It is used when you next open or reload the page.".into(),
    }
}

fn english_health(health: &Health) -> &'static str {
    match health {
        Health::NoData => {
            "The browser's recorder has stalled: nothing is being recorded right now. Stop and record again if it stays so."
        }
        Health::DataBack => "It is being recorded again",
        Health::Silent => "No sound is reaching the recording. Check that the right microphone is on.",
        Health::Stalled => {
            "This computer's sound has stopped: silence may be recorded. Check the speakers or headset, or record again."
        }
        Health::SoundBack => "There is sound again",
        Health::Frozen => "The picture has stood still for a while. Check the camera.",
        Health::PictureBack => "The picture moves again",
        Health::Dropping => {
            "This computer is too slow to record every picture. Close other programs, or choose a lower quality."
        }
        Health::SoundEnded => "The microphone is gone. The recording goes on without its sound.",
        Health::LockLost => "This recording was opened elsewhere. Keep this tab open until it has ended.",
    }
}

pub(super) fn korean(message: &Message) -> String {
    let join = |explained: Explained| format!("{} {}", explained.what, explained.way_out);
    match message {
        Message::Joined(name) => format!("{name} 님이 들어왔어요"),
        Message::Left(name) => format!("{name} 님이 나갔어요"),
        Message::Lost(name) => format!("{name} 님의 연결이 끊겼어요"),
        Message::Removed(name) => format!("{name} 님을 내보냈어요"),
        Message::Refused(refused) => join(refusal::korean(*refused)),
        Message::Failed(failed) => join(trouble::korean(failed)),
        Message::NoDevice(code, asked) => join(trouble::asked_korean(code, *asked)),
        Message::RecordingStarted(name, kind) => {
            format!("{name} 님이 이 회의를 {}하고 있어요", korean_noun(*kind != RecordingKind::Audio))
        }
        Message::RecordingStopped(RecordingKind::Audio) => "녹음이 끝났어요".into(),
        Message::RecordingStopped(_) => "녹화가 끝났어요".into(),
        Message::MayRecord => "호스트가 녹화 권한을 줬어요".into(),
        Message::MayNotRecord => "호스트가 녹화 권한을 거뒀어요".into(),
        Message::RecordTimeOver => "녹화 권한을 받은 시간이 끝났어요".into(),
        Message::Muted => "호스트가 내 마이크를 음소거했어요. 호스트나 공동 호스트만 풀 수 있어요.".into(),
        Message::Unmuted => "이제 내 목소리가 다시 들려요".into(),
        Message::HostIsMe => "이제 호스트예요".into(),
        Message::HostIs(name) => format!("이제 {name} 님이 호스트예요"),
        Message::CohostIsMe => "이제 공동 호스트예요".into(),
        Message::GuestIsMe => "이제 일반 참가자예요".into(),
        Message::Locked => "회의를 잠갔어요. 새로 들어올 수 없어요.".into(),
        Message::Unlocked => "회의 잠금이 풀렸어요".into(),
        Message::Room(news) => chat::news_korean(news),
        Message::BackOnline => "서버에 다시 연결됐어요".into(),
        Message::StorageLow => "디스크가 거의 다 차서 기록을 멈췄어요. 여기까지의 파일은 완성되어 있어요.".into(),
        Message::Copied => "링크를 복사했어요".into(),
        Message::Saved => "저장했어요".into(),
        Message::Downloading => "내려받기를 시작했어요".into(),
        Message::NotSaved { full: false } => {
            "그곳에 저장하지 못했어요. 녹화는 이 브라우저에 그대로 있어요. 다른 곳을 골라 다시 저장해 주세요.".into()
        }
        Message::NotSaved { full: true } => {
            "그곳에 남은 공간이 없어서 저장하지 못했어요. 녹화는 이 브라우저에 그대로 있어요. 공간을 비우거나 다른 곳을 골라 다시 저장해 주세요.".into()
        }
        Message::NotShared => "아무것도 공유하지 않았어요".into(),
        Message::Health(health) => korean_health(health).into(),
        Message::Marked(time) => format!("{time}에 표시했어요"),
        Message::Deleted { title, .. } => format!("‘{title}’ 항목을 지웠어요"),
        Message::Renamed => "이름을 바꿨어요".into(),
        Message::Recovered => "되살렸어요. 완성된 파일이고 재생할 수 있어요.".into(),
        Message::Trimmed { from, to } => format!("{from}부터 {to}까지 새 항목으로 저장했어요"),
        Message::Imported => "설정을 가져왔어요".into(),
        Message::NotImported => "Hostreel 설정 파일이 아니에요. 바뀐 것은 없어요.".into(),
        Message::Updated => "새 버전이 준비됐어요. 다음에 열거나 새로고침하면 적용돼요.".into(),
    }
}

fn korean_health(health: &Health) -> &'static str {
    match health {
        Health::NoData => {
            "브라우저가 멈춰서 지금은 아무것도 기록되지 않아요. 계속 그러면 중지하고 다시 시작해 주세요."
        }
        Health::DataBack => "다시 기록되고 있어요",
        Health::Silent => "소리가 담기지 않고 있어요. 마이크가 맞는지, 켜져 있는지 확인해 주세요.",
        Health::Stalled => {
            "컴퓨터의 소리 장치가 멈춰서 소리가 담기지 않을 수 있어요. 스피커나 헤드셋을 확인하거나 다시 시작해 주세요."
        }
        Health::SoundBack => "다시 소리가 들려요",
        Health::Frozen => "화면이 한동안 멈춰 있어요. 카메라를 확인해 주세요.",
        Health::PictureBack => "화면이 다시 움직여요",
        Health::Dropping => {
            "컴퓨터가 느려서 화면을 다 담지 못하고 있어요. 다른 프로그램을 닫거나 화질을 낮춰 주세요."
        }
        Health::SoundEnded => "마이크가 빠졌어요. 그 소리 없이 계속 기록해요.",
        Health::LockLost => "이 기록을 다른 곳에서 열었어요. 끝날 때까지 이 탭을 닫지 마세요.",
    }
}
