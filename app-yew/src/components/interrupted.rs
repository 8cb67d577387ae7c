//! Says that a recording was interrupted, where people come first after a crash.

use wasm_bindgen_futures::spawn_local;
use yew::prelude::*;
use yew_router::prelude::*;

use super::icon::{Icon, Name};
use crate::app::Route;
use crate::browser::pause;
use crate::hooks::keeping::use_changes;
use crate::hooks::language::use_texts;
use crate::parts;

/// The page comes first, in milliseconds.
const LATER_MS: u32 = 600;

/// A line with the way to the library; nothing when nothing was interrupted.
#[function_component]
pub(crate) fn Interrupted() -> Html {
    let texts = use_texts();
    let count = use_state_eq(|| 0_usize);
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
    html! {
        <p class="interrupted" role="status" data-testid="interrupted">
            <Icon name={Name::Warning} /><span>{ (texts.library.unfinished_found)(*count) }</span>
            <Link<Route> to={Route::Library} classes="button button--small">{ texts.library.recover }</Link<Route>>
        </p>
    }
}
