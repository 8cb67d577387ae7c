//! The chat: what was said, and what is written.

use std::cell::Cell;
use std::rc::Rc;

use gloo_events::EventListener;
use hostreel_app::state::chat::{Part, parts};
use hostreel_app::state::meeting::{Action, Connection};
use hostreel_protocol::{ChatMessage, Command};
use hostreel_room::permissions::Action as Permission;
use web_sys::{Element, HtmlTextAreaElement, KeyboardEvent};
use yew::prelude::*;

use super::icon::{Icon, Name};
use crate::browser::time_text;
use crate::hooks::focus::{use_escape, use_focus_back};
use crate::hooks::language::{use_language, use_texts};
use crate::hooks::meeting::MeetingHandle;

/// Who is so near to the end of the chat reads its end, in pixels.
const NEAR_END_PX: i32 = 48;

/// As the server's `limits.chat_chars`.
const LONGEST: &str = "1000";

#[derive(Properties)]
pub(crate) struct Props {
    pub(crate) meeting: MeetingHandle,
    /// What is not sent yet: it stays while the panel is closed.
    pub(crate) draft: UseStateHandle<String>,
    pub(crate) on_close: Callback<()>,
}

impl PartialEq for Props {
    fn eq(&self, _: &Self) -> bool {
        false
    }
}

/// The panel beside the stage; over it on a phone.
#[function_component]
pub(crate) fn ChatPanel(props: &Props) -> Html {
    let texts = use_texts();
    let language = use_language().language;
    let meeting = props.meeting.meeting();
    let lines = meeting.chat.lines();
    let log = use_node_ref();
    let panel = use_node_ref();
    use_focus_back(&panel);
    use_escape(&panel, props.on_close.clone());
    {
        let handle = props.meeting.clone();
        use_effect_with((), move |()| {
            handle.dispatch(Action::LookAtChat(true));
            move || handle.dispatch(Action::LookAtChat(false))
        });
    }
    // One's own line is seen by whoever wrote it, wherever they were reading.
    let own = lines.last().is_some_and(|line| Some(&line.from) == meeting.you.as_ref());
    use_following(&log, lines.last().map(|line| (line.at.0, line.rev)), own);
    let row = |line: &ChatMessage| {
        let own = Some(&line.from) == meeting.you.as_ref();
        html! {
            <li key={format!("{}-{}", line.at.0, line.rev)} class={classes!("chat__line", own.then_some("chat__line--own"))}>
                <p class="chat__who"><strong>{ if own { texts.people.you } else { line.name.as_str() } }</strong>
                    <time class="tabular">{ time_text(line.at.0, language.tag()) }</time></p>
                <p class="chat__text"><Words text={line.text.clone()} /></p>
            </li>
        }
    };
    html! {
        <aside ref={panel} class="panel panel--chat" aria-label={texts.chat.title}>
            <header class="panel__head">
                <h2>{ texts.chat.title }</h2>
                <button type="button" class="button button--bare button--icon" aria-label={texts.common.close} onclick={props.on_close.reform(|_| ())}><Icon name={Name::Close} /></button>
            </header>
            <div class="chat" ref={log} tabindex="0" role="log" aria-label={texts.chat.title} data-testid="chat-log">
                if lines.is_empty() {
                    <p class="muted-text chat__empty">{ texts.chat.empty }{ " " }{ texts.chat.kept_while_recording }</p>
                }
                <ol>{ for lines.iter().map(row) }</ol>
            </div>
            <Writing meeting={props.meeting.clone()} draft={props.draft.clone()} />
        </aside>
    }
}

/// Shows the `newest` line as it comes; not to who reads further up, unless it is their `own`.
#[hook]
fn use_following(log: &NodeRef, newest: Option<(u64, u64)>, own: bool) {
    let at_end = (*use_memo((), |()| Rc::new(Cell::new(true)))).clone();
    {
        let at_end = Rc::clone(&at_end);
        use_effect_with(log.clone(), move |log| {
            let listener = log.cast::<Element>().map(|log| {
                let element = log.clone();
                EventListener::new(&log, "scroll", move |_| {
                    let below = element.scroll_height() - element.scroll_top() - element.client_height();
                    at_end.set(below < NEAR_END_PX);
                })
            });
            move || drop(listener)
        });
    }
    use_effect_with((log.clone(), newest), move |(log, _)| {
        if let Some(log) = log.cast::<Element>().filter(|_| own || at_end.get()) {
            log.set_scroll_top(log.scroll_height());
        }
    });
}

#[derive(Properties, PartialEq)]
pub(crate) struct WordsProps {
    pub(crate) text: AttrValue,
}

/// A message with its links: they open elsewhere, and tell nobody where they were pressed.
#[function_component]
pub(crate) fn Words(props: &WordsProps) -> Html {
    html! {
        { for parts(&props.text).into_iter().map(|part| match part {
            Part::Text(text) => html! { { text.to_owned() } },
            Part::Link(link) => html! {
                <a href={link.to_owned()} target="_blank" rel="noopener noreferrer nofollow">{ link.to_owned() }</a>
            },
        }) }
    }
}

#[derive(Properties)]
struct WritingProps {
    meeting: MeetingHandle,
    draft: UseStateHandle<String>,
}

impl PartialEq for WritingProps {
    fn eq(&self, _: &Self) -> bool {
        false
    }
}

#[function_component]
fn Writing(props: &WritingProps) -> Html {
    let texts = use_texts();
    let meeting = props.meeting.meeting();
    let text = props.draft.clone();
    let field = use_node_ref();
    use_effect_with(field.clone(), |field| {
        if let Some(field) = field.cast::<HtmlTextAreaElement>() {
            let _ = field.focus();
        }
    });
    let why_not = if !meeting.may(Permission::Chat) {
        Some(texts.chat.not_allowed)
    } else if meeting.connection != Connection::Open {
        Some(texts.chat.away)
    } else {
        None
    };
    let send = {
        let (handle, text, can) = (props.meeting.clone(), text.clone(), why_not.is_none());
        Callback::from(move |()| {
            if can && !text.trim().is_empty() {
                handle.dispatch(Action::Command(Command::Chat { text: text.trim().to_owned() }));
                text.set(String::new());
            }
        })
    };
    let oninput = {
        let text = text.setter();
        Callback::from(move |event: InputEvent| {
            text.set(event.target_unchecked_into::<HtmlTextAreaElement>().value());
        })
    };
    let onkeydown = {
        let send = send.clone();
        Callback::from(move |event: KeyboardEvent| {
            // While a syllable is being put together, Enter ends the syllable.
            if event.key() == "Enter" && !event.shift_key() && !event.is_composing() {
                event.prevent_default();
                send.emit(());
            }
        })
    };
    let onsubmit = Callback::from(move |event: SubmitEvent| {
        event.prevent_default();
        send.emit(());
    });
    html! {
        <form class="chat__write" {onsubmit}>
            if let Some(why_not) = why_not { <p id="chat-why-not" class="muted-text">{ why_not }</p> }
            <div class="joined">
                <textarea ref={field} class="input chat__input" rows="1" maxlength={LONGEST} data-testid="chat-input" aria-label={texts.chat.placeholder}
                    placeholder={texts.chat.placeholder} disabled={why_not.is_some()} aria-describedby={why_not.map(|_| "chat-why-not")}
                    value={(*text).clone()} {oninput} {onkeydown} />
                <button type="submit" class="button button--primary button--icon" data-testid="chat-send" aria-label={texts.chat.send} title={texts.chat.send}
                    disabled={why_not.is_some()}><Icon name={Name::Send} /></button>
            </div>
        </form>
    }
}
