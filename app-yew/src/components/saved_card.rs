//! What is shown when a recording has ended.

use hostreel_app::state::format;
use hostreel_app::state::toasts::Message;
use hostreel_recorder::Recording;
use yew::prelude::*;

use super::icon::{Icon, Name};
use super::player::Player;
use super::recording_row::RecordingActions;
use crate::hooks::language::use_texts;

#[derive(Properties, PartialEq)]
pub(crate) struct Props {
    pub(crate) recording: Recording,
    pub(crate) show: Callback<Message>,
    /// It was deleted, or the card was closed.
    pub(crate) on_gone: Callback<()>,
    /// Other ways on.
    #[prop_or_default]
    pub(crate) children: Html,
}

/// Play, save or delete what was just recorded.
#[function_component]
pub(crate) fn SavedCard(props: &Props) -> Html {
    let texts = use_texts();
    let playing = use_state_eq(|| false);
    let recording = &props.recording;
    let play = {
        let playing = playing.setter();
        Callback::from(move |_: MouseEvent| playing.set(true))
    };
    let title = (texts.saved.title)(recording.has_video);
    let facts = format!("{} · {}", format::elapsed(recording.duration_ms), format::bytes(recording.bytes));
    html! {
        <section class="card saved" aria-label={title} data-testid="saved-card">
            <header class="saved__head">
                <span class="saved__mark"><Icon name={Name::Check} /></span>
                <div>
                    <h2>{ title }</h2>
                    <p class="muted-text tabular">{ facts }</p>
                </div>
                <button type="button" class="button button--bare button--icon" aria-label={texts.common.close}
                    onclick={props.on_gone.reform(|_| ())}><Icon name={Name::Close} /></button>
            </header>
            if *playing {
                <Player recording={recording.clone()} autoplay=true />
            } else {
                <button type="button" class="player player--closed" onclick={play}><Icon name={Name::Play} />{ texts.saved.play }</button>
            }
            if !recording.finished {
                <p class="muted-text">{ (texts.saved.partly)(recording.has_video) }</p>
            } else if !recording.in_memory {
                <p class="muted-text">{ texts.saved.lead }</p>
            }
            if recording.in_memory {
                <p data-testid="only-in-memory"><strong>{ texts.saved.in_memory }</strong></p>
            }
            <div class="saved__ways">
                <RecordingActions recording={recording.clone()} prominent=true show={props.show.clone()}
                    on_deleted={props.on_gone.reform(|_| ())} />
                { props.children.clone() }
            </div>
        </section>
    }
}
