//! Which camera, which microphone.

use hostreel_recorder::devices::{self, Device, DeviceKind};
use wasm_bindgen_futures::spawn_local;
use web_sys::HtmlSelectElement;
use yew::prelude::*;

use crate::hooks::devices::DevicesHandle;
use crate::hooks::language::use_texts;

#[derive(Properties, PartialEq)]
pub(crate) struct Props {
    pub(crate) devices: DevicesHandle,
}

/// Two lists to choose from; named once access was allowed.
#[function_component]
pub(crate) fn DeviceSelects(props: &Props) -> Html {
    let texts = use_texts();
    let known = use_state(Vec::<Device>::new);
    let own = props.devices.devices();
    {
        let known = known.setter();
        // Names come with the first access.
        use_effect_with((own.microphone.is_some(), own.camera.is_some()), move |_| {
            spawn_local(async move {
                known.set(devices::list().await.unwrap_or_default());
            });
        });
    }
    let choose_microphone = {
        let devices = props.devices.clone();
        Callback::from(move |id| devices.choose_microphone(id))
    };
    let choose_camera = {
        let devices = props.devices.clone();
        Callback::from(move |id| devices.choose_camera(id))
    };
    let of = |kind| {
        known
            .iter()
            .filter(|device| device.kind == kind && !device.id.is_empty())
            .cloned()
            .collect::<Vec<_>>()
    };
    html! {
        <div class="device-selects">
            <Select label={texts.camera} devices={of(DeviceKind::Camera)} chosen={own.camera_id.clone()} on_choose={choose_camera} />
            <Select label={texts.microphone} devices={of(DeviceKind::Microphone)} chosen={own.microphone_id.clone()} on_choose={choose_microphone} />
        </div>
    }
}

#[derive(Properties, PartialEq)]
struct SelectProps {
    label: &'static str,
    devices: Vec<Device>,
    chosen: Option<String>,
    on_choose: Callback<Option<String>>,
}

#[function_component]
fn Select(props: &SelectProps) -> Html {
    let texts = use_texts();
    let onchange = props.on_choose.reform(|event: Event| {
        let value = event.target_unchecked_into::<HtmlSelectElement>().value();
        Some(value).filter(|value| !value.is_empty())
    });
    let option = |(index, device): (usize, &Device)| {
        let selected = props.chosen.as_ref() == Some(&device.id);
        let label =
            if device.label.is_empty() { (texts.unnamed_device)(index + 1) } else { device.label.clone() };
        html! { <option value={device.id.clone()} {selected}>{ label }</option> }
    };
    html! {
        <label class="field">
            <span class="field__label">{ props.label }</span>
            <select class="select" {onchange}>
                <option value="" selected={props.chosen.is_none()}>{ texts.default_device }</option>
                { for props.devices.iter().enumerate().map(option) }
            </select>
        </label>
    }
}
