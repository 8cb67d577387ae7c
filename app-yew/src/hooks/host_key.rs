//! The host key of a room: taken out of the address bar, which people share, and kept for this tab only.

use gloo_events::EventListener;
use hostreel_app::state::links::{host_key, without_host_key};
use hostreel_protocol::{HostKey, RoomId};
use yew::prelude::*;

use crate::browser;

/// Keeps a key for this tab: a reload must not cost the host their role.
pub(crate) fn keep(room: &RoomId, key: &HostKey) {
    browser::remember_for_tab(&name(room), key.as_str());
}

/// Forgets a key that is worth nothing.
pub(crate) fn forget(room: &RoomId) {
    browser::forget_for_tab(&name(room));
}

/// The host key of `room`, if this tab has it. A host link that is opened in the same tab later counts too:
/// `on_new` is called then, since only the part after `#` changes and the page is not loaded anew.
#[hook]
pub(crate) fn use_host_key(room: &RoomId, on_new: Callback<()>) -> UseStateHandle<Option<HostKey>> {
    let key = use_state_eq(|| {
        taken(room).or_else(|| HostKey::parse(&browser::remembered_for_tab(&name(room))?).ok())
    });
    {
        let key = key.clone();
        use_effect_with((room.clone(), (*key).clone()), move |(room, known)| {
            let (room, known) = (room.clone(), known.clone());
            let listener = browser::window().map(|window| {
                EventListener::new(&window, "hashchange", move |_| {
                    let found = taken(&room);
                    if found.is_some() && found != known {
                        key.set(found);
                        on_new.emit(());
                    }
                })
            });
            move || drop(listener)
        });
    }
    key
}

/// The key out of the address, which holds it no more afterwards.
fn taken(room: &RoomId) -> Option<HostKey> {
    let fragment = browser::fragment();
    let key = host_key(&fragment)?;
    keep(room, &key);
    browser::show_fragment(&without_host_key(&fragment));
    Some(key)
}

fn name(room: &RoomId) -> String {
    format!("hostreel.host.{room}")
}
