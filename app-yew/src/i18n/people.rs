//! The people in the room, and how to invite more.

use hostreel_protocol::Role;

use crate::state::people::PersonAction;

/// The people in the room, and how to invite more.
#[derive(Debug)]
#[expect(missing_docs, reason = "the names of the fields say where the words stand")]
pub struct People {
    pub title: &'static str,
    pub you: &'static str,
    pub role: fn(Role) -> &'static str,
    pub muted_by_host: &'static str,
    pub is_silent: &'static str,
    pub is_speaking: &'static str,
    pub is_host: &'static str,
    pub may_record_mark: &'static str,
    pub menu: fn(&str) -> String,
    pub rename: &'static str,
    pub rename_lead: &'static str,
    pub rename_away: &'static str,
    pub action: fn(PersonAction) -> &'static str,
    pub action_ask: fn(PersonAction, &str) -> String,
    pub invite: &'static str,
    pub invite_lead: &'static str,
    pub invite_guest: &'static str,
    pub invite_waiting: &'static str,
    pub invite_qr: &'static str,
    pub invite_qr_label: &'static str,
    pub invite_mail: &'static str,
    pub invite_subject: &'static str,
    pub invite_body: fn(&str) -> String,
    pub host_link: &'static str,
    pub host_link_lead: &'static str,
    pub host_link_copy: &'static str,
    pub host_link_ask: &'static str,
    pub host_link_explained: &'static str,
    pub host_link_use: &'static str,
}

pub(super) const ENGLISH: People = People {
    title: "People",
    you: "You",
    role: |role| match role {
        Role::Host => "Host",
        Role::Cohost => "Co-host",
        Role::Guest => "Guest",
        Role::Waiting => "Waiting",
    },
    muted_by_host: "Muted by the host",
    is_silent: "Microphone off",
    is_speaking: "Speaking",
    is_host: "Host",
    may_record_mark: "May record",
    menu: |name| format!("Options for {name}"),
    rename: "Change your name",
    rename_lead: "Everybody in the meeting sees the new name at once. This device remembers it for the next meeting.",
    rename_away: "You can change your name once the server is back.",
    action: |action| match action {
        PersonAction::Grant => "Allow to record",
        PersonAction::GrantFor(10) => "Allow to record for 10 minutes",
        PersonAction::GrantFor(_) => "Allow to record for an hour",
        PersonAction::LowerHand => "Lower the hand",
        PersonAction::Ban => "Remove and don't let back in",
        PersonAction::Revoke => "No longer allow to record",
        PersonAction::Mute => "Mute for everybody",
        PersonAction::Unmute => "Lift the mute",
        PersonAction::Appoint => "Make co-host",
        PersonAction::Dismiss => "Make guest again",
        PersonAction::HandOver => "Hand over the host role",
        PersonAction::Remove => "Remove from the meeting",
    },
    action_ask: |action, name| match action {
        PersonAction::HandOver => {
            format!("Make {name} the host? You become co-host and can't take it back yourself.")
        }
        PersonAction::Ban => format!(
            "Remove {name} and not let them back in? Who came with nothing but the link could return under another name: the waiting room or the lock keeps them out."
        ),
        _ => format!("Remove {name} from the meeting?"),
    },
    invite: "Invite people",
    invite_lead: "Whoever has this link can join as a guest.",
    invite_guest: "Guest link",
    invite_waiting: "You are the only one here. Send the link to whoever should join.",
    invite_qr: "Show as QR code",
    invite_qr_label: "QR code of the guest link",
    invite_mail: "Write an e-mail",
    invite_subject: "Meet me on Hostreel",
    invite_body: |link| {
        format!(
            "Hello,\n\nplease join the meeting here, in your browser; there is nothing to install:\n{link}\n"
        )
    },
    host_link: "Your host link",
    host_link_lead: "Makes its holder the host. Keep it to yourself, to come back as host on another device.",
    host_link_copy: "Copy host link",
    host_link_ask: "Join again as the host?",
    host_link_explained: "You opened a host link. To use it, this tab leaves the meeting and joins again as the host.",
    host_link_use: "Join again as the host",
};

pub(super) const KOREAN: People = People {
    title: "참가자",
    you: "나",
    role: |role| match role {
        Role::Host => "호스트",
        Role::Cohost => "공동 호스트",
        Role::Guest => "참가자",
        Role::Waiting => "대기 중",
    },
    muted_by_host: "호스트가 음소거함",
    is_silent: "마이크 꺼짐",
    is_speaking: "말하는 중",
    is_host: "호스트",
    may_record_mark: "녹화 권한 있음",
    menu: |name| format!("{name} 님 메뉴"),
    rename: "내 이름 바꾸기",
    rename_lead: "새 이름은 회의에 있는 모두에게 바로 보여요. 다음 회의를 위해 이 기기에 기억해 둬요.",
    rename_away: "서버에 다시 연결되면 이름을 바꿀 수 있어요.",
    action: |action| match action {
        PersonAction::Grant => "녹화 권한 주기",
        PersonAction::GrantFor(10) => "10분 동안 녹화 권한 주기",
        PersonAction::GrantFor(_) => "1시간 동안 녹화 권한 주기",
        PersonAction::LowerHand => "손 내리기",
        PersonAction::Ban => "내보내고 다시 못 오게 하기",
        PersonAction::Revoke => "녹화 권한 거두기",
        PersonAction::Mute => "음소거하기",
        PersonAction::Unmute => "음소거 풀기",
        PersonAction::Appoint => "공동 호스트로 지정",
        PersonAction::Dismiss => "공동 호스트 해제",
        PersonAction::HandOver => "호스트 넘기기",
        PersonAction::Remove => "회의에서 내보내기",
    },
    action_ask: |action, name| match action {
        PersonAction::HandOver => {
            format!("{name} 님에게 호스트를 넘길까요? 나는 공동 호스트가 되고, 스스로 되돌릴 수 없어요.")
        }
        PersonAction::Ban => format!(
            "{name} 님을 내보내고 다시 못 오게 할까요? 링크만으로 들어온 사람은 다른 이름으로 다시 올 수 있어요. 대기실을 켜거나 회의를 잠그면 막을 수 있어요."
        ),
        _ => format!("{name} 님을 회의에서 내보낼까요?"),
    },
    invite: "초대하기",
    invite_lead: "이 링크가 있으면 누구나 참가자로 들어올 수 있어요.",
    invite_guest: "참가자 링크",
    invite_waiting: "아직 혼자예요. 함께할 사람에게 링크를 보내세요.",
    invite_qr: "QR 코드로 보기",
    invite_qr_label: "참가자 링크의 QR 코드",
    invite_mail: "이메일 쓰기",
    invite_subject: "Hostreel 회의에 초대해요",
    invite_body: |link| {
        format!(
            "안녕하세요.\n\n아래 링크를 브라우저에서 열면 회의에 참가할 수 있어요. 설치할 것은 없어요.\n{link}\n"
        )
    },
    host_link: "내 호스트 링크",
    host_link_lead: "이 링크를 가진 사람이 호스트가 돼요. 다른 기기에서 호스트로 돌아올 때만 쓰고, 남에게 보내지 마세요.",
    host_link_copy: "호스트 링크 복사",
    host_link_ask: "호스트로 다시 들어올까요?",
    host_link_explained: "호스트 링크를 열었어요. 이 링크를 쓰려면 회의에서 나갔다가 호스트로 다시 들어와야 해요.",
    host_link_use: "호스트로 다시 들어오기",
};
