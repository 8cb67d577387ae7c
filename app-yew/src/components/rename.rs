//! Another title for a recording.

use hostreel_app::state::toasts::Message;
use wasm_bindgen_futures::spawn_local;
use web_sys::HtmlInputElement;
use yew::prelude::*;

use super::dialog::Dialog;
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

/// Asks for a title.
#[function_component]
pub(crate) fn Rename(props: &Props) -> Html {
    let texts = use_texts();
    let field = use_node_ref();
    use_effect_with(field.clone(), |field| {
        if let Some(field) = field.cast::<HtmlInputElement>() {
            field.select();
        }
    });
    // The row behind may be drawn anew while somebody types.
    let text = use_state_eq(|| props.title.clone());
    let oninput = {
        let text = text.setter();
        Callback::from(move |event: InputEvent| {
            text.set(event.target_unchecked_into::<HtmlInputElement>().value());
        })
    };
    let onsubmit = {
        let (kept, show, on_close, title) =
            (props.kept.clone(), props.show.clone(), props.on_close.clone(), (*text).clone());
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            on_close.emit(());
            if title.trim().is_empty() {
                return;
            }
            let (kept, show, title) = (kept.clone(), show.clone(), title.clone());
            spawn_local(async move {
                let mut message = Message::Renamed;
                for Kept { mut recording, .. } in kept {
                    if let Err(error) = recording.rename(&title).await {
                        message = Message::Failed(error.code().into());
                    }
                }
                show.emit(message);
                tell_all();
            });
        })
    };
    html! {
        <Dialog title={texts.library.rename} on_close={props.on_close.clone()}>
            <form class="dialog__form" {onsubmit}>
                <label class="field">
                    <span class="field__label">{ texts.library.new_name }</span>
                    <input ref={field} class="input" data-testid="rename-title" value={(*text).clone()} maxlength={LONGEST} {oninput} autocomplete="off" />
                </label>
                <div class="dialog__ways">
                    <button type="button" class="button button--quiet" onclick={props.on_close.reform(|_| ())}>{ texts.common.cancel }</button>
                    <button type="submit" class="button button--primary" data-testid="rename-save">{ texts.library.rename_save }</button>
                </div>
            </form>
        </Dialog>
    }
}
