//! The parts of the app that are no part of the first page. Each is a module of its own, cut out after linking
//! (xtask/src/parts.rs): what is reachable only through one of the functions below is in that function's module, and
//! comes when the function is called for the first time.

use std::future::Future;
use std::pin::Pin;
use std::rc::Rc;

use hostreel_recorder::{Error, Recording, library};
use wasm_bindgen_futures::spawn_local;
use wasm_split_helpers::{SplitLoaderError, wasm_split};
use yew::prelude::*;

use crate::app::Route;
use crate::hooks::begun;
use crate::hooks::door::Door;
use crate::pages::{self, meeting, room, settings, solo};

/// How a part is shown. It takes the properties as the part's page has them.
pub(crate) type View<P> = fn(P) -> Html;

type Loaded<P> = Result<View<P>, SplitLoaderError>;

type Loading<P> = Pin<Box<dyn Future<Output = Loaded<P>>>>;

type MakeDoor = fn() -> Option<Rc<dyn Door>>;

type Counting = Pin<Box<dyn Future<Output = usize>>>;

/// Brings a part, once for all.
pub(crate) type Load<P> = fn() -> Loading<P>;

#[wasm_split(room, fallible)]
fn room_part() -> Loaded<Route> {
    Ok(|route| match route {
        Route::Room { id } => {
            let key = id.clone();
            html! { <room::RoomPage {key} {id} /> }
        }
        _ => html! {},
    })
}

#[wasm_split(meeting, fallible)]
fn meeting_part() -> Loaded<meeting::Props> {
    Ok(|props| html! { <meeting::MeetingPage ..props /> })
}

// These share much, and are small without what they share.
#[wasm_split(pages, fallible)]
fn solo_part() -> Loaded<Route> {
    Ok(|_| html! { <solo::Solo /> })
}

#[wasm_split(pages, fallible)]
fn library_part() -> Loaded<Route> {
    Ok(|_| html! { <pages::library::Library /> })
}

#[wasm_split(pages, fallible)]
fn verify_part() -> Loaded<Route> {
    Ok(|_| html! { <pages::verify::Verify /> })
}

#[wasm_split(pages, fallible)]
fn settings_part() -> Loaded<Route> {
    Ok(|_| html! { <settings::Settings /> })
}

/// How many recordings were interrupted: asked by the first page once it has come, and answered by what reads recordings.
#[wasm_split(pages, fallible)]
fn interrupted_part() -> Result<Counting, SplitLoaderError> {
    Ok(Box::pin(async { library::unfinished().await.map_or(0, |found| found.len()) }))
}

/// How many recordings were interrupted; none when nobody can tell.
pub(crate) async fn interrupted() -> usize {
    match interrupted_part().await {
        Ok(counting) => counting.await,
        Err(_) => 0,
    }
}

type Recovering = Pin<Box<dyn Future<Output = Result<Option<Recording>, Error>>>>;

#[wasm_split(pages, fallible)]
fn recover_part() -> Result<Recovering, SplitLoaderError> {
    Ok(Box::pin(async {
        let mut newest = None;
        for interrupted in library::unfinished().await? {
            let recovered = library::recover(&interrupted.id).await?;
            newest.get_or_insert(recovered);
        }
        Ok(newest)
    }))
}

/// Recovers all recordings that were interrupted. Gives the newest of them, or the code of what went wrong.
pub(crate) async fn recover() -> Result<Option<Recording>, &'static str> {
    let recovering = recover_part().await.map_err(|_| Error::NotFound.code())?;
    recovering.await.map_err(|error| error.code())
}

/// The way into a meeting comes with the meeting.
#[wasm_split(meeting, fallible)]
fn door_part() -> Result<MakeDoor, SplitLoaderError> {
    Ok(begun::door)
}

/// The way into a meeting; nothing when it does not come.
pub(crate) async fn door() -> Option<Rc<dyn Door>> {
    door_part().await.ok()?()
}

pub(crate) fn room() -> Loading<Route> {
    Box::pin(room_part())
}

pub(crate) fn meeting() -> Loading<meeting::Props> {
    Box::pin(meeting_part())
}

pub(crate) fn solo() -> Loading<Route> {
    Box::pin(solo_part())
}

pub(crate) fn library() -> Loading<Route> {
    Box::pin(library_part())
}

pub(crate) fn verify() -> Loading<Route> {
    Box::pin(verify_part())
}

pub(crate) fn settings() -> Loading<Route> {
    Box::pin(settings_part())
}

/// Brings everything: whoever goes on need not wait, and a page that is open for long has all of its version even when
/// the server has another one by then. What does not come now is asked for again where it is needed.
pub(crate) async fn bring_all() {
    let _ = room().await;
    let _ = meeting().await;
    let _ = library().await;
    let _ = solo().await;
    let _ = verify().await;
    let _ = settings().await;
}

/// A part, as far as it is there.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Part<P: 'static> {
    /// It is on its way.
    Coming,
    /// It can be shown.
    Here(View<P>),
    /// There is no way to it: no server, or one that has another version by now.
    Missing,
}

/// Brings a part from the time on that it is `wanted`. `load` must not change while the component is there.
#[hook]
pub(crate) fn use_part<P: 'static>(load: Load<P>, wanted: bool) -> Part<P> {
    let part = use_state(|| None::<Loaded<P>>);
    {
        let part = part.setter();
        use_effect_with(wanted, move |wanted| {
            if *wanted {
                spawn_local(async move { part.set(Some(load().await)) });
            }
        });
    }
    match &*part {
        None => Part::Coming,
        Some(Ok(view)) => Part::Here(*view),
        Some(Err(_)) => Part::Missing,
    }
}
