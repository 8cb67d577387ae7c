//! Cuts a part out of a recording: a button, and the dialog it opens.

use hostreel_app::state::format;
use hostreel_app::state::notes::Notes;
use hostreel_app::state::toasts::Message;
use hostreel_app::state::trim::{Chosen, Edge};
use hostreel_recorder::{Trimmed, can_trim};
use web_sys::{HtmlElement, HtmlMediaElement};
use yew::prelude::*;

use super::dialog::Dialog;
use super::icon::{Icon, Name};
use super::player::Player;
use super::shell::Notice;
use super::trim_range::TrimRange;
use crate::hooks::language::use_texts;
use crate::hooks::library::Kept;
use crate::hooks::trimming::{Job, use_trimming};

#[derive(Properties, PartialEq)]
pub(crate) struct Props {
    pub(crate) kept: Kept,
    pub(crate) show: Callback<Message>,
}

/// A button that opens the dialog; nothing for a recording that can't be cut.
#[function_component]
pub(crate) fn TrimButton(props: &Props) -> Html {
    let texts = use_texts();
    let open = use_state_eq(|| false);
    let set = |wanted: bool| {
        let open = open.setter();
        Callback::from(move |()| open.set(wanted))
    };
    if !can_trim(&props.kept.recording) {
        return html! {};
    }
    html! {
        <>
            <button type="button" class="button button--bare" data-testid="trim" onclick={set(true).reform(|_| ())}>
                <Icon name={Name::Scissors} /><span>{ texts.library.trim }</span>
            </button>
            if *open { <TrimDialog kept={props.kept.clone()} show={props.show.clone()} on_close={set(false)} /> }
        </>
    }
}

#[derive(Properties, PartialEq)]
struct DialogProps {
    kept: Kept,
    show: Callback<Message>,
    on_close: Callback<()>,
}

/// Chooses start and end while it plays, and cuts.
#[function_component]
fn TrimDialog(props: &DialogProps) -> Html {
    let texts = use_texts();
    // The row behind may be drawn anew; the part is of what was opened.
    let kept = use_state(|| props.kept.clone());
    let chosen = use_state_eq(|| Chosen::all(kept.recording.duration_ms));
    let media = use_node_ref();
    let on_done = {
        let (show, on_close) = (props.show.clone(), props.on_close.clone());
        Callback::from(move |part: Trimmed| {
            let [from, to] = [part.start_ms, part.end_ms].map(format::elapsed);
            show.emit(Message::Trimmed { from, to });
            on_close.emit(());
        })
    };
    let trimming = use_trimming(&kept, on_done);
    let is_running = matches!(trimming.job, Job::Running(_));
    let on_move = {
        let (chosen, media) = (chosen.setter(), media.clone());
        Callback::from(move |(moved, edge): (Chosen, Edge)| {
            chosen.set(moved);
            // What is cut there is shown.
            if let Some(media) = media.cast::<HtmlMediaElement>() {
                let _ = media.pause();
                media.set_current_time(moved.at(edge) as f64 / 1000.0);
            }
        })
    };
    let on_here = {
        let (chosen, media) = (chosen.clone(), media.clone());
        Callback::from(move |edge| {
            if let Some(media) = media.cast::<HtmlMediaElement>() {
                // A float to integer cast saturates.
                chosen.set(chosen.with(edge, (media.current_time() * 1000.0) as u64));
            }
        })
    };
    let go = {
        let (begin, chosen, media) = (trimming.begin.clone(), *chosen, media.clone());
        Callback::from(move |_: MouseEvent| {
            if let Some(media) = media.cast::<HtmlMediaElement>() {
                let _ = media.pause();
            }
            begin.emit(chosen);
        })
    };
    // While it runs, the work is left off, and what was chosen stays; else the dialog is closed.
    let busy = use_mut_ref(|| false);
    busy.replace(is_running);
    let cancel = {
        let (cancel, on_close) = (trimming.cancel.clone(), props.on_close.clone());
        // The dialog keeps the first one that it gets.
        Callback::from(move |()| if *busy.borrow() { cancel.emit(()) } else { on_close.emit(()) })
    };
    let sound = Notes { peaks: kept.notes.peaks.clone(), ..Notes::default() };
    html! {
        <Dialog title={texts.library.trim} on_close={cancel.clone()}>
            <div class="trim" data-testid="trim-dialog">
                <p class="dialog__text">{ texts.library.trim_lead }</p>
                <Player recording={kept.recording.clone()} notes={sound} {media} />
                <TrimRange chosen={*chosen} {on_move} {on_here} disabled={is_running} />
                <div class="trim__words">
                    <p class="tabular" data-testid="trim-length">{ (texts.library.trim_length)(&format::elapsed(chosen.length_ms())) }</p>
                    <p class="muted-text">{ texts.library.trim_keys }</p>
                </div>
                if let Job::Failed(code) = trimming.job { <Notice explained={(texts.library.trim_trouble)(code)} error=true /> }
                if let Job::Running(percent) = trimming.job { <Progress {percent} /> }
                <div class="dialog__ways">
                    <button type="button" class="button button--quiet" data-testid="trim-cancel" onclick={cancel.reform(|_| ())}>{ texts.common.cancel }</button>
                    <button type="button" class="button button--primary" data-testid="trim-go" disabled={is_running || chosen.is_all()} onclick={go}>
                        <Icon name={Name::Scissors} />{ texts.library.trim_go }
                    </button>
                </div>
            </div>
        </Dialog>
    }
}

#[derive(Properties, PartialEq)]
struct ProgressProps {
    percent: u64,
}

/// How far it is.
#[function_component]
fn Progress(props: &ProgressProps) -> Html {
    let texts = use_texts();
    let node = use_node_ref();
    use_effect_with((node.clone(), props.percent), |(node, percent)| {
        if let Some(element) = node.cast::<HtmlElement>() {
            let _ = element.style().set_property("--done", &format!("{percent}%"));
        }
    });
    let text = (texts.library.trimming)(props.percent);
    html! {
        <div class="trim__progress" data-testid="trim-progress">
            <div ref={node} class="trim__done" role="progressbar" aria-valuemin="0" aria-valuemax="100" aria-valuenow={props.percent.to_string()}
                aria-label={text.clone()}><span></span></div>
            <p class="tabular" aria-hidden="true">{ text }</p>
        </div>
    }
}
