//! The two handles of a part: each a slider with its time, and a button that takes the player's place.

use hostreel_app::state::format;
use hostreel_app::state::trim::{Chosen, Edge};
use web_sys::{HtmlElement, HtmlInputElement};
use yew::prelude::*;

use crate::hooks::language::use_texts;

#[derive(Properties, PartialEq)]
pub(crate) struct Props {
    pub(crate) chosen: Chosen,
    /// Somebody moved an end, which is given.
    pub(crate) on_move: Callback<(Chosen, Edge)>,
    /// Where the player is now, in milliseconds.
    pub(crate) on_here: Callback<Edge>,
    pub(crate) disabled: bool,
}

/// What stays, as a bar, and both handles.
#[function_component]
pub(crate) fn TrimRange(props: &Props) -> Html {
    let chosen = props.chosen;
    let node = use_node_ref();
    use_effect_with((node.clone(), chosen), |(node, chosen)| {
        // By its style object: a strict content security policy allows no style attributes.
        if let Some(element) = node.cast::<HtmlElement>() {
            let part = |at_ms: u64| format!("{:.3}%", at_ms as f64 / chosen.of_ms().max(1) as f64 * 100.0);
            let style = element.style();
            let _ = style.set_property("--from", &part(chosen.at(Edge::Start)));
            let _ = style.set_property("--to", &part(chosen.of_ms() - chosen.at(Edge::End)));
        }
    });
    let handle = |edge| {
        html! { <Handle {edge} {chosen} on_move={props.on_move.clone()} on_here={props.on_here.clone()} disabled={props.disabled} /> }
    };
    html! {
        <div class="trim__range">
            <div ref={node} class="trim__bar" aria-hidden="true"><span></span></div>
            { handle(Edge::Start) }
            { handle(Edge::End) }
        </div>
    }
}

#[derive(Properties, PartialEq)]
struct HandleProps {
    edge: Edge,
    chosen: Chosen,
    on_move: Callback<(Chosen, Edge)>,
    on_here: Callback<Edge>,
    disabled: bool,
}

#[function_component]
fn Handle(props: &HandleProps) -> Html {
    let texts = use_texts();
    let HandleProps { edge, chosen, disabled, .. } = *props;
    let (label, here, test_id, here_id) = match edge {
        Edge::Start => {
            (texts.library.trim_start, texts.library.trim_start_here, "trim-start", "trim-start-here")
        }
        Edge::End => (texts.library.trim_end, texts.library.trim_end_here, "trim-end", "trim-end-here"),
    };
    let at_ms = chosen.at(edge);
    let oninput = {
        let on_move = props.on_move.clone();
        Callback::from(move |event: InputEvent| {
            let input: HtmlInputElement = event.target_unchecked_into();
            // A float to integer cast saturates, and gives 0 for what is no number.
            let moved = chosen.with(edge, input.value_as_number() as u64);
            // It may not go where it was moved to.
            input.set_value_as_number(moved.at(edge) as f64);
            on_move.emit((moved, edge));
        })
    };
    let onkeydown = {
        let on_move = props.on_move.clone();
        Callback::from(move |event: KeyboardEvent| {
            if let Some(moved) = chosen.after_key(edge, &event.key()) {
                event.prevent_default();
                on_move.emit((moved, edge));
            }
        })
    };
    let on_here = props.on_here.reform(move |_: MouseEvent| edge);
    html! {
        <div class="trim__edge">
            <label class="trim__label" for={test_id}>{ label }<output class="tabular" for={test_id}>{ format::elapsed(at_ms) }</output></label>
            <input id={test_id} data-testid={test_id} class="trim__slider" type="range" min="0" max={chosen.of_ms().to_string()} step="1"
                value={at_ms.to_string()} aria-valuetext={format::elapsed(at_ms)} {disabled} {oninput} {onkeydown} />
            <button type="button" class="button button--quiet button--small" data-testid={here_id} {disabled} onclick={on_here}>{ here }</button>
        </div>
    }
}
