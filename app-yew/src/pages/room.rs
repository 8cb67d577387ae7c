//! A room's address: is there such a room, then what comes before joining, then the meeting.

use std::rc::Rc;

use hostreel_app::state::meeting::is_worth_another_try;
use hostreel_protocol::{Code, RoomId, RoomPage as Known};
use wasm_bindgen_futures::spawn_local;
use yew::prelude::*;

use super::meeting;
use super::prejoin::PreJoin;
use crate::app::{Lost, Wait};
use crate::components::shell::Problem;
use crate::components::toast_stack::ToastStack;
use crate::hooks::api::{self, Failure};
use crate::hooks::devices::use_devices;
use crate::hooks::door::{Entry, use_door};
use crate::hooks::guards::use_title;
use crate::hooks::host_key::use_host_key;
use crate::hooks::join_token::{self, use_join_token};
use crate::hooks::language::use_texts;
use crate::hooks::returning::back_in;
use crate::hooks::settings::use_settings;
use crate::hooks::toasts::{Action, use_toasts};
use crate::parts::{self, Part, use_part};

#[derive(Properties, PartialEq)]
pub(crate) struct Props {
    pub(crate) id: String,
}

/// The page of a room, whatever its id is worth.
#[function_component]
pub(crate) fn RoomPage(props: &Props) -> Html {
    let texts = use_texts();
    match RoomId::parse(&props.id) {
        Ok(room) => html! { <KnownRoom {room} /> },
        Err(_) => html! { <Problem explained={(texts.code)(Code::RoomUnknown)} /> },
    }
}

#[derive(Properties, PartialEq)]
struct RoomProps {
    room: RoomId,
}

#[derive(Clone, PartialEq)]
enum Stage {
    Asking,
    Before(Known),
    In(Entry),
    Impossible(Failure),
}

/// Counts how often the room's page began anew.
#[derive(Default, PartialEq)]
struct Attempt(u32);

impl Reducible for Attempt {
    type Action = ();

    fn reduce(self: Rc<Self>, (): ()) -> Rc<Self> {
        Rc::new(Self(self.0.wrapping_add(1)))
    }
}

#[function_component]
fn KnownRoom(props: &RoomProps) -> Html {
    let texts = use_texts();
    let settled = use_settings();
    // A page that was loaded anew goes on with the meeting that it was in.
    let back = use_memo((), |()| back_in(&props.room, &settled));
    let stage = use_state(|| back.as_ref().clone().map_or(Stage::Asking, |back| Stage::In(back.entry)));
    // It comes while people look at themselves.
    let meeting = use_part(parts::meeting, matches!(*stage, Stage::Before(_) | Stage::In(_)));
    let door = use_door(matches!(*stage, Stage::Before(_)));
    let attempt = use_reducer(Attempt::default);
    let (messages, show) = use_toasts();
    let devices = use_devices(show.clone());
    let again = {
        let attempt = attempt.dispatcher();
        Callback::from(move |()| attempt.dispatch(()))
    };
    // Whoever opens the host link in a guest's tab wants to come in anew, as the host.
    let in_meeting = matches!(*stage, Stage::In(_));
    let key = use_host_key(&props.room, in_meeting, again.clone());
    use_join_token(&props.room);
    let title = (texts.room.title)(props.room.as_str());
    // In the meeting the title says whether it is recorded: the banner sets it.
    use_title(format!("{title} · Hostreel"));
    {
        let (stage, devices, back) = (stage.setter(), devices.clone(), Rc::clone(&back));
        use_effect_with((props.room.clone(), attempt.0), move |(room, attempt)| {
            if let Some(back) = back.as_ref().as_ref().filter(|_| *attempt == 0) {
                devices.open_as_before(back.microphone, back.camera);
                return;
            }
            let room = room.clone();
            stage.set(Stage::Asking);
            spawn_local(async move {
                match api::room_page(&room).await {
                    Ok(known) => {
                        stage.set(Stage::Before(known));
                        // Who comes back stays as visible as before.
                        devices.open(true, devices.devices().camera_on);
                    }
                    Err(failure) => stage.set(Stage::Impossible(failure)),
                }
            });
        });
    }
    let as_guest = {
        let (room, key, again) = (props.room.clone(), key.clone(), again.clone());
        Callback::from(move |()| {
            key.forget(&room);
            join_token::forget(&room);
            again.emit(());
        })
    };
    let on_host_link = (*key.offered).clone().map(|offered| {
        let (room, key, again) = (props.room.clone(), key.clone(), again.clone());
        Callback::from(move |accepted| {
            if accepted {
                key.accept(&room, offered.clone());
                again.emit(());
            } else {
                key.decline();
            }
        })
    });
    let on_join = {
        let (stage, room, host_key) = (stage.setter(), props.room.clone(), (*key.known).clone());
        let (door, devices) = (Rc::clone(&door), devices.clone());
        Callback::from(move |name| {
            let entry = Entry { room: room.clone(), name, host_key: host_key.clone(), back: false };
            let show = {
                let (stage, entry) = (stage.clone(), entry.clone());
                Callback::from(move |()| stage.set(Stage::In(entry.clone())))
            };
            // Nothing is drawn twice when the answer comes soon.
            match &*door.borrow() {
                Some(door) => door.enter(&entry, &devices, show),
                None => show.emit(()),
            }
        })
    };
    let body = match &*stage {
        Stage::Asking => {
            html! { <Wait /> }
        }
        Stage::Before(known) => html! {
            <PreJoin {devices} room={known.clone()} host={key.known.is_some()} {on_join} show={show} />
        },
        Stage::In(entry) => match meeting {
            Part::Coming => html! { <Wait /> },
            Part::Here(view) => view(meeting::Props {
                entry: entry.clone(),
                door: door.borrow().clone(),
                devices,
                title,
                messages: messages.clone(),
                on_again: again,
                on_guest: as_guest,
                on_host_link,
            }),
            Part::Missing => html! { <Lost /> },
        },
        Stage::Impossible(Failure::Unreachable) => {
            html! { <Problem explained={texts.common.no_server} retry={again} /> }
        }
        Stage::Impossible(Failure::Refused(code)) => {
            html! { <Problem explained={(texts.code)(*code)} retry={is_worth_another_try(*code).then_some(again)} /> }
        }
    };
    if in_meeting {
        return body;
    }
    let toasts = messages.0.clone();
    let on_dismiss = Callback::from(move |id| messages.dispatch(Action::Dismiss(id)));
    html! { <>{ body }<ToastStack {toasts} {on_dismiss} /></> }
}
