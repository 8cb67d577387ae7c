//! The host key of a room: taken out of the address bar, which people share, and kept for this tab only.

use gloo_events::EventListener;
use hostreel_app::state::links::{HostLink, host_key, host_link_opened, without_host_key};
use hostreel_protocol::{HostKey, RoomId};
use yew::prelude::*;

use crate::browser;

/// Keeps a key for this tab: a reload must not cost the host their role.
pub(crate) fn keep(room: &RoomId, key: &HostKey) {
    browser::remember_for_tab(&name(room), key.as_str());
}

/// The key that this tab has kept.
pub(crate) fn kept(room: &RoomId) -> Option<HostKey> {
    HostKey::parse(&browser::remembered_for_tab(&name(room))?).ok()
}

/// The host key of a room, as this tab has it.
#[derive(Clone, PartialEq)]
pub(crate) struct HostKeyHandle {
    /// The key that this tab has.
    pub(crate) known: UseStateHandle<Option<HostKey>>,
    /// One of a host link that was opened in mid-meeting: the person has to be asked first.
    pub(crate) offered: UseStateHandle<Option<HostKey>>,
}

/// The host key of `room`, if this tab has it. A host link that is opened in the same tab later counts too, though only
/// the part after `#` changes and the page is not loaded anew: `on_new` is called then, or the key is offered first.
#[hook]
pub(crate) fn use_host_key(room: &RoomId, in_meeting: bool, on_new: Callback<()>) -> HostKeyHandle {
    let known = use_state_eq(|| {
        let found = taken();
        if let Some(found) = &found {
            keep(room, found);
        }
        found.or_else(|| kept(room))
    });
    let offered = use_state_eq(|| None);
    let handle = HostKeyHandle { known: known.clone(), offered };
    {
        let handle = handle.clone();
        use_effect_with((room.clone(), (*known).clone(), in_meeting), move |(room, known, in_meeting)| {
            let (room, known, in_meeting) = (room.clone(), known.clone(), *in_meeting);
            let listener = browser::window().map(|window| {
                EventListener::new(&window, "hashchange", move |_| {
                    let Some(found) = taken() else { return };
                    match host_link_opened(known.as_ref(), &found, in_meeting) {
                        HostLink::Known => {}
                        HostLink::Ask => handle.offered.set(Some(found)),
                        HostLink::Enter => {
                            handle.accept(&room, found);
                            on_new.emit(());
                        }
                    }
                })
            });
            move || drop(listener)
        });
    }
    handle
}

impl HostKeyHandle {
    /// Uses a key from now on.
    pub(crate) fn accept(&self, room: &RoomId, key: HostKey) {
        keep(room, &key);
        self.known.set(Some(key));
        self.offered.set(None);
    }

    /// Keeps what it had: what was offered is forgotten.
    pub(crate) fn decline(&self) {
        self.offered.set(None);
    }

    /// Has no key any more: it was worth nothing.
    pub(crate) fn forget(&self, room: &RoomId) {
        browser::forget_for_tab(&name(room));
        self.known.set(None);
    }
}

/// The key out of the address, which holds it no more afterwards.
fn taken() -> Option<HostKey> {
    let fragment = browser::fragment();
    let key = host_key(&fragment)?;
    browser::show_fragment(&without_host_key(&fragment));
    Some(key)
}

fn name(room: &RoomId) -> String {
    format!("hostreel.host.{room}")
}
