//! 한국어. 낱말: 회의, 녹화(화면이 있음), 녹음(소리만), 호스트, 공동 호스트, 참가자, 녹화 권한 주기·거두기, 내 녹화 보관함.

use hostreel_protocol::{Code, RecordingKind, Role};

use super::{Explained, KindTexts, Texts};
use crate::state::device::Asked;
use crate::state::meeting::{Link, Loss};
use crate::state::people::PersonAction;
use crate::state::toasts::Message;

const fn explained(what: &'static str, way_out: &'static str) -> Explained {
    Explained { what, way_out }
}

/// The Korean catalogue.
pub static KOREAN: Texts = Texts {
    tagline: "호스트만 녹화하고, 파일은 호스트의 디스크에 바로 남는 회의예요.",
    home_title: "브라우저에서 만나고, 녹화는 내 컴퓨터에만.",
    home_lead: "링크를 보내고 이야기하세요. 호스트만 녹화할 수 있고, 파일은 호스트의 디스크에 바로 저장돼요. 화면과 소리는 서버를 거치지 않아요.",
    start_meeting: "회의 시작하기",
    starting: "시작하고 있어요…",
    join_title: "회의 참가하기",
    join_placeholder: "링크나 코드 (예: abcd-efgh-jkmn)",
    join_go: "참가",
    join_bad: "회의 링크나 코드가 아니에요. 코드는 abcd-efgh-jkmn처럼 영문자와 숫자 12자예요.",
    solo_title: "녹화만 하기",
    solo_lead: "회의도 서버도 없이 바로 녹화해요.",
    solo_video: "영상 녹화",
    solo_audio: "녹음",
    solo_screen: "화면 녹화",
    my_recordings: "내 녹화 보관함",
    my_recordings_lead: "이 브라우저에서 녹화한 것을 재생하고, 저장하고, 지워요.",
    promise_disk: "내 디스크에만 남아요",
    promise_disk_text: "화면과 소리는 참가자끼리만 오가요. 녹화 파일은 녹화한 사람의 컴퓨터에만 쓰여요.",
    promise_host: "호스트가 정해요",
    promise_host_text: "권한 없이는 아무도 녹화할 수 없어요. 호스트가 권한을 주고 거둘 수 있어요.",
    promise_told: "모두가 알아요",
    promise_told_text: "참가자 모두에게 알린 다음에야 녹화가 시작돼요.",
    home: "Hostreel 첫 화면",
    language: "언어",
    back_home: "첫 화면으로",
    try_again: "다시 시도",
    close: "닫기",
    cancel: "취소",
    copy: "복사",
    copied: "복사됨",
    not_found: explained("이 주소에는 아무것도 없어요.", "링크를 확인하거나 첫 화면에서 시작해 주세요."),
    no_server: explained(
        "서버에 연결할 수 없어요.",
        "인터넷 연결을 확인하고 다시 시도해 주세요. 회의 없이 녹화하는 것은 지금도 할 수 있어요.",
    ),
    prejoin_title: "참가할 준비가 되셨나요?",
    prejoin_title_host: "시작할 준비가 되셨나요?",
    your_name: "이름",
    name_placeholder: "다른 참가자에게 보일 이름",
    name_needed: "이름을 1자에서 40자까지 적어 주세요.",
    join: "참가하기",
    join_as_host: "회의 시작하기",
    joining: "참가하고 있어요…",
    join_without: "그대로 참가해서 보고 들을 수 있어요.",
    microphone: "마이크",
    camera: "카메라",
    default_device: "시스템 기본값",
    unnamed_device: |number| format!("장치 {number}"),
    level: "마이크 소리 크기",
    camera_is_off: "카메라가 꺼져 있어요",
    camera_starting: "카메라를 켜고 있어요…",
    people_inside: |people, limit| format!("{people}명이 참가 중이에요 (최대 {limit}명)"),
    nobody_inside: |limit| format!("아직 아무도 없어요 (최대 {limit}명)"),
    recording_inside: "이 회의는 녹화되고 있어요",
    you_are_host: "호스트로 참가해요",
    controls: "회의 도구",
    you: "나",
    your_screen: "내 화면",
    screen_of: |name| format!("{name} 님의 화면"),
    microphone_on: "음소거 해제",
    microphone_off: "음소거",
    camera_on: "카메라 켜기",
    camera_off: "카메라 끄기",
    share_screen: "화면 공유",
    stop_sharing: "공유 중지",
    no_screen: "이 브라우저는 화면을 녹화할 수 없어요. 휴대폰과 태블릿은 대부분 안 돼요. 컴퓨터를 써 주세요.",
    people: "참가자",
    more: "더 보기",
    leave: "나가기",
    invite: "초대하기",
    invite_lead: "이 링크가 있으면 누구나 참가자로 들어올 수 있어요.",
    invite_guest: "참가자 링크",
    invite_waiting: "아직 혼자예요. 함께할 사람에게 링크를 보내세요.",
    host_link: "내 호스트 링크",
    host_link_lead: "이 링크를 가진 사람이 호스트가 돼요. 다른 기기에서 호스트로 돌아올 때만 쓰고, 남에게 보내지 마세요.",
    host_link_copy: "호스트 링크 복사",
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
    muted_by_host: "호스트가 음소거함",
    is_silent: "마이크 꺼짐",
    is_host: "호스트",
    reconnecting: "서버에 연결할 수 없어 다시 시도하고 있어요. 이미 연결된 통화는 이어져요.",
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
    connecting: "연결하고 있어요…",
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
    role: |role| match role {
        Role::Host => "호스트",
        Role::Cohost => "공동 호스트",
        Role::Guest => "참가자",
    },
    may_record_mark: "녹화 권한 있음",
    person_menu: |name| format!("{name} 님 메뉴"),
    person_action: |action| match action {
        PersonAction::Grant => "녹화 권한 주기",
        PersonAction::Revoke => "녹화 권한 거두기",
        PersonAction::Mute => "음소거하기",
        PersonAction::Unmute => "음소거 풀기",
        PersonAction::Appoint => "공동 호스트로 지정",
        PersonAction::Dismiss => "공동 호스트 해제",
        PersonAction::HandOver => "호스트 넘기기",
        PersonAction::Remove => "회의에서 내보내기",
    },
    person_action_ask: |action, name| match action {
        PersonAction::HandOver => {
            format!("{name} 님에게 호스트를 넘길까요? 나는 공동 호스트가 되고, 스스로 되돌릴 수 없어요.")
        }
        _ => format!("{name} 님을 회의에서 내보낼까요?"),
    },
    devices: "카메라와 마이크",
    record: "녹화",
    record_title: "무엇을 녹화할까요?",
    record_lead: "시작하기 전에 모두에게 알려요. 파일은 이 컴퓨터에만 저장돼요.",
    nobody_heard: explained(
        "지금은 아무 소리도 들리지 않아요.",
        "마이크를 켜 주세요. 켤 때까지는 소리 없이 기록돼요.",
    ),
    kind_video: KindTexts {
        title: "영상 녹화",
        explained: "모두의 얼굴을 한 화면에 모으고, 모두의 목소리를 담아요.",
        per_hour: "한 시간에 약 1.2\u{a0}GB",
    },
    kind_audio: KindTexts {
        title: "녹음만",
        explained: "화면 없이 모두의 목소리를 한 파일에 담아요.",
        per_hour: "한 시간에 약 60\u{a0}MB",
    },
    recorder_starting: "녹화기를 준비하고 있어요…",
    recording_word: |kind| match kind {
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
    tab_recording: |kind, time| format!("● {time} · {} 중", noun(kind != RecordingKind::Audio)),
    tab_paused: |kind, time| format!("❚❚ {time} · {} 일시정지됨", noun(kind != RecordingKind::Audio)),
    leaving_page: "녹화가 진행 중이에요.",
    leaving_unsaved: "아직 파일로 저장하지 않은 녹화가 있어요. 탭을 닫으면 사라져요.",
    meeting_title: |code| format!("회의 {code}"),
    saved_title: |picture| if picture { "녹화가 완성됐어요" } else { "녹음이 완성됐어요" },
    saved_lead: "지울 때까지 이 브라우저에 남아 있어요. 파일로 쓰려면 저장하세요.",
    saved_partly: |picture| {
        if !picture {
            "녹음이 일찍 끝났어요. 그때까지 녹음한 것은 완성되어 남아 있어요."
        } else {
            "녹화가 일찍 끝났어요. 그때까지 녹화한 것은 완성되어 남아 있어요."
        }
    },
    saved_in_memory: "이 탭의 메모리에만 있어요. 파일로 저장하지 않으면 탭을 닫을 때 사라져요.",
    save: "파일로 저장",
    saving: "저장하고 있어요…",
    saved_mark: "파일로 저장했어요",
    downloading_mark: "내려받기 시작함",
    delete: "지우기",
    delete_ask: |name| format!("‘{name}’ 파일을 지울까요?"),
    delete_explained: "이 브라우저에서 완전히 없어져요. 따로 저장한 파일은 그대로 남아요.",
    play: "재생",
    in_library: "내 녹화 보관함",
    finishing: "파일을 완성하고 있어요…",
    solo_choose: "무엇을 녹화할까요?",
    solo_choose_lead: "모두 이 컴퓨터에만 남아요. 서버도 계정도 필요 없어요.",
    solo_video_lead: "카메라와 마이크",
    solo_audio_lead: "마이크 소리만",
    solo_screen_lead: "화면이나 창, 탭과 내 마이크",
    solo_start: |kind| if kind == RecordingKind::Audio { "녹음 시작" } else { "녹화 시작" },
    solo_other: "다른 것 녹화하기",
    solo_again: |picture| if picture { "다시 녹화하기" } else { "다시 녹음하기" },
    solo_no_microphone: "마이크가 없어서, 화면 소리를 함께 공유할 때 그 소리만 녹음돼요.",
    size: "크기",
    free: |size| format!("{size} 남음"),
    default_title_screen: "화면",
    library_title: "내 녹화 보관함",
    library_lead: "이 컴퓨터의 이 브라우저에만 보관돼요.",
    library_empty: "아직 녹화가 없어요",
    library_empty_lead: "회의에서나 혼자 녹화한 것이 여기에 모여요.",
    library_used: |used, quota| format!("브라우저가 허용한 {quota} 중 {used} 사용"),
    loading: "불러오고 있어요…",
    kind_picture: "영상",
    kind_sound: "녹음",
    unfinished: "중단됨",
    left_title: "회의에서 나왔어요",
    left_lead: "함께해 주셔서 고마워요.",
    ended_by_me: explained(
        "모두 내보내고 회의를 끝냈어요.",
        "회의 링크는 더는 쓸 수 없어요. 녹화한 것은 내 녹화 보관함에 있어요.",
    ),
    rejoin: "다시 참가하기",
    move_here: "여기로 옮겨 오기",
    join_as_guest: "참가자로 들어가기",
    code,
    device_error,
    device_trouble,
    message,
    dismiss: "닫기",
};

fn code(code: Code) -> Explained {
    match code {
        Code::Malformed => {
            explained("서버가 이 페이지의 요청을 알아듣지 못했어요.", "페이지를 새로고침해 주세요.")
        }
        Code::WrongVersion => explained("이 페이지가 서버보다 오래됐어요.", "페이지를 새로고침해 주세요."),
        Code::HelloExpected | Code::AlreadyJoined => {
            explained("연결 순서가 어긋났어요.", "페이지를 새로고침하고 다시 참가해 주세요.")
        }
        Code::HelloTimeout => explained("참가하는 데 너무 오래 걸렸어요.", "다시 시도해 주세요."),
        Code::RoomUnknown => {
            explained("이 회의를 찾을 수 없어요.", "링크를 확인하거나 호스트에게 새 링크를 받아 주세요.")
        }
        Code::RoomFull => explained("회의 자리가 다 찼어요.", "누군가 나가면 다시 시도해 주세요."),
        Code::RoomLocked => {
            explained("회의가 잠겨 있어요.", "호스트에게 잠금을 풀어 달라고 한 뒤 다시 시도해 주세요.")
        }
        Code::RoomEnded => {
            explained("회의가 끝났어요.", "새 회의를 시작하거나 호스트에게 새 링크를 받아 주세요.")
        }
        Code::ServerFull => explained("지금은 서버에 자리가 없어요.", "몇 분 뒤에 다시 시도해 주세요."),
        Code::BadHostKey => explained(
            "이 회의에 맞지 않는 호스트 링크예요.",
            "참가자로 들어오거나 맞는 호스트 링크를 찾아 주세요.",
        ),
        Code::BadName => explained("이 이름은 쓸 수 없어요.", "이름을 1자에서 40자까지 적어 주세요."),
        Code::NotAllowed => explained("이 회의에서는 할 수 없는 일이에요.", "호스트에게 물어봐 주세요."),
        Code::NoSuchPerson => explained("그 참가자는 이제 여기 없어요.", "참가자 목록을 확인해 주세요."),
        Code::WrongState => explained("지금 상황에 맞지 않는 일이에요.", "잠시 뒤에 다시 시도해 주세요."),
        Code::AlreadyRecording => {
            explained("다른 사람이 이미 녹화하고 있어요.", "그 녹화가 끝날 때까지 기다려 주세요.")
        }
        Code::NotRecording => explained("진행 중인 녹화가 없어요.", "먼저 녹화를 시작해 주세요."),
        Code::TooLarge => explained("서버가 받기에는 너무 커요.", "더 작게 다시 시도해 주세요."),
        Code::TooFast => explained("한꺼번에 너무 많이 보냈어요.", "잠시 뒤에 다시 시도해 주세요."),
        Code::SlowReader => explained(
            "연결이 회의를 따라가지 못했어요.",
            "공유기 가까이에서, 다른 다운로드 없이 다시 참가해 주세요.",
        ),
        Code::IdleTimeout => explained("너무 오래 연결이 조용했어요.", "다시 참가해 주세요."),
        Code::Removed => {
            explained("호스트가 나를 회의에서 내보냈어요.", "실수였다면 호스트에게 말해 주세요.")
        }
        Code::Replaced => explained(
            "이 회의의 내 자리가 다른 곳으로 옮겨졌어요.",
            "내가 다른 탭이나 기기에서 들어왔거나, 누군가 내 호스트 링크를 열었어요. 여기로 옮겨 오면 그쪽은 나가게 돼요.",
        ),
        Code::BadOrigin => {
            explained("이 페이지는 이 서버를 쓸 수 없어요.", "원래 링크로 회의를 열어 주세요.")
        }
        Code::ServerStopping => explained("서버가 다시 시작되고 있어요.", "잠시 뒤에 다시 시도해 주세요."),
        Code::Internal => explained("서버에 문제가 생겼어요.", "잠시 뒤에 다시 시도해 주세요."),
        _ => explained("서버가 거절했어요.", "페이지를 새로고침하고 다시 시도해 주세요."),
    }
}

fn device_error(code: &str) -> Explained {
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
        "not_found" => explained("이 녹화는 이제 여기 없어요.", "목록을 새로고침해 주세요."),
        "timeout" => explained("장치가 제때 답하지 않았어요.", "장치를 뺐다가 다시 연결하고 시도해 주세요."),
        "browser" => explained("브라우저에서 오류가 났어요.", "페이지를 새로고침하고 다시 시도해 주세요."),
        _ => explained("문제가 생겼어요.", "다시 시도해 주세요."),
    }
}

