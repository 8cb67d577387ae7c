//! Cameras, microphones and screens (Media Capture and Streams; Screen Capture).

use js_sys::{Array, Object, Reflect};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{
    MediaDeviceInfo, MediaDeviceKind, MediaDevices, MediaStream, MediaStreamConstraints, MediaStreamTrack,
};

use crate::Error;
use crate::browser::window;
use crate::support::support;

/// What to ask `getUserMedia` for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Capture {
    /// Ask for a camera. Default true.
    pub camera: bool,
    /// Ask for a microphone. Default true.
    pub microphone: bool,
    /// Which camera ([`Device::id`]); any when absent or gone.
    pub camera_id: Option<String>,
    /// Which microphone ([`Device::id`]); any when absent or gone.
    pub microphone_id: Option<String>,
}

impl Default for Capture {
    fn default() -> Self {
        Self { camera: true, microphone: true, camera_id: None, microphone_id: None }
    }
}

/// What a device is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum DeviceKind {
    /// Gives a picture.
    Camera,
    /// Gives sound.
    Microphone,
    /// Plays sound.
    Speaker,
}

/// A camera, microphone or speaker.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Device {
    /// The browser's id for it on this origin.
    pub id: String,
    /// Its name; empty until access was allowed.
    pub label: String,
    /// What it is for.
    pub kind: DeviceKind,
}

/// Asks for camera and/or microphone: 1280×720 at 30 frames a second where the camera has it, echo cancelled.
///
/// # Errors
/// [`Error::Denied`], [`Error::NoDevice`], [`Error::DeviceInUse`], [`Error::Insecure`], [`Error::PolicyBlocked`].
pub async fn user_media(capture: &Capture) -> Result<MediaStream, Error> {
    let devices = media_devices()?;
    let constraints = MediaStreamConstraints::new();
    let video = if capture.camera {
        wanted(&[("width", 1280.0), ("height", 720.0), ("frameRate", 30.0)], capture.camera_id.as_deref())?
            .into()
    } else {
        JsValue::FALSE
    };
    let audio = if capture.microphone {
        let audio = wanted(&[], capture.microphone_id.as_deref())?;
        for name in ["echoCancellation", "noiseSuppression", "autoGainControl"] {
            Reflect::set(&audio, &name.into(), &JsValue::TRUE)?;
        }
        audio.into()
    } else {
        JsValue::FALSE
    };
    constraints.set_video(&video);
    constraints.set_audio(&audio);
    let mut policies = Vec::new();
    policies.extend(capture.camera.then_some("camera"));
    policies.extend(capture.microphone.then_some("microphone"));
    let refused = |thrown| Error::from_capture_of(&thrown, &policies);
    let promise = devices.get_user_media_with_constraints(&constraints).map_err(refused)?;
    let stream = JsFuture::from(promise).await.map_err(refused)?;
    stream.dyn_into().map_err(Error::from)
}

/// Asks the user for a screen, window or tab; with its sound if `audio` and the browser offers it.
///
/// # Errors
/// [`Error::Denied`] when the user cancels (browsers don't tell the two apart), [`Error::NoDevice`],
/// [`Error::Unsupported`] where there is no screen capture, [`Error::Insecure`], [`Error::PolicyBlocked`].
pub async fn display_media(audio: bool) -> Result<MediaStream, Error> {
    let devices = media_devices()?;
    if !support().display_media {
        return Err(Error::Unsupported);
    }
    let constraints = MediaStreamConstraints::new();
    constraints.set_video(&wanted(&[("frameRate", 30.0)], None)?.into());
    constraints.set_audio(&JsValue::from_bool(audio));
    let function: js_sys::Function =
        Reflect::get(&devices, &"getDisplayMedia".into())?.dyn_into().map_err(|_| Error::Unsupported)?;
    let refused = |thrown| Error::from_capture_of(&thrown, &["display-capture"]);
    let promise = function.call1(&devices, &constraints).map_err(refused)?;
    let promise: js_sys::Promise = promise.dyn_into().map_err(Error::from)?;
    let stream = JsFuture::from(promise).await.map_err(refused)?;
    stream.dyn_into().map_err(Error::from)
}

/// Lists cameras, microphones and speakers. Names are empty until access was allowed once.
///
/// # Errors
/// [`Error::Insecure`] when the page may not know.
pub async fn list() -> Result<Vec<Device>, Error> {
    let found = JsFuture::from(media_devices()?.enumerate_devices()?).await?;
    let device = |value: JsValue| {
        let info: MediaDeviceInfo = value.dyn_into().ok()?;
        let kind = match info.kind() {
            MediaDeviceKind::Videoinput => DeviceKind::Camera,
            MediaDeviceKind::Audioinput => DeviceKind::Microphone,
            MediaDeviceKind::Audiooutput => DeviceKind::Speaker,
            _ => return None,
        };
        Some(Device { id: info.device_id(), label: info.label(), kind })
    };
    Ok(Array::from(&found).iter().filter_map(device).collect())
}

/// Ends all tracks of a stream: lights of cameras go out.
pub fn stop(stream: &MediaStream) {
    for track in tracks(stream) {
        track.stop();
    }
}

/// All tracks of a stream.
pub(crate) fn tracks(stream: &MediaStream) -> Vec<MediaStreamTrack> {
    stream.get_tracks().iter().filter_map(|track| track.dyn_into().ok()).collect()
}

/// Constraints with ideal values, and a wanted device that may be gone.
fn wanted(ideals: &[(&str, f64)], device: Option<&str>) -> Result<Object, Error> {
    let constraints = Object::new();
    let ideal = |value: JsValue| -> Result<Object, Error> {
        let object = Object::new();
        Reflect::set(&object, &"ideal".into(), &value)?;
        Ok(object)
    };
    for (name, value) in ideals {
        Reflect::set(&constraints, &(*name).into(), &ideal((*value).into())?.into())?;
    }
    if let Some(device) = device.filter(|device| !device.is_empty()) {
        Reflect::set(&constraints, &"deviceId".into(), &ideal(device.into())?.into())?;
    }
    Ok(constraints)
}

fn media_devices() -> Result<MediaDevices, Error> {
    let found = support();
    if !found.secure {
        return Err(Error::Insecure);
    }
    if !found.media_devices {
        return Err(Error::Unsupported);
    }
    window()?.navigator().media_devices().map_err(Error::from)
}
