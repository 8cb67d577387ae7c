//! Before the meeting: how do I look, do I sound, who am I.

use hostreel_app::state::settings::checked_name;
use hostreel_app::state::toasts::Message;
use hostreel_protocol::{Code, RoomPage};
use web_sys::HtmlInputElement;
use yew::prelude::*;

use crate::browser::has_mouse;
use crate::components::device_select::DeviceSelects;
use crate::components::icon::{Icon, Name};
use crate::components::interrupted::Interrupted;
use crate::components::level::Level;
use crate::components::shell::{FieldError, Notice, Page};
use crate::components::speaker_test::SpeakerTest;
use crate::components::video::Video;
use crate::hooks::devices::DevicesHandle;
use crate::hooks::language::use_texts;
use crate::hooks::settings::use_settings;

#[derive(Properties)]
pub(crate) struct Props {
    pub(crate) devices: DevicesHandle,
    /// What the server tells of the room; nothing when it could not be asked.
    pub(crate) room: Option<RoomPage>,
    pub(crate) host: bool,
    pub(crate) on_join: Callback<String>,
    pub(crate) show: Callback<Message>,
}

impl PartialEq for Props {
    fn eq(&self, _: &Self) -> bool {
        false
    }
}

/// Preview, devices, name, join.
#[function_component]
pub(crate) fn PreJoin(props: &Props) -> Html {
    let texts = use_texts();
    let full = props.room.as_ref().is_some_and(|room| room.people >= room.people_limit);
    let own = props.devices.devices();
    let open = (own.microphone.is_some(), own.camera.is_some());
    let title = if props.host { texts.prejoin.title_host } else { texts.prejoin.title };
    html! {
        <Page class="prejoin">
            <Preview devices={props.devices.clone()} />
            <section class="prejoin__form">
                <header class="page-head">
                    <h1>{ title }</h1>
                    <Inside room={props.room.clone()} host={props.host} />
                </header>
                // Looking for it loads a part of the app that guests on their way in can do without.
                if props.host { <Interrupted in_place={props.show.clone()} /> }
                // The host's seat may be one of those that are taken: only trying tells.
                if full { <Notice explained={(texts.code)(Code::RoomFull)} error=true /> }
                <Troubles devices={props.devices.clone()} />
                <NameForm host={props.host} on_join={props.on_join.clone()} />
                <DeviceSelects devices={props.devices.clone()} />
                <SpeakerTest {open} />
            </section>
        </Page>
    }
}

#[derive(Properties, PartialEq)]
struct InsideProps {
    room: Option<RoomPage>,
    host: bool,
}

#[function_component]
fn Inside(props: &InsideProps) -> Html {
    let texts = use_texts();
    let people = props.room.as_ref().map(|room| match room.people {
        0 => (texts.prejoin.nobody_inside)(room.people_limit),
        people => (texts.prejoin.people_inside)(people, room.people_limit),
    });
    let recorded = props.room.as_ref().is_some_and(|room| room.recording);
    html! {
        <p class="prejoin__inside">
            if let Some(people) = people { <span><Icon name={Name::People} />{ people }</span> }
            if props.host { <span><Icon name={Name::Key} />{ texts.prejoin.you_are_host }</span> }
            if recorded { <span class="prejoin__recorded"><span class="rec-dot"></span>{ texts.prejoin.recording_inside }</span> }
        </p>
    }
}

#[derive(Properties, PartialEq)]
struct PartProps {
    devices: DevicesHandle,
}

