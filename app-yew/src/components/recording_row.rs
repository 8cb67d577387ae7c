//! What can be done with a recording: save, delete.

use hostreel_app::i18n::Texts;
use hostreel_app::state::format;
use hostreel_app::state::toasts::Message;
use hostreel_recorder::{Error, Recording, Saved};
use wasm_bindgen_futures::spawn_local;
use yew::prelude::*;

use super::dialog::Confirm;
use super::icon::{Icon, Name};
use super::player::Player;
use crate::browser::{date_text, wall_clock};
use crate::hooks::language::{use_language, use_texts};
use crate::hooks::unsaved::use_unsaved;

#[derive(Properties, PartialEq)]
pub(crate) struct ActionsProps {
    pub(crate) recording: Recording,
    pub(crate) on_deleted: Callback<String>,
    pub(crate) show: Callback<Message>,
    /// Saving is what is most likely wanted now.
    #[prop_or_default]
    pub(crate) prominent: bool,
}

/// Save and delete.
#[function_component]
pub(crate) fn RecordingActions(props: &ActionsProps) -> Html {
    let texts = use_texts();
    let unsaved = use_unsaved();
    let saving = use_state_eq(|| false);
    let asking = use_state_eq(|| false);
    let saved_as = use_state_eq(|| None::<&'static str>);
    let language = use_language().language;
    let name = shown_title(&props.recording, texts);
    // Several may be called the same.
    let which = format!(
        "{} · {}",
        date_text(props.recording.started_at_ms, language.tag()),
        format::elapsed(props.recording.duration_ms)
    );
    let save = {
        let (recording, show, saving) = (props.recording.clone(), props.show.clone(), saving.setter());
        let (unsaved, saved_as) = (unsaved.clone(), saved_as.setter());
        let name = format::saved_name(&name, wall_clock(props.recording.started_at_ms));
        Callback::from(move |_: MouseEvent| {
            let (name, saved_as) = (name.clone(), saved_as.clone());
            let (recording, show, saving) = (recording.clone(), show.clone(), saving.clone());
            let unsaved = unsaved.clone();
            saving.set(true);
            spawn_local(async move {
                let saved = recording.save(&name).await;
                if matches!(saved, Ok(Saved::Saved | Saved::Downloaded)) {
                    unsaved.settled(&recording.id);
                }
                match saved {
                    Ok(Saved::Cancelled) => {}
                    Ok(Saved::Downloaded) => {
                        saved_as.set(Some(texts.saved.downloading_mark));
                        show.emit(Message::Downloading);
                    }
                    Ok(Saved::Saved) => {
                        saved_as.set(Some(texts.saved.mark));
                        show.emit(Message::Saved);
                    }
                    // About the place it should go to: the recording itself is as it was.
                    Err(Error::StorageFull) => show.emit(Message::NotSaved { full: true }),
                    Err(Error::WriteFailed { .. }) => show.emit(Message::NotSaved { full: false }),
                    Err(error) => show.emit(Message::Failed(error.code().into())),
                }
                saving.set(false);
            });
        })
    };
    let delete = {
        let (recording, show, on_deleted) =
            (props.recording.clone(), props.show.clone(), props.on_deleted.clone());
        let asking = asking.setter();
        Callback::from(move |()| {
            let (recording, show, on_deleted) = (recording.clone(), show.clone(), on_deleted.clone());
            let unsaved = unsaved.clone();
            asking.set(false);
            spawn_local(async move {
                let id = recording.id.clone();
                match recording.delete().await {
                    Ok(()) => {
                        unsaved.settled(&id);
                        on_deleted.emit(id);
                    }
                    Err(error) => show.emit(Message::Failed(error.code().into())),
                }
            });
        })
    };
    let ask = |wanted: bool| {
        let asking = asking.setter();
        Callback::from(move |_: MouseEvent| asking.set(wanted))
    };
    let close = {
        let asking = asking.setter();
        Callback::from(move |()| asking.set(false))
    };
    let look = if props.prominent && saved_as.is_none() { "button--primary" } else { "button--quiet" };
    html! {
        <>
            <button type="button" class={classes!("button", look)} data-testid="save" disabled={*saving} onclick={save}>
                if *saving { <span class="spinner"></span>{ texts.saved.saving } } else { <Icon name={Name::Download} />{ texts.saved.save } }
            </button>
            <button type="button" class="button button--bare" data-testid="delete" onclick={ask(true)}>
                <Icon name={Name::Trash} /><span>{ texts.saved.delete }</span>
            </button>
            if let Some(mark) = *saved_as {
                <span class="saved-mark" data-testid="saved-mark"><Icon name={Name::Check} />{ mark }</span>
            }
            if *asking {
                <Confirm title={(texts.saved.delete_ask)(&name)} text={format!("{which}. {}", texts.saved.delete_explained)} yes={texts.saved.delete} danger=true test_id="delete-confirm"
                    on_yes={delete} on_close={close} />
            }
        </>
    }
}

#[derive(Properties, PartialEq)]
pub(crate) struct RowProps {
    pub(crate) recording: Recording,
    pub(crate) on_deleted: Callback<String>,
    pub(crate) show: Callback<Message>,
}

/// One recording of the library.
#[function_component]
pub(crate) fn RecordingRow(props: &RowProps) -> Html {
    let texts = use_texts();
    let language = use_language().language;
    let open = use_state_eq(|| false);
    let recording = &props.recording;
    let toggle = {
        let open = open.clone();
        Callback::from(move |_: MouseEvent| open.set(!*open))
    };
    let (kind, icon) = if recording.has_video {
        (texts.library.kind_picture, Name::Camera)
    } else {
        (texts.library.kind_sound, Name::Microphone)
    };
    let title = shown_title(recording, texts);
    let facts = [
        Some(date_text(recording.started_at_ms, language.tag())),
        Some(format::elapsed(recording.duration_ms)),
        Some(format::bytes(recording.bytes)),
        (title != kind).then(|| kind.to_owned()),
    ];
    html! {
        <li class="row" data-testid="recording-row">
            <div class="row__head">
                <span class={classes!("row__kind", recording.has_video.then_some("row__kind--picture"))}><Icon name={icon} /></span>
                <div class="row__text">
                    <h2 class="row__title">
                        { title }
                        if !recording.finished { <span class="badge">{ texts.library.unfinished }</span> }
                    </h2>
                    <p class="row__facts tabular">{ for facts.into_iter().flatten().map(|fact| html! { <span>{ fact }</span> }) }</p>
                </div>
                <div class="row__ways">
                    <button type="button" class="button button--quiet" aria-expanded={open.to_string()} onclick={toggle}>
                        <Icon name={if *open { Name::Close } else { Name::Play }} />{ if *open { texts.common.close } else { texts.saved.play } }
                    </button>
                    <RecordingActions recording={recording.clone()} on_deleted={props.on_deleted.clone()} show={props.show.clone()} />
                </div>
            </div>
            if *open { <Player recording={recording.clone()} autoplay=true /> }
        </li>
    }
}

/// What a recording is called: its title, or what it is.
fn shown_title(recording: &Recording, texts: &Texts) -> String {
    if !recording.title.is_empty() {
        return texts.title(&recording.title).to_owned();
    }
    let kind = if recording.has_video { texts.library.kind_picture } else { texts.library.kind_sound };
    kind.to_owned()
}
