//! The link for guests; and, apart from it, the host's own.

use hostreel_app::state::links::Destination;
use hostreel_app::state::toasts::Message;
use hostreel_protocol::{HostKey, RoomId};
use wasm_bindgen_futures::spawn_local;
use web_sys::HtmlInputElement;
use yew::prelude::*;

use super::icon::{Icon, Name};
use super::qr::Qr;
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
            <Ways link={address(&props.room, None)} />
            <p class="muted-text">{ if props.lead.is_empty() { texts.people.invite_lead.into() } else { props.lead.clone() } }</p>
        </div>
    }
}

#[derive(Properties, PartialEq)]
struct WaysProps {
    link: String,
}

/// Other ways to hand the guest link over.
#[function_component]
fn Ways(props: &WaysProps) -> Html {
    let texts = use_texts();
    let open = use_state_eq(|| false);
    let toggle = {
        let open = open.clone();
        Callback::from(move |_: MouseEvent| open.set(!*open))
    };
    let part = |text: &str| String::from(js_sys::encode_uri_component(text));
    let mail = format!(
        "mailto:?subject={}&body={}",
        part(texts.people.invite_subject),
        part(&(texts.people.invite_body)(&props.link))
    );
    html! {
        <>
            <div class="invite__ways">
                <button type="button" class="button button--bare button--small" data-testid="invite-qr" aria-expanded={open.to_string()} onclick={toggle}>
                    <Icon name={Name::Code} />{ texts.people.invite_qr }
                </button>
                <a class="button button--bare button--small" data-testid="invite-mail" href={mail}><Icon name={Name::Mail} />{ texts.people.invite_mail }</a>
            </div>
            if *open { <Qr text={props.link.clone()} label={texts.people.invite_qr_label} /> }
        </>
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
