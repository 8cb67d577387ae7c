//! Dialogs: the browser's own `<dialog>`, which keeps the focus inside; it is given back afterwards.

use std::cell::Cell;
use std::rc::Rc;

use gloo_events::{EventListener, EventListenerOptions};
use hostreel_app::state::toasts::Message;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlDialogElement};
use yew::prelude::*;

use super::icon::{Icon, Name};
use crate::hooks::focus::use_focus_back;
use crate::hooks::language::use_texts;

#[derive(Properties, PartialEq)]
pub(crate) struct Props {
    pub(crate) title: AttrValue,
    pub(crate) on_close: Callback<()>,
    pub(crate) children: Html,
    #[prop_or_default]
    pub(crate) class: Classes,
    #[prop_or_default]
    pub(crate) test_id: Option<AttrValue>,
    /// The id of what says more.
    #[prop_or_default]
    pub(crate) described_by: Option<AttrValue>,
    /// Before the title.
    #[prop_or_default]
    pub(crate) sign: Html,
    /// It waits for an answer: only what is in it closes it, no Escape and no press beside it.
    #[prop_or_default]
    pub(crate) must_answer: bool,
}

thread_local! {
    static NEWEST: Cell<u32> = const { Cell::new(0) };
}

/// A modal dialog, open for as long as it is there.
#[function_component]
pub(crate) fn Dialog(props: &Props) -> Html {
    let texts = use_texts();
    let node = use_node_ref();
    // The browser does so only for a dialog that is closed while it is still in the page.
    use_focus_back(&node);
    // More than one may be open.
    let id = *use_memo((), |()| NEWEST.replace(NEWEST.get().wrapping_add(1)));
    let title_id = format!("dialog-title-{id}");
    let on_close = props.on_close.clone();
    use_effect_with((node.clone(), props.must_answer), move |(node, must_answer)| {
        let must_answer = *must_answer;
        let dialog = node.cast::<HtmlDialogElement>();
        let listeners = dialog.as_ref().map(|dialog| {
            // A dialog that is open already refuses; then there is nothing to do.
            let _ = dialog.show_modal();
            let cancelled = on_close.clone();
            let options = EventListenerOptions::enable_prevent_default();
            let cancel = EventListener::new_with_options(dialog, "cancel", options, move |event| {
                event.prevent_default();
                if !must_answer {
                    cancelled.emit(());
                }
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
            // Browsers close a dialog at the second Escape, whatever the page says to the first.
            let again = dialog.clone();
            let reopen = EventListener::new(dialog, "close", move |_| {
                let _ = again.show_modal();
            });
            (cancel, must_answer.then_some(reopen), (!must_answer).then_some((press, backdrop)))
        });
        move || {
            drop(listeners);
            if let Some(dialog) = dialog {
                dialog.close();
            }
        }
    });
    html! {
        <dialog class={classes!("dialog", props.class.clone())} ref={node} aria-labelledby={title_id.clone()} aria-describedby={props.described_by.clone()}
            data-testid={props.test_id.clone()}>
            <div class="dialog__content">
                <header class="dialog__head">
                    <h2 id={title_id}>{ props.sign.clone() }{ props.title.clone() }</h2>
                    if !props.must_answer {
                        <button type="button" class="button button--bare button--icon" aria-label={texts.common.close}
                            onclick={props.on_close.reform(|_| ())}>
                            <Icon name={Name::Close} />
                        </button>
                    }
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
pub(crate) struct RefusalProps {
    pub(crate) message: Option<Message>,
}

/// What the server refused just now, said inside of a dialog: the page's own messages lie under it.
#[function_component]
pub(crate) fn Refusal(props: &RefusalProps) -> Html {
    let texts = use_texts();
    let Some(message) = &props.message else { return html! {} };
    html! { <p class="dialog__trouble" role="alert" data-testid="refusal"><Icon name={Name::Warning} />{ (texts.message)(message) }</p> }
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
