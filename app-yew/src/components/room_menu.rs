//! What is needed now and then: one menu away.

use hostreel_app::i18n::Language;
use hostreel_app::state::meeting::Action;
use hostreel_protocol::Command;
use hostreel_room::permissions::Action as Permission;
use yew::prelude::*;

use super::icon::{Icon, Name};
use super::menu::Menu;
use crate::browser::toggle_full_screen;
use crate::hooks::full_screen::use_full_screen;
use crate::hooks::language::{use_language, use_texts};
use crate::hooks::meeting::MeetingHandle;

#[derive(Properties)]
pub(crate) struct Props {
    pub(crate) meeting: MeetingHandle,
    pub(crate) on_devices: Callback<()>,
    pub(crate) on_keys: Callback<()>,
    pub(crate) on_rules: Callback<()>,
    pub(crate) on_rename: Callback<()>,
    pub(crate) on_end: Callback<()>,
}

impl PartialEq for Props {
    fn eq(&self, _: &Self) -> bool {
        false
    }
}

/// Devices, the own name, lock, language, end for everybody.
#[function_component]
pub(crate) fn RoomMenu(props: &Props) -> Html {
    let texts = use_texts();
    let chosen = use_language();
    let full_screen = use_full_screen();
    let meeting = props.meeting.meeting();
    let policies = meeting.room.as_ref().map(|room| room.policies.clone()).unwrap_or_default();
    let locked = policies.locked;
    let other = if chosen.language == Language::Korean { Language::English } else { Language::Korean };
    let lock = {
        let handle = props.meeting.clone();
        Callback::from(move |_: MouseEvent| {
            handle.dispatch(Action::Command(Command::Lock { locked: !locked }));
        })
    };
    html! {
        <Menu label={texts.room.more} icon={Name::More} test_id="more">
            <button type="button" class="menu__item" onclick={props.on_devices.reform(|_| ())}>
                <Icon name={Name::Settings} />{ texts.devices.title }
            </button>
            if meeting.may(Permission::Rename) {
                <button type="button" class="menu__item" data-testid="menu-rename-me" onclick={props.on_rename.reform(|_| ())}>
                    <Icon name={Name::Pencil} />{ texts.people.rename }
                </button>
            }
            <button type="button" class="menu__item" data-testid="full-screen" onclick={Callback::from(|_: MouseEvent| toggle_full_screen(None))}>
                <Icon name={Name::FullScreen} />{ if full_screen { texts.room.no_full_screen } else { texts.room.full_screen } }
            </button>
            <button type="button" class="menu__item" data-testid="show-shortcuts" onclick={props.on_keys.reform(|_| ())}>
                <Icon name={Name::Keyboard} />{ texts.shortcuts.title }
            </button>
            if meeting.may(Permission::Lock) {
                <button type="button" class="menu__item" data-testid="lock" data-on={locked.to_string()} onclick={lock}>
                    <Icon name={if locked { Name::Unlock } else { Name::Lock }} />{ if locked { texts.room.unlock } else { texts.room.lock } }
                </button>
            }
            if meeting.may(Permission::SetPolicies) {
                <button type="button" class="menu__item" data-testid="policies" onclick={props.on_rules.reform(|_| ())}>
                    <Icon name={Name::Shield} />{ texts.host.rules }
                </button>
            }
            <button type="button" class="menu__item" data-testid="lang" lang={other.tag()} onclick={chosen.set.reform(move |_| other)}>
                <Icon name={Name::Globe} />{ other.name() }
            </button>
            if meeting.may(Permission::EndRoom) {
                <button type="button" class="menu__item menu__item--final" data-testid="end-room" onclick={props.on_end.reform(|_| ())}>
                    <Icon name={Name::Leave} />{ texts.room.end_room }
                </button>
            }
        </Menu>
    }
}
