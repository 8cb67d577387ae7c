//! What is settled for this device.

use hostreel_app::i18n::Language;
use hostreel_app::state::format;
use hostreel_app::state::settings::{
    COUNTDOWNS, FileKind, LONGEST_NAME, Quality, Settings as All, TINTS, Theme,
};
use hostreel_app::state::toasts::Message;
use hostreel_recorder::devices::{self, Capture};
use hostreel_recorder::library::{self, Estimate};
use js_sys::{Function, Promise, Reflect};
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::HtmlInputElement;
use yew::prelude::*;

use super::library::Space;
use crate::browser::{download_text, window};
use crate::components::device_select::{Choice, DeviceLists};
use crate::components::icon::{Icon, Name};
use crate::components::select::Select;
use crate::components::shell::Page;
use crate::components::shortcut_sheet::ShortcutList;
use crate::components::speaker_test::SpeakerTest;
use crate::components::switch::Switch;
use crate::components::toast_stack::ToastStack;
use crate::hooks::guards::use_title;
use crate::hooks::language::{use_language, use_texts};
use crate::hooks::settings::{Settled, use_settings};
use crate::hooks::toasts::{Action, use_toasts};

/// The settings page.
#[function_component]
pub(crate) fn Settings() -> Html {
    let texts = use_texts();
    let (messages, show) = use_toasts();
    use_title(format!("{} · Hostreel", texts.common.settings));
    let section = |title: &'static str, content: Html| {
        html! { <section class="card settings__part" aria-label={title}><h2>{ title }</h2>{ content }</section> }
    };
    let toasts = messages.0.clone();
    let on_dismiss = Callback::from(move |id| messages.dispatch(Action::Dismiss(id)));
    html! {
        <Page class="main--narrow settings">
            <header class="page-head"><h1>{ texts.common.settings }</h1><p class="muted-text">{ texts.settings.lead }</p></header>
            <div class="settings__parts">
                { section(texts.settings.profile, html! { <Profile /> }) }
                { section(texts.settings.devices, html! { <OwnDevices show={show.clone()} /> }) }
                { section(texts.settings.recording, html! { <Recording /> }) }
                { section(texts.settings.look, html! { <Look /> }) }
                { section(texts.settings.storage, html! { <Storage /> }) }
                { section(texts.shortcuts.title, html! { <><p class="muted-text">{ texts.shortcuts.lead }</p><ShortcutList /></> }) }
                { section(texts.settings.transfer, html! { <Transfer {show} /> }) }
            </div>
            <ToastStack {toasts} {on_dismiss} />
        </Page>
    }
}

/// Changes a setting by what was chosen.
fn chosen(settled: &Settled, change: fn(&mut All, String)) -> Callback<String> {
    let settled = settled.clone();
    Callback::from(move |value| settled.change(|settings| change(settings, value)))
}

#[function_component]
fn Profile() -> Html {
    let texts = use_texts();
    let settled = use_settings();
    let now = settled.settings.tint;
    let onchange = chosen(&settled, |settings, value| value.trim().clone_into(&mut settings.name))
        .reform(|event: Event| event.target_unchecked_into::<HtmlInputElement>().value());
    let tint = |tint: Option<u8>, label: String| {
        let settled = settled.clone();
        let onchange = Callback::from(move |_: Event| settled.change(|settings| settings.tint = tint));
        let class = tint.map(|tint| format!("tile--tint-{tint}"));
        let shown = if tint.is_none() {
            format::initials(&settled_name(texts.settings.tint_by_name))
        } else {
            String::new()
        };
        html! {
            <label class={classes!("tint", class)} title={label.clone()}>
                <input type="radio" name="tint" class="visually-hidden" checked={now == tint} {onchange} aria-label={label} />
                <span aria-hidden="true">{ shown }</span>
            </label>
        }
    };
    html! {
        <>
            <label class="field">
                <span class="field__label">{ texts.settings.name }</span>
                <input class="input" data-testid="settings-name" value={settled.settings.name.clone()} maxlength={LONGEST_NAME.to_string()} autocomplete="name"
                    placeholder={texts.prejoin.name_placeholder} {onchange} />
            </label>
            <fieldset class="field tints">
                <legend class="field__label">{ texts.settings.tint }</legend>
                <div class="tints__all">
                    { tint(None, texts.settings.tint_by_name.to_owned()) }
                    { for (0..TINTS).map(|number| tint(Some(number), (texts.settings.tint_number)(number + 1))) }
                </div>
            </fieldset>
        </>
    }
}

