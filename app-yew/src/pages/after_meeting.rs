//! What is left of a meeting when it is over: why, the recording, and the way on.

use hostreel_app::i18n::Explained;
use hostreel_app::state::meeting::{Out, is_worth_another_try};
use hostreel_app::state::toasts::Message;
use hostreel_protocol::Code;
use yew::prelude::*;

use crate::components::saved_card::SavedCard;
use crate::components::shell::Problem;
use crate::hooks::guards::use_title;
use crate::hooks::language::use_texts;
use crate::hooks::meeting::MeetingHandle;

#[derive(Properties)]
pub(crate) struct Props {
    pub(crate) handle: MeetingHandle,
    pub(crate) out: Out,
    pub(crate) title: String,
    pub(crate) show: Callback<Message>,
    /// Back to the page before the meeting.
    pub(crate) on_again: Callback<()>,
    /// The same, without the host key.
    pub(crate) on_guest: Callback<()>,
}

impl PartialEq for Props {
    fn eq(&self, _: &Self) -> bool {
        false
    }
}

/// After the meeting.
#[function_component]
pub(crate) fn AfterMeeting(props: &Props) -> Html {
    let texts = use_texts();
    let handle = &props.handle;
    use_title(format!("{} · Hostreel", props.title));
    let explained = match props.out {
        Out::Left => Explained { what: texts.over.left_title, way_out: texts.over.left_lead },
        Out::EndedByMe => texts.over.ended_by_me,
        Out::NoConnection => (texts.device_error)("unsupported"),
        Out::Code(code) => (texts.code)(code),
    };
    let calm = matches!(props.out, Out::Left | Out::EndedByMe | Out::Code(Code::RoomEnded | Code::Replaced));
    let button = |look: &'static str, words: &'static str, press: &Callback<()>| {
        html! {
            <button type="button" class={classes!("button", look)} data-testid="rejoin" onclick={press.reform(|_| ())}>{ words }</button>
        }
    };
    let way = match props.out {
        Out::Left => Some(button("button--primary", texts.over.rejoin, &props.on_again)),
        // It sends the other one out: nothing to press without having read that.
        Out::Code(Code::Replaced) => Some(button("button--quiet", texts.over.move_here, &props.on_again)),
        Out::Code(Code::BadHostKey | Code::BadToken) => {
            Some(button("button--primary", texts.over.join_as_guest, &props.on_guest))
        }
        Out::Code(code) if is_worth_another_try(code) => {
            Some(button("button--primary", texts.common.try_again, &props.on_again))
        }
        Out::Code(_) | Out::EndedByMe | Out::NoConnection => None,
    };
    let forget = {
        let saved = handle.saved.setter();
        Callback::from(move |()| saved.set(None))
    };
    let saved = (*handle.saved).clone().map(|recording| (recording.id.clone(), recording));
    html! {
        <Problem {explained} {calm} {way} library=true>
            if handle.meeting().recording.is_active() {
                <p class="muted-text" aria-busy="true"><span class="spinner"></span>{ texts.saved.finishing }</p>
            }
            if let Some((key, recording)) = saved {
                <SavedCard {key} {recording} show={props.show.clone()} has_log=true on_gone={forget} />
            }
        </Problem>
    }
}
