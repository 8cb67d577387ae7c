//! Small things that the browser gives. Each is total: what is missing reads as nothing.

use std::cell::RefCell;
use std::collections::BTreeMap;

use gloo_timers::future::TimeoutFuture;
use hostreel_app::state::format::WallClock;
use js_sys::{Date, Function, Promise, Reflect};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{Document, Storage, Window};

pub(crate) fn window() -> Option<Window> {
    web_sys::window()
}

pub(crate) fn document() -> Option<Document> {
    window()?.document()
}

/// A remembered value. Where storage is forbidden or full, until the page is loaded anew.
pub(crate) fn remembered(key: &str) -> Option<String> {
    let stored = || window()?.local_storage().ok()??.get_item(key).ok()?;
    IN_PLACE_OF_LASTING_STORAGE.with_borrow(|values| values.get(key).cloned()).or_else(stored)
}

pub(crate) fn remember(key: &str, value: &str) {
    let storage = window().and_then(|window| window.local_storage().ok()?);
    let stored = storage.is_some_and(|storage| storage.set_item(key, value).is_ok());
    IN_PLACE_OF_LASTING_STORAGE.with_borrow_mut(|values| {
        if stored {
            values.remove(key);
        } else {
            values.insert(key.to_owned(), value.to_owned());
        }
    });
}

/// 128 random bits, in hexadecimal.
pub(crate) fn random_text() -> Option<String> {
    let mut bytes = [0_u8; 16];
    window()?.crypto().ok()?.get_random_values_with_u8_array(&mut bytes).ok()?;
    Some(bytes.iter().map(|byte| format!("{byte:02x}")).collect())
}

thread_local! {
    /// What this tab remembers where its storage is blocked: until the page is loaded anew.
    static IN_PLACE_OF_STORAGE: RefCell<BTreeMap<String, String>> = RefCell::default();
    /// The same for what would last.
    static IN_PLACE_OF_LASTING_STORAGE: RefCell<BTreeMap<String, String>> = RefCell::default();
}

/// A value that this tab remembers, also after a reload where storage is allowed; other tabs don't know it.
pub(crate) fn remembered_for_tab(key: &str) -> Option<String> {
    let stored = tab_storage().and_then(|storage| storage.get_item(key).ok().flatten());
    stored.or_else(|| IN_PLACE_OF_STORAGE.with_borrow(|values| values.get(key).cloned()))
}

pub(crate) fn remember_for_tab(key: &str, value: &str) {
    let stored = tab_storage().is_some_and(|storage| storage.set_item(key, value).is_ok());
    if !stored {
        IN_PLACE_OF_STORAGE.with_borrow_mut(|values| values.insert(key.to_owned(), value.to_owned()));
    }
}

pub(crate) fn forget_for_tab(key: &str) {
    if let Some(storage) = tab_storage() {
        let _ = storage.remove_item(key);
    }
    IN_PLACE_OF_STORAGE.with_borrow_mut(|values| values.remove(key));
}

fn tab_storage() -> Option<Storage> {
    window()?.session_storage().ok()?
}

/// Whether the person (or a setting) said no to something, by its name in the Permissions API. `false` where the browser
/// does not tell.
pub(crate) async fn is_denied(name: &str) -> bool {
    let asked = async {
        let navigator = window()?.navigator();
        let permissions = Reflect::get(&navigator, &"permissions".into()).ok()?;
        let query: Function = Reflect::get(&permissions, &"query".into()).ok()?.dyn_into().ok()?;
        let descriptor = js_sys::Object::new();
        Reflect::set(&descriptor, &"name".into(), &name.into()).ok()?;
        let promise: Promise = query.call1(&permissions, &descriptor).ok()?.dyn_into().ok()?;
        let status = JsFuture::from(promise).await.ok()?;
        Reflect::get(&status, &"state".into()).ok()?.as_string()
    };
    asked.await.as_deref() == Some("denied")
}

/// The own clock, in milliseconds since 1970.
pub(crate) fn now_ms() -> f64 {
    Date::now()
}

/// The page's address up to the path, like `https://meet.example`.
pub(crate) fn origin() -> String {
    window().and_then(|window| window.location().origin().ok()).unwrap_or_default()
}

/// The address after `#`, the sign included.
pub(crate) fn fragment() -> String {
    window().and_then(|window| window.location().hash().ok()).unwrap_or_default()
}

/// Shows another fragment (without `#`) in the address bar, in place of what stands there and in the history.
pub(crate) fn show_fragment(fragment: &str) {
    let Some(window) = window() else { return };
    let location = window.location();
    let (Ok(mut address), Ok(search), Ok(history)) =
        (location.pathname(), location.search(), window.history())
    else {
        return;
    };
    address.push_str(&search);
    if !fragment.is_empty() {
        address.push('#');
        address.push_str(fragment);
    }
    // The router keeps its own notes in the state of the entry.
    let state = history.state().unwrap_or(JsValue::NULL);
    let _ = history.replace_state_with_url(&state, "", Some(&address));
}

