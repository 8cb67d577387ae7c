//! Who is here, what they are, and what I may do about them.

use hostreel_app::state::format;
use hostreel_app::state::meeting::Action;
use hostreel_app::state::people::{PersonAction, actions_in, to_be_muted};
use hostreel_protocol::{Command, ConsentPolicy, ConsentState, HostKey, Person, RecordingKind, Role};
use hostreel_room::permissions::Action as Permission;
use web_sys::HtmlElement;
use yew::prelude::*;

use super::dialog::Confirm;
use super::icon::{Icon, Name};
use super::invite::{GuestLink, HostLink};
use super::lobby::Lobby;
use crate::browser::time_text;
use crate::hooks::focus::{use_escape, use_focus_back};
use crate::hooks::language::{use_language, use_texts};
use crate::hooks::meeting::MeetingHandle;

#[derive(Properties)]
pub(crate) struct Props {
    pub(crate) meeting: MeetingHandle,
    pub(crate) host_key: Option<HostKey>,
    /// The invitation is on the page already.
    pub(crate) invited_elsewhere: bool,
    /// Asks for another name for oneself.
    pub(crate) on_rename: Callback<()>,
    pub(crate) on_close: Callback<()>,
}

impl PartialEq for Props {
    fn eq(&self, _: &Self) -> bool {
        false
    }
}

/// The panel beside the stage; over it on a phone.
#[function_component]
pub(crate) fn PeoplePanel(props: &Props) -> Html {
    let texts = use_texts();
    let asking = use_state(|| None::<(PersonAction, Person)>);
    let panel = use_node_ref();
    use_focus_back(&panel);
    use_escape(&panel, props.on_close.clone());
    // It stands before its button: who opens it by keyboard goes on in it.
    use_effect_with(panel.clone(), |panel| {
        if let Some(panel) = panel.cast::<HtmlElement>() {
            let _ = panel.focus();
        }
    });
    let meeting = props.meeting.meeting();
    let Some(room) = meeting.room.clone() else { return html! {} };
    let show = {
        let handle = props.meeting.clone();
        Callback::from(move |message| handle.dispatch(Action::Show(message)))
    };
    let act = {
        let (handle, asking) = (props.meeting.clone(), asking.setter());
        Callback::from(move |(action, person): (PersonAction, Person)| {
            if action.is_final() {
                asking.set(Some((action, person)));
            } else {
                handle.dispatch(Action::Command(action.command(person.id)));
            }
        })
    };
    let close_question = {
        let asking = asking.setter();
        Callback::from(move |()| asking.set(None))
    };
    let question = asking.as_ref().map(|(action, person)| {
        let (handle, command, asking) =
            (props.meeting.clone(), action.command(person.id.clone()), asking.setter());
        let on_yes = Callback::from(move |()| {
            handle.dispatch(Action::Command(command.clone()));
            asking.set(None);
        });
        let title = (texts.people.action_ask)(*action, &person.name);
        html! {
            <Confirm {title} yes={(texts.people.action)(*action)} danger={matches!(action, PersonAction::Remove | PersonAction::Ban)} test_id={format!("{}-confirm", action.test_id())}
                {on_yes} on_close={close_question.clone()} />
        }
    });
    let me = meeting.me().cloned();
    let loud = me.as_ref().map(|me| to_be_muted(me, &room.people, &room.policies)).unwrap_or_default();
    let mute_all = {
        let (handle, loud) = (props.meeting.clone(), loud.clone());
        Callback::from(move |_: MouseEvent| {
            for person in &loud {
                handle.dispatch(Action::Command(Command::Mute { person: person.clone() }));
            }
        })
    };
    let hands: Vec<_> = room.raised_hands().into_iter().map(|person| person.id.clone()).collect();
    let may_rename = meeting.may(Permission::Rename);
    let asks = room.recording.as_ref().filter(|recording| recording.consent == ConsentPolicy::Ask);
    html! {
        <aside ref={panel} class="panel" tabindex="-1" aria-label={texts.people.title}>
            <header class="panel__head">
                <h2>{ texts.people.title }<span class="panel__count tabular">{ room.people.len() }</span></h2>
                <button type="button" class="button button--bare button--icon" aria-label={texts.common.close}
                    onclick={props.on_close.reform(|_| ())}><Icon name={Name::Close} /></button>
            </header>
            <Lobby meeting={props.meeting.clone()} />
            if room.host().is_none() {
                <p class="panel__note" data-testid="no-host"><strong>{ texts.host.no_host.what }</strong>{ " " }{ texts.host.no_host.way_out }</p>
            }
            if loud.len() > 1 {
                <div class="panel__ways">
                    <button type="button" class="button button--small button--quiet" data-testid="mute-all" onclick={mute_all}><Icon name={Name::MicrophoneOff} />{ texts.host.mute_all }</button>
                </div>
            }
            <ul class="people">
                { for room.people.iter().map(|person| html! {
                    <PersonRow key={person.id.to_string()} person={person.clone()}
                        own={me.as_ref().is_some_and(|me| me.id == person.id)}
                        on_rename={may_rename.then(|| props.on_rename.clone())}
                        hand={hands.iter().position(|id| *id == person.id).map(|index| index + 1)}
                        consent={asks.filter(|recording| recording.by != person.id).map(|recording| (recording.consent_of(&person.id), recording.kind))}
                        stands_in={room.host_stands_in && person.role == Role::Host}
                        actions={me.as_ref().map(|me| actions_in(&room, me, person)).unwrap_or_default()}
                        on_action={act.clone()} />
                }) }
            </ul>
            <footer class="panel__foot">
                if !props.invited_elsewhere {
                    <GuestLink room={room.id.clone()} show={show.clone()} />
                }
                // A key that was used and handed over is nothing to show around.
                if let (Some(host_key), true) = (&props.host_key, me.as_ref().is_some_and(|me| me.role == Role::Host)) {
                    <HostLink room={room.id.clone()} host_key={host_key.clone()} {show} />
                }
            </footer>
            // Always one node: where their number changes, all are made anew, and the focus is lost.
            { question.unwrap_or_default() }
        </aside>
    }
}

