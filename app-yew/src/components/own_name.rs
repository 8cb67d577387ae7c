//! Another name for oneself.

use hostreel_app::state::meeting::{Action, Connection};
use hostreel_app::state::settings::checked_name;
use hostreel_protocol::Command;
use yew::prelude::*;

use super::name_dialog::NameDialog;
use crate::hooks::language::use_texts;
use crate::hooks::meeting::MeetingHandle;

#[derive(Properties)]
pub(crate) struct Props {
    pub(crate) meeting: MeetingHandle,
    pub(crate) on_close: Callback<()>,
}

impl PartialEq for Props {
    fn eq(&self, _: &Self) -> bool {
        false
    }
}

/// Asks for the name, and tells it to the server. All see it when the server has told it to all.
#[function_component]
pub(crate) fn OwnName(props: &Props) -> Html {
    let texts = use_texts();
    let now = props.meeting.meeting().me().map(|me| me.name.clone()).unwrap_or_default();
    let handle = props.meeting.clone();
    let on_save = Callback::from(move |typed: String| {
        let Some(name) = checked_name(&typed) else { return Some(texts.prejoin.name_needed) };
        let meeting = handle.meeting();
        if meeting.connection != Connection::Open {
            return Some(texts.people.rename_away);
        }
        if meeting.me().is_none_or(|me| me.name != name) {
            handle.dispatch(Action::Command(Command::Rename { name }));
        }
        None
    });
    html! {
        <NameDialog title={texts.people.rename} lead={texts.people.rename_lead} label={texts.prejoin.your_name} {now} autocomplete="name"
            test_ids={["own-name", "own-name-save"]} {on_save} on_close={props.on_close.clone()} />
    }
}
