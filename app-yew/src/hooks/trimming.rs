//! Cutting a part out of a recording: how far it is, and its end.

use std::cell::RefCell;
use std::rc::Rc;

use hostreel_app::i18n::Language;
use hostreel_app::state::trim::{Chosen, Edge, notes_of_part, percent, title_of_part};
use hostreel_recorder::{TrimOptions, Trimmed, trim};
use wasm_bindgen_futures::spawn_local;
use web_sys::AbortController;
use yew::prelude::*;

use super::keeping::tell_all;
use super::language::use_texts;
use super::library::Kept;
use crate::components::recording_actions::shown_title;

/// Where it stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Job {
    /// Nothing is being done.
    Idle,
    /// So far, in percent.
    Running(u64),
    /// It failed; the error's code.
    Failed(&'static str),
}

/// Cutting one recording.
pub(crate) struct Trimming {
    pub(crate) job: Job,
    /// Begins; nothing while it is running.
    pub(crate) begin: Callback<Chosen>,
    /// Stops: nothing is left of the part.
    pub(crate) cancel: Callback<()>,
}

/// Cuts parts out of `kept`. `on_done` gets the part, and where it really begins and ends. What is running ends with the
/// component.
#[hook]
pub(crate) fn use_trimming(kept: &Kept, on_done: Callback<Trimmed>) -> Trimming {
    let texts = use_texts();
    let job = use_state_eq(|| Job::Idle);
    let running = (*use_memo((), |()| Rc::new(RefCell::new(None::<AbortController>)))).clone();
    let cancel = {
        let (running, job) = (Rc::clone(&running), job.setter());
        use_callback((), move |(), ()| {
            if let Some(controller) = running.take() {
                controller.abort();
                // What was written goes on its own time.
                job.set(Job::Idle);
            }
        })
    };
    {
        let cancel = cancel.clone();
        use_effect_with((), move |()| move || cancel.emit(()));
    }
    let begin = {
        let (kept, job) = (kept.clone(), job.setter());
        Callback::from(move |chosen: Chosen| {
            let Ok(controller) = AbortController::new() else { return };
            if running.borrow().is_some() {
                return;
            }
            let marks = Language::ALL.iter().map(|language| language.texts().library.trim_mark);
            let title = shown_title(&kept.recording, texts);
            let (progress, signal) = (job.clone(), controller.signal());
            let heard = signal.clone();
            let (whole, length_ms) = (kept.notes.clone(), kept.recording.duration_ms);
            let options = TrimOptions {
                title: Some(title_of_part(&title, texts.library.trim_mark, marks)),
                note: Some(Rc::new(move |start_ms, end_ms| {
                    notes_of_part(&whole, start_ms, end_ms, length_ms).text()
                })),
                on_progress: Some(Rc::new(move |far| {
                    if !heard.aborted() {
                        progress.set(Job::Running(percent(far.writes, far.done_bytes, far.total_bytes)));
                    }
                })),
                signal: Some(signal.clone()),
            };
            running.replace(Some(controller));
            job.set(Job::Running(0));
            let (kept, job, running, on_done) =
                (kept.clone(), job.clone(), Rc::clone(&running), on_done.clone());
            spawn_local(async move {
                let range = chosen.at(Edge::Start)..chosen.at(Edge::End);
                let cut = trim(&kept.recording, range, &options).await;
                tell_all();
                // One that was cancelled is not the one that is running now.
                if signal.aborted() {
                    return;
                }
                running.take();
                match cut {
                    Ok(part) => {
                        job.set(Job::Idle);
                        on_done.emit(part);
                    }
                    Err(error) => job.set(Job::Failed(error.code())),
                }
            });
        })
    };
    Trimming { job: *job, begin, cancel }
}
