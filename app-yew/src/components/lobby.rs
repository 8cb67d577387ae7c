//! The waiting room, from both sides.

use hostreel_app::state::meeting::Action;
use hostreel_protocol::{Command, PersonId, WaitingPerson};
use hostreel_room::permissions::Action as Permission;
use yew::prelude::*;

use super::icon::{Icon, Mark, Name};
use crate::hooks::language::use_texts;
use crate::hooks::meeting::MeetingHandle;

#[derive(Properties)]
pub(crate) struct Props {
    pub(crate) meeting: MeetingHandle,
    /// Over the stage; else a part of the list of people.
    #[prop_or_default]
    pub(crate) floating: bool,
}

impl PartialEq for Props {
    fn eq(&self, _: &Self) -> bool {
        false
    }
}

/// Who waits, for those who may let them in; read aloud as they come.
#[function_component]
pub(crate) fn Lobby(props: &Props) -> Html {
    let texts = use_texts();
    let meeting = props.meeting.meeting();
    let waiting = match &meeting.room {
        Some(room) if meeting.may(Permission::Admit) => room.waiting.clone(),
        _ => Vec::new(),
    };
    let send = |command: fn(PersonId) -> Command, people: Vec<PersonId>| {
        let handle = props.meeting.clone();
        Callback::from(move |_: MouseEvent| {
            for person in &people {
                handle.dispatch(Action::Command(command(person.clone())));
            }
        })
    };
    let all: Vec<PersonId> = waiting.iter().map(|waiting| waiting.id.clone()).collect();
    let admit = |person| Command::Admit { person };
    let row = |person: &WaitingPerson| {
        let only = || vec![person.id.clone()];
        html! {
            <li key={person.id.to_string()} class="lobby__row" data-name={person.name.clone()}>
                <span class="lobby__name">
                    { (texts.host.knocked)(&person.name) }
                    if person.resembles_host { <span class="lobby__warning"><Icon name={Name::Warning} />{ texts.host.resembles_host }</span> }
                </span>
                <span class="lobby__ways">
                    <button type="button" class="button button--small button--quiet" data-testid="lobby-refuse" data-name={person.name.clone()}
                        aria-label={(texts.host.refuse_name)(&person.name)} onclick={send(|person| Command::Refuse { person }, only())}>{ texts.host.refuse }</button>
                    <button type="button" class="button button--small button--primary" data-testid="lobby-admit" data-name={person.name.clone()}
                        aria-label={(texts.host.admit_name)(&person.name)} onclick={send(admit, only())}>{ texts.host.admit }</button>
                </span>
            </li>
        }
    };
    html! {
        <div class={classes!("lobby", props.floating.then_some("lobby--floating"))} role="status" aria-live="polite" aria-atomic="false">
            if !waiting.is_empty() {
                <section class="lobby__box" data-testid="lobby" aria-label={texts.host.lobby}>
                    <header class="lobby__head">
                        <h3><Icon name={Name::Door} />{ (texts.host.knocks)(waiting.len()) }</h3>
                        if waiting.len() > 1 {
                            <button type="button" class="button button--small" data-testid="lobby-admit-all" onclick={send(admit, all)}>{ texts.host.admit_all }</button>
                        }
                    </header>
                    <ul class="lobby__list">{ for waiting.iter().map(row) }</ul>
                </section>
            }
        </div>
    }
}

#[derive(Properties, PartialEq)]
pub(crate) struct WaitingProps {
    pub(crate) name: AttrValue,
    /// Somebody who may let them in was there when they knocked.
    pub(crate) host_present: bool,
    pub(crate) on_leave: Callback<()>,
}

/// For who waits: what for, and the way out.
#[function_component]
pub(crate) fn WaitingPage(props: &WaitingProps) -> Html {
    let texts = use_texts();
    html! {
        <section class="waiting card" role="status" data-testid="waiting">
            <Mark />
            <h1>{ texts.host.waiting_title }</h1>
            <p data-testid="waiting-for">{ if props.host_present { texts.host.waiting_told } else { texts.host.waiting_no_host } }</p>
            <p class="muted-text">{ texts.host.waiting_lead }</p>
            <p class="waiting__name"><span class="spinner" aria-hidden="true"></span>{ (texts.host.waiting_as)(&props.name) }</p>
            <button type="button" class="button button--quiet" data-testid="leave" onclick={props.on_leave.reform(|_| ())}>{ texts.host.waiting_cancel }</button>
        </section>
    }
}
