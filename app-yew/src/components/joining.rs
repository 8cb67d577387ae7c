//! On the way into the room, and while the way to it is lost.

use hostreel_app::state::meeting::Connection;
use hostreel_app::state::recording::MyRecording;
use hostreel_protocol::{Code, RecordingKind};
use yew::prelude::*;

use super::icon::{Icon, Name};
use super::lobby::WaitingPage;
use crate::hooks::language::use_texts;
use crate::hooks::meeting::MeetingHandle;

#[derive(Properties)]
pub(crate) struct NoticeProps {
    pub(crate) handle: MeetingHandle,
}

impl PartialEq for NoticeProps {
    fn eq(&self, _: &Self) -> bool {
        false
    }
}

/// Said while the server is away, or has no seat for this page any more.
#[function_component]
pub(crate) fn ConnectionNotice(props: &NoticeProps) -> Html {
    let texts = use_texts();
    let meeting = props.handle.meeting();
    let text = match (meeting.connection, meeting.recording) {
        (Connection::Open, _) => return html! {},
        (Connection::Connecting, _) => texts.connection.connecting,
        (Connection::Waiting { .. }, _) => texts.connection.waiting,
        (Connection::Reconnecting, _) if meeting.room.is_none() => texts.connection.reconnecting_joining,
        (Connection::Reconnecting, MyRecording::Idle) => texts.connection.reconnecting,
        (Connection::Reconnecting, recording) => {
            (texts.connection.reconnecting_recording)(recording.kind().unwrap_or(RecordingKind::Video))
        }
        (Connection::Adrift(code), _) => (texts.connection.adrift)(code),
    };
    // Nothing is waited for when the server has forgotten the room.
    let waiting = meeting.connection != Connection::Adrift(Code::RoomUnknown);
    html! {
        <p class="room__notice" role="status" data-testid="connection">
            if waiting { <span class="spinner"></span> } else { <Icon name={Name::Warning} /> }{ text }
        </p>
    }
}

#[derive(Properties)]
pub(crate) struct JoiningProps {
    pub(crate) handle: MeetingHandle,
    pub(crate) name: String,
    pub(crate) on_leave: Callback<()>,
}

impl PartialEq for JoiningProps {
    fn eq(&self, _: &Self) -> bool {
        false
    }
}

/// Before the room is known: how far it is, and the way out.
#[function_component]
pub(crate) fn Joining(props: &JoiningProps) -> Html {
    let texts = use_texts();
    if let Connection::Waiting { host_present } = props.handle.meeting().connection {
        return html! {
            <main class="room room--joining"><WaitingPage name={props.name.clone()} {host_present} on_leave={props.on_leave.clone()} /></main>
        };
    }
    let first_try = props.handle.meeting().connection == Connection::Connecting;
    html! {
        <main class="room room--joining" aria-busy="true">
            <div class="room__joining">
                if first_try {
                    <p><span class="spinner"></span>{ texts.prejoin.joining }</p>
                } else {
                    <ConnectionNotice handle={props.handle.clone()} />
                }
                <button type="button" class="button button--quiet" data-testid="leave" onclick={props.on_leave.reform(|_| ())}>{ texts.common.cancel }</button>
            </div>
        </main>
    }
}
