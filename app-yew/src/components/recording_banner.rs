//! The mark that nobody can miss: it is recorded, since when, by whom, and where to.

use hostreel_app::state::clock::{running_time, server_now};
use hostreel_app::state::consent::{Tally, own_consent};
use hostreel_app::state::format;
use hostreel_app::state::meeting::Action;
use hostreel_app::state::recording::{Input, MyRecording};
use hostreel_protocol::{RecordingKind, RecordingState};
use yew::prelude::*;

use super::icon::{Icon, Name};
use crate::browser::now_ms;
use crate::hooks::guards::{use_ticks, use_title};
use crate::hooks::language::use_texts;
use crate::hooks::meeting::MeetingHandle;

#[derive(Properties)]
pub(crate) struct Props {
    pub(crate) meeting: MeetingHandle,
    /// The tab's title while nothing is recorded.
    pub(crate) title: String,
    /// Asks for the own answer anew.
    pub(crate) on_consent: Callback<()>,
}

impl PartialEq for Props {
    fn eq(&self, _: &Self) -> bool {
        false
    }
}

/// What the banner says.
struct Shown {
    kind: RecordingKind,
    paused: bool,
    own: bool,
    elapsed: String,
    place: String,
    /// Of the own file.
    size: Option<String>,
    /// Space that is left for it.
    free: Option<String>,
}

/// The banner of a meeting, and the tab's title.
#[function_component]
pub(crate) fn RecordingBanner(props: &Props) -> Html {
    let texts = use_texts();
    let shown = shown(&props.meeting, texts);
    use_ticks(shown.is_some());
    let title = shown.as_ref().map_or_else(
        || props.title.clone(),
        |shown| {
            let words = if shown.paused { texts.recording.tab_paused } else { texts.recording.tab_running };
            words(shown.kind, &shown.elapsed)
        },
    );
    use_title(title);
    let word = |shown: &Shown| {
        if shown.paused {
            (texts.recording.paused_word)(shown.kind)
        } else {
            (texts.recording.running_word)(shown.kind)
        }
    };
    let room = props.meeting.meeting().room.clone();
    let tally = room.as_deref().and_then(Tally::of);
    let you = props.meeting.meeting().you.clone();
    let asked = room.as_deref().zip(you.as_ref()).and_then(|(room, you)| own_consent(room, you));
    let mark = {
        let handle = props.meeting.clone();
        Callback::from(move |_: MouseEvent| handle.mark(texts.recording.chapter))
    };
    let announced = shown.as_ref().map(|shown| format!("{}. {}", word(shown), shown.place));
    let press = |input: Input| {
        let handle = props.meeting.clone();
        Callback::from(move |_: MouseEvent| handle.dispatch(Action::Recording(input)))
    };
    html! {
        <>
            // Read aloud when it begins, pauses and ends: neither time nor size is in it.
            <p class="visually-hidden" aria-live="assertive" data-testid="recording-announced">{ announced.unwrap_or_default() }</p>
            if let Some(shown) = shown {
                <div class={classes!("rec-banner", shown.paused.then_some("rec-banner--paused"))} data-testid="recording-banner">
                    <span class="rec-banner__dot" aria-hidden="true"></span>
                    <p class="rec-banner__text">
                        <strong>{ word(&shown) }</strong>
                        <span class="rec-banner__time tabular">{ shown.elapsed }</span>
                        if let Some(size) = shown.size { <span class="rec-banner__size tabular">{ size }</span> }
                        if let Some(free) = shown.free { <span class="rec-banner__free tabular">{ free }</span> }
                        <span class="rec-banner__place">{ shown.place }</span>
                        if let Some(tally) = tally.filter(|_| shown.own) {
                            <span class="rec-banner__consent" data-testid="consent-tally">{ (texts.consent.tally)(tally) }</span>
                        }
                    </p>
                    if let Some(state) = asked.filter(|_| !shown.own) {
                        <button type="button" class="rec-banner__button" data-testid="consent-change" aria-label={format!("{}. {}", (texts.consent.own)(state, shown.kind), texts.consent.own_change)}
                            title={texts.consent.own_change} onclick={props.on_consent.reform(|_| ())}>
                            <Icon name={Name::Shield} /><span>{ (texts.consent.own)(state, shown.kind) }</span>
                        </button>
                    }
                    if shown.own {
                        <button type="button" class="rec-banner__button rec-banner__button--sign" data-testid="record-mark" aria-label={texts.recording.mark}
                            title={texts.recording.mark} onclick={mark}><Icon name={Name::Mark} /></button>
                    }
                    if shown.own && shown.paused {
                        <button type="button" class="rec-banner__button" data-testid="record-resume" onclick={press(Input::Resume)}>
                            <Icon name={Name::Play} /><span>{ texts.recording.resume }</span>
                        </button>
                    } else if shown.own {
                        <button type="button" class="rec-banner__button" data-testid="record-pause" onclick={press(Input::Pause)}>
                            <Icon name={Name::Pause} /><span>{ texts.recording.pause }</span>
                        </button>
                    }
                </div>
            }
        </>
    }
}

fn shown(handle: &MeetingHandle, texts: &hostreel_app::i18n::Texts) -> Option<Shown> {
    let meeting = handle.meeting();
    // The own recorder knows best what it does, and goes on when the server is away.
    if let MyRecording::Running { kind, paused, .. } = meeting.recording {
        return Some(Shown {
            kind,
            paused,
            own: true,
            elapsed: format::elapsed(handle.elapsed_ms()),
            place: texts.recording.saved_only_here.to_owned(),
            size: Some(format::bytes(handle.progress.bytes)),
            free: handle.progress.free_bytes.map(|free| (texts.solo.free)(&format::bytes(free))),
        });
    }
    let room = meeting.room.as_ref()?;
    let recording =
        room.recording.as_ref().filter(|recording| Some(&recording.by) != meeting.you.as_ref())?;
    let by = room.person(&recording.by).map_or("", |person| person.name.as_str());
    Some(Shown {
        kind: recording.kind,
        paused: recording.state == RecordingState::Paused,
        own: false,
        elapsed: format::elapsed(running_time(recording, server_now(now_ms(), handle.clock_offset_ms()))),
        place: (texts.recording.saved_only_at)(by),
        size: None,
        free: None,
    })
}
