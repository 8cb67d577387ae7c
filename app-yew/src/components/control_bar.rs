//! The six things that are needed all the time.

use hostreel_app::state::meeting::{Action, Connection};
use hostreel_app::state::recording::{Input, MyRecording};
use hostreel_protocol::{Command, RecordingKind};
use hostreel_room::permissions::Action as Permission;
use yew::prelude::*;

use super::icon::{Icon, Name};
use crate::hooks::devices::DevicesHandle;
use crate::hooks::language::use_texts;
use crate::hooks::meeting::MeetingHandle;

#[derive(Properties)]
pub(crate) struct Props {
    pub(crate) meeting: MeetingHandle,
    pub(crate) devices: DevicesHandle,
    pub(crate) people_open: bool,
    pub(crate) on_people: Callback<()>,
    pub(crate) on_record: Callback<()>,
    pub(crate) on_leave: Callback<()>,
}

impl PartialEq for Props {
    fn eq(&self, _: &Self) -> bool {
        false
    }
}

/// Microphone, camera, screen, recording, people, leave.
#[function_component]
pub(crate) fn ControlBar(props: &Props) -> Html {
    let texts = use_texts();
    let meeting = props.meeting.meeting();
    let own = props.devices.devices();
    let press = |act: fn(&DevicesHandle)| {
        let devices = props.devices.clone();
        Callback::from(move |()| act(&devices))
    };
    let muted = meeting.me().is_some_and(|me| me.muted);
    let sharing = own.screen.is_some();
    let may_share = meeting.may(Permission::ShareScreen) && hostreel_recorder::support().display_media;
    let count = meeting.room.as_ref().map_or(1, |room| room.people.len());
    html! {
        <div class="bar" role="toolbar" aria-label={texts.room.controls}>
            <Control test_id="mic" on={own.microphone_on && !muted} is_on={Some(own.microphone_on)}
                icon={if own.microphone_on && !muted { Name::Microphone } else { Name::MicrophoneOff }}
                label={if muted { texts.people.muted_by_host } else if own.microphone_on { texts.devices.microphone_off } else { texts.devices.microphone_on }}
                on_press={press(DevicesHandle::toggle_microphone)} />
            <Control test_id="camera" on={own.camera_on} is_on={Some(own.camera_on)}
                icon={if own.camera_on { Name::Camera } else { Name::CameraOff }}
                label={if own.camera_on { texts.devices.camera_off } else { texts.devices.camera_on }}
                on_press={press(DevicesHandle::toggle_camera)} />
            if may_share || sharing {
                <Control test_id="screen" on={true} chosen={sharing} is_on={Some(sharing)}
                    icon={if sharing { Name::ScreenOff } else { Name::Screen }}
                    label={if sharing { texts.devices.stop_sharing } else { texts.devices.share_screen }}
                    on_press={press(DevicesHandle::toggle_screen)} />
            }
            <RecordControl meeting={props.meeting.clone()} on_record={props.on_record.clone()} />
            <Control test_id="people" on={true} chosen={props.people_open} is_on={Some(props.people_open)} keeps_name=true icon={Name::People}
                label={texts.people.title} count={count} on_press={props.on_people.clone()} />
            <button type="button" class="control control--leave" data-testid="leave" onclick={props.on_leave.reform(|_| ())}>
                <span class="control__face"><Icon name={Name::Leave} /></span><span class="control__label">{ texts.room.leave }</span>
            </button>
        </div>
    }
}

#[derive(Properties)]
struct RecordProps {
    meeting: MeetingHandle,
    on_record: Callback<()>,
}

impl PartialEq for RecordProps {
    fn eq(&self, _: &Self) -> bool {
        false
    }
}

/// Record, or stop. Not there at all for who may do neither.
#[function_component]
fn RecordControl(props: &RecordProps) -> Html {
    let texts = use_texts();
    let meeting = props.meeting.meeting();
    // The own one is known better here: the room may not have heard of its end yet, or never will.
    let recording = meeting.room.as_ref().and_then(|room| room.recording.as_ref());
    let theirs = recording.is_some_and(|recording| Some(&recording.by) != meeting.you.as_ref());
    let stop_own = {
        let handle = props.meeting.clone();
        Callback::from(move |()| handle.dispatch(Action::Recording(Input::Stop)))
    };
    let stop_theirs = {
        let handle = props.meeting.clone();
        Callback::from(move |()| handle.dispatch(Action::Command(Command::StopRecording)))
    };
    match meeting.recording {
        MyRecording::Running { .. } => html! {
            <Control test_id="record-stop" on={true} recording=true icon={Name::Stop} label={texts.recording.stop} on_press={stop_own} />
        },
        MyRecording::Asked { .. } | MyRecording::Starting { .. } | MyRecording::Stopping => html! {
            <button type="button" class="control" disabled=true aria-busy="true">
                <span class="control__face"><span class="spinner"></span></span>
                <span class="control__label">{ texts.recording.record }</span>
            </button>
        },
        MyRecording::Idle if theirs && meeting.may(Permission::StopAnyRecording) => html! {
            <Control test_id="record-stop" on={true} recording=true icon={Name::Stop} label={(texts.recording.stop_theirs)(recording.map_or(RecordingKind::Video, |recording| recording.kind))} on_press={stop_theirs} />
        },
        MyRecording::Idle if meeting.may(Permission::Record) && !theirs => {
            // Nobody could be told, so nothing may begin.
            let why = (meeting.connection != Connection::Open).then_some(texts.recording.away);
            html! {
                <>
                    <button type="button" class="control control--record" data-testid="record" title={why} aria-describedby={why.map(|_| "record-away")}
                        disabled={why.is_some()} onclick={props.on_record.reform(|_| ())}>
                        <span class="control__face"><span class="rec-dot"></span></span><span class="control__label">{ texts.recording.record }</span>
                    </button>
                    if let Some(why) = why { <span id="record-away" class="visually-hidden">{ why }</span> }
                </>
            }
        }
        MyRecording::Idle => html! {},
    }
}

#[derive(Properties, PartialEq)]
struct ControlProps {
    test_id: &'static str,
    icon: Name,
    label: &'static str,
    /// Off is drawn inverted, so that it can't be missed.
    on: bool,
    #[prop_or_default]
    chosen: bool,
    #[prop_or_default]
    recording: bool,
    /// Whether what it switches is on.
    #[prop_or_default]
    is_on: Option<bool>,
    /// Its name is the same when that is on and when it is off: only then its state is read aloud with the name.
    #[prop_or_default]
    keeps_name: bool,
    #[prop_or_default]
    count: usize,
    on_press: Callback<()>,
}

#[function_component]
fn Control(props: &ControlProps) -> Html {
    let class = classes!(
        "control",
        (!props.on).then_some("control--off"),
        props.chosen.then_some("control--chosen"),
        props.recording.then_some("control--recording"),
    );
    let is_on = props.is_on.map(|on| on.to_string());
    html! {
        <button type="button" {class} data-testid={props.test_id} title={props.label} data-on={is_on.clone()}
            aria-pressed={is_on.filter(|_| props.keeps_name)} onclick={props.on_press.reform(|_| ())}>
            <span class="control__face">
                <Icon name={props.icon} />
                if props.count > 0 { <span class="control__count tabular">{ props.count }</span> }
            </span>
            <span class="control__label">{ props.label }</span>
        </button>
    }
}
