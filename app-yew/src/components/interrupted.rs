//! Says that a recording was interrupted, where people come first after a crash.

use hostreel_app::state::toasts::Message;
use hostreel_recorder::Recording;
use wasm_bindgen_futures::spawn_local;
use yew::prelude::*;
use yew_router::prelude::*;

use super::icon::{Icon, Name};
use crate::app::Route;
use crate::browser::pause;
use crate::hooks::keeping::{tell_all, use_changes};
use crate::hooks::language::use_texts;
use crate::parts;

/// The page comes first, in milliseconds.
const LATER_MS: u32 = 600;

#[derive(Properties, PartialEq)]
pub(crate) struct Props {
    /// Where nobody should have to go elsewhere for it, it is recovered in place, and this is told how it went. Default: the
    /// way to the library is shown.
    #[prop_or_default]
    pub(crate) in_place: Option<Callback<Message>>,
    /// What was recovered in place; of several the newest.
    #[prop_or_default]
    pub(crate) on_recovered: Callback<Recording>,
}

/// A line with the way to the library, or a press that recovers it; nothing when nothing was interrupted.
#[function_component]
pub(crate) fn Interrupted(props: &Props) -> Html {
    let texts = use_texts();
    let count = use_state_eq(|| 0_usize);
    let busy = use_state_eq(|| false);
    let changes = use_changes();
    {
        let count = count.setter();
        use_effect_with(changes, move |_| {
            spawn_local(async move {
                pause(LATER_MS).await;
                count.set(parts::interrupted().await);
            });
        });
    }
    if *count == 0 {
        return html! {};
    }
    let recover = props.in_place.clone().map(|show| {
        let (busy, on_recovered) = (busy.setter(), props.on_recovered.clone());
        Callback::from(move |_: MouseEvent| {
            let (show, busy, on_recovered) = (show.clone(), busy.clone(), on_recovered.clone());
            busy.set(true);
            spawn_local(async move {
                match parts::recover().await {
                    Ok(newest) => {
                        newest.into_iter().for_each(|newest| on_recovered.emit(newest));
                        show.emit(Message::Recovered);
                    }
                    Err(code) => show.emit(Message::Failed(code.into())),
                }
                busy.set(false);
                tell_all();
            });
        })
    });
    html! {
        <p class="interrupted" role="status" data-testid="interrupted">
            <Icon name={Name::Warning} /><span>{ (texts.library.unfinished_found)(*count) }</span>
            if let Some(recover) = recover {
                <button type="button" class="button button--small" data-testid="recover" disabled={*busy} onclick={recover}>
                    { if *busy { texts.library.recovering } else { texts.library.recover } }
                </button>
            } else {
                <Link<Route> to={Route::Library} classes="button button--small">{ texts.library.recover }</Link<Route>>
            }
        </p>
    }
}
