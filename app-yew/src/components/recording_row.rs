//! One row of the library.

use hostreel_app::state::format;
use hostreel_app::state::toasts::Message;
use hostreel_recorder::library;
use wasm_bindgen_futures::spawn_local;
use yew::prelude::*;

use super::consent_log::ConsentLogButton;
use super::dialog::Confirm;
use super::icon::{Icon, Name};
use super::kept_chat::KeptChat;
use super::player::Player;
use super::recording_actions::{RecordingActions, shared_title};
use super::rename::Rename;
use super::trim_dialog::TrimButton;
use crate::browser::date_text;
use crate::hooks::keeping::tell_all;
use crate::hooks::language::{use_language, use_texts};
use crate::hooks::library::Kept;

#[derive(Properties, PartialEq)]
pub(crate) struct Props {
    /// One recording, or several that were made together.
    pub(crate) kept: Vec<Kept>,
    pub(crate) delete: Callback<(Vec<Kept>, String)>,
    pub(crate) show: Callback<Message>,
}

/// A recording: what it is, and what can be done with it.
#[function_component]
pub(crate) fn RecordingRow(props: &Props) -> Html {
    let texts = use_texts();
    let language = use_language().language;
    let open = use_state_eq(|| false);
    let renaming = use_state_eq(|| false);
    let Some(first) = props.kept.first() else { return html! {} };
    let Kept { recording, notes } = first;
    let toggle = {
        let open = open.clone();
        Callback::from(move |_: MouseEvent| open.set(!*open))
    };
    let rename = |wanted: bool| {
        let renaming = renaming.setter();
        Callback::from(move |()| renaming.set(wanted))
    };
    let kind = if props.kept.len() > 1 {
        (texts.library.kind_tracks)(props.kept.len())
    } else if recording.has_video {
        texts.library.kind_picture.to_owned()
    } else {
        texts.library.kind_sound.to_owned()
    };
    let title = shared_title(first, texts);
    let bytes = props.kept.iter().map(|kept| kept.recording.bytes).sum();
    let length_ms = props.kept.iter().map(|kept| kept.recording.duration_ms).max().unwrap_or(0);
    let in_title = |room: &str| recording.title.contains(room);
    let facts = [
        Some(date_text(recording.started_at_ms, language.tag())),
        Some(format::elapsed(length_ms)),
        Some(format::bytes(bytes)),
        (title != kind).then_some(kind),
        notes.room.as_deref().filter(|room| !in_title(room)).map(texts.library.room),
    ];
    html! {
        <li class={classes!("row", (!recording.finished).then_some("row--unfinished"))} data-testid="recording-row">
            <div class="row__head">
                <Thumb kept={first.clone()} on_press={toggle.clone()} label={(texts.library.play)(&title)} />
                <div class="row__text">
                    <h2 class="row__title">
                        <span>{ title.clone() }</span>
                        if recording.finished {
                            <button type="button" class="row__rename" data-testid="rename" aria-label={texts.library.rename} title={texts.library.rename}
                                onclick={rename(true).reform(|_| ())}><Icon name={Name::Pencil} /></button>
                        } else {
                            <span class="badge">{ texts.library.unfinished }</span>
                        }
                    </h2>
                    <p class="row__facts tabular">{ for facts.into_iter().flatten().map(|fact| html! { <span>{ fact }</span> }) }</p>
                    if !notes.people.is_empty() {
                        <p class="row__people"><Icon name={Name::People} />{ (texts.library.people)(&notes.people) }</p>
                    }
                    if !recording.finished { <p class="muted-text">{ texts.library.unfinished_lead }</p> }
                </div>
                <div class="row__ways">
                    if recording.finished {
                        <button type="button" class="button button--quiet" data-testid="play" aria-expanded={open.to_string()} onclick={toggle}>
                            <Icon name={if *open { Name::Close } else { Name::Play }} />{ if *open { texts.common.close } else { texts.saved.play } }
                        </button>
                        if let Some(log) = notes.consent.clone() { <ConsentLogButton recording={recording.clone()} {log} is_part={notes.is_part} /> }
                        <RecordingActions kept={props.kept.clone()} delete={props.delete.clone()} show={props.show.clone()}>
                            if props.kept.len() == 1 { <TrimButton kept={first.clone()} show={props.show.clone()} /> }
                        </RecordingActions>
                    } else {
                        <Unfinished id={recording.id.clone()} show={props.show.clone()} />
                    }
                </div>
            </div>
            if *open {
                { for props.kept.iter().map(|kept| html! {
                    <div class="row__player" key={kept.recording.id.clone()}>
                        if let Some(person) = &kept.notes.person { <h3>{ person }</h3> }
                        <Player recording={kept.recording.clone()} notes={kept.notes.clone()} autoplay={props.kept.len() == 1} />
                    </div>
                }) }
            }
            if *open && !notes.chat.is_empty() { <KeptChat recording={recording.clone()} lines={notes.chat.clone()} /> }
            if *renaming {
                <Rename kept={props.kept.clone()} {title} show={props.show.clone()} on_close={rename(false)} />
            }
        </li>
    }
}

