//! `sessionStorage`: what takes the seat back, for as long as the tab is there. Where it is forbidden, nothing is kept.

use hostreel_protocol::{ResumeToken, RoomId};
use web_sys::Storage;

fn storage() -> Option<Storage> {
    web_sys::window()?.session_storage().ok()?
}

fn name(room: &RoomId) -> String {
    format!("hostreel.seat.{room}")
}

/// What this tab keeps for a room. A tab that was duplicated has it from the other one.
pub(crate) fn kept(room: &RoomId) -> Option<ResumeToken> {
    ResumeToken::parse(storage()?.get_item(&name(room)).ok()??).ok()
}

/// Keeps the newest, in place of the one before.
pub(crate) fn keep(room: &RoomId, resume: &ResumeToken) {
    if let Some(storage) = storage() {
        // Full: then a reload costs the seat, as it does where nothing is kept.
        let _ = storage.set_item(&name(room), resume.as_str());
    }
}

/// There is nothing to come back to any more.
pub(crate) fn forget(room: &RoomId) {
    if let Some(storage) = storage() {
        let _ = storage.remove_item(&name(room));
    }
}
