//! The meeting itself.

use std::rc::Rc;

use hostreel_app::state::meeting::{Action, Connection, Out};
use hostreel_app::state::recording::Input;
use hostreel_app::state::toasts::Message;
use hostreel_protocol::{Code, Command, RecordingKind};
use hostreel_room::permissions::Action as Permission;
use yew::prelude::*;

use super::after_meeting::AfterMeeting;
use crate::components::chat_panel::ChatPanel;
use crate::components::consent_dialog::ConsentQuestion;
use crate::components::control_bar::ControlBar;
use crate::components::countdown::Countdown;
use crate::components::device_select::DeviceSelects;
use crate::components::dialog::{Confirm, Dialog};
use crate::components::icon::{Icon, Mark, Name};
use crate::components::interrupted::Interrupted;
use crate::components::invite::GuestLink;
use crate::components::joining::{ConnectionNotice, Joining};
use crate::components::lobby::Lobby;
use crate::components::own_name::OwnName;
use crate::components::people_panel::PeoplePanel;
use crate::components::recording_banner::RecordingBanner;
use crate::components::recording_choice::RecordingChoice;
use crate::components::room_menu::RoomMenu;
use crate::components::rules::RulesDialog;
use crate::components::saved_card::SavedCard;
use crate::components::shortcut_sheet::ShortcutSheet;
use crate::components::signs::Signs;
use crate::components::stage::Stage;
use crate::components::toast_stack::ToastStack;
use crate::hooks::devices::DevicesHandle;
use crate::hooks::door::{Door, Entry};
use crate::hooks::guards::use_awake;
use crate::hooks::language::use_texts;
use crate::hooks::meeting::{MeetingHandle, use_meeting};
use crate::hooks::meeting_keys::{Keys, use_meeting_keys};
use crate::hooks::own_name::use_own_name;
use crate::hooks::returning::use_remembered_devices;
use crate::hooks::settings::use_settings;
use crate::hooks::toasts::{self, Messages};

#[derive(Properties)]
pub(crate) struct Props {
    pub(crate) entry: Entry,
    /// Holds what the click on join began.
    pub(crate) door: Option<Rc<dyn Door>>,
    pub(crate) devices: DevicesHandle,
    pub(crate) title: String,
    /// What the devices have to say: the meeting says it among its own.
    pub(crate) messages: UseReducerHandle<Messages>,
    /// Back to the page before the meeting.
    pub(crate) on_again: Callback<()>,
    /// The same, without the host key.
    pub(crate) on_guest: Callback<()>,
    /// A host link was opened here: whether it is used, which ends this meeting in this tab.
    pub(crate) on_host_link: Option<Callback<bool>>,
}

impl PartialEq for Props {
    fn eq(&self, _: &Self) -> bool {
        false
    }
}

/// What lies over the meeting.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Over {
    Nothing,
    RecordingChoice,
    Countdown(RecordingKind),
    Devices,
    OwnName,
    Keys,
    Rules,
    Consent,
    AskLeave,
    AskEnd,
}