#[function_component]
fn Preview(props: &PartProps) -> Html {
    let texts = use_texts();
    let own = props.devices.devices();
    let press = |act: fn(&DevicesHandle)| {
        let devices = props.devices.clone();
        Callback::from(move |_: MouseEvent| act(&devices))
    };
    let (microphone, camera) = (own.shows_microphone(), own.shows_camera());
    let mirror = use_settings().settings.mirror.then_some("preview__video--mirrored");
    html! {
        <section class="preview dark">
            if let Some(stream) = own.seen() {
                <Video stream={Clone::clone(stream)} muted=true class={classes!("preview__video", mirror)} />
            } else {
                <p class="preview__off">{ if camera { texts.devices.camera_starting } else { texts.devices.camera_is_off } }</p>
            }
            <div class="preview__controls">
                <button type="button" class={classes!("round", (!microphone).then_some("round--off"))} data-testid="mic"
                    data-on={microphone.to_string()} aria-label={if microphone { texts.devices.microphone_off } else { texts.devices.microphone_on }}
                    title={if microphone { texts.devices.microphone_off } else { texts.devices.microphone_on }} onclick={press(DevicesHandle::toggle_microphone)}>
                    <Icon name={if microphone { Name::Microphone } else { Name::MicrophoneOff }} />
                </button>
                <button type="button" class={classes!("round", (!camera).then_some("round--off"))} data-testid="camera"
                    data-on={camera.to_string()} aria-label={if camera { texts.devices.camera_off } else { texts.devices.camera_on }}
                    title={if camera { texts.devices.camera_off } else { texts.devices.camera_on }} onclick={press(DevicesHandle::toggle_camera)}>
                    <Icon name={if camera { Name::Camera } else { Name::CameraOff }} />
                </button>
                <Level stream={own.heard().cloned()} />
            </div>
        </section>
    }
}

/// What is wrong with the devices. Joining works without them.
#[function_component]
fn Troubles(props: &PartProps) -> Html {
    let texts = use_texts();
    let own = props.devices.devices();
    let retry = {
        let devices = props.devices.clone();
        Callback::from(move |_: MouseEvent| devices.retry())
    };
    html! {
        <>
            { for own.troubles().into_iter().map(|(code, asked)| html! {
                <Notice key={code} explained={(texts.device_trouble)(code, asked)} error=true>
                    <p>{ texts.prejoin.join_without }</p>
                    <button type="button" class="button button--small" data-testid="retry-devices" onclick={retry.clone()}>{ texts.common.try_again }</button>
                </Notice>
            }) }
        </>
    }
}

#[derive(Properties, PartialEq)]
struct NameProps {
    host: bool,
    on_join: Callback<String>,
}

#[function_component]
fn NameForm(props: &NameProps) -> Html {
    let texts = use_texts();
    let settled = use_settings();
    let name = use_state(|| settled.settings.name.clone());
    let bad = use_state_eq(|| false);
    let field = use_node_ref();
    use_effect_with(field.clone(), |field| {
        // Not where a keyboard would come up over the picture.
        if let Some(field) = field.cast::<HtmlInputElement>().filter(|_| has_mouse()) {
            let _ = field.focus();
        }
    });
    let oninput = {
        let (name, bad) = (name.setter(), bad.setter());
        Callback::from(move |event: InputEvent| {
            name.set(event.target_unchecked_into::<HtmlInputElement>().value());
            bad.set(false);
        })
    };
    let onsubmit = {
        let (name, bad, on_join) = (name.clone(), bad.setter(), props.on_join.clone());
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            let Some(chosen) = checked_name(&name) else {
                bad.set(true);
                return;
            };
            settled.change(|settings| settings.name.clone_from(&chosen));
            on_join.emit(chosen);
        })
    };
    html! {
        <form class="prejoin__name" {onsubmit} novalidate=true>
            <label class="field">
                <span class="field__label">{ texts.prejoin.your_name }</span>
                <input ref={field} class="input" data-testid="name" value={(*name).clone()} placeholder={texts.prejoin.name_placeholder} autocomplete="name"
                    aria-invalid={bad.to_string()} aria-describedby="name-bad" {oninput} />
                <FieldError id="name-bad" text={bad.then_some(texts.prejoin.name_needed)} />
            </label>
            <button type="submit" class="button button--primary button--large button--wide" data-testid="join">
                { if props.host { texts.prejoin.join_as_host } else { texts.prejoin.join } }
            </button>
        </form>
    }
}
