//! The start page.

use hostreel_app::state::links::Destination;
use hostreel_app::state::toasts::Message;
use hostreel_protocol::{PolicyChange, join_path};
use wasm_bindgen_futures::spawn_local;
use web_sys::HtmlInputElement;
use yew::prelude::*;

use crate::browser;
use crate::components::icon::{Icon, Name};
use crate::components::interrupted::Interrupted;
use crate::components::rules::Rules;
use crate::components::shell::{FieldError, Notice, Page};
use crate::components::toast_stack::ToastStack;
use crate::hooks::api::{self, Failure};
use crate::hooks::guards::use_title;
use crate::hooks::host_key;
use crate::hooks::language::use_texts;
use crate::hooks::rules::use_rules;
use crate::hooks::toasts::{Action, use_toasts};
use crate::offline::use_updates;

/// Start a meeting, join one, record only, look at recordings.
#[function_component]
pub(crate) fn Home() -> Html {
    let texts = use_texts();
    use_title(format!("Hostreel · {}", texts.home.tagline));
    let (messages, show) = use_toasts();
    use_updates(Callback::from(move |()| show.emit(Message::Updated)));
    let toasts = messages.0.clone();
    let on_dismiss = Callback::from(move |id| messages.dispatch(Action::Dismiss(id)));
    html! {
        <Page class="home">
            <Interrupted />
            <div class="home__hero">
                <section class="home__say">
                    <h1 class="home__title">{ texts.home.title }</h1>
                    <p class="home__lead">{ texts.home.lead }</p>
                    <Start />
                    <Join />
                </section>
                <Picture />
            </div>
            <section class="home__more">
                <div class="card home__solo">
                    <div><h2>{ texts.home.solo_title }</h2><p class="muted-text">{ texts.home.solo_lead }</p></div>
                    <div class="home__kinds">
                        <SoloLink kind="video" test_id="solo-video" icon={Name::Camera} label={texts.home.solo_video} />
                        <SoloLink kind="audio" test_id="solo-audio" icon={Name::Microphone} label={texts.home.solo_audio} />
                        if hostreel_recorder::support().display_media {
                            <SoloLink kind="screen" test_id="solo-screen" icon={Name::Screen} label={texts.home.solo_screen} />
                        }
                    </div>
                </div>
                <a class="card home__library" href="/recordings" data-testid="library" onclick={Callback::from(|event: MouseEvent| {
                    event.prevent_default();
                    browser::go("/recordings");
                })}>
                    <span class="home__library-icon"><Icon name={Name::Library} /></span>
                    <span><strong>{ texts.home.my_recordings }</strong><span class="muted-text">{ texts.home.my_recordings_lead }</span></span>
                    <Icon name={Name::Arrow} />
                </a>
            </section>
            <ul class="promises">
                <Promise icon={Name::Disk} title={texts.home.promise_disk} text={texts.home.promise_disk_text} />
                <Promise icon={Name::Shield} title={texts.home.promise_host} text={texts.home.promise_host_text} />
                <Promise icon={Name::Bell} title={texts.home.promise_told} text={texts.home.promise_told_text} />
            </ul>
            <ToastStack {toasts} {on_dismiss} />
        </Page>
    }
}

#[function_component]
fn Start() -> Html {
    let texts = use_texts();
    let busy = use_state_eq(|| false);
    let failed = use_state(|| None::<Failure>);
    let policies = use_rules();
    let on_change = {
        let policies = policies.clone();
        Callback::from(move |change: PolicyChange| policies.set(change.applied_to(&policies)))
    };
    let onclick = {
        let kept = (*policies).clone();
        let (busy, failed) = (busy.setter(), failed.setter());
        Callback::from(move |_: MouseEvent| {
            let (busy, failed) = (busy.clone(), failed.clone());
            let policies = kept.clone();
            busy.set(true);
            failed.set(None);
            spawn_local(async move {
                match api::create_room(policies).await {
                    Ok(created) => {
                        enter(&Destination { room: created.room, host_key: Some(created.host_key) });
                    }
                    Err(failure) => {
                        busy.set(false);
                        failed.set(Some(failure));
                    }
                }
            });
        })
    };
    let explained = failed.map(|failure| match failure {
        Failure::Unreachable => texts.common.no_server,
        Failure::Refused(code) => (texts.code)(code),
    });
    html! {
        <>
            <button type="button" class="button button--primary button--large home__start" data-testid="new-meeting" disabled={*busy} {onclick}>
                if *busy { <span class="spinner"></span>{ texts.home.starting } } else { <Icon name={Name::Plus} />{ texts.home.start_meeting } }
            </button>
            if let Some(explained) = explained { <Notice {explained} error=true /> }
            <details class="home__options">
                <summary data-testid="meeting-options"><Icon name={Name::Settings} />{ texts.host.options }</summary>
                <Rules policies={(*policies).clone()} {on_change} />
            </details>
        </>
    }
}