#[derive(Properties, PartialEq)]
struct RowProps {
    person: Person,
    own: bool,
    /// Asks for another name, where one's own may be changed.
    on_rename: Option<Callback<()>>,
    /// Which hand it is that is up, from 1.
    hand: Option<usize>,
    /// How they stand to a recording that asks.
    consent: Option<(ConsentState, RecordingKind)>,
    /// Host in place of one who is gone.
    stands_in: bool,
    actions: Vec<PersonAction>,
    on_action: Callback<(PersonAction, Person)>,
}

#[function_component]
fn PersonRow(props: &RowProps) -> Html {
    let texts = use_texts();
    let language = use_language().language;
    let open = use_state_eq(|| false);
    let person = &props.person;
    let toggle = {
        let open = open.clone();
        Callback::from(move |_: MouseEvent| open.set(!*open))
    };
    let menu = use_node_ref();
    let entry = |action: PersonAction| {
        let (person, open, menu) = (person.clone(), open.setter(), menu.clone());
        let onclick = props.on_action.reform(move |_: MouseEvent| {
            open.set(false);
            // The entry goes: the focus, and a question's way back, is its menu.
            if let Some(menu) = menu.cast::<HtmlElement>() {
                let _ = menu.focus();
            }
            (action, person.clone())
        });
        html! {
            <button type="button" class="person__action" data-testid={action.test_id()} {onclick}>{ (texts.people.action)(action) }</button>
        }
    };
    let tint = format::tint(&person.name, 6);
    html! {
        <li class="person" data-peer={person.id.to_string()} data-name={person.name.clone()}>
            <div class="person__row">
                <span class={format!("avatar tile--tint-{tint}")} aria-hidden="true">{ format::initials(&person.name) }</span>
                <div class="person__text">
                    <span class="person__name">{ &person.name }{ if props.own { format!(" ({})", texts.people.you) } else { String::new() } }</span>
                    <span class="person__role">
                        { (texts.people.role)(person.role) }
                        if props.stands_in { <span>{ texts.host.stands_in }</span> }
                        if person.may_record && person.role != Role::Host {
                            <span>{ person.record_until.map_or_else(
                                || texts.people.may_record_mark.to_owned(),
                                |until| (texts.host.may_record_until)(&time_text(until.0, language.tag())),
                            ) }</span>
                        }
                        if person.muted { <span>{ texts.people.muted_by_host }</span> }
                        if person.is_away() { <span data-testid="person-away" title={texts.host.away_lead}>{ texts.host.away }</span> }
                        if let Some(place) = props.hand { <span data-testid="person-hand">{ (texts.host.hand)(place) }</span> }
                        if person.resembles_host { <span class="person__warning">{ texts.host.resembles_host }</span> }
                        if let Some((state, kind)) = props.consent {
                            <span data-testid="person-consent" data-consent={format!("{state:?}").to_lowercase()}>{ (texts.consent.state)(state, kind) }</span>
                        }
                    </span>
                </div>
                if let Some(rename) = props.on_rename.as_ref().filter(|_| props.own) {
                    <button type="button" class="button button--bare button--icon" data-testid="rename-me" aria-label={texts.people.rename} title={texts.people.rename}
                        onclick={rename.reform(|_: MouseEvent| ())}><Icon name={Name::Pencil} /></button>
                }
                if !props.actions.is_empty() {
                    <button type="button" ref={menu.clone()} class="button button--bare button--icon" data-testid="person-menu" data-name={person.name.clone()}
                        aria-label={(texts.people.menu)(&person.name)} aria-expanded={open.to_string()} onclick={toggle}>
                        <Icon name={Name::More} />
                    </button>
                }
            </div>
            if *open && !props.actions.is_empty() {
                <div class="person__actions">{ for props.actions.iter().copied().map(entry) }</div>
            }
        </li>
    }
}
