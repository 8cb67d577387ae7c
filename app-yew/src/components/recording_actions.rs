//! What can be done with a recording: save, share, delete. Several that were made together are saved as one archive.

use hostreel_app::i18n::{Language, Texts};
use hostreel_app::state::format;
use hostreel_app::state::toasts::Message;
use hostreel_app::state::together;
use hostreel_recorder::{Error, Recording, Saved};
use wasm_bindgen_futures::spawn_local;
use yew::prelude::*;

use super::dialog::Confirm;
use super::icon::{Icon, Name};
use super::save_together::save_together;
use crate::browser::{can_share, date_text, share, wall_clock};
use crate::hooks::keeping::tell_all;
use crate::hooks::language::{use_language, use_texts};
use crate::hooks::library::Kept;
use crate::hooks::unsaved::use_unsaved;

#[derive(Properties, PartialEq)]
pub(crate) struct Props {
    /// One, or several that were made together.
    pub(crate) kept: Vec<Kept>,
    /// It was deleted, after a question.
    #[prop_or_default]
    pub(crate) on_deleted: Callback<()>,
    /// Deletes it in place of the question: whoever gives this lets it be taken back.
    #[prop_or_default]
    pub(crate) delete: Option<Callback<(Vec<Kept>, String)>>,
    pub(crate) show: Callback<Message>,
    /// Saving is what is most likely wanted now.
    #[prop_or_default]
    pub(crate) prominent: bool,
    /// Other ways on, behind saving.
    #[prop_or_default]
    pub(crate) children: Html,
}

