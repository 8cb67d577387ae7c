//! Plays a recording in the page.

use hostreel_recorder::{ObjectUrl, Recording};
use wasm_bindgen_futures::spawn_local;
use yew::prelude::*;

use super::shell::Notice;
use crate::hooks::language::use_texts;

#[derive(Properties, PartialEq)]
pub(crate) struct Props {
    pub(crate) recording: Recording,
    #[prop_or_default]
    pub(crate) autoplay: bool,
}

/// The address of a file lives as long as the player.
#[derive(Default)]
enum Source {
    #[default]
    Loading,
    Ready(ObjectUrl),
    Failed(&'static str),
}

/// A video or audio player with the browser's own controls.
#[function_component]
pub(crate) fn Player(props: &Props) -> Html {
    let texts = use_texts();
    let source = use_state(Source::default);
    {
        let (source, recording) = (source.setter(), props.recording.clone());
        use_effect_with(props.recording.id.clone(), move |_| {
            spawn_local(async move {
                source.set(match recording.object_url().await {
                    Ok(url) => Source::Ready(url),
                    Err(error) => Source::Failed(error.code()),
                });
            });
        });
    }
    match &*source {
        Source::Loading => {
            html! { <div class="player player--empty" aria-busy="true"><span class="spinner"></span></div> }
        }
        Source::Failed(code) => html! { <Notice explained={(texts.device_error)(code)} error=true /> },
        Source::Ready(url) => {
            let src = url.as_str().to_owned();
            let (label, autoplay) = (props.recording.title.clone(), props.autoplay);
            if props.recording.has_video {
                html! { <video class="player" controls=true playsinline=true preload="metadata" {autoplay} {src} aria-label={label}></video> }
            } else {
                html! { <audio class="player player--sound" controls=true preload="metadata" {autoplay} {src} aria-label={label}></audio> }
            }
        }
    }
}
