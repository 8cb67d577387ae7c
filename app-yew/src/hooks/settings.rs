//! What is settled for this device: kept in its storage, the same in all tabs.

use std::rc::Rc;

use gloo_events::EventListener;
use hostreel_app::state::settings::{Settings, Theme};
use yew::prelude::*;

use crate::browser::{document, remember, remembered, window};

const KEY: &str = "hostreel.settings";

/// The settings, and how to change them.
#[derive(Clone, PartialEq)]
pub(crate) struct Settled {
    pub(crate) settings: Rc<Settings>,
    pub(crate) set: Callback<Settings>,
}

impl Settled {
    /// Changes something.
    pub(crate) fn change(&self, change: impl FnOnce(&mut Settings)) {
        // Another tab may have changed something since this page was drawn.
        let mut settings = kept();
        change(&mut settings);
        self.set.emit(settings);
    }
}

#[derive(Properties, PartialEq)]
pub(crate) struct Props {
    pub(crate) children: Html,
}

/// Gives the settings to everything inside.
#[function_component]
pub(crate) fn SettingsProvider(props: &Props) -> Html {
    let settings = use_state_eq(|| Rc::new(kept()));
    let set = {
        let settings = settings.setter();
        use_callback((), move |changed: Settings, ()| {
            remember(KEY, &changed.text());
            settings.set(Rc::new(changed));
        })
    };
    {
        let settings = settings.setter();
        use_effect_with((), move |()| {
            // Only other tabs tell.
            let listener = window()
                .map(|window| EventListener::new(&window, "storage", move |_| settings.set(Rc::new(kept()))));
            move || drop(listener)
        });
    }
    use_effect_with(settings.theme, |theme| show(*theme));
    let context = Settled { settings: (*settings).clone(), set };
    html! { <ContextProvider<Settled> {context}>{ props.children.clone() }</ContextProvider<Settled>> }
}

/// The settings of this device.
#[hook]
pub(crate) fn use_settings() -> Settled {
    use_context::<Settled>().unwrap_or_else(|| Settled { settings: Rc::default(), set: Callback::noop() })
}

/// The settings as they are kept now, for what is not drawn.
pub(crate) fn kept() -> Settings {
    Settings::kept(remembered(KEY).as_deref())
}

fn show(theme: Theme) {
    let Some(root) = document().and_then(|document| document.document_element()) else { return };
    let _ = match theme {
        Theme::System => root.remove_attribute("data-theme"),
        Theme::Light | Theme::Dark => root.set_attribute("data-theme", theme.name()),
    };
}
