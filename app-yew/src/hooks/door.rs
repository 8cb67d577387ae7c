//! The way into a meeting, made ready while people look at themselves. Nobody else hears of it before they join.

use std::cell::RefCell;
use std::rc::Rc;

use gloo_events::EventListener;
use hostreel_protocol::{HostKey, RoomId};
use wasm_bindgen_futures::spawn_local;
use yew::prelude::*;

use super::begun::Begun;
use super::devices::DevicesHandle;
use crate::{browser, parts};

/// What people do before they join: whatever moves, is pressed or is typed.
const SIGNS: [&str; 3] = ["pointermove", "pointerdown", "keydown"];

/// How to join.
#[derive(Clone, PartialEq)]
pub(crate) struct Entry {
    pub(crate) room: RoomId,
    pub(crate) name: String,
    pub(crate) host_key: Option<HostKey>,
    /// On the seat that this tab has kept.
    pub(crate) back: bool,
}

/// The way in. Its other side is in the meeting's part of the app, which the page before it does not load.
pub(crate) trait Door {
    /// Somebody seems to be about to join.
    fn approach(&self);

    /// Joins at once, before anything is drawn. What comes waits for whoever takes it; `on_news` is told when there is
    /// something to draw, or soon in any case.
    fn enter(&self, entry: &Entry, devices: &DevicesHandle, on_news: Callback<()>);

    /// What was entered; once.
    fn take(&self) -> Option<Begun>;
}

/// A door, from the time on that the meeting's part has come.
pub(crate) type SharedDoor = Rc<RefCell<Option<Rc<dyn Door>>>>;

/// A door that is made ready while somebody is `before` it.
#[hook]
pub(crate) fn use_door(before: bool) -> SharedDoor {
    let door = (*use_memo((), |()| SharedDoor::default())).clone();
    let shared = Rc::clone(&door);
    use_effect_with(before, move |before| {
        let window = browser::window().filter(|_| *before);
        if window.is_some() && shared.borrow().is_none() {
            let shared = Rc::clone(&shared);
            spawn_local(async move {
                let made = parts::door().await;
                *shared.borrow_mut() = made;
            });
        }
        let listeners = window.map(|window| {
            SIGNS.map(|sign| {
                let shared = Rc::clone(&shared);
                EventListener::new(&window, sign, move |_| {
                    if let Some(door) = &*shared.borrow() {
                        door.approach();
                    }
                })
            })
        });
        move || drop(listeners)
    });
    door
}
