//! What should be recorded?

use hostreel_app::i18n::KindTexts;
use hostreel_app::state::format;
use hostreel_protocol::RecordingKind;
use hostreel_recorder::{bytes_per_hour, library};
use wasm_bindgen_futures::spawn_local;
use yew::prelude::*;

use super::dialog::Dialog;
use super::icon::{Icon, Name};
use super::shell::Notice;
use crate::hooks::language::use_texts;
use crate::hooks::recorder_slot::preset;
use crate::hooks::settings::use_settings;

#[derive(Properties, PartialEq)]
pub(crate) struct Props {
    /// Nobody can be heard right now.
    pub(crate) silent: bool,
    /// How many are here.
    pub(crate) people: usize,
    pub(crate) on_choose: Callback<RecordingKind>,
    pub(crate) on_close: Callback<()>,
}

/// One press begins: each kind with what it is and how large it gets.
#[function_component]
pub(crate) fn RecordingChoice(props: &Props) -> Html {
    let texts = use_texts();
    let settings = use_settings().settings;
    let free = use_state_eq(|| None::<u64>);
    {
        let free = free.setter();
        use_effect_with((), move |()| {
            spawn_local(async move { free.set(library::estimate().await.map(|space| space.free())) });
        });
    }
    let support = hostreel_recorder::support();
    let trouble = if !support.media_recorder {
        Some((texts.device_error)("no_recorder"))
    } else if !support.opfs {
        // Only a warning: what is recorded stays in memory.
        Some((texts.device_error)("no_storage"))
    } else {
        None
    };
    let quality = preset(settings.quality).quality();
    let sound = bytes_per_hour(0, quality.audio_bits_per_second);
    let picture = bytes_per_hour(quality.video_bits_per_second, quality.audio_bits_per_second);
    let option = |kind: RecordingKind, words: KindTexts, icon: Name, test_id: &'static str, bytes: u64| {
        html! {
            <button type="button" class="choice" data-testid={test_id} disabled={!support.media_recorder}
                onclick={props.on_choose.reform(move |_| kind)}>
                <span class="choice__icon"><Icon name={icon} /></span>
                <span class="choice__text">
                    <strong>{ words.title }</strong>
                    <span>{ words.explained }</span>
                    <span class="choice__size">{ (texts.recording.per_hour)(&format::bytes(bytes)) }</span>
                </span>
            </button>
        }
    };
    let people = props.people.max(1) as u64;
    html! {
        <Dialog title={texts.recording.title} on_close={props.on_close.clone()}>
            <p class="dialog__text">{ texts.recording.lead }</p>
            if let Some(explained) = trouble { <Notice {explained} error=true /> }
            if props.silent { <Notice explained={texts.recording.nobody_heard} error=true /> }
            <div class="choices">
                { option(RecordingKind::Video, texts.recording.kind_video, Name::Camera, "record-kind-video", picture) }
                { option(RecordingKind::Audio, texts.recording.kind_audio, Name::Microphone, "record-kind-audio", sound) }
                { option(RecordingKind::Screen, texts.recording.kind_screen, Name::Screen, "record-kind-screen", picture) }
                { option(RecordingKind::Tracks, texts.recording.kind_tracks, Name::Tracks, "record-kind-tracks", picture * people) }
            </div>
            if let Some(free) = free.filter(|_| support.opfs) {
                <p class="muted-text tabular" data-testid="free-space">{ (texts.recording.room_for)(&format::bytes(free), free / picture.max(1)) }</p>
            }
        </Dialog>
    }
}
