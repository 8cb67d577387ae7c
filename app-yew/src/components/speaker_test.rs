//! Is there sound from the speaker?

use hostreel_recorder::devices::{self, Device, DeviceKind};
use js_sys::{Function, Promise, Reflect};
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::AudioContext;
use yew::prelude::*;

use super::device_select::{Choice, DeviceSelect};
use super::icon::{Icon, Name};
use crate::browser::pause;
use crate::hooks::language::use_texts;
use crate::hooks::settings::use_settings;

/// Three tones, in hertz.
const TONES: [f32; 3] = [440.0, 554.4, 659.3];
const TONE_SECONDS: f64 = 0.35;

/// Chooses a speaker, where the browser lets pages choose, and plays three tones on it.
#[function_component]
pub(crate) fn SpeakerTest() -> Html {
    let texts = use_texts();
    let settled = use_settings();
    let playing = use_state_eq(|| false);
    let speakers = use_state(Vec::<Device>::new);
    {
        let speakers = speakers.setter();
        use_effect_with((), move |()| {
            spawn_local(async move {
                let mut found = devices::list().await.unwrap_or_default();
                found.retain(|device| device.kind == DeviceKind::Speaker && !device.id.is_empty());
                speakers.set(if can_choose() { found } else { Vec::new() });
            });
        });
    }
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
                <DeviceSelect label={texts.devices.speaker} test_id="speaker-choice" devices={(*speakers).clone()} choice={Choice { chosen, on_choose }} />
            }
            <button type="button" class="button button--quiet" data-testid="speaker-test" disabled={*playing} {onclick}>
                <Icon name={Name::Speaker} />{ if *playing { texts.devices.speaker_playing } else { texts.devices.speaker_test } }
            </button>
        </div>
    }
}

/// Whether sound can be sent to a chosen speaker (Audio Output Devices API, on audio graphs).
fn can_choose() -> bool {
    Reflect::get(&js_sys::global(), &"AudioContext".into())
        .and_then(|class| Reflect::get(&class, &"prototype".into()))
        .is_ok_and(|prototype| Reflect::has(&prototype, &"setSinkId".into()).unwrap_or(false))
}

async fn play(speaker: Option<&str>) -> Option<()> {
    let context = AudioContext::new().ok()?;
    if let Some(id) = speaker {
        let chosen: Option<Promise> = Reflect::get(&context, &"setSinkId".into())
            .ok()
            .and_then(|method| method.dyn_into::<Function>().ok())
            .and_then(|method| method.call1(&context, &id.into()).ok())
            .and_then(|promise| promise.dyn_into().ok());
        if let Some(chosen) = chosen {
            // One that is gone: the default plays.
            let _ = JsFuture::from(chosen).await;
        }
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
