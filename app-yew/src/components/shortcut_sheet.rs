//! All keys of the room.

use hostreel_app::state::shortcuts::Shortcut;
use yew::prelude::*;

use super::dialog::Dialog;
use crate::hooks::language::use_texts;

#[derive(Properties, PartialEq)]
pub(crate) struct Props {
    pub(crate) on_close: Callback<()>,
}

/// The sheet that `?` shows.
#[function_component]
pub(crate) fn ShortcutSheet(props: &Props) -> Html {
    let texts = use_texts();
    html! {
        <Dialog title={texts.shortcuts.title} on_close={props.on_close.clone()}>
            <p class="dialog__text">{ texts.shortcuts.lead }</p>
            <ShortcutList />
        </Dialog>
    }
}

/// Each key, and what it does.
#[function_component]
pub(crate) fn ShortcutList() -> Html {
    let texts = use_texts();
    html! {
        <dl class="keys" data-testid="shortcuts">
            { for Shortcut::ALL.into_iter().map(|shortcut| html! {
                <div><dt><kbd>{ shortcut.key().unwrap_or(texts.shortcuts.space) }</kbd></dt><dd>{ (texts.shortcuts.action)(shortcut) }</dd></div>
            }) }
        </dl>
    }
}
