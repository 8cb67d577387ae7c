//! Another title for a recording.

use hostreel_app::state::toasts::Message;
use wasm_bindgen_futures::spawn_local;
use yew::prelude::*;

use super::name_dialog::NameDialog;
use crate::hooks::keeping::tell_all;
use crate::hooks::language::use_texts;
use crate::hooks::library::Kept;

/// Longest title, in characters: file names are cut off there too.
const LONGEST: &str = "80";

#[derive(Properties, PartialEq)]
pub(crate) struct Props {
    pub(crate) kept: Vec<Kept>,
    /// As it is called now.
    pub(crate) title: String,
    pub(crate) show: Callback<Message>,
    pub(crate) on_close: Callback<()>,
}

/// Asks for a title. An empty one changes nothing.
#[function_component]
pub(crate) fn Rename(props: &Props) -> Html {
    let texts = use_texts();
    let (kept, show) = (props.kept.clone(), props.show.clone());
    let on_save = Callback::from(move |title: String| {
        if !title.trim().is_empty() {
            spawn_local(retitle(kept.clone(), title, show.clone()));
        }
        None::<&'static str>
    });
    html! {
        <NameDialog title={texts.library.rename} label={texts.library.new_name} now={props.title.clone()} maxlength={LONGEST}
            test_ids={["rename-title", "rename-save"]} {on_save} on_close={props.on_close.clone()} />
    }
}

async fn retitle(kept: Vec<Kept>, title: String, show: Callback<Message>) {
    let mut message = Message::Renamed;
    for Kept { mut recording, .. } in kept {
        if let Err(error) = recording.rename(&title).await {
            message = Message::Failed(error.code().into());
        }
    }
    show.emit(message);
    tell_all();
}
