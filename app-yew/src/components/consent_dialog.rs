//! The question of a recording: what may be recorded of you? It can't be skipped, but left.

use hostreel_app::state::consent::own_consent;
use hostreel_app::state::meeting::{Action, Connection};
use hostreel_protocol::{Command, ConsentAnswer, ConsentState};
use yew::prelude::*;

use super::dialog::{Dialog, Refusal};
use super::icon::{Icon, Name};
use crate::hooks::language::use_texts;
use crate::hooks::meeting::MeetingHandle;

#[derive(Properties)]
pub(crate) struct Props {
    pub(crate) meeting: MeetingHandle,
    /// It was opened to change the answer.
    pub(crate) again: bool,
    pub(crate) on_close: Callback<()>,
    /// Leaves the meeting.
    pub(crate) on_leave: Callback<()>,
}

impl PartialEq for Props {
    fn eq(&self, _: &Self) -> bool {
        false
    }
}

/// The question, for as long as it is open or wanted again.
#[function_component]
pub(crate) fn ConsentQuestion(props: &Props) -> Html {
    let meeting = props.meeting.meeting();
    let asked =
        meeting.room.as_ref().zip(meeting.you.as_ref()).and_then(|(room, you)| own_consent(room, you));
    match asked {
        Some(ConsentState::Asked) => html! { <Question ..props.ask(ConsentState::Asked) /> },
        Some(state) if props.again => html! { <Question ..props.ask(state) /> },
        _ => html! {},
    }
}

impl Props {
    fn ask(&self, state: ConsentState) -> QuestionProps {
        QuestionProps {
            meeting: self.meeting.clone(),
            state,
            on_close: self.on_close.clone(),
            on_leave: self.on_leave.clone(),
        }
    }
}

#[derive(Properties)]
struct QuestionProps {
    meeting: MeetingHandle,
    state: ConsentState,
    on_close: Callback<()>,
    on_leave: Callback<()>,
}

impl PartialEq for QuestionProps {
    fn eq(&self, _: &Self) -> bool {
        false
    }
}

#[function_component]
fn Question(props: &QuestionProps) -> Html {
    let texts = use_texts();
    let words = &texts.consent;
    let open = props.state == ConsentState::Asked;
    let meeting = props.meeting.meeting();
    // Nobody can be told: an answer would be lost, and its giver believe in it.
    let away = meeting.connection != Connection::Open;
    let Some((room, recording)) =
        meeting.room.as_ref().and_then(|room| Some((room, room.recording.as_ref()?)))
    else {
        return html! {};
    };
    let by = room.person(&recording.by).map_or("", |person| person.name.as_str());
    let answer = |answer: ConsentAnswer| {
        let (handle, recording, on_close) =
            (props.meeting.clone(), recording.id.clone(), props.on_close.clone());
        Callback::from(move |_: MouseEvent| {
            let recording = Some(recording.clone());
            handle.dispatch(Action::Command(Command::Consent { recording, answer }));
            on_close.emit(());
        })
    };
    // Taking back what was agreed to is another thing in the log than never having agreed.
    let no = if matches!(props.state, ConsentState::All | ConsentState::Voice) {
        ConsentAnswer::Withdrawn
    } else {
        ConsentAnswer::None
    };
    let choice = |test_id: &'static str,
                  icon: Name,
                  title: &'static str,
                  lead: &'static str,
                  says: ConsentAnswer,
                  now: bool| {
        html! {
            <button type="button" class={classes!("choice", now.then_some("choice--now"))} data-testid={test_id} aria-pressed={(!open).then(|| now.to_string())} disabled={away} aria-describedby={away.then_some("consent-away")} onclick={answer(says)}>
                <span class="choice__icon"><Icon name={icon} /></span>
                <span class="choice__text"><strong>{ title }</strong><span>{ lead }</span></span>
            </button>
        }
    };
    let kind = recording.kind;
    let title = if open { (words.title)(by, kind) } else { words.title_again.to_owned() };
    let none = matches!(props.state, ConsentState::None | ConsentState::Withdrawn);
    html! {
        <Dialog {title} on_close={props.on_close.clone()} class="consent" test_id="consent-dialog" described_by="consent-what" must_answer={open}
            sign={html! { <span class="rec-dot" aria-hidden="true"></span> }}>
            <div id="consent-what" class="consent__what">
                <p><Icon name={Name::Camera} />{ (words.what)(kind) }</p>
                <p><Icon name={Name::Disk} />{ (words.place)(by) }</p>
                <p><Icon name={Name::Shield} />{ words.change }</p>
            </div>
            <div class="choices">
                { choice("consent-all", Name::Camera, (words.all)(kind), (words.all_lead)(kind), ConsentAnswer::All, props.state == ConsentState::All) }
                { choice("consent-voice", Name::Microphone, words.voice, (words.voice_lead)(kind), ConsentAnswer::Voice, props.state == ConsentState::Voice) }
                { choice("consent-none", Name::CameraOff, words.none, (words.none_lead)(kind), no, none) }
            </div>
            if away {
                <p id="consent-away" class="dialog__trouble" role="status" data-testid="consent-away"><Icon name={Name::Warning} />{ words.away }</p>
            }
            <Refusal message={meeting.toasts.refusal().cloned()} />
            if open {
                <button type="button" class="button button--bare" data-testid="consent-leave" onclick={props.on_leave.reform(|_| ())}>{ words.leave }</button>
            }
        </Dialog>
    }
}
