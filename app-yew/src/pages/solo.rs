//! Recording without a meeting: camera, microphone or screen. Asks the server for nothing.

use hostreel_app::i18n::Texts;
use hostreel_app::state::format;
use hostreel_app::state::solo::Stage;
use hostreel_protocol::RecordingKind;
use hostreel_recorder::Recording;
use web_sys::UrlSearchParams;
use yew::prelude::*;

use crate::browser::window;
use crate::components::countdown::Countdown;
use crate::components::device_select::{Choice, DeviceLists};
use crate::components::icon::{Icon, Name};
use crate::components::interrupted::Interrupted;
use crate::components::level::Level;
use crate::components::saved_card::SavedCard;
use crate::components::shell::{Notice, Page};
use crate::components::switch::Switch;
use crate::components::toast_stack::ToastStack;
use crate::components::video::Video;
use crate::hooks::guards::{use_ticks, use_title};
use crate::hooks::language::use_texts;
use crate::hooks::settings::use_settings;
use crate::hooks::solo::{Chosen, SoloHandle, use_solo};
use crate::hooks::toasts::{Action, use_toasts};

/// The solo recorder.
#[function_component]
pub(crate) fn Solo() -> Html {
    let texts = use_texts();
    let (messages, show) = use_toasts();
    let solo = use_solo(show.clone());
    use_ticks(solo.solo().is_running());
    let elapsed = format::elapsed(solo.elapsed_ms());
    use_title(match solo.solo().stage {
        Stage::Recording => (texts.recording.tab_running)(solo.solo().kind, &elapsed),
        Stage::Paused => (texts.recording.tab_paused)(solo.solo().kind, &elapsed),
        _ => format!("{} · Hostreel", texts.home.solo_title),
    });
    {
        let solo = solo.clone();
        use_effect_with((), move |()| {
            let support = hostreel_recorder::support();
            let possible = |kind: &RecordingKind| {
                support.media_recorder && (*kind != RecordingKind::Screen || support.display_media)
            };
            if let Some(kind) = wished().filter(possible) {
                solo.open(kind);
            }
        });
    }
    let reset = {
        let solo = solo.clone();
        Callback::from(move |()| solo.reset())
    };
    let solo_stage = solo.solo().stage.clone();
    let toasts = {
        let (toasts, dispatcher) = (messages.0.clone(), messages.dispatcher());
        let on_dismiss = Callback::from(move |id| dispatcher.dispatch(Action::Dismiss(id)));
        html! { <ToastStack {toasts} {on_dismiss} /> }
    };
    let body = match &solo_stage {
        Stage::Choose | Stage::Opening => html! { <Choose {solo} /> },
        Stage::Done(recording) => html! {
            <SavedCard recording={recording.clone()} {show} on_gone={reset.clone()}>
                <button type="button" class="button button--bare" onclick={reset.reform(|_| ())}>{ (texts.solo.again)(recording.has_video) }</button>
            </SavedCard>
        },
        _ => html! { <Studio {solo} {elapsed} toasts={toasts.clone()} /> },
    };
    let in_studio = !matches!(solo_stage, Stage::Choose | Stage::Opening | Stage::Done(_));
    // The choice has a heading that is seen.
    let choosing = matches!(solo_stage, Stage::Choose | Stage::Opening);
    html! { <Page class="main--narrow solo">if !choosing { <h1 class="visually-hidden">{ texts.home.solo_title }</h1> }{ body }if !in_studio { { toasts } }</Page> }
}

fn wished() -> Option<RecordingKind> {
    let search = window()?.location().search().ok()?;
    match UrlSearchParams::new_with_str(&search).ok()?.get("kind")?.as_str() {
        "video" => Some(RecordingKind::Video),
        "audio" => Some(RecordingKind::Audio),
        "screen" => Some(RecordingKind::Screen),
        _ => None,
    }
}

#[derive(Properties)]
struct ChooseProps {
    solo: SoloHandle,
}

impl PartialEq for ChooseProps {
    fn eq(&self, _: &Self) -> bool {
        false
    }
}

