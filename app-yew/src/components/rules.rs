//! The rules of a meeting: chosen before it begins, changed while it runs.

use hostreel_app::state::meeting::Action;
use hostreel_protocol::{Command, ConsentPolicy, Policies, PolicyChange, Succession};
use yew::prelude::*;

use super::dialog::{Dialog, Refusal};
use super::select::Select;
use super::switch::Switch;
use crate::hooks::language::use_texts;
use crate::hooks::meeting::MeetingHandle;

const SUCCESSIONS: [(Succession, &str); 3] =
    [(Succession::Cohost, "cohost"), (Succession::Wait, "wait"), (Succession::End, "end")];

#[derive(Properties, PartialEq)]
pub(crate) struct Props {
    pub(crate) policies: Policies,
    pub(crate) on_change: Callback<PolicyChange>,
    /// Something is being recorded: what is asked counts from the next recording on.
    #[prop_or_default]
    pub(crate) recording: bool,
}

/// A switch for each rule but the lock.
#[function_component]
pub(crate) fn Rules(props: &Props) -> Html {
    let texts = use_texts();
    let words = &texts.host;
    let policies = &props.policies;
    let on = |change: fn(bool) -> PolicyChange| props.on_change.reform(change);
    let choose = props.on_change.reform(|value: String| {
        let succession =
            SUCCESSIONS.into_iter().find(|(_, name)| *name == value).map(|(succession, _)| succession);
        PolicyChange { succession, ..PolicyChange::default() }
    });
    let chosen = SUCCESSIONS.into_iter().find(|(succession, _)| *succession == policies.succession);
    let chosen = chosen.map(|(_, name)| name.to_owned()).unwrap_or_default();
    let options: Vec<_> = SUCCESSIONS
        .into_iter()
        .map(|(succession, name)| (name.to_owned(), (words.succession_of)(succession).to_owned()))
        .collect();
    html! {
        <div class="rules">
            <Switch label={words.lobby} lead={words.lobby_lead} on={policies.lobby} test_id="policy-lobby"
                on_change={on(|on| PolicyChange { lobby: Some(on), ..PolicyChange::default() })} />
            <Switch label={words.ask} lead={words.ask_lead} on={policies.consent == ConsentPolicy::Ask} test_id="policy-consent"
                on_change={on(|on| PolicyChange {
                    consent: Some(if on { ConsentPolicy::Ask } else { ConsentPolicy::Notify }),
                    ..PolicyChange::default()
                })} />
            if props.recording { <p class="muted-text">{ words.ask_next }</p> }
            <Switch label={words.guests_share} on={policies.guests_share} test_id="policy-share"
                on_change={on(|on| PolicyChange { guests_share: Some(on), ..PolicyChange::default() })} />
            <Switch label={words.guests_chat} on={policies.guests_chat} test_id="policy-chat"
                on_change={on(|on| PolicyChange { guests_chat: Some(on), ..PolicyChange::default() })} />
            <Switch label={words.guests_raise_hand} on={policies.guests_raise_hand} test_id="policy-hands"
                on_change={on(|on| PolicyChange { guests_raise_hand: Some(on), ..PolicyChange::default() })} />
            <Switch label={words.chat_history} lead={words.chat_history_lead} on={policies.chat_history} test_id="policy-history"
                on_change={on(|on| PolicyChange { chat_history: Some(on), ..PolicyChange::default() })} />
            <Select label={words.succession} test_id="policy-succession" value={chosen} {options} on_change={choose} />
        </div>
    }
}

#[derive(Properties)]
pub(crate) struct DialogProps {
    pub(crate) meeting: MeetingHandle,
    pub(crate) on_close: Callback<()>,
}

impl PartialEq for DialogProps {
    fn eq(&self, _: &Self) -> bool {
        false
    }
}

/// The rules of the meeting that runs: each switch counts at once.
#[function_component]
pub(crate) fn RulesDialog(props: &DialogProps) -> Html {
    let texts = use_texts();
    let Some(room) = props.meeting.meeting().room.clone() else { return html! {} };
    let on_change = {
        let handle = props.meeting.clone();
        Callback::from(move |change| handle.dispatch(Action::Command(Command::SetPolicy { change })))
    };
    html! {
        <Dialog title={texts.host.rules} on_close={props.on_close.clone()}>
            <p class="dialog__text">{ texts.host.rules_lead }</p>
            <Rules policies={room.policies.clone()} recording={room.recording.is_some()} {on_change} />
            <Refusal message={props.meeting.meeting().toasts.refusal().cloned()} />
        </Dialog>
    }
}