/// Save, share and delete.
#[function_component]
pub(crate) fn RecordingActions(props: &Props) -> Html {
    let texts = use_texts();
    let unsaved = use_unsaved();
    let saving = use_state_eq(|| None::<u64>);
    let packing = use_state_eq(|| false);
    let asking = use_state_eq(|| false);
    let saved_as = use_state_eq(|| None::<&'static str>);
    let language = use_language().language;
    let Some(first) = props.kept.first() else { return html! {} };
    let (recording, name) = (first.recording.clone(), shared_title(first, texts));
    let together = props.kept.len() > 1;
    let has_more = !first.notes.chat.is_empty() || first.notes.consent.is_some();
    let save = |as_zip: bool| {
        let packing = packing.setter();
        let (kept, show, saving) = (props.kept.clone(), props.show.clone(), saving.setter());
        let (unsaved, saved_as) = (unsaved.clone(), saved_as.setter());
        let name = format::saved_name(&name, wall_clock(recording.started_at_ms));
        Callback::from(move |_: MouseEvent| {
            let (kept, name, show, saving) = (kept.clone(), name.clone(), show.clone(), saving.clone());
            let (unsaved, saved_as) = (unsaved.clone(), saved_as.clone());
            packing.set(as_zip);
            saving.set(Some(0));
            spawn_local(async move {
                let saved = save_as(&kept, &name, as_zip, language, &saving).await;
                if matches!(saved, Ok(Saved::Saved | Saved::Downloaded)) {
                    kept.iter().for_each(|kept| unsaved.settled(&kept.recording.id));
                    let downloaded = matches!(saved, Ok(Saved::Downloaded));
                    saved_as.set(Some(if downloaded {
                        texts.saved.downloading_mark
                    } else {
                        texts.saved.mark
                    }));
                }
                if let Some(message) = told(saved) {
                    show.emit(message);
                }
                saving.set(None);
            });
        })
    };
    let shares =
        use_memo((recording.mime.clone(), together), |(mime, together)| !together && can_share(mime));
    let share = {
        let (recording, show) = (recording.clone(), props.show.clone());
        Callback::from(move |_: MouseEvent| {
            let (recording, show) = (recording.clone(), show.clone());
            spawn_local(async move {
                match recording.file().await {
                    // Whoever closes the dialog has seen what happened; so has who shared it.
                    Ok(file) => drop(share(&file).await),
                    Err(error) => show.emit(Message::Failed(error.code().into())),
                }
            });
        })
    };
    let delete = {
        let (kept, show, on_deleted) = (props.kept.clone(), props.show.clone(), props.on_deleted.clone());
        let (asking, unsaved) = (asking.setter(), unsaved.clone());
        Callback::from(move |()| {
            let (kept, show, on_deleted) = (kept.clone(), show.clone(), on_deleted.clone());
            let unsaved = unsaved.clone();
            asking.set(false);
            spawn_local(async move {
                let mut failed = None;
                for Kept { recording, .. } in kept {
                    let id = recording.id.clone();
                    match recording.delete().await {
                        Ok(()) => unsaved.settled(&id),
                        Err(error) => failed = Some(error),
                    }
                }
                tell_all();
                match failed {
                    None => on_deleted.emit(()),
                    Some(error) => show.emit(Message::Failed(error.code().into())),
                }
            });
        })
    };
    let ask = {
        let (asking, delete) = (asking.setter(), props.delete.clone());
        let row = (props.kept.clone(), name.clone());
        Callback::from(move |_: MouseEvent| match &delete {
            Some(delete) => delete.emit(row.clone()),
            None => asking.set(true),
        })
    };
    let close = {
        let asking = asking.setter();
        Callback::from(move |()| asking.set(false))
    };
    let look = if props.prominent && saved_as.is_none() { "button--primary" } else { "button--quiet" };
    // Several may be called the same.
    let which = format!(
        "{} · {}",
        date_text(recording.started_at_ms, language.tag()),
        format::elapsed(recording.duration_ms)
    );
    html! {
        <>
            <button type="button" class={classes!("button", look)} data-testid="save" disabled={saving.is_some()} onclick={save(together)}>
                if let Some(percent) = saving.filter(|_| *packing == together) {
                    <span class="spinner"></span>{ if together { (texts.library.packing)(percent) } else { texts.saved.saving.into() } }
                } else {
                    <Icon name={Name::Download} />{ if together { texts.saved.save_zip } else { texts.saved.save } }
                }
            </button>
            if has_more && !together {
                <button type="button" class="button button--bare" data-testid="save-everything" title={texts.saved.save_everything_lead} disabled={saving.is_some()} onclick={save(true)}>
                    if let Some(percent) = saving.filter(|_| *packing) {
                        <span class="spinner"></span>{ (texts.library.packing)(percent) }
                    } else {
                        <Icon name={Name::Download} /><span>{ texts.saved.save_everything }</span>
                    }
                </button>
            }
            { props.children.clone() }
            if *shares {
                <button type="button" class="button button--bare" data-testid="share" onclick={share}>
                    <Icon name={Name::Share} /><span>{ texts.saved.share }</span>
                </button>
            }
            <button type="button" class="button button--bare" data-testid="delete" onclick={ask}>
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

/// What to say about an attempt to save; nothing when the person thought better of it.
pub(crate) fn told(saved: Result<Saved, Error>) -> Option<Message> {
    Some(match saved {
        Ok(Saved::Cancelled) => return None,
        Ok(Saved::Downloaded) => Message::Downloading,
        Ok(Saved::Saved) => Message::Saved,
        // About the place it should go to: the recording itself is as it was.
        Err(Error::StorageFull) => Message::NotSaved { full: true },
        Err(Error::WriteFailed { .. }) => Message::NotSaved { full: false },
        Err(error) => Message::Failed(error.code().into()),
    })
}

async fn save_as(
    kept: &[Kept],
    name: &str,
    as_zip: bool,
    language: Language,
    saving: &UseStateSetter<Option<u64>>,
) -> Result<Saved, Error> {
    match kept {
        [Kept { recording, .. }] if !as_zip => recording.save(name).await,
        all => save_together(all, name, language, saving).await,
    }
}

/// What files that were made together are called as one.
pub(crate) fn shared_title(kept: &Kept, texts: &Texts) -> String {
    let title = together::common_title(&kept.recording.title, kept.notes.person.as_deref());
    if title.is_empty() { shown_title(&kept.recording, texts) } else { texts.title(title) }
}

/// What a recording is called: its title, or what it is.
pub(crate) fn shown_title(recording: &Recording, texts: &Texts) -> String {
    if !recording.title.is_empty() {
        return texts.title(&recording.title);
    }
    let kind = if recording.has_video { texts.library.kind_picture } else { texts.library.kind_sound };
    kind.to_owned()
}
