//! A file in the origin-private file system (File System Standard §2.6), written in place by a worker.

use std::cell::RefCell;
use std::future::Future;
use std::pin::Pin;
use std::rc::Rc;

use js_sys::{Array, Uint8Array};
use seekable::Edit;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::File;

use super::media_name;
use crate::Error;
use crate::browser::{Requests, asked, member, navigator, object, text};
use crate::error::name_and_message;
use crate::support::support;

pub(crate) const FOLDER: &str = "hostreel";
const SCRIPT: &str = "store-worker.js";

thread_local! {
    static WORKER: RefCell<Option<Rc<Requests>>> = const { RefCell::new(None) };
}

/// The page's one store worker, started when it is first needed and again after it broke.
async fn worker() -> Result<Rc<Requests>, Error> {
    if !support().opfs {
        return Err(Error::NoStorage);
    }
    let running = WORKER.with(|slot| slot.borrow().clone());
    if let Some(worker) = running {
        return Ok(worker);
    }
    let started = Rc::new(Requests::start(SCRIPT).await?);
    // Two may have started one at the same time: the first stays.
    Ok(WORKER.with(|slot| Rc::clone(slot.borrow_mut().get_or_insert(started))))
}

/// A request on its way to the worker: one kind for all, so that it stands once in the module.
pub(crate) type Asked = Pin<Box<dyn Future<Output = Result<JsValue, Error>>>>;

fn ask(members: &[(&str, JsValue)], transfer: Array) -> Asked {
    let request = object(members);
    Box::pin(async move {
        let worker = worker().await?;
        let Ok(answer) = worker.ask(&request?, &transfer)?.await else {
            // The script broke: the next request tries a new one.
            WORKER.with(|slot| slot.borrow_mut().take_if(|known| Rc::ptr_eq(known, &worker)));
            return Err(Error::WorkerBlocked { script: SCRIPT.into() });
        };
        match member(&answer, "error").as_string() {
            Some(name) => Err(Error::from_storage(&name, &text(&answer, "message"))),
            None => Ok(answer),
        }
    })
}

/// An open file of one recording.
#[derive(Debug)]
pub(crate) struct OpfsStore {
    name: String,
    len: u64,
}

impl OpfsStore {
    pub(crate) async fn open(id: &str) -> Result<Self, Error> {
        let name = media_name(id);
        ask(&[("op", "open".into()), ("name", name.as_str().into())], Array::new()).await?;
        Ok(Self { name, len: 0 })
    }

    pub(crate) async fn apply(&mut self, edits: Vec<Edit>) -> Result<(), Error> {
        let mut len = self.len;
        let (list, transfer) = sent(edits, &mut len)?;
        ask(&[("op", "write".into()), ("name", self.name.as_str().into()), ("edits", list.into())], transfer)
            .await?;
        self.len = len;
        Ok(())
    }

    pub(crate) fn len(&self) -> u64 {
        self.len
    }

    pub(crate) fn close(&self) -> Asked {
        ask(&[("op", "close".into()), ("name", self.name.as_str().into())], Array::new())
    }
}

/// Edits as the worker takes them, and what moves to it. `len` is the file's length before and after.
fn sent(edits: Vec<Edit>, len: &mut u64) -> Result<(Array, Array), Error> {
    let (list, transfer) = (Array::new(), Array::new());
    for edit in edits {
        let (at, bytes) = match &edit {
            Edit::Append(bytes) => {
                let at = *len;
                *len += bytes.len() as u64;
                (at, bytes)
            }
            Edit::Overwrite { offset, bytes } => (*offset, bytes),
        };
        let bytes = Uint8Array::from(bytes.as_slice());
        transfer.push(&bytes.buffer());
        // File positions are exact in a double up to 2^53.
        list.push(&object(&[("at", (at as f64).into()), ("bytes", bytes.into())])?.into());
    }
    Ok((list, transfer))
}

/// Cuts a file that is not open off at a length and applies edits to it.
#[cfg(feature = "recover")]
pub(crate) async fn repair_file(name: &str, length: u64, edits: Vec<Edit>) -> Result<(), Error> {
    let mut len = length;
    let (list, transfer) = sent(edits, &mut len)?;
    let request = [
        ("op", "repair".into()),
        ("name", name.into()),
        ("length", (length as f64).into()),
        ("edits", list.into()),
    ];
    ask(&request, transfer).await.map(drop)
}

/// Replaces a small text file.
pub(crate) fn put_text(name: &str, text: &str) -> Asked {
    ask(&[("op", "put".into()), ("name", name.into()), ("text", text.into())], Array::new())
}

/// Removes files; those that are not there are no error.
pub(crate) fn remove_files(names: &[String]) -> Asked {
    let list: Array = names.iter().map(|name| JsValue::from_str(name)).collect();
    ask(&[("op", "remove".into()), ("names", list.into())], Array::new())
}

/// A file as it lies in the folder.
#[cfg(feature = "library")]
#[derive(Debug)]
pub(crate) struct StoredFile {
    pub(crate) name: String,
    pub(crate) bytes: u64,
    /// Content of small JSON files.
    pub(crate) text: Option<String>,
}

/// All files of the folder.
#[cfg(feature = "library")]
pub(crate) async fn list_files() -> Result<Vec<StoredFile>, Error> {
    let answer = ask(&[("op", "list".into())], Array::new()).await?;
    let files = Array::from(&member(&answer, "files"));
    Ok(files
        .iter()
        .filter_map(|file| {
            Some(StoredFile {
                name: text(&file, "name"),
                bytes: member(&file, "size").as_f64()? as u64,
                text: member(&file, "text").as_string(),
            })
        })
        .collect())
}

/// A disk-backed [`File`]: reading it reads the disk, nothing is copied into memory.
pub(crate) async fn disk_file(name: &str) -> Result<File, Error> {
    let found: Result<JsValue, JsValue> = async {
        let root = asked(&navigator("storage"), "getDirectory", &[]).await?;
        let folder = asked(&root, "getDirectoryHandle", &[&FOLDER.into()]).await?;
        let handle = asked(&folder, "getFileHandle", &[&name.into()]).await?;
        asked(&handle, "getFile", &[]).await
    }
    .await;
    found.map(JsCast::unchecked_into).map_err(|thrown| {
        let (name, message) = name_and_message(&thrown);
        Error::from_storage(&name, &message)
    })
}
