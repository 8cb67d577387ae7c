//! The language: from the address (`?lang=`), else as remembered, else the browser's.

use hostreel_app::i18n::{Language, Texts};
use web_sys::UrlSearchParams;
use yew::prelude::*;

use crate::browser::{document, remember, remembered, window};

const KEY: &str = "hostreel.lang";

/// The language in use, and how to change it.
#[derive(Clone, PartialEq)]
pub(crate) struct Chosen {
    pub(crate) language: Language,
    pub(crate) set: Callback<Language>,
}

#[derive(Properties, PartialEq)]
pub(crate) struct Props {
    pub(crate) children: Html,
}

/// Gives the language to everything inside.
#[function_component]
pub(crate) fn LanguageProvider(props: &Props) -> Html {
    let language = use_state(wished);
    let set = {
        let language = language.clone();
        Callback::from(move |chosen: Language| {
            remember(KEY, chosen.tag());
            language.set(chosen);
        })
    };
    use_effect_with(*language, |language| {
        if let Some(root) = document().and_then(|document| document.document_element()) {
            let _ = root.set_attribute("lang", language.tag());
        }
    });
    let context = Chosen { language: *language, set };
    html! { <ContextProvider<Chosen> {context}>{ props.children.clone() }</ContextProvider<Chosen>> }
}

/// The language in use.
#[hook]
pub(crate) fn use_language() -> Chosen {
    use_context::<Chosen>().unwrap_or_else(|| Chosen { language: Language::English, set: Callback::noop() })
}

/// The words of the language in use.
#[hook]
pub(crate) fn use_texts() -> &'static Texts {
    use_language().language.texts()
}

fn wished() -> Language {
    let address = window()
        .and_then(|window| window.location().search().ok())
        .and_then(|search| UrlSearchParams::new_with_str(&search).ok())
        .and_then(|params| params.get("lang"));
    let browser = window().map(|window| window.navigator().languages()).unwrap_or_default();
    let browser = browser.iter().filter_map(|tag| tag.as_string());
    let wishes: Vec<String> = [address, remembered(KEY)].into_iter().flatten().chain(browser).collect();
    Language::choose(wishes.iter().map(String::as_str))
}
