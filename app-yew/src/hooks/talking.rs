//! Who is speaking: looks five times a second while the page is seen. The others' levels come with their packets and
//! cost nothing; the own microphone is measured.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use gloo_events::EventListener;
use gloo_timers::callback::Interval;
use hostreel_app::state::talking::{Talking, level_of};
use hostreel_recorder::LevelMeter;
use web_sys::MediaStream;
use yew::prelude::*;

use super::meeting::MeetingHandle;
use crate::browser::{document, now_ms};

const LOOK_MS: u32 = 200;

/// The ids of all who are speaking. `own`: what the others hear of this page; nothing when that is nothing.
#[hook]
pub(crate) fn use_talking(meeting: &MeetingHandle, own: Option<&MediaStream>) -> Vec<String> {
    let visible = use_visible();
    let who = use_state_eq(Vec::new);
    let level = (*use_memo((), |()| Rc::new(Cell::new(None::<f32>)))).clone();
    {
        let level = Rc::clone(&level);
        use_effect_with((visible, own.cloned()), move |(visible, own)| {
            let heard = Rc::clone(&level);
            let own = own.as_ref().filter(|_| *visible);
            let meter = own.and_then(|own| LevelMeter::new(own, move |now| heard.set(Some(now))).ok());
            move || {
                drop(meter);
                level.set(None);
            }
        });
    }
    let (meeting, found) = (meeting.clone(), who.setter());
    use_effect_with(visible, move |visible| {
        let talking = RefCell::new(Talking::default());
        let interval = visible.then(|| {
            Interval::new(LOOK_MS, move || {
                let others = meeting.loudness().into_iter();
                let mut levels: Vec<(String, f32)> =
                    others.map(|(person, amplitude)| (person.to_string(), level_of(amplitude))).collect();
                // A sound system that the browser holds up says nothing more: that is silence.
                let own = level.get().inspect(|_| level.set(Some(0.0)));
                levels.extend(meeting.you().map(|you| you.to_string()).zip(own));
                let mut talking = talking.borrow_mut();
                // Whole milliseconds since 1970 fit.
                talking.observe(now_ms() as u64, &levels);
                found.set(talking.who());
            })
        });
        move || drop(interval)
    });
    (*who).clone()
}

/// Whether the page is seen.
#[hook]
fn use_visible() -> bool {
    let is_visible = || document().is_none_or(|document| !document.hidden());
    let visible = use_state_eq(is_visible);
    let setter = visible.setter();
    use_effect_with((), move |()| {
        let listener = document().map(|document| {
            EventListener::new(&document, "visibilitychange", move |_| setter.set(is_visible()))
        });
        move || drop(listener)
    });
    *visible
}
