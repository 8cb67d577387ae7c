//! What is shown when a recording has ended.

use hostreel_app::state::format;
use hostreel_app::state::toasts::Message;
use hostreel_recorder::Recording;
use yew::prelude::*;

use super::consent_log::ConsentLogButton;
use super::icon::{Icon, Name};
use super::kept_chat::KeptChat;
use super::player::Player;
use super::recording_actions::{RecordingActions, shared_title, shown_title};
use super::rename::Rename;
use crate::hooks::language::use_texts;
use crate::hooks::library::use_together;

#[derive(Properties, PartialEq)]
pub(crate) struct Props {
    pub(crate) recording: Recording,
    pub(crate) show: Callback<Message>,
    /// It was deleted, or the card was closed.
    pub(crate) on_gone: Callback<()>,
    /// There is a consent log, or will be.
    #[prop_or_default]
    pub(crate) has_log: bool,
    /// Other ways on.
    #[prop_or_default]
    pub(crate) children: Html,
}

/// Play, save, rename, share or delete what was just recorded.
#[function_component]
pub(crate) fn SavedCard(props: &Props) -> Html {
    let texts = use_texts();
    let playing = use_state_eq(|| false);
    let renaming = use_state_eq(|| false);
    let kept = use_together(&props.recording);
    let recording = &props.recording;
    // As it is called now: it may have been renamed here, or in the library.
    let own = kept.iter().find(|kept| kept.recording.id == recording.id);
    let notes = own.map(|kept| kept.notes.clone()).unwrap_or_default();
    let title_now = own.map_or_else(|| shown_title(recording, texts), |kept| shared_title(kept, texts));
    let play = {
        let playing = playing.setter();
        Callback::from(move |_: MouseEvent| playing.set(true))
    };
    let rename = |wanted: bool| {
        let renaming = renaming.setter();
        Callback::from(move |()| renaming.set(wanted))
    };
    let title = (texts.saved.title)(recording.has_video);
    let bytes = kept.iter().map(|kept| kept.recording.bytes).sum();
    let facts = format!("{} · {}", format::elapsed(recording.duration_ms), format::bytes(bytes));
    html! {
        <section class="card saved" aria-label={title} data-testid="saved-card">
            <header class="saved__head">
                <span class="saved__mark"><Icon name={Name::Check} /></span>
                <div>
                    <h2>{ title }</h2>
                    <p class="muted-text">
                        { title_now.clone() }
                        <button type="button" class="row__rename" data-testid="rename" aria-label={texts.library.rename} title={texts.library.rename}
                            onclick={rename(true).reform(|_| ())}><Icon name={Name::Pencil} /></button>
                    </p>
                    <p class="muted-text tabular">{ facts }</p>
                </div>
                <button type="button" class="button button--bare button--icon" aria-label={texts.common.close}
                    onclick={props.on_gone.reform(|_| ())}><Icon name={Name::Close} /></button>
            </header>
            if *playing {
                <Player recording={recording.clone()} notes={notes.clone()} autoplay=true />
            } else {
                <button type="button" class={classes!("player", "player--closed", recording.has_video.then_some("player--pictured"))} data-testid="play" onclick={play}>
                    if let Some(picture) = &notes.picture { <img src={picture.clone()} alt="" width="320" height="180" /> }
                    <span class="player__play"><Icon name={Name::Play} />{ texts.saved.play }</span>
                </button>
            }
            if kept.len() > 1 { <p class="muted-text">{ (texts.saved.tracks)(kept.len()) }</p> }
            if !recording.finished {
                <p class="muted-text">{ (texts.saved.partly)(recording.has_video) }</p>
            } else if !recording.in_memory {
                <p class="muted-text">{ texts.saved.lead }</p>
            }
            <Checked recording={recording.clone()} />
            if recording.in_memory {
                <p data-testid="only-in-memory"><strong>{ texts.saved.in_memory }</strong></p>
            }
            <div class="saved__ways">
                <RecordingActions kept={kept.clone()} prominent=true show={props.show.clone()} on_deleted={props.on_gone.clone()} />
                if let Some(log) = notes.consent.clone() {
                    <ConsentLogButton recording={recording.clone()} {log} />
                } else if props.has_log {
                    // In its place until it is read: nothing moves under a finger.
                    <button type="button" class="button button--bare" disabled=true><Icon name={Name::Shield} /><span>{ texts.consent.log }</span></button>
                }
                { props.children.clone() }
            </div>
            if !notes.chat.is_empty() { <KeptChat recording={recording.clone()} lines={notes.chat.clone()} /> }
            if *renaming {
                <Rename {kept} title={title_now} show={props.show.clone()} on_close={rename(false)} />
            }
        </section>
    }
}

#[derive(Properties, PartialEq)]
struct CheckedProps {
    recording: Recording,
}

/// What the recorder's own check of the file found.
#[function_component]
fn Checked(props: &CheckedProps) -> Html {
    let texts = use_texts();
    let Some(report) = props.recording.report.filter(|_| props.recording.finished) else { return html! {} };
    if !report.is_good() {
        return html! { <p class="saved__odd" data-testid="report"><Icon name={Name::Warning} />{ texts.saved.not_as_it_should }</p> };
    }
    let length = format::elapsed(report.duration_ms.unwrap_or(props.recording.duration_ms));
    let words = if props.recording.has_video && report.index_entries > 0 {
        (texts.saved.checked)(&length, report.index_entries)
    } else {
        (texts.saved.checked_sound)(&length)
    };
    html! { <p class="muted-text saved__checked" data-testid="report"><Icon name={Name::Check} />{ words }</p> }
}
