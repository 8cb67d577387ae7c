//! Back into the meeting after its page was loaded anew: as who one was, and as visible and audible as before.

use hostreel_app::state::links::{host_key, join_token};
use hostreel_mesh::Options;
use hostreel_protocol::RoomId;
use yew::prelude::*;

use super::devices::DevicesHandle;
use super::door::Entry;
use super::host_key;
use super::settings::Settled;
use crate::browser::{forget_for_tab, fragment, remember_for_tab, remembered_for_tab};

/// What goes on.
#[derive(Clone, PartialEq)]
pub(crate) struct Back {
    pub(crate) entry: Entry,
    pub(crate) microphone: bool,
    pub(crate) camera: bool,
}

/// What this tab goes on with in a room; nothing when it was not in it. Whoever comes by a host link, or
/// with a pass, wants to come in by that.
pub(crate) fn back_in(room: &RoomId, settled: &Settled) -> Option<Back> {
    let fragment = fragment();
    if !Options::has_kept_seat(room) || host_key(&fragment).is_some() || join_token(&fragment).is_some() {
        return None;
    }
    let on = remembered_for_tab(&name(room)).unwrap_or_default();
    // A key that was held down to talk is no switch.
    let microphone = on.contains("microphone") && !settled.settings.push_to_talk;
    let entry = Entry {
        room: room.clone(),
        name: settled.settings.name.clone(),
        host_key: host_key::kept(room),
        back: true,
    };
    Some(Back { entry, microphone, camera: on.contains("camera") })
}

/// Remembers for this tab which devices are on, while the meeting lasts.
#[hook]
pub(crate) fn use_remembered_devices(room: &RoomId, devices: &DevicesHandle, lasts: bool) {
    let devices = devices.devices();
    let on = (devices.microphone_on, devices.camera_on, lasts);
    let room = room.clone();
    use_effect_with(on, move |(microphone, camera, lasts)| {
        if !lasts {
            forget_for_tab(&name(&room));
            return;
        }
        let on = [microphone.then_some("microphone"), camera.then_some("camera")];
        remember_for_tab(&name(&room), &on.into_iter().flatten().collect::<Vec<_>>().join(" "));
    });
}

fn name(room: &RoomId) -> String {
    format!("hostreel.on.{room}")
}
