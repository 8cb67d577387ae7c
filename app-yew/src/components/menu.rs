//! A button that opens a list of things to do.

use gloo_events::EventListener;
use wasm_bindgen::JsCast;
use web_sys::{HtmlElement, KeyboardEvent, Node};
use yew::prelude::*;

use super::icon::{Icon, Name};
use crate::browser::document;

#[derive(Properties, PartialEq)]
pub(crate) struct Props {
    pub(crate) label: AttrValue,
    pub(crate) icon: Name,
    #[prop_or_default]
    pub(crate) test_id: AttrValue,
    pub(crate) children: Html,
}

/// The button and, while open, the list. Closes on a choice, on Escape and on a press elsewhere.
#[function_component]
pub(crate) fn Menu(props: &Props) -> Html {
    let open = use_state_eq(|| false);
    let node = use_node_ref();
    let button = use_node_ref();
    {
        let (set, node, button) = (open.setter(), node.clone(), button.clone());
        use_effect_with(*open, move |open| {
            let listeners = document().filter(|_| *open).map(|document| {
                if let Some(root) = node.cast::<web_sys::Element>()
                    && let Ok(Some(first)) = root.query_selector(".menu__list button, .menu__list a")
                    && let Ok(first) = first.dyn_into::<HtmlElement>()
                {
                    let _ = first.focus();
                }
                let close = set.clone();
                let outside = EventListener::new(&document, "pointerdown", move |event| {
                    let target = event.target().and_then(|target| target.dyn_into::<Node>().ok());
                    if node.cast::<Node>().is_some_and(|node| !node.contains(target.as_ref())) {
                        close.set(false);
                    }
                });
                let escape = EventListener::new(&document, "keydown", move |event| {
                    if event.dyn_ref::<KeyboardEvent>().is_some_and(|event| event.key() == "Escape") {
                        set.set(false);
                        if let Some(button) = button.cast::<HtmlElement>() {
                            let _ = button.focus();
                        }
                    }
                });
                (outside, escape)
            });
            move || drop(listeners)
        });
    }
    let toggle = {
        let open = open.clone();
        Callback::from(move |_: MouseEvent| open.set(!*open))
    };
    let chosen = {
        let (open, button) = (open.clone(), button.clone());
        Callback::from(move |_: MouseEvent| {
            // What was chosen goes; a dialog that it opens gives the focus back to the button.
            if let Some(button) = button.cast::<HtmlElement>() {
                let _ = button.focus();
            }
            open.set(false);
        })
    };
    html! {
        <div class="menu" ref={node}>
            <button type="button" ref={button} class="button button--bare button--icon" aria-label={props.label.clone()} title={props.label.clone()}
                aria-haspopup="true" aria-expanded={open.to_string()} data-testid={props.test_id.clone()} onclick={toggle}>
                <Icon name={props.icon} />
            </button>
            if *open {
                <div class="menu__list" onclick={chosen}>{ props.children.clone() }</div>
            }
        </div>
    }
}