/// A meeting from joining to its end.
#[function_component]
pub(crate) fn MeetingPage(props: &Props) -> Html {
    let handle = use_meeting(&props.entry, props.door.clone(), props.title.clone(), &props.devices);
    let recording = handle.meeting().recording.is_active();
    use_awake(handle.meeting().out.is_none());
    let out = handle.meeting().out;
    use_remembered_devices(&props.entry.room, &props.devices, out.is_none());
    use_way_back(out, &props.on_again);
    let recorded = recording.then(|| handle.meeting().recording.kind().unwrap_or(RecordingKind::Video));
    {
        let devices = props.devices.clone();
        use_effect_with(out.is_some(), move |over| {
            if *over {
                devices.close_all();
            }
        });
    }
    let show = {
        let handle = handle.clone();
        Callback::from(move |message| handle.dispatch(Action::Show(message)))
    };
    {
        let (handle, messages) = (handle.clone(), props.messages.clone());
        use_effect_with(messages.0.clone(), move |waiting| {
            for toast in waiting.shown() {
                handle.dispatch(Action::Show(toast.message.clone()));
                messages.dispatch(toasts::Action::Dismiss(toast.id));
            }
        });
    }
    let toasts = handle.meeting().toasts.clone();
    let on_dismiss = {
        let handle = handle.clone();
        Callback::from(move |id| handle.dispatch(Action::Dismiss(id)))
    };
    {
        // Nothing is left to be ended by it.
        let on_host_link = props.on_host_link.clone().filter(|_| out.is_some());
        use_effect_with(on_host_link, |on_host_link| {
            if let Some(answer) = on_host_link {
                answer.emit(true);
            }
        });
    }
    let title = props.title.clone();
    let body = match out {
        Some(out) => {
            let (on_again, on_guest) = (props.on_again.clone(), props.on_guest.clone());
            html! { <AfterMeeting {handle} {out} {show} {title} {on_again} {on_guest} /> }
        }
        None => {
            html! { <InRoom {handle} entry={props.entry.clone()} devices={props.devices.clone()} {title} {show} /> }
        }
    };
    let asked = props.on_host_link.clone().filter(|_| out.is_none());
    html! {
        <div class={classes!(out.is_none().then_some("dark"))}>
            { body }
            if let Some(answer) = asked { <AskHostLink {answer} recording={recorded} /> }
            <ToastStack {toasts} {on_dismiss} />
        </div>
    }
}

/// A page that was loaded anew too late has no seat any more: it begins like any other.
#[hook]
fn use_way_back(out: Option<Out>, on_again: &Callback<()>) {
    let on_again = on_again.clone();
    use_effect_with(out == Some(Out::Code(Code::SessionUnknown)), move |late| {
        if *late {
            on_again.emit(());
        }
    });
}

#[derive(Properties, PartialEq)]
struct AskProps {
    answer: Callback<bool>,
    /// What is recorded here at the moment.
    recording: Option<RecordingKind>,
}

/// A host link was opened in the tab of a running meeting: using it ends the meeting here.
#[function_component]
fn AskHostLink(props: &AskProps) -> Html {
    let texts = use_texts();
    let recording = props.recording.map(|kind| (texts.room.leave_recording)(kind));
    let text = [Some(texts.people.host_link_explained), recording].into_iter().flatten();
    html! {
        <Confirm title={texts.people.host_link_ask} text={text.collect::<Vec<_>>().join(" ")} yes={texts.people.host_link_use}
            test_id="host-link-confirm" on_yes={props.answer.reform(|()| true)} on_close={props.answer.reform(|()| false)} />
    }
}

#[derive(Properties)]
struct InProps {
    handle: MeetingHandle,
    entry: Entry,
    devices: DevicesHandle,
    title: String,
    show: Callback<Message>,
}

impl PartialEq for InProps {
    fn eq(&self, _: &Self) -> bool {
        false
    }
}

