//! A QR code.

use hostreel_app::state::qr::draw;
use yew::prelude::*;

#[derive(Properties, PartialEq)]
pub(crate) struct Props {
    pub(crate) text: AttrValue,
    pub(crate) label: AttrValue,
}

/// A text as a QR code: always dark on light, as cameras want it.
#[function_component]
pub(crate) fn Qr(props: &Props) -> Html {
    let drawn = use_memo(props.text.clone(), |text| draw(text));
    let Some(drawn) = drawn.as_ref() else { return html! {} };
    html! {
        <svg class="qr" data-testid="qr" role="img" aria-label={props.label.clone()} viewBox={format!("0 0 {0} {0}", drawn.side)} shape-rendering="crispEdges">
            <rect width="100%" height="100%" fill="#ffffff" /><path d={drawn.path.clone()} fill="#000000" />
        </svg>
    }
}
