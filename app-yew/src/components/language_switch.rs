//! The other language, one press away.

use hostreel_app::i18n::Language;
use yew::prelude::*;

use super::icon::{Icon, Name};
use crate::hooks::language::use_language;

/// A button with the other language's own name.
#[function_component]
pub(crate) fn LanguageSwitch() -> Html {
    let chosen = use_language();
    let other = if chosen.language == Language::Korean { Language::English } else { Language::Korean };
    let onclick = {
        let set = chosen.set;
        Callback::from(move |_| set.emit(other))
    };
    html! {
        <button type="button" class="button button--bare button--small" data-testid="lang" lang={other.tag()} {onclick}>
            <Icon name={Name::Globe} />{ other.name() }
        </button>
    }
}
