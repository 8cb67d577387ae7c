//! Asks what something, or somebody, is to be called.

use web_sys::HtmlInputElement;
use yew::prelude::*;

use super::dialog::Dialog;
use super::shell::FieldError;
use crate::hooks::language::use_texts;

#[derive(Properties, PartialEq)]
pub(crate) struct Props {
    pub(crate) title: &'static str,
    /// What is said before the field.
    #[prop_or_default]
    pub(crate) lead: Option<&'static str>,
    /// Of the field.
    pub(crate) label: &'static str,
    /// As it is called now.
    pub(crate) now: String,
    /// Where the browser cuts off what is typed, in UTF-16 units.
    #[prop_or_default]
    pub(crate) maxlength: Option<&'static str>,
    /// What browsers may fill in.
    #[prop_or("off")]
    pub(crate) autocomplete: &'static str,
    /// The stable hooks of the field and of the button.
    pub(crate) test_ids: [&'static str; 2],
    /// Takes what was typed, or gives what is wrong with it.
    pub(crate) on_save: Callback<String, Option<&'static str>>,
    pub(crate) on_close: Callback<()>,
}

/// A dialog with one field, in which the present name is selected. It closes when the new one was taken.
#[function_component]
pub(crate) fn NameDialog(props: &Props) -> Html {
    let texts = use_texts();
    let field = use_node_ref();
    use_effect_with(field.clone(), |field| {
        if let Some(field) = field.cast::<HtmlInputElement>() {
            field.select();
        }
    });
    // What lies behind may be drawn anew while somebody types.
    let text = use_state_eq(|| props.now.clone());
    let wrong = use_state_eq(|| None::<&'static str>);
    let oninput = {
        let (text, wrong) = (text.setter(), wrong.setter());
        Callback::from(move |event: InputEvent| {
            text.set(event.target_unchecked_into::<HtmlInputElement>().value());
            wrong.set(None);
        })
    };
    let onsubmit = {
        let (text, wrong, field) = ((*text).clone(), wrong.setter(), field.clone());
        let (on_save, on_close) = (props.on_save.clone(), props.on_close.clone());
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            let refused = on_save.emit(text.clone());
            wrong.set(refused);
            if refused.is_none() {
                on_close.emit(());
            } else if let Some(field) = field.cast::<HtmlInputElement>() {
                let _ = field.focus();
            }
        })
    };
    let [field_id, save_id] = props.test_ids;
    html! {
        <Dialog title={props.title} on_close={props.on_close.clone()}>
            <form class="dialog__form" {onsubmit}>
                if let Some(lead) = props.lead { <p class="dialog__text">{ lead }</p> }
                <label class="field">
                    <span class="field__label">{ props.label }</span>
                    <input ref={field} class="input" data-testid={field_id} value={(*text).clone()} maxlength={props.maxlength} autocomplete={props.autocomplete}
                        aria-invalid={wrong.is_some().to_string()} aria-describedby="new-name-wrong" {oninput} />
                    <FieldError id="new-name-wrong" text={*wrong} />
                </label>
                <div class="dialog__ways">
                    <button type="button" class="button button--quiet" onclick={props.on_close.reform(|_| ())}>{ texts.common.cancel }</button>
                    <button type="submit" class="button button--primary" data-testid={save_id}>{ texts.library.rename_save }</button>
                </div>
            </form>
        </Dialog>
    }
}
