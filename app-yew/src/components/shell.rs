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
                    <span class="visually-hidden">{ texts.common.home }</span>
                </Link<Route>>
                <nav class="header__nav">
                    <Link<Route> to={Route::Library} classes="button button--bare button--small header__library">
                        <Icon name={Name::Library} /><span>{ texts.home.my_recordings }</span>
                    </Link<Route>>
                    <Link<Route> to={Route::Settings} classes="button button--bare button--small header__library">
                        <Icon name={Name::Settings} /><span>{ texts.common.settings }</span>
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
    /// More of what there is to see.
    #[prop_or_default]
    pub(crate) children: Html,
    /// The best way out, before all others.
    #[prop_or_default]
    pub(crate) way: Option<Html>,
    /// Recordings may have been made: a way to them.
    #[prop_or_default]
    pub(crate) library: bool,
}

/// A page that says what is the matter, and the way out.
#[function_component]
pub(crate) fn Problem(props: &ProblemProps) -> Html {
    let texts = use_texts();
    let leads = props.retry.is_none() && props.way.is_none();
    let home = if leads { "button button--primary" } else { "button button--quiet" };
    html! {
        <Page class="main--center">
            <section class="problem" role="alert" data-testid="problem">
                <span class="problem__mark"><Icon name={if props.calm { Name::Check } else { Name::Warning }} /></span>
                <h1>{ props.explained.what }</h1>
                <p class="problem__way-out">{ props.explained.way_out }</p>
                { props.children.clone() }
                <div class="problem__ways">
                    if let Some(retry) = &props.retry {
                        <button type="button" class="button button--primary" onclick={retry.reform(|_| ())}>{ texts.common.try_again }</button>
                    }
                    { props.way.clone().unwrap_or_default() }
                    if props.library {
                        <Link<Route> to={Route::Library} classes="button button--quiet">{ texts.home.my_recordings }</Link<Route>>
                    }
                    <Link<Route> to={Route::Home} classes={home}>{ texts.common.back_home }</Link<Route>>
                </div>
            </section>
        </Page>
    }
}

#[derive(Properties, PartialEq)]
pub(crate) struct NoticeProps {
    pub(crate) explained: Explained,
    /// Something failed; else it is only good to know.
    #[prop_or_default]
    pub(crate) error: bool,
    #[prop_or_default]
    pub(crate) children: Html,
}

/// A box within a page: what is the matter, and the way out.
#[function_component]
pub(crate) fn Notice(props: &NoticeProps) -> Html {
    html! {
        <div class={classes!("notice", props.error.then_some("notice--error"))} role={if props.error { "alert" } else { "status" }}
            data-testid="notice">
            <Icon name={Name::Warning} />
            <div>
                <p class="notice__what">{ props.explained.what }</p>
                <p>{ props.explained.way_out }</p>
                { props.children.clone() }
            </div>
        </div>
    }
}

#[derive(Properties, PartialEq)]
pub(crate) struct FieldErrorProps {
    pub(crate) id: &'static str,
    /// What is wrong with what was entered; nothing when it is right.
    pub(crate) text: Option<&'static str>,
}

/// Said below a field, and read aloud when it comes.
#[function_component]
pub(crate) fn FieldError(props: &FieldErrorProps) -> Html {
    html! {
        <span id={props.id} class="field__error" role="alert">
            if let Some(text) = props.text { <Icon name={Name::Warning} />{ text } }
        </span>
    }
}
