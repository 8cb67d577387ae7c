//! How loud a microphone is.

use hostreel_recorder::LevelMeter;
use web_sys::{HtmlElement, MediaStream};
use yew::prelude::*;

use crate::hooks::language::use_texts;

#[derive(Properties, PartialEq)]
pub(crate) struct Props {
    pub(crate) stream: Option<MediaStream>,
}

/// A bar that follows the sound. It moves without drawing the component anew.
#[function_component]
pub(crate) fn Level(props: &Props) -> Html {
    let texts = use_texts();
    let node = use_node_ref();
    use_effect_with((node.clone(), props.stream.clone()), |(node, stream)| {
        let bar = node.cast::<HtmlElement>();
        let show = move |level: f32| {
            if let Some(bar) = &bar {
                let _ = bar.style().set_property("--level", &format!("{level:.2}"));
            }
        };
        show(0.0);
        let meter = stream.as_ref().and_then(|stream| LevelMeter::new(stream, show).ok());
        move || drop(meter)
    });
    html! { <div class="level" ref={node} role="img" aria-label={texts.devices.level}><span class="level__bar"></span></div> }
}
