//! A list to choose one of.

use web_sys::HtmlSelectElement;
use yew::prelude::*;

#[derive(Properties, PartialEq)]
pub(crate) struct Props {
    pub(crate) label: &'static str,
    pub(crate) test_id: &'static str,
    /// The value that is chosen.
    pub(crate) value: String,
    /// Values and their words.
    pub(crate) options: Vec<(String, String)>,
    pub(crate) on_change: Callback<String>,
}

/// A labelled list. It shows what is chosen, whoever chose it.
#[function_component]
pub(crate) fn Select(props: &Props) -> Html {
    let node = use_node_ref();
    {
        // A list that somebody has used no longer follows its options' attributes; what they chose may have been refused.
        let (node, value) = (node.clone(), props.value.clone());
        use_effect(move || {
            if let Some(list) = node.cast::<HtmlSelectElement>().filter(|list| list.value() != value) {
                list.set_value(&value);
            }
        });
    }
    let onchange =
        props.on_change.reform(|event: Event| event.target_unchecked_into::<HtmlSelectElement>().value());
    html! {
        <label class="field">
            <span class="field__label">{ props.label }</span>
            <select ref={node} class="select" data-testid={props.test_id} {onchange}>
                { for props.options.iter().map(|(value, words)| {
                    let selected = *value == props.value;
                    html! { <option value={value.clone()} {selected}>{ words }</option> }
                }) }
            </select>
        </label>
    }
}
