//! The own name: what somebody is called in the meeting, they are called the next time.

use std::cell::RefCell;
use std::rc::Rc;

use yew::prelude::*;

use super::meeting::MeetingHandle;
use super::settings::use_settings;

/// Keeps the own name for this device when it changes in the meeting.
#[hook]
pub(crate) fn use_own_name(meeting: &MeetingHandle) {
    let settled = use_settings();
    let known = (*use_memo((), |()| Rc::new(RefCell::new(None::<String>)))).clone();
    let name = meeting.meeting().me().map(|me| me.name.clone());
    use_effect_with(name, move |name| {
        let Some(name) = name else { return };
        // With the first one somebody has come in.
        if known.replace(Some(name.clone())).is_some_and(|before| before != *name) {
            settled.change(|settings| settings.name.clone_from(name));
        }
    });
}
