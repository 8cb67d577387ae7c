//! Saving a file where the user wants it.

use js_sys::{Array, Function, Object, Promise};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{File, FileSystemFileHandle, HtmlAnchorElement};

use crate::browser::{asked, call, member, object, sleep, window};
use crate::error::name_and_message;
use crate::{Error, ObjectUrl};

/// How saving ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Saved {
    /// The file is where the user chose.
    Saved,
    /// The browser is downloading it to its usual folder.
    Downloaded,
    /// The user closed the dialog; nothing was saved.
    Cancelled,
}

/// A download begins some time after the click; its address must live until then.
const DOWNLOAD_BEGINS_MS: u32 = 60_000;

pub(crate) async fn save(file: &File, name: &str, mime: &str, extension: &str) -> Result<Saved, Error> {
    let picker = member(&window()?.into(), "showSaveFilePicker").dyn_into::<Function>();
    let Ok(picker) = picker else {
        return download(file, name);
    };
    match pick(&picker, name, mime, extension).await {
        Ok(handle) => copy(file, &handle).await.map(|()| Saved::Saved),
        Err(thrown) => match name_and_message(&thrown).0.as_str() {
            "AbortError" => Ok(Saved::Cancelled),
            // No user gesture any more, or a frame that may not: a download is always allowed.
            _ => download(file, name),
        },
    }
}

pub(crate) async fn pick(
    picker: &Function,
    name: &str,
    mime: &str,
    extension: &str,
) -> Result<FileSystemFileHandle, JsValue> {
    let options = picker_options(name, mime, extension).map_err(|error| JsValue::from(error.message()))?;
    let promise = Promise::resolve(&picker.call1(&JsValue::UNDEFINED, &options)?);
    Ok(JsFuture::from(promise).await?.unchecked_into())
}

fn picker_options(name: &str, mime: &str, extension: &str) -> Result<Object, Error> {
    let endings = Array::of1(&[".", extension].concat().into());
    let accept = object(&[(mime, endings.into())])?;
    let kind = object(&[("accept", accept.into())])?;
    object(&[("suggestedName", name.into()), ("types", Array::of1(&kind).into())])
}

/// Streams from disk to disk; the target appears whole, or not at all.
async fn copy(file: &File, handle: &FileSystemFileHandle) -> Result<(), Error> {
    let copied = async {
        let target = asked(handle, "createWritable", &[]).await?;
        asked(&call(file, "stream", &[])?, "pipeTo", &[&target]).await
    };
    copied.await.map(drop).map_err(|thrown: JsValue| {
        let (name, message) = name_and_message(&thrown);
        Error::from_target(&name, &message)
    })
}

pub(crate) fn download(file: &File, name: &str) -> Result<Saved, Error> {
    let url = ObjectUrl::new(file)?;
    let document = window()?.document().ok_or(Error::Unsupported)?;
    let anchor: HtmlAnchorElement = document.create_element("a")?.unchecked_into();
    anchor.set_href(url.as_str());
    anchor.set_download(name);
    anchor.click();
    spawn_local(async move {
        let _ = sleep(DOWNLOAD_BEGINS_MS).await;
        drop(url);
    });
    Ok(Saved::Downloaded)
}