#[derive(Properties, PartialEq)]
struct ThumbProps {
    kept: Kept,
    on_press: Callback<MouseEvent>,
    label: String,
}

/// The picture of a recording; of a sound, how it sounds. A press plays it.
#[function_component]
fn Thumb(props: &ThumbProps) -> Html {
    let Kept { recording, notes } = &props.kept;
    let icon = if recording.has_video { Name::Camera } else { Name::Microphone };
    let shown = match &notes.picture {
        Some(picture) => html! { <img src={picture.clone()} alt="" width="320" height="180" /> },
        None if !recording.has_video && !notes.peaks.is_empty() => {
            let path = hostreel_app::state::notes::waveform_path(&notes.peaks, 160.0, 90.0);
            html! { <svg class="row__wave" viewBox="0 0 160 90" aria-hidden="true"><path d={path} /></svg> }
        }
        None => html! { <Icon name={icon} /> },
    };
    let length = format::elapsed(recording.duration_ms);
    let label = format!("{} · {length}", props.label);
    html! {
        <button type="button" class="row__thumb" tabindex="-1" aria-label={label} disabled={!recording.finished} onclick={props.on_press.clone()}>
            { shown }<span class="row__length tabular" aria-hidden="true">{ length }</span>
        </button>
    }
}

#[derive(Properties, PartialEq)]
struct UnfinishedProps {
    id: String,
    show: Callback<Message>,
}

/// Recover or discard: one press each, and the second is asked once more.
#[function_component]
fn Unfinished(props: &UnfinishedProps) -> Html {
    let texts = use_texts();
    let busy = use_state_eq(|| false);
    let asking = use_state_eq(|| false);
    let ask = |wanted: bool| {
        let asking = asking.setter();
        Callback::from(move |()| asking.set(wanted))
    };
    let recover = {
        let (id, show, busy) = (props.id.clone(), props.show.clone(), busy.setter());
        Callback::from(move |_: MouseEvent| {
            let (id, show, busy) = (id.clone(), show.clone(), busy.clone());
            busy.set(true);
            spawn_local(async move {
                show.emit(match library::recover(&id).await {
                    Ok(_) => Message::Recovered,
                    Err(error) => Message::Failed(error.code().into()),
                });
                busy.set(false);
                tell_all();
            });
        })
    };
    let discard = {
        let (id, show, asking) = (props.id.clone(), props.show.clone(), asking.setter());
        Callback::from(move |()| {
            let (id, show) = (id.clone(), show.clone());
            asking.set(false);
            spawn_local(async move {
                if let Err(error) = library::discard(&id).await {
                    show.emit(Message::Failed(error.code().into()));
                }
                tell_all();
            });
        })
    };
    html! {
        <>
            <button type="button" class="button button--primary" data-testid="recover" disabled={*busy} onclick={recover}>
                if *busy { <span class="spinner"></span>{ texts.library.recovering } } else { { texts.library.recover } }
            </button>
            <button type="button" class="button button--bare" data-testid="discard" disabled={*busy} onclick={ask(true).reform(|_| ())}>{ texts.library.discard }</button>
            if *asking {
                <Confirm title={texts.library.discard_ask} text={texts.saved.delete_explained} yes={texts.library.discard} danger=true test_id="discard-confirm"
                    on_yes={discard} on_close={ask(false)} />
            }
        </>
    }
}
