//! Signs without words: a raised hand, a reaction, a chat that has news.

use gloo_timers::callback::Timeout;
use hostreel_app::i18n::REACTIONS;
use hostreel_app::state::meeting::{Action, Connection};
use hostreel_protocol::Command;
use hostreel_room::permissions::Action as Permission;
use yew::prelude::*;

use super::icon::{Icon, Name};
use super::menu::Menu;
use crate::hooks::language::use_texts;
use crate::hooks::meeting::MeetingHandle;

/// How long a reaction is shown, in milliseconds.
const SHOWN_MS: u32 = 5_000;

#[derive(Properties)]
pub(crate) struct Props {
    pub(crate) meeting: MeetingHandle,
    pub(crate) chat_open: bool,
    pub(crate) on_chat: Callback<()>,
}

impl PartialEq for Props {
    fn eq(&self, _: &Self) -> bool {
        false
    }
}

/// Hand, reactions, chat: at the top, beside the menu.
#[function_component]
pub(crate) fn Signs(props: &Props) -> Html {
    let texts = use_texts();
    let meeting = props.meeting.meeting();
    let away = meeting.connection != Connection::Open;
    let raised = meeting.hand_is_up();
    let may_raise = meeting.may(Permission::RaiseHand);
    let send = |command: Command| {
        let handle = props.meeting.clone();
        Callback::from(move |_: MouseEvent| handle.dispatch(Action::Command(command.clone())))
    };
    let hand = meeting.hand_command();
    let hand_label = match (raised, may_raise) {
        (true, _) => texts.chat.lower,
        (false, true) => texts.chat.raise,
        (false, false) => texts.chat.may_not_raise,
    };
    let unread = meeting.chat.unread();
    let chat_label = if unread > 0 { (texts.chat.unread)(unread) } else { texts.chat.title.to_owned() };
    use_fading(&props.meeting);
    html! {
        <div class="signs">
            <button type="button" class={classes!("button", "button--bare", "button--icon", raised.then_some("signs__on"))} data-testid="hand"
                data-on={raised.to_string()} aria-label={hand_label} title={hand_label} disabled={hand.is_none()} onclick={hand.map(send)}>
                <Icon name={Name::Hand} />
            </button>
            if !away {
                <Menu label={texts.chat.react} icon={Name::Smile} test_id="react">
                    <div class="signs__reactions">
                        { for REACTIONS.iter().zip(texts.chat.emoji).map(|(emoji, label)| html! {
                            <button type="button" class="signs__reaction" data-testid="reaction" aria-label={label} title={label}
                                onclick={send(Command::React { emoji: (*emoji).to_owned() })}>{ *emoji }</button>
                        }) }
                    </div>
                </Menu>
            }
            <button type="button" class={classes!("button", "button--bare", "button--icon", props.chat_open.then_some("signs__on"))} data-testid="chat"
                data-on={props.chat_open.to_string()} aria-pressed={props.chat_open.to_string()} aria-label={chat_label.clone()} title={chat_label} onclick={props.on_chat.reform(|_| ())}>
                <Icon name={Name::Chat} />
                if unread > 0 { <span class="signs__unread tabular" data-testid="chat-unread" aria-hidden="true">{ unread.min(99) }</span> }
            </button>
        </div>
    }
}

/// Takes reactions away when they were shown long enough.
#[hook]
fn use_fading(meeting: &MeetingHandle) {
    let newest = meeting.meeting().chat.reactions().last().map(|reaction| reaction.rev);
    let handle = meeting.clone();
    let timers = (*use_memo((), |()| std::rc::Rc::new(std::cell::RefCell::new(Vec::new())))).clone();
    use_effect_with(newest, move |newest| {
        if let Some(rev) = *newest {
            // Each has its own: a newer one must not keep the older ones in sight.
            let timer = Timeout::new(SHOWN_MS, move || handle.dispatch(Action::Fade(rev)));
            let mut timers = timers.borrow_mut();
            timers.push(timer);
            let over = timers.len().saturating_sub(16);
            timers.drain(..over);
        }
    });
}
