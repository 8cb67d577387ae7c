//! The routes, and what every page stands in.

use yew::prelude::*;
use yew_router::prelude::*;

use crate::components::shell::Problem;
use crate::hooks::language::{LanguageProvider, use_texts};
use crate::hooks::settings::SettingsProvider;
use crate::hooks::unsaved::UnsavedProvider;
use crate::offline;
use crate::pages::{home::Home, library::Library, room::RoomPage, settings::Settings, solo::Solo};

/// The app's addresses.
#[derive(Debug, Clone, PartialEq, Routable)]
pub(crate) enum Route {
    /// The start page.
    #[at("/")]
    Home,
    /// A room: what comes before joining, and the meeting.
    #[at("/r/:id")]
    Room {
        /// The room id as it stands in the link; it may be wrong.
        id: String,
    },
    /// Recording without a meeting.
    #[at("/solo")]
    Solo,
    /// My recordings.
    #[at("/recordings")]
    Library,
    /// What is settled for this device.
    #[at("/settings")]
    Settings,
    /// Anything else.
    #[not_found]
    #[at("/404")]
    NotFound,
}

// A code that the recorder gains needs words in the catalogues: then this does not compile.
const _: () = assert!(hostreel_app::i18n::DEVICE_CODES.len() == hostreel_recorder::Error::CODES.len());

/// Puts the app into the page.
pub(crate) fn start() {
    hostreel_recorder::set_worker_base("/");
    yew::Renderer::<App>::new().render();
    offline::keep_for_later();
}

#[function_component]
fn App() -> Html {
    html! {
        <SettingsProvider>
            <LanguageProvider>
                <UnsavedProvider>
                    <BrowserRouter>
                        <Switch<Route> render={page} />
                    </BrowserRouter>
                </UnsavedProvider>
            </LanguageProvider>
        </SettingsProvider>
    }
}

fn page(route: Route) -> Html {
    match route {
        Route::Home => html! { <Home /> },
        Route::Room { id } => {
            let key = id.clone();
            html! { <RoomPage {key} {id} /> }
        }
        Route::Solo => html! { <Solo /> },
        Route::Library => html! { <Library /> },
        Route::Settings => html! { <Settings /> },
        Route::NotFound => html! { <NotFound /> },
    }
}

#[function_component]
fn NotFound() -> Html {
    let texts = use_texts();
    html! { <Problem explained={texts.common.not_found} /> }
}
