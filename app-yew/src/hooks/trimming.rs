//! Cutting a part out of a recording: how far it is, and its end.

use std::cell::RefCell;
use std::rc::Rc;

use hostreel_app::i18n::Language;
use hostreel_app::state::trim::{Chosen, Edge, notes_of_part, percent, title_of_part};
use hostreel_recorder::{Error, TrimOptions, Trimmed, library, trim};
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

/// Cuts parts out of `kept`. `on_done` gets where a part really began and ended, once it is listed with its notes. It
/// ends with the component.
#[hook]
pub(crate) fn use_trimming(kept: &Kept, on_done: Callback<Trimmed>) -> Trimming {
    let texts = use_texts();
    let job = use_state_eq(|| Job::Idle);
    let running = (*use_memo((), |()| Rc::new(RefCell::new(None::<AbortController>)))).clone();
    let cancel = {
        let running = Rc::clone(&running);
        use_callback((), move |(), ()| {
            if let Some(controller) = running.take() {
                controller.abort();
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
            let progress = job.clone();
            let options = TrimOptions {
                title: Some(title_of_part(&title, texts.library.trim_mark, marks)),
                on_progress: Some(Rc::new(move |far| {
                    progress.set(Job::Running(percent(far.writes, far.done_bytes, far.total_bytes)));
                })),
                signal: Some(controller.signal()),
            };
            running.replace(Some(controller));
            job.set(Job::Running(0));
            let (kept, job, running, on_done) =
                (kept.clone(), job.clone(), Rc::clone(&running), on_done.clone());
            spawn_local(async move {
                let cut = cut(&kept, chosen, &options).await;
                running.take();
                match cut {
                    Ok(part) => {
                        job.set(Job::Idle);
                        on_done.emit(part);
                    }
                    Err(Error::Cancelled) => job.set(Job::Idle),
                    Err(error) => job.set(Job::Failed(error.code())),
                }
                tell_all();
            });
        })
    };
    Trimming { job: *job, begin, cancel }
}

async fn cut(kept: &Kept, chosen: Chosen, options: &TrimOptions) -> Result<Trimmed, Error> {
    let range = chosen.at(Edge::Start)..chosen.at(Edge::End);
    let part = trim(&kept.recording, range, options).await?;
    let notes = notes_of_part(&kept.notes, part.start_ms, part.end_ms, kept.recording.duration_ms);
    // Missing notes harm nothing: they only make a row plainer.
    let _ = library::set_note(&part.recording.id, &notes.text()).await;
    Ok(part)
}