fn settled_name(fallback: &str) -> String {
    let name = crate::hooks::settings::kept().name;
    if name.is_empty() { fallback.to_owned() } else { name }
}

#[derive(Properties, PartialEq)]
struct ShowProps {
    show: Callback<Message>,
}

#[function_component]
fn OwnDevices(props: &ShowProps) -> Html {
    let texts = use_texts();
    let settled = use_settings();
    // Changes when access was allowed: names come then.
    let allowed = use_state_eq(|| false);
    let choose = |change: fn(&mut All, Option<String>)| {
        let settled = settled.clone();
        Callback::from(move |id| settled.change(|settings| change(settings, id)))
    };
    let camera = Choice {
        chosen: settled.settings.camera.clone(),
        on_choose: choose(|settings, id| settings.camera = id),
    };
    let microphone = Choice {
        chosen: settled.settings.microphone.clone(),
        on_choose: choose(|settings, id| settings.microphone = id),
    };
    let allow = {
        let (allowed, show) = (allowed.setter(), props.show.clone());
        Callback::from(move |_: MouseEvent| {
            let (allowed, show) = (allowed.clone(), show.clone());
            spawn_local(async move {
                match devices::user_media(&Capture::default()).await {
                    Ok(stream) => {
                        devices::stop(&stream);
                        allowed.set(true);
                    }
                    Err(error) => show.emit(Message::Failed(error.code().into())),
                }
            });
        })
    };
    let set = |change: fn(&mut All, bool)| {
        let settled = settled.clone();
        Callback::from(move |on| settled.change(|settings| change(settings, on)))
    };
    html! {
        <>
            <DeviceLists open={(*allowed, *allowed)} {camera} {microphone} />
            if !*allowed {
                <p class="muted-text">{ texts.settings.devices_lead }</p>
                <button type="button" class="button button--quiet" data-testid="allow-devices" onclick={allow}>{ texts.settings.devices_allow }</button>
            }
            <SpeakerTest open={(*allowed, *allowed)} />
            <Switch label={texts.settings.mirror} lead={texts.settings.mirror_lead} on={settled.settings.mirror} test_id="settings-mirror"
                on_change={set(|settings, on| settings.mirror = on)} />
            <Switch label={texts.settings.push_to_talk} lead={texts.settings.push_to_talk_lead} on={settled.settings.push_to_talk} test_id="settings-push-to-talk"
                on_change={set(|settings, on| settings.push_to_talk = on)} />
        </>
    }
}

#[function_component]
fn Recording() -> Html {
    let texts = use_texts();
    let settled = use_settings();
    let now = &settled.settings;
    let quality = chosen(&settled, |settings, value| {
        settings.quality = Quality::ALL.into_iter().find(|one| one.name() == value).unwrap_or_default();
    });
    let file = chosen(&settled, |settings, value| {
        settings.file = FileKind::ALL.into_iter().find(|one| one.name() == value).unwrap_or_default();
    });
    let countdown = chosen(&settled, |settings, value| {
        settings.countdown_s = value.parse().unwrap_or(settings.countdown_s);
    });
    let qualities =
        Quality::ALL.map(|one| (one.name().to_owned(), (texts.settings.quality_name)(one).to_owned()));
    let countdowns = COUNTDOWNS.map(|one| (one.to_string(), (texts.settings.countdown_name)(one)));
    let files = FileKind::ALL.map(|one| (one.name().to_owned(), (texts.settings.file_name)(one).to_owned()));
    html! {
        <>
            <Select label={texts.settings.quality} test_id="settings-quality" value={now.quality.name()} options={qualities.to_vec()} on_change={quality} />
            <Select label={texts.settings.countdown} test_id="settings-countdown" value={now.countdown_s.to_string()} options={countdowns.to_vec()} on_change={countdown} />
            <Select label={texts.settings.file} test_id="settings-file" value={now.file.name()} options={files.to_vec()} on_change={file} />
            <p class="muted-text">{ texts.settings.file_lead }</p>
        </>
    }
}

