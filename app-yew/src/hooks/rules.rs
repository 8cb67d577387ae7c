//! The rules that somebody chooses for their meetings: kept on this device for the next one.

use hostreel_protocol::Policies;
use yew::prelude::*;

use crate::browser::{remember, remembered};

const KEY: &str = "hostreel.rules";

/// The rules of the next meeting, as they were chosen last. They are kept whenever they change.
#[hook]
pub(crate) fn use_rules() -> UseStateHandle<Policies> {
    let rules = use_state_eq(|| {
        let kept: Policies =
            remembered(KEY).and_then(|text| serde_json::from_str(&text).ok()).unwrap_or_default();
        // Nobody locks a room before anybody is in it.
        Policies { locked: false, ..kept }
    });
    use_effect_with((*rules).clone(), |rules| {
        let chosen = *rules != Policies::default() || remembered(KEY).is_some();
        if let Some(text) = serde_json::to_string(rules).ok().filter(|_| chosen) {
            remember(KEY, &text);
        }
    });
    rules
}
