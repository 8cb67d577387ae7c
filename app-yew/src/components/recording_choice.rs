//! What should be recorded?

use hostreel_app::i18n::KindTexts;
use hostreel_protocol::RecordingKind;
use yew::prelude::*;

use super::dialog::Dialog;
use super::icon::{Icon, Name};
use super::shell::Notice;
use crate::hooks::language::use_texts;

#[derive(Properties, PartialEq)]
pub(crate) struct Props {
    /// Nobody can be heard right now.
    pub(crate) silent: bool,
    pub(crate) on_choose: Callback<RecordingKind>,
    pub(crate) on_close: Callback<()>,
}

/// One press begins: each kind with what it is and how large it gets.
#[function_component]
pub(crate) fn RecordingChoice(props: &Props) -> Html {
    let texts = use_texts();
    let support = hostreel_recorder::support();
    let trouble = if !support.media_recorder {
        Some((texts.device_error)("no_recorder"))
    } else if !support.opfs {
        // Only a warning: what is recorded stays in memory.
        Some((texts.device_error)("no_storage"))
    } else {
        None
    };
    let option = |kind: RecordingKind, words: KindTexts, icon: Name, test_id: &'static str| {
        html! {
            <button type="button" class="choice" data-testid={test_id} disabled={!support.media_recorder}
                onclick={props.on_choose.reform(move |_| kind)}>
                <span class="choice__icon"><Icon name={icon} /></span>
                <span class="choice__text">
                    <strong>{ words.title }</strong>
                    <span>{ words.explained }</span>
                    <span class="choice__size">{ words.per_hour }</span>
                </span>
            </button>
        }
    };
    html! {
        <Dialog title={texts.recording.title} on_close={props.on_close.clone()}>
            <p class="dialog__text">{ texts.recording.lead }</p>
            if let Some(explained) = trouble { <Notice {explained} error=true /> }
            if props.silent { <Notice explained={texts.recording.nobody_heard} error=true /> }
            <div class="choices">
                { option(RecordingKind::Video, texts.recording.kind_video, Name::Camera, "record-kind-video") }
                { option(RecordingKind::Audio, texts.recording.kind_audio, Name::Microphone, "record-kind-audio") }
            </div>
        </Dialog>
    }
}
