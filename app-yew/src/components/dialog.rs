//! Dialogs: the browser's own `<dialog>`, which keeps the focus inside and gives it back afterwards.

use std::cell::Cell;
use std::rc::Rc;

use gloo_events::{EventListener, EventListenerOptions};
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlDialogElement};
use yew::prelude::*;

use super::icon::{Icon, Name};
use crate::hooks::language::use_texts;

#[derive(Properties, PartialEq)]
pub(crate) struct Props {
    pub(crate) title: AttrValue,
    pub(crate) on_close: Callback<()>,
    pub(crate) children: Html,
}

/// A modal dialog, open for as long as it is there.
#[function_component]
pub(crate) fn Dialog(props: &Props) -> Html {
    let texts = use_texts();
    let node = use_node_ref();
    let on_close = props.on_close.clone();
    use_effect_with(node.clone(), move |node| {
        let dialog = node.cast::<HtmlDialogElement>();
        let listeners = dialog.as_ref().map(|dialog| {
            // A dialog that is open already refuses; then there is nothing to do.
            let _ = dialog.show_modal();
            let cancelled = on_close.clone();
            let options = EventListenerOptions::enable_prevent_default();
            let cancel = EventListener::new_with_options(dialog, "cancel", options, move |event| {
                event.prevent_default();
                cancelled.emit(());
            });
            // Who drags something inside and lets it go outside does not mean to close.
            let pressed = Rc::new(Cell::new(false));
            let down = Rc::clone(&pressed);
            let press = EventListener::new(dialog, "pointerdown", move |event| down.set(is_backdrop(event)));
            let backdrop = EventListener::new(dialog, "click", move |event| {
                if is_backdrop(event) && pressed.get() {
                    on_close.emit(());
                }
            });
            (cancel, press, backdrop)
        });
        move || {
            drop(listeners);
            if let Some(dialog) = dialog {
                dialog.close();
            }
        }
    });
    html! {
        <dialog class="dialog" ref={node} aria-labelledby="dialog-title">
            <div class="dialog__content">
                <header class="dialog__head">
                    <h2 id="dialog-title">{ props.title.clone() }</h2>
                    <button type="button" class="button button--bare button--icon" aria-label={texts.common.close}
                        onclick={props.on_close.reform(|_| ())}>
                        <Icon name={Name::Close} />
                    </button>
                </header>
                { props.children.clone() }
            </div>
        </dialog>
    }
}

/// What is outside of the content is the dialog itself: its backdrop.
fn is_backdrop(event: &Event) -> bool {
    let target = event.target().and_then(|target| target.dyn_into::<Element>().ok());
    target.is_some_and(|element| element.tag_name().eq_ignore_ascii_case("dialog"))
}

#[derive(Properties, PartialEq)]
pub(crate) struct ConfirmProps {
    pub(crate) title: AttrValue,
    #[prop_or_default]
    pub(crate) text: AttrValue,
    pub(crate) yes: AttrValue,
    /// Something is lost for good by it.
    #[prop_or_default]
    pub(crate) danger: bool,
    /// The stable hook of the button that does it.
    pub(crate) test_id: AttrValue,
    pub(crate) on_yes: Callback<()>,
    pub(crate) on_close: Callback<()>,
}

/// Asks before something that can't be taken back.
#[function_component]
pub(crate) fn Confirm(props: &ConfirmProps) -> Html {
    let texts = use_texts();
    html! {
        <Dialog title={props.title.clone()} on_close={props.on_close.clone()}>
            if !props.text.is_empty() {
                <p class="dialog__text">{ props.text.clone() }</p>
            }
            <div class="dialog__ways">
                <button type="button" class="button button--quiet" onclick={props.on_close.reform(|_| ())}>{ texts.common.cancel }</button>
                <button type="button" class={classes!("button", if props.danger { "button--danger" } else { "button--primary" })}
                    data-testid={props.test_id.clone()} onclick={props.on_yes.reform(|_| ())}>{ props.yes.clone() }</button>
            </div>
        </Dialog>
    }
}
