//! The routes, and what every page stands in.

use yew::prelude::*;
use yew_router::prelude::*;

use crate::browser::reload;
use crate::components::shell::{Page, Problem};
use crate::hooks::language::{LanguageProvider, use_texts};
use crate::hooks::settings::SettingsProvider;
use crate::hooks::unsaved::UnsavedProvider;
use crate::offline;
use crate::pages::home::Home;
use crate::parts::{self, Part, use_part};

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
    /// A consent log from a file.
    #[at("/consent-log")]
    Verify,
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
    // The key stands for the part: another one is another component.
    match &route {
        Route::Home => html! { <Home /> },
        Route::Room { .. } => html! { <Elsewhere key="room" load={Load(parts::room)} {route} /> },
        Route::Solo => html! { <Elsewhere key="solo" load={Load(parts::solo)} {route} /> },
        Route::Library => html! { <Elsewhere key="library" load={Load(parts::library)} {route} /> },
        Route::Verify => html! { <Elsewhere key="verify" load={Load(parts::verify)} {route} /> },
        Route::Settings => html! { <Elsewhere key="settings" load={Load(parts::settings)} {route} /> },
        Route::NotFound => html! { <NotFound /> },
    }
}

#[function_component]
fn NotFound() -> Html {
    let texts = use_texts();
    html! { <Problem explained={texts.common.not_found} /> }
}

/// How a page comes.
#[derive(Clone, Copy)]
struct Load(parts::Load<Route>);

impl PartialEq for Load {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

#[derive(Properties, PartialEq)]
struct ElsewhereProps {
    load: Load,
    route: Route,
}

/// A page that is no part of the first one.
#[function_component]
fn Elsewhere(props: &ElsewhereProps) -> Html {
    match use_part(props.load.0, true) {
        Part::Coming => html! { <Wait /> },
        Part::Here(view) => view(props.route.clone()),
        Part::Missing => html! { <Lost /> },
    }
}

/// Something is on its way.
#[function_component]
pub(crate) fn Wait() -> Html {
    let texts = use_texts();
    html! {
        <Page class="main--center">
            <p class="muted-text wait" aria-busy="true"><span class="spinner"></span>{ texts.common.loading }</p>
        </Page>
    }
}

/// A part of the app does not come. Loading the page anew brings it, or the version that there is now.
#[function_component]
pub(crate) fn Lost() -> Html {
    let texts = use_texts();
    html! { <Problem explained={texts.common.no_server} retry={Callback::from(|()| reload())} /> }
}
