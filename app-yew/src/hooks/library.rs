//! The recordings of this browser: listed, with what is known of them, and deleted only when nobody can take it back.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::rc::Rc;

use hostreel_app::state::library::{Deletions, Listed, rows};
use hostreel_app::state::notes::Notes;
use hostreel_app::state::toasts::Message;
use hostreel_recorder::library::{self, Estimate};
use hostreel_recorder::{Error, Recording};
use wasm_bindgen_futures::spawn_local;
use yew::prelude::*;

use super::keeping::{keep_picture, tell_all, use_changes};
use super::toasts::{Action, Messages};
use super::unsaved::use_unsaved;

/// A recording, with the app's notes about it.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Kept {
    pub(crate) recording: Recording,
    pub(crate) notes: Notes,
}

/// All recordings, newest first.
pub(crate) async fn all_kept() -> Result<Vec<Kept>, Error> {
    let recordings = library::list().await?;
    let mut notes = library::notes().await.unwrap_or_default();
    Ok(recordings
        .into_iter()
        .map(|recording| {
            let notes = notes.remove(&recording.id).map(|text| Notes::read(&text)).unwrap_or_default();
            Kept { recording, notes }
        })
        .collect())
}

#[derive(Default, PartialEq)]
struct Pending(Deletions);

enum Change {
    Add(Vec<String>),
    Undo(Vec<String>),
    /// Those that nothing speaks of any more are settled.
    Settle(Vec<Vec<String>>),
}

impl Reducible for Pending {
    type Action = Change;

    fn reduce(self: Rc<Self>, change: Change) -> Rc<Self> {
        let mut deletions = self.0.clone();
        match change {
            Change::Add(ids) => deletions.add(ids),
            Change::Undo(ids) => drop(deletions.undo(&ids)),
            Change::Settle(said) => drop(deletions.due(|ids| said.iter().any(|one| one == ids))),
        }
        Rc::new(Self(deletions))
    }
}

/// The library of a page.
pub(crate) struct Library {
    /// The rows; nothing while they are being read.
    pub(crate) rows: Option<Result<Vec<Vec<Kept>>, Error>>,
    pub(crate) space: Option<Estimate>,
    /// Deletes the recordings of a row, by the title it has.
    pub(crate) delete: Callback<(Vec<Kept>, String)>,
    /// Takes a deletion back, by the number of the message that says it.
    pub(crate) undo: Callback<u64>,
}

/// The recordings of this browser.
#[hook]
pub(crate) fn use_library(messages: &UseReducerHandle<Messages>) -> Library {
    let listed = use_state(|| None::<Result<Vec<Kept>, Error>>);
    let space = use_state(|| None::<Estimate>);
    let pending = use_reducer_eq(Pending::default);
    let changes = use_changes();
    let unsaved = use_unsaved();
    {
        let (listed, space) = (listed.setter(), space.setter());
        use_effect_with(changes, move |_| {
            spawn_local(async move {
                listed.set(Some(all_kept().await));
                space.set(library::estimate().await);
            });
        });
    }
    use_missing_pictures(&listed);

    // What is to be deleted in the end, also when the page goes before.
    let waiting = (*use_memo((), |()| Rc::new(RefCell::new(Vec::<Recording>::new())))).clone();
    let really = use_callback((), move |recordings: Vec<Recording>, ()| {
        let unsaved = unsaved.clone();
        spawn_local(async move {
            for recording in recordings {
                let id = recording.id.clone();
                if recording.delete().await.is_ok() {
                    unsaved.settled(&id);
                }
            }
            tell_all();
        });
    });
    {
        let (pending, waiting, really) = (pending.clone(), Rc::clone(&waiting), really.clone());
        use_effect_with((messages.0.clone(), pending.0.clone()), move |(toasts, deletions)| {
            let said: Vec<Vec<String>> =
                toasts.shown().iter().filter_map(|toast| Some(toast.message.undone()?.to_vec())).collect();
            let due = deletions.clone().due(|ids| said.iter().any(|one| one == ids));
            if !due.is_empty() {
                let (gone, stay) =
                    waiting.take().into_iter().partition(|recording: &Recording| due.contains(&recording.id));
                waiting.replace(stay);
                really.emit(gone);
                pending.dispatch(Change::Settle(said));
            }
        });
    }
    {
        let (waiting, really) = (Rc::clone(&waiting), really);
        use_effect_with((), move |()| {
            move || {
                let left = waiting.take();
                if !left.is_empty() {
                    really.emit(left);
                }
            }
        });
    }
    let delete = {
        let (dispatcher, messages, waiting) =
            (pending.dispatcher(), messages.dispatcher(), Rc::clone(&waiting));
        Callback::from(move |(row, title): (Vec<Kept>, String)| {
            let ids: Vec<String> = row.iter().map(|kept| kept.recording.id.clone()).collect();
            waiting.borrow_mut().extend(row.into_iter().map(|kept| kept.recording));
            messages.dispatch(Action::Show(Message::Deleted { ids: ids.clone(), title }));
            dispatcher.dispatch(Change::Add(ids));
        })
    };
    let undo = {
        let (dispatcher, messages) = (pending.dispatcher(), messages.clone());
        Callback::from(move |toast: u64| {
            let shown = messages.0.shown().iter().find(|shown| shown.id == toast);
            if let Some(ids) = shown.and_then(|shown| shown.message.undone()) {
                waiting.borrow_mut().retain(|recording| !ids.contains(&recording.id));
                dispatcher.dispatch(Change::Undo(ids.to_vec()));
            }
            messages.dispatch(Action::Dismiss(toast));
        })
    };
    let rows = listed.as_ref().map(|listed| match listed {
        Ok(kept) => Ok(arranged(kept, &pending.0)),
        Err(error) => Err(error.clone()),
    });
    Library { rows, space: *space, delete, undo }
}

