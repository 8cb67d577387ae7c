//! What goes wrong with a disk, on purpose.

use hostreel_recorder::set_worker_factory;
use js_sys::{Function, Promise};
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen_futures::JsFuture;

#[wasm_bindgen(inline_js = r#"
// A worker whose files take so many more bytes as the page says, and no end of them before.
const PATCH = `
  let left = Infinity;
  const told = new BroadcastChannel("hostreel-disk");
  told.onmessage = ({ data }) => {
    if (data.left === undefined) return;
    left = data.left ?? Infinity;
    told.postMessage("heard");
  };
  const { write } = FileSystemSyncAccessHandle.prototype;
  FileSystemSyncAccessHandle.prototype.write = function (bytes, { at }) {
    const more = Math.max(0, at + bytes.byteLength - this.getSize());
    if (more > left) {
      // A disk that gets full takes what it can.
      write.call(this, bytes.subarray(0, bytes.byteLength - more + left), { at });
      left = 0;
      throw new DOMException("no space left", "QuotaExceededError");
    }
    left -= more;
    return write.call(this, bytes, { at });
  };`;

export const limited_workers = () => (name) => {
  const script = `import ${JSON.stringify(new URL(`/js/${name}`, location.href).href)};${PATCH}`;
  return new Worker(URL.createObjectURL(new Blob([script], { type: "text/javascript" })), { type: "module" });
};

export function leave_space(left) {
  const told = new BroadcastChannel("hostreel-disk");
  return new Promise((resolve) => {
    told.onmessage = () => resolve(told.close());
    told.postMessage({ left: left ?? null });
  });
}

const { estimate } = StorageManager.prototype;

// Free bytes as the browser tells them; nothing: as they are.
export function say_free(free) {
  StorageManager.prototype.estimate = free === undefined ? estimate : async () => ({ usage: 0, quota: free });
}

const { createMediaStreamDestination } = AudioContext.prototype;
let mixing;

// The next context in which sounds are put together is known.
export function know_next_context() {
  AudioContext.prototype.createMediaStreamDestination = function () {
    mixing = this;
    AudioContext.prototype.createMediaStreamDestination = createMediaStreamDestination;
    return createMediaStreamDestination.call(this);
  };
}

// As a phone does for a call: it does not let it run again by itself. Answers when it is suspended.
export const hold_up_sound = () => mixing.suspend();
export const sound_state = () => mixing.state;

const ask = MediaDevices.prototype.getUserMedia;

// Devices are refused with this error, and by this policy; without a name they are as they were.
export function refuse_devices(name, message, policy) {
  delete document.featurePolicy;
  const value = { allowsFeature: (asked) => asked !== policy };
  if (policy) Object.defineProperty(document, "featurePolicy", { value, configurable: true });
  MediaDevices.prototype.getUserMedia = name ? () => Promise.reject(new DOMException(message, name)) : ask;
}

const { write } = FileSystemWritableFileStream.prototype;

export function break_writables(broken) {
  const fail = () => Promise.reject(new DOMException("the stick was pulled out", "NotFoundError"));
  FileSystemWritableFileStream.prototype.write = broken ? fail : write;
}

export function steal_lock(name) {
  return navigator.locks.request(name, { steal: true }, () => {});
}

// Answers whether the browser did it, and what it said.
export async function delete_folder() {
  const root = await navigator.storage.getDirectory();
  return root.removeEntry("hostreel", { recursive: true }).then(() => "deleted", ({ name }) => name);
}
"#)]
extern "C" {
    fn limited_workers() -> Function;
    fn leave_space(left: Option<f64>) -> Promise;
    fn say_free(free: Option<f64>);
    fn break_writables(broken: bool);
    fn refuse_devices(name: &str, message: &str, policy: &str);
    pub(crate) fn know_next_context();
    fn hold_up_sound() -> Promise;
    pub(crate) fn sound_state() -> String;
    fn steal_lock(name: &str) -> Promise;
    fn delete_folder() -> Promise;
}

/// The store's worker is one whose disk gets full when that is wanted.
pub(crate) fn limit_disk() {
    set_worker_factory(limited_workers());
}

/// The disk takes so many more bytes.
#[must_use]
pub(crate) struct FullDisk;

pub(crate) async fn full_in(bytes: u32) -> FullDisk {
    JsFuture::from(leave_space(Some(bytes.into()))).await.unwrap();
    FullDisk
}

impl FullDisk {
    /// There is space again.
    pub(crate) async fn free(self) {
        JsFuture::from(leave_space(None)).await.unwrap();
    }
}

/// The browser says that so many bytes are free, until this is dropped.
#[must_use]
pub(crate) struct SaidFree;

pub(crate) fn only_free(bytes: u32) -> SaidFree {
    say_free(Some(bytes.into()));
    SaidFree
}

impl Drop for SaidFree {
    fn drop(&mut self) {
        say_free(None);
    }
}

/// No file that the user chose can be written until this is dropped.
#[must_use]
pub(crate) struct BrokenFiles;

pub(crate) fn pull_out() -> BrokenFiles {
    break_writables(true);
    BrokenFiles
}

impl Drop for BrokenFiles {
    fn drop(&mut self) {
        break_writables(false);
    }
}

/// Another page takes a recording's lock.
pub(crate) async fn steal(id: &str) {
    JsFuture::from(steal_lock(&format!("hostreel-recording-{id}"))).await.unwrap();
}

/// The folder of all recordings is deleted, if the browser does that.
pub(crate) async fn delete_all() -> String {
    JsFuture::from(delete_folder()).await.unwrap().as_string().unwrap()
}

/// Devices are refused so until this is dropped.
#[must_use]
pub(crate) struct Refused;

/// `policy`: what the page's policy forbids; empty: nothing.
pub(crate) fn refuse(name: &str, message: &str, policy: &str) -> Refused {
    refuse_devices(name, message, policy);
    Refused
}

impl Drop for Refused {
    fn drop(&mut self) {
        refuse_devices("", "", "");
    }
}

/// The browser suspends the context in which sounds are put together.
pub(crate) async fn hold_up() {
    JsFuture::from(hold_up_sound()).await.unwrap();
}
