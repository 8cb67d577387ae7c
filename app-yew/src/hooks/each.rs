//! A file for each person of a meeting. Each is recorded through a mix of one: its tracks stay when devices are swapped,
//! and whoever is muted or not to be seen is not in the file.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

use hostreel_recorder::{Error, Layout, Mix, MixOptions, TrackSource, Tracks};
use wasm_bindgen_futures::spawn_local;

use super::recording_driver::Fed;

/// People who are recorded each on their own. Clones are handles to the same.
#[derive(Clone)]
pub(crate) struct Each(Rc<Inner>);

struct Inner {
    options: MixOptions,
    /// By id; nothing while theirs is being made.
    mixes: RefCell<BTreeMap<String, Option<Mix>>>,
    tracks: RefCell<Option<Tracks>>,
    /// Who is here now.
    people: RefCell<Vec<Fed>>,
}

impl Each {
    pub(crate) fn new(options: MixOptions) -> Self {
        Self(Rc::new(Inner {
            options,
            mixes: RefCell::default(),
            tracks: RefCell::default(),
            people: RefCell::default(),
        }))
    }

    /// What is recorded of somebody, from now on.
    pub(crate) async fn source(&self, fed: &Fed) -> Result<TrackSource, Error> {
        self.0.mixes.borrow_mut().insert(fed.id.clone(), None);
        let made = Mix::new(self.0.options.clone()).await;
        let mut mixes = self.0.mixes.borrow_mut();
        let mix = made.inspect_err(|_| drop(mixes.remove(&fed.id)))?;
        mix.set_layout(Layout::Single(fed.id.clone()));
        // What is new about them since it was begun to be made.
        let newest = self.0.people.borrow().iter().find(|other| other.id == fed.id).cloned();
        newest.as_ref().unwrap_or(fed).feed(&mix);
        let source = TrackSource { id: fed.id.clone(), name: fed.about.name.clone(), stream: mix.stream() };
        mixes.insert(fed.id.clone(), Some(mix));
        Ok(source)
    }

    /// They are recorded by this from now on.
    pub(crate) fn record_by(&self, tracks: Tracks) {
        self.0.tracks.replace(Some(tracks));
    }

    /// Who is here now, and what is to be recorded of them.
    pub(crate) fn feed(&self, people: &[Fed]) {
        self.0.people.replace(people.to_vec());
        for fed in people {
            if let Some(Some(mix)) = self.0.mixes.borrow().get(&fed.id) {
                fed.feed(mix);
            }
        }
        // Before it runs nobody is added: the first ones are given to it together.
        let Some(tracks) = self.0.tracks.borrow().clone() else { return };
        let here = |id: &str| people.iter().any(|fed| fed.id == id);
        let known: Vec<String> = self.0.mixes.borrow().keys().cloned().collect();
        for id in known.iter().filter(|id| !here(id)) {
            let mix = self.0.mixes.borrow_mut().remove(id);
            let (tracks, id) = (tracks.clone(), id.clone());
            spawn_local(async move {
                // Why a file broke off is reported by itself.
                let _ = tracks.remove(&id).await;
                drop(mix);
            });
        }
        for fed in people.iter().filter(|fed| !known.contains(&fed.id)) {
            let (this, tracks, fed) = (self.clone(), tracks.clone(), fed.clone());
            spawn_local(async move { this.join(&tracks, &fed).await });
        }
    }

    async fn join(&self, tracks: &Tracks, fed: &Fed) {
        let Ok(source) = self.source(fed).await else { return };
        // They may have left again, or the recording may have ended: then there is nothing to add.
        let here = self.0.people.borrow().iter().any(|other| other.id == fed.id);
        if !here || tracks.add(source).await.is_err() {
            self.0.mixes.borrow_mut().remove(&fed.id);
        }
    }
}