#[function_component]
fn Choose(props: &ChooseProps) -> Html {
    let texts = use_texts();
    let opening = props.solo.solo().stage == Stage::Opening;
    let support = hostreel_recorder::support();
    let option = |kind: RecordingKind,
                  title: &'static str,
                  lead: &'static str,
                  icon: Name,
                  test_id: &'static str| {
        let solo = props.solo.clone();
        let waiting = opening && props.solo.solo().kind == kind;
        let missing = kind == RecordingKind::Screen && support.media_devices && !support.display_media;
        let disabled = opening || !support.media_recorder || missing;
        let lead = if missing { texts.devices.no_screen } else { lead };
        let onclick = Callback::from(move |_: MouseEvent| solo.open(kind));
        html! {
            <button type="button" class="choice" data-testid={test_id} {disabled} {onclick}>
                <span class="choice__icon">if waiting { <span class="spinner"></span> } else { <Icon name={icon} /> }</span>
                <span class="choice__text"><strong>{ title }</strong><span>{ lead }</span></span>
            </button>
        }
    };
    let trouble = if !support.secure {
        Some((texts.device_error)("insecure"))
    } else if !support.media_recorder {
        Some((texts.device_error)("no_recorder"))
    } else if !support.opfs {
        Some((texts.device_error)("no_storage"))
    } else {
        None
    };
    html! {
        <>
            <Interrupted />
            <header class="page-head"><h1>{ texts.solo.choose }</h1><p class="muted-text">{ texts.solo.choose_lead }</p></header>
            if let Some(explained) = trouble { <Notice {explained} error=true /> }
            <div class="choices">
                { option(RecordingKind::Video, texts.home.solo_video, texts.solo.video_lead, Name::Camera, "solo-video") }
                { option(RecordingKind::Audio, texts.home.solo_audio, texts.solo.audio_lead, Name::Microphone, "solo-audio") }
                { option(RecordingKind::Screen, texts.home.solo_screen, texts.solo.screen_lead, Name::Screen, "solo-screen") }
            </div>
        </>
    }
}

#[derive(Properties)]
struct StudioProps {
    solo: SoloHandle,
    elapsed: String,
    /// The messages: over the picture, where nothing can be pressed.
    toasts: Html,
}

impl PartialEq for StudioProps {
    fn eq(&self, _: &Self) -> bool {
        false
    }
}

/// What is recorded, and its controls.
#[function_component]
fn Studio(props: &StudioProps) -> Html {
    let texts = use_texts();
    let solo = &props.solo;
    let stage = solo.solo().stage.clone();
    let kind = solo.solo().kind;
    let stream = solo.stream();
    let press = |act: fn(&SoloHandle)| {
        let solo = solo.clone();
        Callback::from(move |_: MouseEvent| act(&solo))
    };
    let start = {
        let (solo, title) = (solo.clone(), title(kind, texts));
        Callback::from(move |()| solo.start(title.to_owned()))
    };
    let settings = use_settings().settings;
    let countdown_s = settings.countdown_s;
    let counting = use_state_eq(|| false);
    let count = |wanted: bool| {
        let counting = counting.setter();
        Callback::from(move |()| counting.set(wanted))
    };
    let record = if countdown_s == 0 { start.clone() } else { count(true) };
    let begin = {
        let (stop, start) = (count(false), start);
        Callback::from(move |()| {
            stop.emit(());
            start.emit(());
        })
    };
    let mark = {
        let solo = solo.clone();
        Callback::from(move |_: MouseEvent| solo.mark(texts.recording.chapter))
    };
    let marker = html! {
        <button type="button" class="button button--large" data-testid="record-mark" aria-label={texts.recording.mark} title={texts.recording.mark} onclick={mark}>
            <Icon name={Name::Mark} />
        </button>
    };
    let mirrored = (kind == RecordingKind::Video && settings.mirror).then_some("studio__video--mirrored");
    let controls = match stage {
        Stage::Ready | Stage::Changing => html! {
            <>
                <button type="button" class="button button--rec button--large" data-testid="record" onclick={record.reform(|_| ())}
                    disabled={!solo.solo().can_record()} aria-busy={(!solo.solo().can_record()).to_string()}>
                    <span class="rec-dot"></span>{ (texts.solo.start)(kind) }
                </button>
                <button type="button" class="button button--bare" onclick={press(SoloHandle::reset)}>{ texts.solo.other }</button>
            </>
        },
        Stage::Recording => html! {
            <>
                <button type="button" class="button button--large" data-testid="record-pause" onclick={press(SoloHandle::pause)}>
                    <Icon name={Name::Pause} />{ texts.recording.pause }
                </button>
                { marker }
                <StopButton on_stop={press(SoloHandle::stop)} />
            </>
        },
        Stage::Paused => html! {
            <>
                <button type="button" class="button button--large" data-testid="record-resume" onclick={press(SoloHandle::resume)}>
                    <Icon name={Name::Play} />{ texts.recording.resume }
                </button>
                <StopButton on_stop={press(SoloHandle::stop)} />
            </>
        },
        Stage::Finishing => {
            html! { <p class="muted-text"><span class="spinner"></span>{ texts.saved.finishing }</p> }
        }
        _ => html! { <p class="muted-text"><span class="spinner"></span>{ texts.recording.starting }</p> },
    };
    html! {
        <section class="studio">
            <div class={classes!("studio__stage", "dark", (kind == RecordingKind::Audio).then_some("studio__stage--sound"))}>
                if kind == RecordingKind::Audio {
                    <span class="studio__microphone"><Icon name={Name::Microphone} /></span>
                } else if let Some(stream) = stream.clone() {
                    <Video {stream} muted=true class={classes!("studio__video", mirrored)} />
                }
                <Banner stage={stage.clone()} {kind} elapsed={props.elapsed.clone()} size={format::bytes(solo.progress.bytes)}
                    free={solo.progress.free_bytes.map(|free| (texts.solo.free)(&format::bytes(free)))} />
                { props.toasts.clone() }
            </div>
            if *counting && solo.solo().can_record() {
                <Countdown seconds={countdown_s} on_done={begin} on_cancel={count(false)} />
            }
            <div class="studio__level"><Icon name={Name::Microphone} /><Level {stream} /></div>
            if solo.solo().no_microphone { <p class="muted-text">{ texts.solo.no_microphone }</p> }
            if solo.no_face() { <p class="muted-text">{ texts.solo.no_camera }</p> }
            <div class="studio__controls">{ controls }</div>
            if solo.solo().can_choose() {
                <Sources solo={solo.clone()} />
                // Who came here straight from the start page has not read it yet.
                if !hostreel_recorder::support().opfs { <Notice explained={(texts.device_error)("no_storage")} error=true /> }
            }
        </section>
    }
}

