//! The consent log of a recording: verified, shown, saved.

use hostreel_app::state::consent_page::{html, lines};
use hostreel_app::state::format;
use hostreel_consent::{Log, stamp};
use hostreel_recorder::Recording;
use yew::prelude::*;

use super::dialog::Dialog;
use super::icon::{Icon, Name};
use super::recording_actions::shown_title;
use crate::browser::{download_text, wall_clock};
use crate::hooks::file_check::{Checked, Given, use_file_check};
use crate::hooks::keeping::{is_sealing, use_changes};
use crate::hooks::language::{use_language, use_texts};

#[derive(Properties, PartialEq)]
pub(crate) struct Props {
    pub(crate) recording: Recording,
    pub(crate) log: Log,
    /// The log is that of the recording that this one was cut out of.
    #[prop_or_default]
    pub(crate) is_part: bool,
}

/// A button that opens the log.
#[function_component]
pub(crate) fn ConsentLogButton(props: &Props) -> Html {
    let texts = use_texts();
    let open = use_state_eq(|| false);
    let set = |wanted: bool| {
        let open = open.setter();
        Callback::from(move |()| open.set(wanted))
    };
    html! {
        <>
            <button type="button" class="button button--bare" data-testid="consent-log" onclick={set(true).reform(|_| ())}>
                <Icon name={Name::Shield} /><span>{ texts.consent.log }</span>
            </button>
            if *open { <ConsentLog recording={props.recording.clone()} log={props.log.clone()} is_part={props.is_part} on_close={set(false)} /> }
        </>
    }
}

#[derive(Properties, PartialEq)]
struct LogProps {
    recording: Recording,
    log: Log,
    is_part: bool,
    on_close: Callback<()>,
}

#[function_component]
fn ConsentLog(props: &LogProps) -> Html {
    let texts = use_texts();
    let language = use_language().language;
    let t = &texts.consent;
    // Sealing may end without a seal.
    let _ = use_changes();
    let sealed = props.log.file().map(|(sha256, bytes)| (sha256.to_owned(), bytes));
    let unsealed = sealed.is_none();
    let checked = use_file_check(sealed, Some(Given::Kept(props.recording.clone())));
    let about_file = match checked {
        None if !unsealed => (true, (t.file_checking)(0)),
        None if is_sealing(&props.recording.id) => (true, (t.file_checking)(0)),
        None if props.is_part => (true, t.file_part.to_owned()),
        None => (false, t.file_unknown.to_owned()),
        Some(Checked::Reading(percent)) => (true, (t.file_checking)(percent)),
        Some(Checked::Same) => (true, t.file_same.to_owned()),
        Some(Checked::Differs) => (false, t.file_differs.to_owned()),
    };
    let title = shown_title(&props.recording, texts);
    let save = |page: bool| {
        let (log, title) = (props.log.clone(), title.clone());
        let name =
            format::saved_name(&format!("{title} {}", t.log), wall_clock(props.recording.started_at_ms));
        Callback::from(move |_: MouseEvent| {
            if page {
                download_text(
                    &format!("{name}.html"),
                    &html(&log, &title, language.tag(), texts),
                    "text/html",
                );
            } else {
                download_text(&format!("{name}.json"), &log.json(), "application/json");
            }
        })
    };
    html! {
        <Dialog title={t.log} on_close={props.on_close.clone()}>
            <div class="log" data-testid="consent-log-dialog">
                <p class="dialog__text">{ t.log_lead }</p>
                <LogText log={props.log.clone()} {about_file} />
                <div class="dialog__ways">
                    <button type="button" class="button button--quiet" data-testid="consent-log-json" onclick={save(false)}><Icon name={Name::Download} />{ t.save_json }</button>
                    <button type="button" class="button button--quiet" data-testid="consent-log-page" onclick={save(true)}><Icon name={Name::Download} />{ t.save_page }</button>
                </div>
            </div>
        </Dialog>
    }
}

#[derive(Properties, PartialEq)]
pub(crate) struct TextProps {
    pub(crate) log: Log,
    /// Whether all is well with the file, and what there is to say of it.
    pub(crate) about_file: (bool, String),
}

/// What a log says, and whether it can be believed.
#[function_component]
pub(crate) fn LogText(props: &TextProps) -> Html {
    let texts = use_texts();
    let t = &texts.consent;
    let (whole, verdict) = match props.log.verify() {
        Ok(()) => (true, t.whole.to_owned()),
        Err(broken) => (false, (t.broken)(broken.entry())),
    };
    let line = |good: bool, text: String, test_id: &'static str| {
        let icon = if good { Name::Check } else { Name::Warning };
        html! { <p class={classes!("log__verdict", (!good).then_some("log__verdict--bad"))} data-testid={test_id}><Icon name={icon} />{ text }</p> }
    };
    let (good, about_file) = props.about_file.clone();
    html! {
        <>
            <div role="status">
                { line(whole, verdict, "consent-log-verdict") }
                { line(good, about_file, "consent-log-file") }
            </div>
            <ol class="log__entries" data-testid="consent-log-entries" tabindex="0" aria-label={t.log}>
                { for props.log.entries.iter().zip(lines(&props.log, texts)).map(|(entry, line)| html! {
                    <li><time class="tabular">{ stamp(entry.at) }{ " UTC" }</time><span>{ line }</span></li>
                }) }
            </ol>
            <p class="muted-text">{ t.limits }</p>
        </>
    }
}
