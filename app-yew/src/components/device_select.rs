//! Which camera, which microphone.

use std::cell::Cell;

use gloo_events::EventListener;
use hostreel_recorder::devices::{self, Device, DeviceKind};
use wasm_bindgen_futures::spawn_local;
use yew::prelude::*;

use super::select::Select;
use crate::browser::media_devices;
use crate::hooks::devices::DevicesHandle;
use crate::hooks::language::use_texts;

#[derive(Properties, PartialEq)]
pub(crate) struct Props {
    pub(crate) devices: DevicesHandle,
}

/// Camera and microphone of a meeting.
#[function_component]
pub(crate) fn DeviceSelects(props: &Props) -> Html {
    let own = props.devices.devices();
    let choose_microphone = {
        let devices = props.devices.clone();
        Callback::from(move |id| devices.choose_microphone(id))
    };
    let choose_camera = {
        let devices = props.devices.clone();
        Callback::from(move |id| devices.choose_camera(id))
    };
    html! {
        <DeviceLists open={(own.microphone.is_some(), own.camera.is_some())}
            camera={Choice { chosen: own.camera_id.clone(), on_choose: choose_camera }}
            microphone={Choice { chosen: own.microphone_id.clone(), on_choose: choose_microphone }} />
    }
}

/// What is chosen of one kind, and what happens when another is.
#[derive(Clone, PartialEq)]
pub(crate) struct Choice {
    /// `None` is the browser's default.
    pub(crate) chosen: Option<String>,
    pub(crate) on_choose: Callback<Option<String>>,
}

#[derive(Properties, PartialEq)]
pub(crate) struct ListsProps {
    /// Whether microphone and camera are open: names come with the first access.
    pub(crate) open: (bool, bool),
    #[prop_or_default]
    pub(crate) camera: Option<Choice>,
    #[prop_or_default]
    pub(crate) microphone: Option<Choice>,
}

/// A list for each kind that is asked for; named once access was allowed.
#[function_component]
pub(crate) fn DeviceLists(props: &ListsProps) -> Html {
    let texts = use_texts();
    let known = use_known_devices(props.open);
    let of = |kind| {
        known
            .iter()
            .filter(|device| device.kind == kind && !device.id.is_empty())
            .cloned()
            .collect::<Vec<_>>()
    };
    html! {
        <div class="device-selects">
            if let Some(choice) = props.camera.clone() {
                <DeviceSelect label={texts.devices.camera} test_id="camera-choice" devices={of(DeviceKind::Camera)} {choice} />
            }
            if let Some(choice) = props.microphone.clone() {
                <DeviceSelect label={texts.devices.microphone} test_id="microphone-choice" devices={of(DeviceKind::Microphone)} {choice} />
            }
        </div>
    }
}

/// All devices that the browser tells of: read anew when one comes or goes, and when microphone or camera are `open`.
#[hook]
pub(crate) fn use_known_devices(open: (bool, bool)) -> Vec<Device> {
    let known = use_state(Vec::<Device>::new);
    let changes = use_state_eq(|| 0_u32);
    {
        let changes = changes.setter();
        use_effect_with((), move |()| {
            let count = Cell::new(0_u32);
            let listener = media_devices().map(|devices| {
                EventListener::new(&devices, "devicechange", move |_| {
                    count.set(count.get().wrapping_add(1));
                    changes.set(count.get());
                })
            });
            move || drop(listener)
        });
    }
    {
        let known = known.setter();
        use_effect_with((open, *changes), move |_| {
            spawn_local(async move {
                known.set(devices::list().await.unwrap_or_default());
            });
        });
    }
    (*known).clone()
}

#[derive(Properties, PartialEq)]
pub(crate) struct SelectProps {
    pub(crate) label: &'static str,
    pub(crate) test_id: &'static str,
    pub(crate) devices: Vec<Device>,
    pub(crate) choice: Choice,
}

/// One kind of device.
#[function_component]
pub(crate) fn DeviceSelect(props: &SelectProps) -> Html {
    let texts = use_texts();
    let on_change =
        props.choice.on_choose.reform(|value: String| Some(value).filter(|value| !value.is_empty()));
    let option = |(index, device): (usize, &Device)| {
        let label = if device.label.is_empty() {
            (texts.devices.unnamed_device)(index + 1)
        } else {
            device.label.clone()
        };
        (device.id.clone(), label)
    };
    let default = (String::new(), texts.devices.default_device.to_owned());
    let options: Vec<_> =
        std::iter::once(default).chain(props.devices.iter().enumerate().map(option)).collect();
    // One that is gone: the browser takes its default.
    let known = |id: &String| options.iter().any(|(known, _)| known == id);
    let value = props.choice.chosen.clone().filter(known).unwrap_or_default();
    html! { <Select label={props.label} test_id={props.test_id} {value} {options} {on_change} /> }
}