/// Whether the person points precisely, as with a mouse: then no keyboard comes up over the page.
pub(crate) fn has_mouse() -> bool {
    window()
        .and_then(|window| window.match_media("(pointer: fine)").ok()?)
        .is_some_and(|query| query.matches())
}

/// Goes to a path of the app, fragment included, without loading the page anew.
pub(crate) fn go(path: &str) {
    let Some(window) = window() else { return };
    let pushed =
        window.history().and_then(|history| history.push_state_with_url(&JsValue::NULL, "", Some(path)));
    // The router reads the address when the history moves, and the router's own push keeps no fragment.
    let moved = web_sys::PopStateEvent::new("popstate").and_then(|event| window.dispatch_event(&event));
    if pushed.is_err() || moved.is_err() {
        let _ = window.location().assign(path);
    }
}

/// Loads the page anew.
pub(crate) fn reload() {
    if let Some(window) = window() {
        let _ = window.location().reload();
    }
}

pub(crate) fn set_title(title: &str) {
    if let Some(document) = document()
        && document.title() != title
    {
        document.set_title(title);
    }
}

/// Puts a text into the clipboard.
pub(crate) async fn copy(text: &str) -> bool {
    let Some(window) = window() else { return false };
    let navigator = window.navigator();
    // Missing on insecure pages, whatever its type says.
    if Reflect::get(&navigator, &"clipboard".into()).is_ok_and(|clipboard| clipboard.is_undefined()) {
        return false;
    }
    JsFuture::from(navigator.clipboard().write_text(text)).await.is_ok()
}

/// Keeps the screen awake; gives what has to be released, where the browser has it.
pub(crate) async fn wake_lock() -> Option<JsValue> {
    let navigator = window()?.navigator();
    let wake_lock = Reflect::get(&navigator, &"wakeLock".into()).ok()?;
    let request: Function = Reflect::get(&wake_lock, &"request".into()).ok()?.dyn_into().ok()?;
    let promise: Promise = request.call1(&wake_lock, &"screen".into()).ok()?.dyn_into().ok()?;
    JsFuture::from(promise).await.ok()
}

/// Lets the screen sleep again.
pub(crate) fn release_wake_lock(sentinel: &JsValue) {
    if let Ok(release) = Reflect::get(sentinel, &"release".into())
        && let Ok(release) = release.dyn_into::<Function>()
    {
        let _ = release.call0(sentinel);
    }
}

/// Waits, in milliseconds.
pub(crate) async fn pause(milliseconds: u32) {
    TimeoutFuture::new(milliseconds).await;
}

/// A moment as the clock on the wall shows it here.
pub(crate) fn wall_clock(milliseconds: u64) -> WallClock {
    let date = Date::new(&JsValue::from_f64(milliseconds as f64));
    WallClock {
        year: date.get_full_year(),
        // JavaScript counts months from zero.
        month: date.get_month() + 1,
        day: date.get_date(),
        hour: date.get_hours(),
        minute: date.get_minutes(),
        second: date.get_seconds(),
    }
}

/// A date and time in the words of `language` (a BCP 47 tag).
pub(crate) fn date_text(milliseconds: u64, language: &str) -> String {
    let date = Date::new(&JsValue::from_f64(milliseconds as f64));
    let options = js_sys::Object::new();
    for (name, value) in [("dateStyle", "medium"), ("timeStyle", "short")] {
        let _ = Reflect::set(&options, &name.into(), &value.into());
    }
    date.to_locale_string(language, &options).into()
}

/// A time of day in the words of `language`.
pub(crate) fn time_text(milliseconds: u64, language: &str) -> String {
    let date = Date::new(&JsValue::from_f64(milliseconds as f64));
    let options = js_sys::Object::new();
    let _ = Reflect::set(&options, &"timeStyle".into(), &"short".into());
    date.to_locale_string(language, &options).into()
}

/// Whether this browser can share a file of this type with other programs.
pub(crate) fn can_share(mime: &str) -> bool {
    let asked = || {
        let options = web_sys::FilePropertyBag::new();
        options.set_type(mime);
        let file =
            web_sys::File::new_with_str_sequence_and_options(&js_sys::Array::of1(&"".into()), "a", &options)
                .ok()?;
        let navigator = window()?.navigator();
        let can: Function = Reflect::get(&navigator, &"canShare".into()).ok()?.dyn_into().ok()?;
        let data = shared(&file)?;
        can.call1(&navigator, &data).ok()
    };
    asked().is_some_and(|answer| answer.is_truthy())
}

