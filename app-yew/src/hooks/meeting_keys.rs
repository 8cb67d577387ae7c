//! What the keys do in a meeting.

use hostreel_app::state::meeting::{Action, Connection};
use hostreel_app::state::recording::{Input, MyRecording};
use hostreel_app::state::shortcuts::Shortcut;
use hostreel_room::permissions::Action as Permission;
use yew::prelude::*;

use super::devices::DevicesHandle;
use super::keys::use_keys;
use super::language::use_texts;
use super::meeting::MeetingHandle;
use crate::browser::toggle_full_screen;

/// What the page itself opens and closes.
pub(crate) struct Keys {
    /// Asks what to record.
    pub(crate) choose: Callback<()>,
    /// The people, shown or hidden.
    pub(crate) people: Callback<()>,
    /// The chat, shown or hidden.
    pub(crate) chat: Callback<()>,
    /// Shows all keys.
    pub(crate) help: Callback<()>,
}

/// Listens to the keys; whether one speaks just now by holding one.
#[hook]
pub(crate) fn use_meeting_keys(handle: &MeetingHandle, devices: &DevicesHandle, keys: Keys) -> bool {
    let texts = use_texts();
    let talking = use_state_eq(|| false);
    let (handle, devices, held_down) = (handle.clone(), devices.clone(), talking.clone());
    use_keys(Callback::from(move |(shortcut, held)| {
        let meeting = handle.meeting();
        match shortcut {
            Shortcut::Talk if held && !devices.devices().microphone_on => {
                devices.talk(true);
                held_down.set(true);
            }
            Shortcut::Talk if !held && *held_down => {
                devices.talk(false);
                held_down.set(false);
            }
            Shortcut::Talk => {}
            Shortcut::Microphone => devices.toggle_microphone(),
            Shortcut::Camera => devices.toggle_camera(),
            Shortcut::Screen => {
                let may = meeting.may(Permission::ShareScreen) && hostreel_recorder::support().display_media;
                if may || devices.devices().screen.is_some() {
                    devices.toggle_screen();
                }
            }
            Shortcut::Record => match meeting.recording {
                MyRecording::Running { .. } => handle.dispatch(Action::Recording(Input::Stop)),
                MyRecording::Idle
                    if meeting.may(Permission::Record)
                        && meeting.connection == Connection::Open
                        && meeting.room.as_ref().is_some_and(|room| room.recording.is_none()) =>
                {
                    keys.choose.emit(());
                }
                _ => {}
            },
            Shortcut::Mark => handle.mark(texts.recording.chapter),
            Shortcut::People => keys.people.emit(()),
            Shortcut::Chat => keys.chat.emit(()),
            Shortcut::Hand => {
                if let Some(command) = meeting.hand_command() {
                    handle.dispatch(Action::Command(command));
                }
            }
            Shortcut::FullScreen => toggle_full_screen(None),
            Shortcut::Help => keys.help.emit(()),
        }
    }));
    *talking
}
