//! The link for guests; and, apart from it, the host's own.

use hostreel_app::state::links::Destination;
use hostreel_app::state::toasts::Message;
use hostreel_protocol::{HostKey, RoomId};
use wasm_bindgen_futures::spawn_local;
use web_sys::HtmlInputElement;
use yew::prelude::*;

use super::icon::{Icon, Name};
use crate::browser;
use crate::hooks::language::use_texts;

#[derive(Properties, PartialEq)]
pub(crate) struct Props {
    pub(crate) room: RoomId,
    pub(crate) show: Callback<Message>,
    #[prop_or_default]
    pub(crate) lead: AttrValue,
}

/// The guest link, to be copied.
#[function_component]
pub(crate) fn GuestLink(props: &Props) -> Html {
    let texts = use_texts();
    let link = address(&props.room, None);
    let select =
        Callback::from(|event: FocusEvent| event.target_unchecked_into::<HtmlInputElement>().select());
    html! {
        <div class="invite">
            <label class="field">
                <span class="field__label">{ texts.people.invite_guest }</span>
                <span class="joined">
                    <input class="input" data-testid="join-link" readonly=true value={link.clone()} onfocus={select} />
                    <CopyButton text={link} label={texts.common.copy} show={props.show.clone()} />
                </span>
            </label>
            <p class="muted-text">{ if props.lead.is_empty() { texts.people.invite_lead.into() } else { props.lead.clone() } }</p>
        </div>
    }
}

#[derive(Properties, PartialEq)]
pub(crate) struct HostLinkProps {
    pub(crate) room: RoomId,
    pub(crate) host_key: HostKey,
    pub(crate) show: Callback<Message>,
}

/// The host link: written out only to who asks for it, with a warning. The address bar does not hold it.
#[function_component]
pub(crate) fn HostLink(props: &HostLinkProps) -> Html {
    let texts = use_texts();
    let link = address(&props.room, Some(&props.host_key));
    let select =
        Callback::from(|event: FocusEvent| event.target_unchecked_into::<HtmlInputElement>().select());
    html! {
        <details class="host-link">
            <summary data-testid="show-host-link"><Icon name={Name::Key} />{ texts.people.host_link }</summary>
            <p class="muted-text">{ texts.people.host_link_lead }</p>
            <input class="input" data-testid="host-link" readonly=true aria-label={texts.people.host_link} value={link.clone()} onfocus={select} />
            <CopyButton text={link} label={texts.people.host_link_copy} show={props.show.clone()} />
        </details>
    }
}

fn address(room: &RoomId, host_key: Option<&HostKey>) -> String {
    let destination = Destination { room: room.clone(), host_key: host_key.cloned() };
    format!("{}{}", browser::origin(), destination.path())
}

#[derive(Properties, PartialEq)]
struct CopyProps {
    text: String,
    label: &'static str,
    show: Callback<Message>,
}

#[function_component]
fn CopyButton(props: &CopyProps) -> Html {
    let texts = use_texts();
    let copied = use_state_eq(|| false);
    let onclick = {
        let (text, show, copied) = (props.text.clone(), props.show.clone(), copied.setter());
        Callback::from(move |_: MouseEvent| {
            let (text, show, copied) = (text.clone(), show.clone(), copied.clone());
            spawn_local(async move {
                if browser::copy(&text).await {
                    show.emit(Message::Copied);
                    copied.set(true);
                    browser::pause(2_000).await;
                    copied.set(false);
                }
            });
        })
    };
    let icon = if *copied { Name::Check } else { Name::Copy };
    html! {
        <button type="button" class="button" {onclick}><Icon name={icon} />{ if *copied { texts.common.copied } else { props.label } }</button>
    }
}
