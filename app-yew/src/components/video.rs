//! A live stream in the page.

use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{HtmlVideoElement, MediaStream};
use yew::prelude::*;

use crate::browser::play_on;
use crate::hooks::settings::use_settings;

#[derive(Properties, PartialEq)]
pub(crate) struct Props {
    pub(crate) stream: MediaStream,
    /// No sound from it: always so for one's own.
    #[prop_or_default]
    pub(crate) muted: bool,
    #[prop_or_default]
    pub(crate) class: Classes,
    /// It may be shown in a small window of its own.
    #[prop_or_default]
    pub(crate) small_window: bool,
}

/// Plays a live stream.
#[function_component]
pub(crate) fn Video(props: &Props) -> Html {
    let node = use_node_ref();
    let sound = props.muted;
    use_effect_with((node.clone(), Clone::clone(&props.stream)), move |(node, stream)| {
        let video = node.cast::<HtmlVideoElement>();
        if let Some(video) = &video {
            video.set_muted(sound);
            video.set_src_object(Some(stream));
            if let Ok(playing) = video.play() {
                spawn_local(async move {
                    // An element that is taken away before it plays refuses; nothing is lost by it.
                    let _ = JsFuture::from(playing).await;
                });
            }
        }
        move || {
            if let Some(video) = video {
                video.set_src_object(None);
            }
        }
    });
    use_effect_with((node.clone(), props.muted), |(node, muted)| {
        if let Some(video) = node.cast::<HtmlVideoElement>() {
            video.set_muted(*muted);
        }
    });
    use_speaker(&node, props.muted);
    html! { <video ref={node} class={props.class.clone()} autoplay={true} playsinline=true disablepictureinpicture={(!props.small_window).then_some("")}></video> }
}

/// What is heard comes from the chosen speaker.
#[hook]
fn use_speaker(node: &NodeRef, muted: bool) {
    let speaker = use_settings().settings.speaker.clone();
    let chosen = use_mut_ref(|| None::<String>);
    use_effect_with((node.clone(), speaker, muted), move |(node, speaker, muted)| {
        let Some(video) = node.cast::<HtmlVideoElement>().filter(|_| !muted) else { return };
        // The default needs no choice, and a browser may ask for a permission before one is made.
        if chosen.replace(speaker.clone()) != *speaker {
            let speaker = speaker.clone();
            spawn_local(async move { play_on(&video, speaker.as_deref()).await });
        }
    });
}
