//! The chat that was kept with a recording.

use hostreel_app::state::format;
use hostreel_app::state::kept_chat::{Said, as_text, as_webvtt};
use hostreel_recorder::Recording;
use yew::prelude::*;

use super::chat_panel::Words;
use super::icon::{Icon, Name};
use super::recording_actions::shown_title;
use crate::browser::{download_text, wall_clock};
use crate::hooks::language::use_texts;

#[derive(Properties, PartialEq)]
pub(crate) struct Props {
    pub(crate) recording: Recording,
    pub(crate) lines: Vec<Said>,
}

/// The lines at their times, and both files.
#[function_component]
pub(crate) fn KeptChat(props: &Props) -> Html {
    let texts = use_texts();
    let save = |webvtt: bool| {
        let (lines, length_ms) = (props.lines.clone(), props.recording.duration_ms);
        let title = format!("{} {}", shown_title(&props.recording, texts), texts.chat.title);
        let name = format::saved_name(&title, wall_clock(props.recording.started_at_ms));
        Callback::from(move |_: MouseEvent| {
            if webvtt {
                download_text(&format!("{name}.vtt"), &as_webvtt(&lines, length_ms), "text/vtt");
            } else {
                download_text(&format!("{name}.txt"), &as_text(&lines), "text/plain");
            }
        })
    };
    html! {
        <details class="kept-chat" data-testid="kept-chat">
            <summary><Icon name={Name::Chat} />{ texts.chat.of_recording }<span class="muted-text tabular">{ props.lines.len() }</span></summary>
            <ol class="kept-chat__lines" tabindex="0" aria-label={texts.chat.of_recording}>
                { for props.lines.iter().map(|line| html! {
                    <li><time class="tabular">{ format::elapsed(line.at_ms) }</time><span><strong>{ &line.name }</strong>{ " " }<Words text={line.text.clone()} /></span></li>
                }) }
            </ol>
            <div class="kept-chat__ways">
                <button type="button" class="button button--small button--quiet" data-testid="save-chat-text" onclick={save(false)}><Icon name={Name::Download} />{ texts.chat.save_text }</button>
                <button type="button" class="button button--small button--quiet" data-testid="save-chat-webvtt" onclick={save(true)}><Icon name={Name::Download} />{ texts.chat.save_webvtt }</button>
            </div>
        </details>
    }
}