fn device_trouble(code: &str, asked: Asked) -> Explained {
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
        _ => device_error(code),
    }
}

/// 소리만 담으면 녹음, 화면이 있으면 녹화.
const fn noun(picture: bool) -> &'static str {
    if picture { "녹화" } else { "녹음" }
}

fn message(message: &Message) -> String {
    let join = |explained: Explained| format!("{} {}", explained.what, explained.way_out);
    match message {
        Message::Joined(name) => format!("{name} 님이 들어왔어요"),
        Message::Left(name) => format!("{name} 님이 나갔어요"),
        Message::Lost(name) => format!("{name} 님의 연결이 끊겼어요"),
        Message::Removed(name) => format!("{name} 님을 내보냈어요"),
        Message::Refused(refused) => join(code(*refused)),
        Message::Failed(failed) => join(device_error(failed)),
        Message::NoDevice(code, asked) => join(device_trouble(code, *asked)),
        Message::RecordingStarted(name, kind) => {
            format!("{name} 님이 이 회의를 {}하고 있어요", noun(*kind != RecordingKind::Audio))
        }
        Message::RecordingStopped(RecordingKind::Audio) => "녹음이 끝났어요".into(),
        Message::RecordingStopped(_) => "녹화가 끝났어요".into(),
        Message::MayRecord => "호스트가 녹화 권한을 줬어요".into(),
        Message::MayNotRecord => "호스트가 녹화 권한을 거뒀어요".into(),
        Message::Muted => "호스트가 내 마이크를 음소거했어요. 호스트나 공동 호스트만 풀 수 있어요.".into(),
        Message::Unmuted => "이제 내 목소리가 다시 들려요".into(),
        Message::HostIsMe => "이제 호스트예요".into(),
        Message::HostIs(name) => format!("이제 {name} 님이 호스트예요"),
        Message::CohostIsMe => "이제 공동 호스트예요".into(),
        Message::GuestIsMe => "이제 일반 참가자예요".into(),
        Message::Locked => "회의를 잠갔어요. 새로 들어올 수 없어요.".into(),
        Message::Unlocked => "회의 잠금이 풀렸어요".into(),
        Message::BackOnline => "서버에 다시 연결됐어요".into(),
        Message::StorageLow => "디스크 공간이 얼마 남지 않았어요. 다 차기 전에 녹화가 자동으로 끝나요.".into(),
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
    }
}
