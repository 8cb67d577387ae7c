//! Why the server said no.

use hostreel_protocol::Code;

use super::{Explained, explained};

pub(super) fn english(code: Code) -> Explained {
    match code {
        Code::Malformed => explained("The server did not understand this page.", "Reload the page."),
        Code::WrongVersion => explained("This page is older than the server.", "Reload the page."),
        Code::HelloExpected | Code::AlreadyJoined => {
            explained("The connection got out of step.", "Reload the page and join again.")
        }
        Code::HelloTimeout => explained("Joining took too long.", "Try again."),
        Code::RoomUnknown => {
            explained("This meeting can't be found.", "Check the link, or ask the host for a new one.")
        }
        Code::RoomFull => explained("This meeting is full.", "Wait until somebody leaves, then try again."),
        Code::RoomLocked => {
            explained("This meeting is locked.", "Ask the host to unlock it, then try again.")
        }
        Code::RoomEnded => {
            explained("This meeting has ended.", "Start a new one, or ask the host for a new link.")
        }
        Code::ServerFull => {
            explained("The server has no room for more right now.", "Try again in a few minutes.")
        }
        Code::BadHostKey => explained(
            "This host link is not valid for this meeting.",
            "Join as a guest, or look for the right host link.",
        ),
        Code::BadName => explained("This name can't be used.", "Enter a name of 1 to 40 characters."),
        Code::NotAllowed => explained("You may not do that in this meeting.", "Ask the host."),
        Code::NoSuchPerson => explained("This person is not here any more.", "Look at the list of people."),
        Code::WrongState => {
            explained("That does not fit what is going on right now.", "Wait a moment and try again.")
        }
        Code::AlreadyRecording => {
            explained("Somebody is recording already.", "Wait until that recording has ended.")
        }
        Code::NotRecording => explained("Nothing is being recorded.", "Start a recording first."),
        Code::TooLarge => explained("That was too large for the server.", "Try it with less."),
        Code::TooFast => explained("That was too much at once.", "Wait a moment and try again."),
        Code::SlowReader => explained(
            "Your connection was too slow for the meeting.",
            "Join again, nearer to the router or without other downloads.",
        ),
        Code::IdleTimeout => explained("The connection was silent for too long.", "Join again."),
        Code::Removed => {
            explained("You were removed from the meeting.", "Ask the host if that was a mistake.")
        }
        Code::Banned => {
            explained("You may not come back to this meeting.", "Ask the host if that was a mistake.")
        }
        Code::NotAdmitted => explained("The host did not let you in.", "Ask the host, then try again."),
        Code::SessionUnknown => explained("Your place in the meeting was not kept.", "Join again."),
        Code::BadToken => explained("This invitation is not valid.", "Get a new one, then try again."),
        Code::BadText => explained("That can't be sent.", "Write something, and not too long."),
        Code::TooMany => {
            explained("There are too many of these already.", "End the meeting and start a new one.")
        }
        Code::Replaced => explained(
            "Your place in this meeting is taken elsewhere now.",
            "You joined in another tab or on another device, or somebody opened your host link. Joining here sends that one out.",
        ),
        Code::BadOrigin => {
            explained("This page may not use this server.", "Open the meeting by its original link.")
        }
        Code::ServerStopping => explained("The server is restarting.", "Try again in a moment."),
        Code::TryAgain => {
            explained("The server can't do this at the moment.", "Wait a few seconds and try again.")
        }
        Code::Internal => explained("The server has a problem.", "Try again in a moment."),
        _ => explained("The server refused this.", "Reload the page and try again."),
    }
}

pub(super) fn korean(code: Code) -> Explained {
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
        Code::IdleTimeout => explained("오랫동안 응답이 없어 연결이 끊겼어요.", "다시 참가해 주세요."),
        Code::Removed => {
            explained("호스트가 나를 회의에서 내보냈어요.", "실수였다면 호스트에게 말해 주세요.")
        }
        Code::Banned => explained("이 회의에는 다시 들어갈 수 없어요.", "실수였다면 호스트에게 말해 주세요."),
        Code::NotAdmitted => {
            explained("호스트가 들여보내지 않았어요.", "호스트에게 물어본 뒤 다시 시도해 주세요.")
        }
        Code::SessionUnknown => explained("회의에 내 자리가 남아 있지 않아요.", "다시 참가해 주세요."),
        Code::BadToken => explained("이 초대는 쓸 수 없어요.", "새 초대를 받아 다시 시도해 주세요."),
        Code::BadText => explained("보낼 수 없는 내용이에요.", "내용을 적되 너무 길지 않게 해 주세요."),
        Code::TooMany => explained("더는 추가할 수 없어요.", "회의를 끝내고 새로 시작해 주세요."),
        Code::Replaced => explained(
            "이 회의의 내 자리가 다른 곳으로 옮겨졌어요.",
            "내가 다른 탭이나 기기에서 들어왔거나, 누군가 내 호스트 링크를 열었어요. 여기로 옮겨 오면 그쪽은 나가게 돼요.",
        ),
        Code::BadOrigin => {
            explained("이 페이지는 이 서버를 쓸 수 없어요.", "원래 링크로 회의를 열어 주세요.")
        }
        Code::ServerStopping => explained("서버가 다시 시작되고 있어요.", "잠시 뒤에 다시 시도해 주세요."),
        Code::TryAgain => explained("지금은 서버가 이 일을 할 수 없어요.", "몇 초 뒤에 다시 시도해 주세요."),
        Code::Internal => explained("서버에 문제가 생겼어요.", "잠시 뒤에 다시 시도해 주세요."),
        _ => explained("서버가 거절했어요.", "페이지를 새로고침하고 다시 시도해 주세요."),
    }
}