fn arranged(kept: &[Kept], deletions: &Deletions) -> Vec<Vec<Kept>> {
    let listed: Vec<Listed> = kept
        .iter()
        .map(|Kept { recording, .. }| Listed {
            id: recording.id.clone(),
            group: recording.group.clone(),
            finished: recording.finished,
            hidden: deletions.hides(&recording.id),
        })
        .collect();
    let of = |row: Vec<usize>| row.into_iter().filter_map(|index| kept.get(index).cloned()).collect();
    rows(&listed).into_iter().map(of).collect()
}

/// Recordings without a picture get one: they were interrupted, or are of an earlier version.
#[hook]
fn use_missing_pictures(listed: &UseStateHandle<Option<Result<Vec<Kept>, Error>>>) {
    let tried = (*use_memo((), |()| Rc::new(RefCell::new(BTreeSet::<String>::new())))).clone();
    let missing: Vec<Kept> = match &**listed {
        Some(Ok(kept)) => kept.iter().filter(|kept| lacks_picture(kept)).cloned().collect(),
        _ => Vec::new(),
    };
    let ids: Vec<String> = missing.iter().map(|kept| kept.recording.id.clone()).collect();
    use_effect_with(ids, move |_| {
        let missing: Vec<Kept> =
            missing.into_iter().filter(|kept| tried.borrow_mut().insert(kept.recording.id.clone())).collect();
        spawn_local(async move {
            for Kept { recording, notes } in missing {
                keep_picture(&recording, &notes).await;
            }
        });
    });
}

fn lacks_picture(kept: &Kept) -> bool {
    kept.recording.finished && kept.recording.has_video && kept.notes.picture.is_none()
}

/// A recording with all that were made together with it.
#[hook]
pub(crate) fn use_together(recording: &Recording) -> Vec<Kept> {
    let alone = || vec![Kept { recording: recording.clone(), notes: Notes::default() }];
    let found = use_state_eq(alone);
    let changes = use_changes();
    {
        let (found, wanted) = (found.setter(), recording.clone());
        use_effect_with((recording.id.clone(), changes), move |_| {
            spawn_local(async move {
                let Ok(kept) = all_kept().await else { return };
                let together: Vec<Kept> = kept
                    .into_iter()
                    .filter(|Kept { recording, .. }| {
                        recording.id == wanted.id
                            || (wanted.group.is_some() && recording.group == wanted.group)
                    })
                    .collect();
                if !together.is_empty() {
                    found.set(together);
                }
            });
        });
    }
    (*found).clone()
}