#[function_component]
fn Look() -> Html {
    let texts = use_texts();
    let settled = use_settings();
    let language = use_language();
    let theme = chosen(&settled, |settings, value| {
        settings.theme = Theme::ALL.into_iter().find(|one| one.name() == value).unwrap_or_default();
    });
    let speak = {
        let set = language.set.clone();
        Callback::from(move |tag: String| {
            if let Some(language) = Language::from_tag(&tag) {
                set.emit(language);
            }
        })
    };
    let themes = Theme::ALL.map(|one| (one.name().to_owned(), (texts.settings.theme_name)(one).to_owned()));
    let languages = Language::ALL.map(|one| (one.tag().to_owned(), one.name().to_owned()));
    html! {
        <>
            <Select label={texts.settings.theme} test_id="settings-theme" value={settled.settings.theme.name()} options={themes.to_vec()} on_change={theme} />
            <Select label={texts.common.language} test_id="settings-language" value={language.language.tag()} options={languages.to_vec()} on_change={speak} />
        </>
    }
}

#[function_component]
fn Storage() -> Html {
    let texts = use_texts();
    let space = use_state(|| None::<Estimate>);
    let persistent = use_state_eq(|| false);
    let refused = use_state_eq(|| false);
    {
        let (space, persistent) = (space.setter(), persistent.setter());
        use_effect_with((), move |()| {
            spawn_local(async move {
                space.set(library::estimate().await);
                persistent.set(is_persistent().await);
            });
        });
    }
    let ask = {
        let (persistent, refused) = (persistent.setter(), refused.setter());
        Callback::from(move |_: MouseEvent| {
            let (persistent, refused) = (persistent.clone(), refused.clone());
            spawn_local(async move {
                let granted = library::persist().await;
                persistent.set(granted);
                refused.set(!granted);
            });
        })
    };
    html! {
        <>
            if let Some(space) = *space { <Space {space} /> }
            <p class="settings__persistent" data-testid="persistent">
                <Icon name={if *persistent { Name::Check } else { Name::Warning }} />
                { if *persistent { texts.settings.persistent } else { texts.settings.not_persistent } }
            </p>
            if !*persistent {
                <button type="button" class="button button--quiet" data-testid="persist" onclick={ask}>{ texts.settings.persist }</button>
            }
            if *refused { <p class="muted-text" role="status">{ texts.settings.persist_refused }</p> }
        </>
    }
}

async fn is_persistent() -> bool {
    let asked = async {
        let storage = Reflect::get(&window()?.navigator(), &"storage".into()).ok()?;
        let persisted: Function = Reflect::get(&storage, &"persisted".into()).ok()?.dyn_into().ok()?;
        let promise: Promise = persisted.call0(&storage).ok()?.dyn_into().ok()?;
        JsFuture::from(promise).await.ok()
    };
    asked.await.is_some_and(|answer| answer.is_truthy())
}

#[function_component]
fn Transfer(props: &ShowProps) -> Html {
    let texts = use_texts();
    let settled = use_settings();
    let spoken = use_language();
    let export = {
        let (settings, language) = (settled.settings.clone(), spoken.language);
        Callback::from(move |_: MouseEvent| {
            download_text("hostreel-settings.json", &settings.exported(language), "application/json");
        })
    };
    let import = {
        let (settled, show) = (settled, props.show.clone());
        Callback::from(move |event: Event| {
            let input: HtmlInputElement = event.target_unchecked_into();
            let Some(file) = input.files().and_then(|files| files.get(0)) else { return };
            // The same file can be chosen again.
            input.set_value("");
            let (settled, show, speak) = (settled.clone(), show.clone(), spoken.set.clone());
            spawn_local(async move {
                let text =
                    if file.size() > 100_000.0 { None } else { JsFuture::from(file.text()).await.ok() };
                match text.and_then(|text| All::read(&text.as_string()?)) {
                    Some(mut settings) => {
                        if let Some(language) = settings.take_language() {
                            speak.emit(language);
                        }
                        settled.set.emit(settings);
                        show.emit(Message::Imported);
                    }
                    None => show.emit(Message::NotImported),
                }
            });
        })
    };
    html! {
        <>
            <p class="muted-text">{ texts.settings.transfer_lead }</p>
            <div class="settings__ways">
                <button type="button" class="button button--quiet" data-testid="settings-export" onclick={export}><Icon name={Name::Download} />{ texts.settings.export }</button>
                <label class="button button--quiet settings__import">
                    <Icon name={Name::Upload} />{ texts.settings.import }
                    <input type="file" class="visually-hidden" accept="application/json,.json" data-testid="settings-import" onchange={import} />
                </label>
            </div>
        </>
    }
}
