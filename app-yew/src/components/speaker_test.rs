//! Is there sound from the speaker?

use hostreel_recorder::devices::{Device, DeviceKind};
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::AudioContext;
use yew::prelude::*;

use super::device_select::{Choice, DeviceSelect, use_known_devices};
use super::icon::{Icon, Name};
use crate::browser::{can_choose_speaker, pause, play_on};
use crate::hooks::language::use_texts;
use crate::hooks::settings::use_settings;

/// Three tones, in hertz.
const TONES: [f32; 3] = [440.0, 554.4, 659.3];
const TONE_SECONDS: f64 = 0.35;

#[derive(Properties, PartialEq)]
pub(crate) struct Props {
    /// Whether microphone and camera are open: speakers are listed from the first access on.
    pub(crate) open: (bool, bool),
}

/// Chooses a speaker, where the browser lets pages choose, and plays three tones on it.
#[function_component]
pub(crate) fn SpeakerTest(props: &Props) -> Html {
    let texts = use_texts();
    let settled = use_settings();
    let playing = use_state_eq(|| false);
    let speakers: Vec<Device> = use_known_devices(props.open)
        .into_iter()
        .filter(|device| device.kind == DeviceKind::Speaker && !device.id.is_empty())
        .filter(|_| can_choose_speaker("AudioContext"))
        .collect();
    let chosen = settled.settings.speaker.clone();
    let on_choose = Callback::from(move |id| settled.change(|settings| settings.speaker = id));
    let onclick = {
        let (playing, chosen) = (playing.setter(), chosen.clone());
        Callback::from(move |_: MouseEvent| {
            let (playing, chosen) = (playing.clone(), chosen.clone());
            playing.set(true);
            spawn_local(async move {
                // A browser without sound plays nothing: that is what the test is for.
                let _ = play(chosen.as_deref()).await;
                playing.set(false);
            });
        })
    };
    html! {
        <div class="speaker">
            if !speakers.is_empty() {
                <DeviceSelect label={texts.devices.speaker} test_id="speaker-choice" devices={speakers} choice={Choice { chosen, on_choose }} />
            }
            <button type="button" class="button button--quiet" data-testid="speaker-test" disabled={*playing} {onclick}>
                <Icon name={Name::Speaker} />{ if *playing { texts.devices.speaker_playing } else { texts.devices.speaker_test } }
            </button>
        </div>
    }
}

async fn play(speaker: Option<&str>) -> Option<()> {
    let context = AudioContext::new().ok()?;
    if speaker.is_some() {
        play_on(&context, speaker).await;
    }
    let gain = context.create_gain().ok()?;
    gain.connect_with_audio_node(&context.destination()).ok()?;
    gain.gain().set_value(0.2);
    let mut at = context.current_time() + 0.05;
    for tone in TONES {
        let oscillator = context.create_oscillator().ok()?;
        oscillator.frequency().set_value(tone);
        oscillator.connect_with_audio_node(&gain).ok()?;
        oscillator.start_with_when(at).ok()?;
        oscillator.stop_with_when(at + TONE_SECONDS * 0.8).ok()?;
        at += TONE_SECONDS;
    }
    pause((TONE_SECONDS * 1000.0) as u32 * 3 + 200).await;
    JsFuture::from(context.close().ok()?).await.ok()?;
    Some(())
}
