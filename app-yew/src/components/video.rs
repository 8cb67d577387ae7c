//! A live stream in the page.

use std::cell::RefCell;
use std::rc::{Rc, Weak};

use gloo_events::EventListener;
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{HtmlVideoElement, MediaStream};
use yew::prelude::*;

use crate::browser::{play_on, window};
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
        let gesture = Gesture::default();
        if let Some(video) = &video {
            video.set_muted(sound);
            video.set_src_object(Some(stream));
            play(video, Some(Rc::downgrade(&gesture)));
        }
        move || {
            drop(gesture);
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

/// Waits for the person to press something, while the stream is there.
type Gesture = Rc<RefCell<Option<[EventListener; 2]>>>;

/// Plays it. Who comes back by a reload has pressed nothing yet, and there are browsers that play no sound before: then it
/// begins with the first press.
fn play(video: &HtmlVideoElement, gesture: Option<Weak<RefCell<Option<[EventListener; 2]>>>>) {
    let Ok(playing) = video.play() else { return };
    let video = video.clone();
    spawn_local(async move {
        // An element that is taken away before it plays refuses, too; nothing is lost by it.
        let refused = JsFuture::from(playing).await.is_err();
        let (Some(gesture), Some(window)) = (gesture.and_then(|gesture| gesture.upgrade()), window()) else {
            return;
        };
        if refused {
            let listeners = ["pointerup", "keydown"].map(|press| {
                let video = video.clone();
                EventListener::once(&window, press, move |_| play(&video, None))
            });
            *gesture.borrow_mut() = Some(listeners);
        }
    });
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
