//! My recordings.

use hostreel_app::state::format;
use hostreel_recorder::library::{self, Estimate};
use hostreel_recorder::{Error, Recording};
use wasm_bindgen_futures::spawn_local;
use yew::prelude::*;
use yew_router::prelude::*;

use crate::app::Route;
use crate::components::icon::{Icon, Name};
use crate::components::recording_row::RecordingRow;
use crate::components::shell::{Notice, Page};
use crate::components::toast_stack::ToastStack;
use crate::hooks::guards::use_title;
use crate::hooks::language::use_texts;
use crate::hooks::toasts::{Action, use_toasts};

type Listed = Option<Result<Vec<Recording>, Error>>;

/// All recordings of this browser, newest first.
#[function_component]
pub(crate) fn Library() -> Html {
    let texts = use_texts();
    let (messages, show) = use_toasts();
    let listed = use_state(|| Listed::None);
    let space = use_state(|| None::<Estimate>);
    // Counts deletions: the list is read anew after each.
    let version = use_state_eq(|| 0_u32);
    use_title(format!("{} · Hostreel", texts.library.title));
    {
        let (listed, space) = (listed.setter(), space.setter());
        use_effect_with(*version, move |_| {
            spawn_local(async move {
                listed.set(Some(library::list().await));
                space.set(library::estimate().await);
            });
        });
    }
    let on_deleted = {
        let version = version;
        Callback::from(move |_: String| version.set(*version + 1))
    };
    let body = match &*listed {
        None => {
            html! { <p class="muted-text library__wait" aria-busy="true"><span class="spinner"></span>{ texts.common.loading }</p> }
        }
        Some(Err(error)) => html! { <Notice explained={(texts.device_error)(error.code())} error=true /> },
        Some(Ok(recordings)) if recordings.is_empty() => html! { <Empty /> },
        Some(Ok(recordings)) => html! {
            <ul class="rows">
                { for recordings.iter().map(|recording| html! {
                    <RecordingRow key={recording.id.clone()} recording={recording.clone()} on_deleted={on_deleted.clone()} show={show.clone()} />
                }) }
            </ul>
        },
    };
    // Nothing is worth a number: what the browser keeps for itself would stand there as if it were recordings.
    let any = matches!(&*listed, Some(Ok(recordings)) if !recordings.is_empty());
    let used = space
        .filter(|_| any)
        .map(|space| (texts.library.used)(&format::bytes(space.used), &format::bytes(space.quota)));
    let toasts = messages.0.clone();
    let on_dismiss = Callback::from(move |id| messages.dispatch(Action::Dismiss(id)));
    html! {
        <Page class="library">
            <header class="page-head">
                <h1>{ texts.library.title }</h1>
                <p class="muted-text">{ texts.library.lead }</p>
                if let Some(used) = used { <p class="muted-text tabular">{ used }</p> }
            </header>
            { body }
            <ToastStack {toasts} {on_dismiss} />
        </Page>
    }
}

#[function_component]
fn Empty() -> Html {
    let texts = use_texts();
    html! {
        <section class="empty">
            <span class="empty__icon"><Icon name={Name::Library} /></span>
            <h2>{ texts.library.empty }</h2>
            <p class="muted-text">{ texts.library.empty_lead }</p>
            <Link<Route> to={Route::Solo} classes="button button--primary">{ texts.home.solo_title }</Link<Route>>
        </section>
    }
}
