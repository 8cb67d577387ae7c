//! On or off.

use web_sys::HtmlInputElement;
use yew::prelude::*;

#[derive(Properties, PartialEq)]
pub(crate) struct Props {
    pub(crate) label: &'static str,
    #[prop_or_default]
    pub(crate) lead: &'static str,
    pub(crate) on: bool,
    pub(crate) on_change: Callback<bool>,
    pub(crate) test_id: &'static str,
}

/// A switch with its words.
#[function_component]
pub(crate) fn Switch(props: &Props) -> Html {
    let onchange =
        props.on_change.reform(|event: Event| event.target_unchecked_into::<HtmlInputElement>().checked());
    html! {
        <label class="switch">
            <input type="checkbox" role="switch" class="switch__box" data-testid={props.test_id} checked={props.on} {onchange} />
            <span class="switch__text">{ props.label }if !props.lead.is_empty() { <span class="muted-text">{ props.lead }</span> }</span>
        </label>
    }
}
