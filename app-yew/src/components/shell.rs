//! What stands around a page: header, and a page that only says what is the matter.

use hostreel_app::i18n::Explained;
use yew::prelude::*;
use yew_router::prelude::*;

use super::icon::{Icon, Mark, Name};
use super::language_switch::LanguageSwitch;
use crate::app::Route;
use crate::hooks::language::use_texts;

#[derive(Properties, PartialEq)]
pub(crate) struct PageProps {
    /// More for the class of `main`.
    #[prop_or_default]
    pub(crate) class: Classes,
    pub(crate) children: Html,
}

/// Header and main part of every page but the room.
#[function_component]
pub(crate) fn Page(props: &PageProps) -> Html {
    let texts = use_texts();
    html! {
        <div class="shell">
            <header class="header">
                <Link<Route> to={Route::Home} classes="brand">
                    <Mark /><span class="brand__name" aria-hidden="true">{ "Hostreel" }</span>
                    <span class="visually-hidden">{ texts.home }</span>
                </Link<Route>>
                <nav class="header__nav">
                    <Link<Route> to={Route::Library} classes="button button--bare button--small header__library">
                        <Icon name={Name::Library} /><span>{ texts.my_recordings }</span>
                    </Link<Route>>
                    <LanguageSwitch />
                </nav>
            </header>
            <main class={classes!("main", props.class.clone())}>{ props.children.clone() }</main>
        </div>
    }
}

#[derive(Properties, PartialEq)]
pub(crate) struct ProblemProps {
    pub(crate) explained: Explained,
    /// Tries again what failed, where that makes sense.
    #[prop_or_default]
    pub(crate) retry: Option<Callback<()>>,
    /// Nothing is wrong: it is just over.
    #[prop_or_default]
    pub(crate) calm: bool,
    /// Other ways out.
    #[prop_or_default]
    pub(crate) children: Html,
}

/// A page that says what is the matter, and the way out.
#[function_component]
pub(crate) fn Problem(props: &ProblemProps) -> Html {
    let texts = use_texts();
    html! {
        <Page class="main--center">
            <section class="problem" role="alert" data-testid="problem">
                <span class="problem__mark"><Icon name={if props.calm { Name::Check } else { Name::Warning }} /></span>
                <h1>{ props.explained.what }</h1>
                <p class="problem__way-out">{ props.explained.way_out }</p>
                { props.children.clone() }
                <div class="problem__ways">
                    if let Some(retry) = &props.retry {
                        <button type="button" class="button button--primary" onclick={retry.reform(|_| ())}>{ texts.try_again }</button>
                    }
                    <Link<Route> to={Route::Home} classes="button button--quiet">{ texts.back_home }</Link<Route>>
                </div>
            </section>
        </Page>
    }
}

#[derive(Properties, PartialEq)]
pub(crate) struct NoticeProps {
    pub(crate) explained: Explained,
    #[prop_or_default]
    pub(crate) children: Html,
}

/// A box within a page: what is the matter, and the way out.
#[function_component]
pub(crate) fn Notice(props: &NoticeProps) -> Html {
    html! {
        <div class="notice" role="status" data-testid="notice">
            <Icon name={Name::Warning} />
            <div>
                <p class="notice__what">{ props.explained.what }</p>
                <p>{ props.explained.way_out }</p>
                { props.children.clone() }
            </div>
        </div>
    }
}