#[function_component]
fn InRoom(props: &InProps) -> Html {
    let texts = use_texts();
    let over = use_state_eq(|| Over::Nothing);
    let people_open = use_state_eq(|| false);
    let chat_open = use_state_eq(|| false);
    let draft = use_state(String::new);
    let handle = &props.handle;
    let meeting = handle.meeting();
    let set = |wanted: Over| {
        let over = over.setter();
        Callback::from(move |()| over.set(wanted))
    };
    let act = |action: Action<web_sys::MediaStream>| {
        let (handle, over) = (handle.clone(), over.setter());
        Callback::from(move |()| {
            over.set(Over::Nothing);
            handle.dispatch(action.clone());
        })
    };
    let leave = if meeting.recording.is_active() { set(Over::AskLeave) } else { act(Action::Leave) };
    let settings = use_settings().settings;
    let countdown_s = settings.countdown_s;
    let choose = {
        let (handle, over) = (handle.clone(), over.setter());
        Callback::from(move |kind| {
            if countdown_s == 0 {
                over.set(Over::Nothing);
                handle.dispatch(Action::Recording(Input::Choose(kind)));
            } else {
                over.set(Over::Countdown(kind));
            }
        })
    };
    let toggle_people = {
        let (open, chat) = (people_open.clone(), chat_open.setter());
        Callback::from(move |()| {
            chat.set(false);
            open.set(!*open);
        })
    };
    let toggle_chat = {
        let (open, people) = (chat_open.clone(), people_open.setter());
        Callback::from(move |()| {
            people.set(false);
            open.set(!*open);
        })
    };
    let may_share = meeting.room.is_none() || meeting.may(Permission::ShareScreen);
    {
        // The rule changed while a screen was shared.
        let devices = props.devices.clone();
        use_effect_with(may_share, move |may_share| {
            if !may_share && devices.devices().screen.is_some() {
                devices.toggle_screen();
            }
        });
    }
    {
        // On a phone the panel would lie over the recording that has just been saved.
        let (open, chat) = (people_open.setter(), chat_open.setter());
        use_effect_with(handle.saved.is_some(), move |saved| {
            if *saved {
                open.set(false);
                chat.set(false);
            }
        });
    }
    let talking = {
        let keys = Keys {
            choose: set(Over::RecordingChoice),
            people: toggle_people.clone(),
            chat: toggle_chat.clone(),
            help: set(Over::Keys),
        };
        use_meeting_keys(handle, &props.devices, keys)
    };
    use_own_name(handle);
    // Who is muted for everybody is heard by nobody, whatever they hold.
    let muted = meeting.me().is_some_and(|me| me.muted);
    let heard = talking && !muted;
    let push_to_talk = settings.push_to_talk && !props.devices.devices().microphone_on;
    let Some(room) = meeting.room.clone() else {
        return html! { <Joining handle={handle.clone()} name={props.entry.name.clone()} on_leave={act(Action::Leave)} /> };
    };
    // Nobody can follow an invitation into a room that is locked or out of reach.
    let inviting = room.people.len() == 1 && meeting.connection == Connection::Open && !room.policies.locked;
    let saved = (*handle.saved).clone();
    let in_memory = saved.as_ref().is_some_and(|saved| saved.in_memory);
    let forget = {
        let saved = handle.saved.setter();
        Callback::from(move |()| saved.set(None))
    };
    let on_recovered = {
        let saved = handle.saved.setter();
        Callback::from(move |recording| saved.set(Some(recording)))
    };
    let kind = meeting.recording.kind().unwrap_or(RecordingKind::Video);
    let dialog = match *over {
        Over::Nothing | Over::Consent => html! {},
        Over::Rules => html! { <RulesDialog meeting={handle.clone()} on_close={set(Over::Nothing)} /> },
        Over::RecordingChoice => {
            let silent = !meeting.anyone_heard(props.devices.devices().heard().is_some());
            html! { <RecordingChoice {silent} people={room.people.len()} on_choose={choose} on_close={set(Over::Nothing)} /> }
        }
        Over::Countdown(kind) => html! {
            <Countdown seconds={countdown_s} on_done={act(Action::Recording(Input::Choose(kind)))} on_cancel={set(Over::Nothing)} />
        },
        Over::Devices => html! {
            <Dialog title={texts.devices.title} on_close={set(Over::Nothing)}><DeviceSelects devices={props.devices.clone()} /></Dialog>
        },
        Over::OwnName => html! { <OwnName meeting={handle.clone()} on_close={set(Over::Nothing)} /> },
        Over::Keys => html! { <ShortcutSheet on_close={set(Over::Nothing)} /> },
        Over::AskLeave => html! {
            <Confirm title={(texts.room.leave_ask)(kind)} text={(texts.room.leave_recording)(kind)} yes={texts.room.leave} test_id="leave-confirm"
                on_yes={act(Action::Leave)} on_close={set(Over::Nothing)} />
        },
        Over::AskEnd => html! {
            <Confirm title={texts.room.end_room_ask} text={texts.room.end_room_explained} yes={texts.room.end_room} danger=true test_id="end-room-confirm"
                on_yes={act(Action::Command(Command::EndRoom))} on_close={set(Over::Nothing)} />
        },
    };
    html! {
        <main class={classes!("room", (*people_open || *chat_open).then_some("room--panel"))}>
            <header class="room__top">
                <span class="room__brand"><Mark /><span class="room__code tabular">{ room.id.as_str() }</span></span>
                if room.policies.locked { <span class="room__lock" title={texts.room.locked}><Icon name={Name::Lock} /><span>{ texts.room.locked }</span></span> }
                <RecordingBanner meeting={handle.clone()} title={format!("{} · Hostreel", props.title)} on_consent={set(Over::Consent)} />
                <div class="room__tools">
                <Signs meeting={handle.clone()} chat_open={*chat_open} on_chat={toggle_chat.clone()} />
                <RoomMenu meeting={handle.clone()} on_rules={set(Over::Rules)} on_devices={set(Over::Devices)} on_rename={set(Over::OwnName)} on_keys={set(Over::Keys)} on_end={set(Over::AskEnd)} />
                </div>
            </header>
            <ConnectionNotice handle={handle.clone()} />
            // It stands where the notice above would.
            if meeting.connection == Connection::Open && meeting.may(Permission::Record) && !meeting.recording.is_active() {
                <Interrupted in_place={props.show.clone()} {on_recovered} />
            }
            <div class="room__middle">
                <Stage meeting={handle.clone()} devices={props.devices.clone()} version={meeting.media_version} />
                if !*people_open { <Lobby meeting={handle.clone()} floating=true /> }
                if inviting && !*people_open && !*chat_open && room.waiting.is_empty() && saved.is_none() {
                    <section class="card room__invite" aria-label={texts.people.invite}>
                        <h2>{ texts.people.invite }</h2>
                        <GuestLink room={room.id.clone()} show={props.show.clone()} lead={texts.people.invite_waiting} />
                    </section>
                }
                if let Some(recording) = saved {
                    <div class="room__saved">
                        <SavedCard key={recording.id.clone()} recording={recording.clone()} show={props.show.clone()} has_log=true on_gone={forget}>
                            // A new tab: this one is in the meeting. What only this tab's memory holds is not there.
                            if !in_memory {
                                <a class="button button--bare" href="/recordings" target="_blank" rel="noopener">{ texts.saved.in_library }</a>
                            }
                        </SavedCard>
                    </div>
                }
            </div>
            if *people_open {
                <PeoplePanel meeting={handle.clone()} host_key={props.entry.host_key.clone()} invited_elsewhere=false
                    on_rename={set(Over::OwnName)} on_close={toggle_people.clone()} />
            }
            if *chat_open { <ChatPanel meeting={handle.clone()} {draft} on_close={toggle_chat} /> }
            <footer class="room__bottom">
                if talking || push_to_talk {
                    <p class={classes!("room__talk", heard.then_some("room__talk--on"))} role="status" data-testid="talk">
                        <Icon name={if heard { Name::Microphone } else { Name::MicrophoneOff }} />
                        { if muted { texts.people.muted_by_host } else if heard { texts.room.talking } else { texts.room.hold_to_talk } }
                    </p>
                }
                <ControlBar meeting={handle.clone()} devices={props.devices.clone()} people_open={*people_open}
                    on_people={toggle_people} on_record={set(Over::RecordingChoice)} on_leave={leave} />
            </footer>
            { dialog }
            <ConsentQuestion meeting={handle.clone()} again={*over == Over::Consent} on_close={set(Over::Nothing)} on_leave={act(Action::Leave)} />
        </main>
    }
}
