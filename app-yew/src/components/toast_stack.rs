//! Short messages at the edge of the page.

use gloo_timers::callback::Timeout;
use hostreel_app::state::toasts::{Toast, Toasts};
use yew::prelude::*;

use super::icon::{Icon, Name};
use crate::hooks::language::use_texts;

#[derive(Properties, PartialEq)]
pub(crate) struct Props {
    pub(crate) toasts: Toasts,
    pub(crate) on_dismiss: Callback<u64>,
    /// Takes back what a message says, where it can be taken back.
    #[prop_or_default]
    pub(crate) on_undo: Option<Callback<u64>>,
}

/// All messages that are shown, read aloud as they come.
#[function_component]
pub(crate) fn ToastStack(props: &Props) -> Html {
    html! {
        <div class="toasts" role="status" aria-live="polite" aria-atomic="false">
            { for props.toasts.shown().iter().map(|toast| html! {
                <OneToast key={toast.id} toast={toast.clone()} on_dismiss={props.on_dismiss.clone()} on_undo={props.on_undo.clone()} />
            }) }
        </div>
    }
}

#[derive(Properties, PartialEq)]
struct OneProps {
    toast: Toast,
    on_dismiss: Callback<u64>,
    on_undo: Option<Callback<u64>>,
}

#[function_component]
fn OneToast(props: &OneProps) -> Html {
    let texts = use_texts();
    let (id, lasts) = (props.toast.id, props.toast.message.lasts_ms());
    // It stays while somebody is at it.
    let held = use_state_eq(|| false);
    let on_dismiss = props.on_dismiss.clone();
    use_effect_with((id, *held), move |(id, held)| {
        let id = *id;
        let timeout = (!held).then(|| Timeout::new(lasts, move || on_dismiss.emit(id)));
        move || drop(timeout)
    });
    let hold = |wanted: bool| {
        let held = held.setter();
        move || held.set(wanted)
    };
    let (reach, leave, focus, blur) = (hold(true), hold(false), hold(true), hold(false));
    // A mouse that lay there already when it came is not at it.
    let onmousemove = move |event: MouseEvent| {
        if event.movement_x() != 0 || event.movement_y() != 0 {
            reach();
        }
    };
    let (urgent, error) = (props.toast.message.is_urgent(), props.toast.message.is_error());
    let look = if error { Some("toast--error") } else { urgent.then_some("toast--urgent") };
    let undo = props.on_undo.clone().filter(|_| props.toast.message.undone().is_some());
    html! {
        <div class={classes!("toast", look)} data-testid="toast" {onmousemove} onmouseleave={move |_| leave()}
            onfocusin={move |_| focus()} onfocusout={move |_| blur()}>
            if error { <Icon name={Name::Warning} /> }
            <p>{ (texts.message)(&props.toast.message) }</p>
            if let Some(undo) = undo {
                <button type="button" class="toast__undo" data-testid="undo" onclick={undo.reform(move |_| id)}>{ texts.library.undo }</button>
            }
            <button type="button" class="toast__close" aria-label={texts.common.dismiss} onclick={props.on_dismiss.reform(move |_| id)}>
                <Icon name={Name::Close} />
            </button>
        </div>
    }
}
