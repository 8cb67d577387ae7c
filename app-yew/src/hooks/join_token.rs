//! The pass of an own login: taken out of the address bar, which people share, and kept for this tab only.

use hostreel_app::state::links::{join_token, without_join_token};
use hostreel_protocol::{JoinToken, RoomId};
use yew::prelude::*;

use crate::browser;

/// Takes the pass for `room` out of the address of the page, if it has one.
#[hook]
pub(crate) fn use_join_token(room: &RoomId) {
    use_memo(room.clone(), |room| {
        let fragment = browser::fragment();
        if let Some(token) = join_token(&fragment) {
            browser::remember_for_tab(&name(room), token.as_str());
            browser::show_fragment(&without_join_token(&fragment));
        }
    });
}

/// The pass that this tab has for a room.
pub(crate) fn kept(room: &RoomId) -> Option<JoinToken> {
    JoinToken::parse(&browser::remembered_for_tab(&name(room))?).ok()
}

/// Has none any more: it was worth nothing.
pub(crate) fn forget(room: &RoomId) {
    browser::forget_for_tab(&name(room));
}

fn name(room: &RoomId) -> String {
    format!("hostreel.token.{room}")
}