#[derive(Properties)]
struct SourcesProps {
    solo: SoloHandle,
}

impl PartialEq for SourcesProps {
    fn eq(&self, _: &Self) -> bool {
        false
    }
}

/// Which camera, which microphone: as long as nothing is recorded.
#[function_component]
fn Sources(props: &SourcesProps) -> Html {
    let texts = use_texts();
    let chosen = props.solo.chosen();
    let choice = |now: Option<String>, with: fn(Chosen, Option<String>) -> Chosen| {
        let solo = props.solo.clone();
        let on_choose = Callback::from(move |id| solo.choose(with(solo.chosen(), id)));
        Choice { chosen: now, on_choose }
    };
    let screen = props.solo.solo().kind == RecordingKind::Screen;
    let camera = (props.solo.solo().kind == RecordingKind::Video || (screen && chosen.face))
        .then(|| choice(chosen.camera.clone(), |chosen, camera| Chosen { camera, ..chosen }));
    let microphone = choice(chosen.microphone.clone(), |chosen, microphone| Chosen { microphone, ..chosen });
    let face = {
        let solo = props.solo.clone();
        Callback::from(move |face: bool| solo.choose(Chosen { face, ..solo.chosen() }))
    };
    html! {
        <>
            if screen {
                <Switch label={texts.solo.with_camera} lead={texts.solo.with_camera_lead} on={chosen.face} on_change={face} test_id="solo-face" />
            }
            <DeviceLists open={(true, camera.is_some())} {camera} {microphone} />
        </>
    }
}

#[derive(Properties, PartialEq)]
struct StopProps {
    on_stop: Callback<MouseEvent>,
}

#[function_component]
fn StopButton(props: &StopProps) -> Html {
    let texts = use_texts();
    html! {
        <button type="button" class="button button--rec button--large" data-testid="record-stop" onclick={props.on_stop.clone()}>
            <Icon name={Name::Stop} />{ texts.recording.stop }
        </button>
    }
}

#[derive(Properties, PartialEq)]
struct BannerProps {
    stage: Stage<Recording>,
    kind: RecordingKind,
    elapsed: String,
    size: String,
    free: Option<String>,
}

#[function_component]
fn Banner(props: &BannerProps) -> Html {
    let texts = use_texts();
    let paused = props.stage == Stage::Paused;
    let running = paused || props.stage == Stage::Recording;
    let word = if paused {
        (texts.recording.paused_word)(props.kind)
    } else {
        (texts.recording.running_word)(props.kind)
    };
    html! {
        <>
            <p class="visually-hidden" aria-live="assertive">{ if running { word } else { "" } }</p>
            if running {
                <div class={classes!("rec-banner", paused.then_some("rec-banner--paused"))} data-testid="recording-banner">
                    <span class="rec-banner__dot" aria-hidden="true"></span>
                    <p class="rec-banner__text">
                        <strong>{ word }</strong><span class="rec-banner__time tabular">{ &props.elapsed }</span>
                        <span class="rec-banner__place tabular">
                            { &props.size }
                            if let Some(free) = &props.free { { format!(" · {free}") } }
                        </span>
                    </p>
                </div>
            }
        </>
    }
}

/// What can't be seen from the file later. When it was, and whether it has a picture, is said wherever it is listed, in
/// the language of that moment.
fn title(kind: RecordingKind, texts: &Texts) -> &'static str {
    if kind == RecordingKind::Screen { texts.solo.default_title_screen } else { "" }
}