/// Offers a file to other programs. False when it was not shared.
pub(crate) async fn share(file: &web_sys::File) -> bool {
    let asked = async {
        let navigator = window()?.navigator();
        let share: Function = Reflect::get(&navigator, &"share".into()).ok()?.dyn_into().ok()?;
        let data = shared(file)?;
        let promise: Promise = share.call1(&navigator, &data).ok()?.dyn_into().ok()?;
        JsFuture::from(promise).await.ok()
    };
    asked.await.is_some()
}

fn shared(file: &web_sys::File) -> Option<js_sys::Object> {
    let data = js_sys::Object::new();
    Reflect::set(&data, &"files".into(), &js_sys::Array::of1(file)).ok()?;
    Some(data)
}

/// Saves a small text as a file.
pub(crate) fn download_text(name: &str, text: &str, mime: &str) {
    let saved = || {
        let options = web_sys::BlobPropertyBag::new();
        options.set_type(mime);
        let parts = js_sys::Array::of1(&text.into());
        let blob = web_sys::Blob::new_with_str_sequence_and_options(&parts, &options).ok()?;
        let url = web_sys::Url::create_object_url_with_blob(&blob).ok()?;
        let anchor: web_sys::HtmlAnchorElement = document()?.create_element("a").ok()?.unchecked_into();
        anchor.set_href(&url);
        anchor.set_download(name);
        anchor.click();
        // A download begins some time after the click; the address must live until then.
        wasm_bindgen_futures::spawn_local(async move {
            pause(60_000).await;
            let _ = web_sys::Url::revoke_object_url(&url);
        });
        Some(())
    };
    let _ = saved();
}

/// The whole screen for an element (nothing: for the page), or no more.
pub(crate) fn toggle_full_screen(element: Option<&web_sys::Element>) {
    let Some(document) = document() else { return };
    if document.fullscreen_element().is_some() {
        document.exit_fullscreen();
    } else if let Some(element) = element.cloned().or_else(|| document.document_element()) {
        // A refusal changes nothing.
        let _ = element.request_fullscreen();
    }
}

/// Whether a video can be shown in a small window of its own.
pub(crate) fn has_small_windows() -> bool {
    document().is_some_and(|document| {
        Reflect::get(&document, &"pictureInPictureEnabled".into()).is_ok_and(|enabled| enabled.is_truthy())
    })
}

/// What tells of devices that come and go.
pub(crate) fn media_devices() -> Option<web_sys::EventTarget> {
    Reflect::get(&window()?.navigator(), &"mediaDevices".into()).ok()?.dyn_into().ok()
}

/// Whether a player or an audio graph can be heard from a chosen speaker (Audio Output Devices API).
pub(crate) fn can_choose_speaker(class: &str) -> bool {
    Reflect::get(&js_sys::global(), &class.into())
        .and_then(|class| Reflect::get(&class, &"prototype".into()))
        .is_ok_and(|prototype| Reflect::has(&prototype, &"setSinkId".into()).unwrap_or(false))
}

/// Plays a player or an audio graph on a speaker; nothing is the browser's default. One that is gone, or a browser that
/// does not let pages choose: it plays where it did.
pub(crate) async fn play_on(player: &JsValue, speaker: Option<&str>) {
    let playing: Option<Promise> = Reflect::get(player, &"setSinkId".into())
        .ok()
        .and_then(|method| method.dyn_into::<Function>().ok())
        .and_then(|method| method.call1(player, &speaker.unwrap_or_default().into()).ok())
        .and_then(|promise| promise.dyn_into().ok());
    if let Some(playing) = playing {
        let _ = JsFuture::from(playing).await;
    }
}

/// Shows a video in a small window of its own (Picture-in-Picture), or back in the page.
pub(crate) fn show_in_small_window(video: &web_sys::Element) {
    let call = |object: &JsValue, name: &str| {
        let method: Function = Reflect::get(object, &name.into()).ok()?.dyn_into().ok()?;
        let promise: Promise = method.call0(object).ok()?.dyn_into().ok()?;
        wasm_bindgen_futures::spawn_local(async move {
            // A refusal changes nothing.
            let _ = JsFuture::from(promise).await;
        });
        Some(())
    };
    let Some(document) = document() else { return };
    let shown = Reflect::get(&document, &"pictureInPictureElement".into()).unwrap_or(JsValue::NULL);
    let _ = if &shown == AsRef::<JsValue>::as_ref(video) {
        call(&document, "exitPictureInPicture")
    } else {
        call(video, "requestPictureInPicture")
    };
}