/// To the room's page. A host key goes there unseen: the address bar and the history are what people share.
fn enter(destination: &Destination) {
    if let Some(key) = &destination.host_key {
        host_key::keep(&destination.room, key);
    }
    browser::go(&join_path(&destination.room));
}

#[function_component]
fn Join() -> Html {
    let texts = use_texts();
    let text = use_state(String::new);
    let bad = use_state_eq(|| false);
    let oninput = {
        let (text, bad) = (text.setter(), bad.setter());
        Callback::from(move |event: InputEvent| {
            text.set(event.target_unchecked_into::<HtmlInputElement>().value());
            bad.set(false);
        })
    };
    let onsubmit = {
        let (text, bad) = (text.clone(), bad.setter());
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            match Destination::read(&text) {
                Some(destination) => enter(&destination),
                None => bad.set(true),
            }
        })
    };
    html! {
        <form class="field home__join" {onsubmit} novalidate=true>
            <label class="field__label" for="join-code">{ texts.home.join_title }</label>
            <span class="joined">
                <input id="join-code" class="input" data-testid="join-code" placeholder={texts.home.join_placeholder} autocomplete="off" autocapitalize="none"
                    spellcheck="false" value={(*text).clone()} aria-invalid={bad.to_string()} aria-describedby="join-bad" {oninput} />
                <button type="submit" class="button" data-testid="join-by-code">{ texts.home.join_go }</button>
            </span>
            <FieldError id="join-bad" text={bad.then_some(texts.home.join_bad)} />
        </form>
    }
}

#[derive(Properties, PartialEq)]
struct SoloLinkProps {
    kind: &'static str,
    test_id: &'static str,
    icon: Name,
    label: &'static str,
}

#[function_component]
fn SoloLink(props: &SoloLinkProps) -> Html {
    let path = format!("/solo?kind={}", props.kind);
    let onclick = {
        let path = path.clone();
        Callback::from(move |event: MouseEvent| {
            event.prevent_default();
            browser::go(&path);
        })
    };
    html! {
        <a class="button button--quiet" href={path} data-testid={props.test_id} {onclick}><Icon name={props.icon} />{ props.label }</a>
    }
}

#[derive(Properties, PartialEq)]
struct PromiseProps {
    icon: Name,
    title: &'static str,
    text: &'static str,
}

#[function_component]
fn Promise(props: &PromiseProps) -> Html {
    html! {
        <li class="promise">
            <span class="promise__icon"><Icon name={props.icon} /></span>
            <h3>{ props.title }</h3>
            <p class="muted-text">{ props.text }</p>
        </li>
    }
}

/// A drawn meeting: what it will look like.
#[function_component]
fn Picture() -> Html {
    let texts = use_texts();
    let head = |tint: u32, cx: &'static str| {
        html! {
            <svg class={format!("picture__tile tile--tint-{tint}")} viewBox="0 0 160 110" preserveAspectRatio="xMidYMid slice">
                <circle class="picture__head" {cx} cy="48" r="21" />
                <path class="picture__body" d="M34 118c0-28 20-42 46-42s46 14 46 42Z" />
            </svg>
        }
    };
    html! {
        <div class="picture dark" aria-hidden="true">
            <p class="picture__banner">
                <span class="rec-banner__dot"></span><strong>{ (texts.recording.running_word)(hostreel_protocol::RecordingKind::Video) }</strong>
                <span class="tabular">{ "12:04" }</span><span>{ texts.recording.saved_only_here }</span>
            </p>
            <div class="picture__grid">{ head(0, "80") }{ head(3, "80") }{ head(4, "80") }{ head(2, "80") }</div>
            <div class="picture__bar"><span></span><span></span><span></span><span class="picture__rec"></span><span></span></div>
        </div>
    }
}
