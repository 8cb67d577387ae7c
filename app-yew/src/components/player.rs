//! Plays a recording in the page.

use hostreel_app::state::format;
use hostreel_app::state::notes::{Notes, waveform_path};
use hostreel_recorder::{ObjectUrl, Recording};
use wasm_bindgen_futures::spawn_local;
use web_sys::{Element, HtmlElement, HtmlMediaElement};
use yew::prelude::*;

use super::shell::Notice;
use crate::hooks::language::use_texts;

#[derive(Properties, PartialEq)]
pub(crate) struct Props {
    pub(crate) recording: Recording,
    #[prop_or_default]
    pub(crate) notes: Notes,
    #[prop_or_default]
    pub(crate) autoplay: bool,
    /// Where others want to find the element that plays.
    #[prop_or_default]
    pub(crate) media: Option<NodeRef>,
}

/// The address of a file lives as long as the player.
#[derive(Default)]
enum Source {
    #[default]
    Loading,
    Ready(ObjectUrl),
    Failed(&'static str),
}

/// A video or audio player with the browser's own controls, the waveform of a sound, and chapters.
#[function_component]
pub(crate) fn Player(props: &Props) -> Html {
    let texts = use_texts();
    let source = use_state(Source::default);
    let own = use_node_ref();
    let media = props.media.clone().unwrap_or(own);
    // In milliseconds; changes about four times a second while it plays.
    let at = use_state_eq(|| 0_u64);
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
    let ontimeupdate = {
        let at = at.setter();
        Callback::from(move |event: Event| {
            let media: HtmlMediaElement = event.target_unchecked_into();
            // A float to integer cast saturates.
            at.set((media.current_time() * 1000.0) as u64);
        })
    };
    let seek = {
        let media = media.clone();
        Callback::from(move |at_ms: u64| {
            if let Some(media) = media.cast::<HtmlMediaElement>() {
                media.set_current_time(at_ms as f64 / 1000.0);
                if let Ok(playing) = media.play() {
                    spawn_local(async move {
                        // Refused where the browser wants another gesture: the controls are there.
                        let _ = wasm_bindgen_futures::JsFuture::from(playing).await;
                    });
                }
            }
        })
    };
    let url = match &*source {
        Source::Loading => {
            return html! { <div class="player player--empty" aria-busy="true"><span class="spinner"></span></div> };
        }
        Source::Failed(code) => return html! { <Notice explained={(texts.device_error)(code)} error=true /> },
        Source::Ready(url) => url,
    };
    let src = url.as_str().to_owned();
    let (label, autoplay, notes) = (props.recording.title.clone(), props.autoplay, &props.notes);
    html! {
        <div class="playing">
            if props.recording.has_video {
                <video ref={media} class="player" data-testid="player" controls=true playsinline=true preload="metadata" {autoplay} {src} aria-label={label} {ontimeupdate}></video>
            } else {
                if !notes.peaks.is_empty() {
                    <Waveform peaks={notes.peaks.clone()} length_ms={props.recording.duration_ms} at_ms={*at} on_seek={seek.clone()} />
                }
                <audio ref={media} class="player player--sound" data-testid="player" controls=true preload="metadata" {autoplay} {src} aria-label={label} {ontimeupdate}></audio>
            }
            if !notes.chapters.is_empty() { <Chapters notes={notes.clone()} now={notes.chapter_at(*at)} on_seek={seek} /> }
        </div>
    }
}

#[derive(Properties, PartialEq)]
struct ChaptersProps {
    notes: Notes,
    now: Option<usize>,
    on_seek: Callback<u64>,
}

#[function_component]
fn Chapters(props: &ChaptersProps) -> Html {
    let texts = use_texts();
    html! {
        <nav aria-label={texts.library.chapters}>
            <ol class="chapters">
                { for props.notes.chapters.iter().enumerate().map(|(index, chapter)| {
                    let at_ms = chapter.at_ms;
                    let now = props.now == Some(index);
                    html! {
                        <li><button type="button" class="chapters__one" data-testid="chapter" aria-current={now.then_some("true")}
                            onclick={props.on_seek.reform(move |_| at_ms)}>
                            <span class="tabular">{ format::elapsed(at_ms) }</span>{ chapter.title.clone() }
                        </button></li>
                    }
                }) }
            </ol>
        </nav>
    }
}

#[derive(Properties, PartialEq)]
struct WaveformProps {
    peaks: Vec<u8>,
    length_ms: u64,
    at_ms: u64,
    on_seek: Callback<u64>,
}

const WIDTH: f64 = 720.0;
const HEIGHT: f64 = 96.0;

/// How loud it is over time; a press goes there. By keyboard, the player's own controls do the same.
#[function_component]
fn Waveform(props: &WaveformProps) -> Html {
    let texts = use_texts();
    let path = use_memo(props.peaks.clone(), |peaks| waveform_path(peaks, WIDTH, HEIGHT));
    let node = use_node_ref();
    let onclick = {
        let (node, on_seek, length_ms) = (node.clone(), props.on_seek.clone(), props.length_ms);
        Callback::from(move |event: MouseEvent| {
            let Some(element) = node.cast::<Element>() else { return };
            let place = element.get_bounding_client_rect();
            let part = (f64::from(event.client_x()) - place.left()) / place.width().max(1.0);
            on_seek.emit((length_ms as f64 * part.clamp(0.0, 1.0)) as u64);
        })
    };
    let played = props.at_ms as f64 / props.length_ms.max(1) as f64;
    use_effect_with((node.clone(), played), |(node, played)| {
        // By its style object: a strict content security policy allows no style attributes.
        if let Some(element) = node.cast::<HtmlElement>() {
            let _ =
                element.style().set_property("--played", &format!("{:.2}%", played.clamp(0.0, 1.0) * 100.0));
        }
    });
    // Bars that nearly touch, however few there are.
    let bar = format!("{:.1}", (WIDTH / props.peaks.len().max(1) as f64 * 0.6).min(8.0));
    let drawing = || html! { <svg viewBox={format!("0 0 {WIDTH} {HEIGHT}")} preserveAspectRatio="none" aria-hidden="true"><path stroke-width={bar.clone()} d={(*path).clone()} /></svg> };
    html! {
        <div ref={node} class="waveform" data-testid="waveform" role="img" aria-label={texts.library.waveform} {onclick}>
            { drawing() }<div class="waveform__played" aria-hidden="true">{ drawing() }</div>
        </div>
    }
}
