//! My recordings.

use hostreel_app::state::format;
use hostreel_recorder::library::Estimate;
use wasm_bindgen_futures::spawn_local;
use web_sys::HtmlElement;
use yew::prelude::*;
use yew_router::prelude::*;

use crate::app::Route;
use crate::browser::{now_ms, wall_clock};
use crate::components::icon::{Icon, Name};
use crate::components::recording_actions::told;
use crate::components::recording_row::RecordingRow;
use crate::components::save_together::save_together;
use crate::components::shell::{Notice, Page};
use crate::components::toast_stack::ToastStack;
use crate::hooks::guards::use_title;
use crate::hooks::language::{use_language, use_texts};
use crate::hooks::library::{Kept, use_library};
use crate::hooks::toasts::{Action, use_toasts};

/// All recordings of this browser: interrupted ones on top, then the newest first.
#[function_component]
pub(crate) fn Library() -> Html {
    let language = use_language().language;
    let texts = language.texts();
    let (messages, show) = use_toasts();
    let library = use_library(&messages);
    use_title(format!("{} · Hostreel", texts.library.title));
    let body = match &library.rows {
        None => {
            html! { <p class="muted-text library__wait" aria-busy="true"><span class="spinner"></span>{ texts.common.loading }</p> }
        }
        Some(Err(error)) => html! { <Notice explained={(texts.device_error)(error.code())} error=true /> },
        Some(Ok(rows)) if rows.is_empty() => html! { <Empty /> },
        Some(Ok(rows)) => html! {
            <ul class="rows">
                { for rows.iter().map(|kept| {
                    let key = kept.first().map(|kept| kept.recording.id.clone()).unwrap_or_default();
                    html! { <RecordingRow {key} kept={kept.clone()} delete={library.delete.clone()} show={show.clone()} /> }
                }) }
            </ul>
        },
    };
    let finished: Vec<Kept> = match &library.rows {
        Some(Ok(rows)) => rows.iter().flatten().filter(|kept| kept.recording.finished).cloned().collect(),
        _ => Vec::new(),
    };
    // Nothing is worth a number: what the browser keeps for itself would stand there as if it were recordings.
    let any = matches!(&library.rows, Some(Ok(rows)) if !rows.is_empty());
    let space = library.space.filter(|_| any);
    let saving = use_state_eq(|| None::<u64>);
    let save_all = {
        let (saving, finished) = (saving.setter(), finished.clone());
        Callback::from(move |_: MouseEvent| {
            let (saving, finished, show) = (saving.clone(), finished.clone(), show.clone());
            saving.set(Some(0));
            spawn_local(async move {
                // A float to integer cast saturates.
                let name = format::saved_name(texts.library.archive, wall_clock(now_ms() as u64));
                if let Some(message) = told(save_together(&finished, &name, language, &saving).await) {
                    show.emit(message);
                }
                saving.set(None);
            });
        })
    };
    let toasts = messages.0.clone();
    let on_dismiss = Callback::from(move |id| messages.dispatch(Action::Dismiss(id)));
    html! {
        <Page class="library">
            <header class="page-head library__head">
                <div>
                    <h1>{ texts.library.title }</h1>
                    <p class="muted-text">{ texts.library.lead }</p>
                </div>
                if finished.len() > 1 {
                    <button type="button" class="button button--quiet" data-testid="save-all" disabled={saving.is_some()} onclick={save_all}>
                        if let Some(percent) = *saving {
                            <span class="spinner"></span>{ (texts.library.packing)(percent) }
                        } else {
                            <Icon name={Name::Download} />{ texts.library.save_all }
                        }
                    </button>
                }
                if let Some(space) = space { <Space {space} /> }
            </header>
            { body }
            <p class="library__verify">
                <Link<Route> to={Route::Verify} classes="button button--bare button--small"><Icon name={Name::Shield} />{ texts.verify.title }</Link<Route>>
            </p>
            <ToastStack {toasts} {on_dismiss} on_undo={library.undo} />
        </Page>
    }
}

#[derive(Properties, PartialEq)]
pub(crate) struct SpaceProps {
    pub(crate) space: Estimate,
}

/// How much space is used, and how much is free.
#[function_component]
pub(crate) fn Space(props: &SpaceProps) -> Html {
    let texts = use_texts();
    let node = use_node_ref();
    let Estimate { used, quota } = props.space;
    use_effect_with((node.clone(), used, quota), |(node, used, quota)| {
        if let Some(element) = node.cast::<HtmlElement>() {
            let part = *used as f64 / (*quota).max(1) as f64;
            let _ = element.style().set_property("--used", &format!("{:.2}%", part.clamp(0.0, 1.0) * 100.0));
        }
    });
    html! {
        <div class="space" data-testid="space">
            <div ref={node} class="space__bar" aria-hidden="true"><span></span></div>
            <p class="muted-text tabular">{ (texts.library.used)(&format::bytes(used), &format::bytes(props.space.free())) }</p>
        </div>
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
