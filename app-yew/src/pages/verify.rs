//! A consent log that somebody was given, with or without its recording: verified here, sent nowhere.

use hostreel_app::state::format;
use hostreel_consent::Log;
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{File, FileList, HtmlInputElement};
use yew::prelude::*;

use crate::components::consent_log::LogText;
use crate::components::icon::{Icon, Name};
use crate::components::shell::{Notice, Page};
use crate::hooks::file_check::{Checked, Given, use_file_check};
use crate::hooks::guards::use_title;
use crate::hooks::language::use_texts;

/// Chooses a log and its recording, and says what they are worth.
#[function_component]
pub(crate) fn Verify() -> Html {
    let texts = use_texts();
    let t = &texts.verify;
    use_title(format!("{} · Hostreel", t.title));
    let log = use_state_eq(|| None::<Log>);
    let recording = use_state_eq(|| None::<File>);
    let bad = use_state_eq(|| None::<String>);
    let over = use_state_eq(|| false);
    let sealed = log.as_ref().and_then(|log| log.file()).map(|(sha256, bytes)| (sha256.to_owned(), bytes));
    let checked = use_file_check(sealed.clone(), (*recording).clone().map(Given::Chosen));
    let take = {
        let (log, recording, bad) = (log.setter(), recording.setter(), bad.setter());
        Callback::from(move |files: FileList| {
            bad.set(None);
            for file in (0..files.length()).filter_map(|index| files.get(index)) {
                let (log, recording, bad) = (log.clone(), recording.clone(), bad.clone());
                spawn_local(async move {
                    match log_in(&file).await {
                        Some(found) => log.set(Some(found)),
                        None if is_text(&file) => bad.set(Some(file.name())),
                        None => recording.set(Some(file)),
                    }
                });
            }
        })
    };
    let onchange = {
        let take = take.clone();
        Callback::from(move |event: Event| {
            let input: HtmlInputElement = event.target_unchecked_into();
            if let Some(files) = input.files() {
                take.emit(files);
            }
        })
    };
    let drag = |is_over: bool| {
        let over = over.setter();
        Callback::from(move |event: DragEvent| {
            event.prevent_default();
            over.set(is_over);
        })
    };
    let ondrop = {
        let over = over.setter();
        Callback::from(move |event: DragEvent| {
            event.prevent_default();
            over.set(false);
            if let Some(files) = event.data_transfer().and_then(|data| data.files()) {
                take.emit(files);
            }
        })
    };
    let about_file = match (&sealed, checked) {
        (None, _) => (false, texts.consent.file_unknown.to_owned()),
        (Some(_), None) => (true, t.no_recording.to_owned()),
        (Some(_), Some(Checked::Reading(percent))) => (true, (texts.consent.file_checking)(percent)),
        (Some(_), Some(Checked::Same)) => (true, t.same.to_owned()),
        (Some(_), Some(Checked::Differs)) => (false, t.differs.to_owned()),
    };
    html! {
        <Page class="verify">
            <header class="page-head">
                <h1>{ t.title }</h1>
                <p class="muted-text">{ t.lead }</p>
            </header>
            <label data-testid="verify-drop" class={classes!("verify__drop", over.then_some("verify__drop--over"))}
                ondragenter={drag(true)} ondragover={drag(true)} ondragleave={drag(false)} {ondrop}>
                <span class="button button--primary"><Icon name={Name::Upload} />{ t.choose }</span>
                <span class="muted-text">{ t.drop }</span>
                <input type="file" multiple=true class="visually-hidden" data-testid="verify-files" {onchange} />
            </label>
            if let Some(name) = &*bad {
                <Notice explained={t.not_a_log} error=true><p class="verify__name">{ name.clone() }</p></Notice>
            }
            if let Some(log) = &*log {
                <section class="card verify__found">
                    <h2>{ (texts.consent.log_room)(log.room.as_str()) }</h2>
                    if let Some(file) = &*recording {
                        // A file's length is a whole number below 2^53.
                        <p class="muted-text verify__name" data-testid="verify-recording">{ file.name() }{ " · " }{ format::bytes(file.size() as u64) }</p>
                    }
                    <LogText log={log.clone()} {about_file} />
                </section>
            } else if recording.is_some() {
                <p role="status" class="muted-text" data-testid="verify-no-log">{ t.no_log }</p>
            }
        </Page>
    }
}

/// The log that is in a file; nothing when there is none.
async fn log_in(file: &File) -> Option<Log> {
    if file.size() > Log::LONGEST as f64 {
        return None;
    }
    let text = JsFuture::from(file.text()).await.ok()?.as_string()?;
    Log::read(text.as_bytes()).ok()
}

/// Whether the name says that it is no recording.
fn is_text(file: &File) -> bool {
    let name = file.name().to_lowercase();
    [".json", ".html", ".txt", ".vtt"].iter().any(|ending| name.ends_with(ending))
}
