//! Counts down before something is recorded.

use gloo_timers::callback::Interval;
use yew::prelude::*;

use crate::browser::now_ms;
use crate::hooks::focus::use_focus_back;
use crate::hooks::language::use_texts;

#[derive(Properties, PartialEq)]
pub(crate) struct Props {
    pub(crate) seconds: u8,
    /// It is time.
    pub(crate) on_done: Callback<()>,
    /// The person thought better of it.
    pub(crate) on_cancel: Callback<()>,
}

/// A number that nobody can miss, and a way to give up.
#[function_component]
pub(crate) fn Countdown(props: &Props) -> Html {
    let texts = use_texts();
    let left = use_state_eq(|| u64::from(props.seconds));
    {
        let (left, on_done, seconds) = (left.setter(), props.on_done.clone(), props.seconds);
        use_effect_with((), move |()| {
            let began = now_ms();
            let done = std::cell::Cell::new(false);
            let interval = Interval::new(100, move || {
                let passed = (now_ms() - began).max(0.0) / 1000.0;
                let remaining = (f64::from(seconds) - passed).ceil().max(0.0) as u64;
                left.set(remaining);
                if remaining == 0 && !done.replace(true) {
                    on_done.emit(());
                }
            });
            move || drop(interval)
        });
    }
    let cancel = props.on_cancel.reform(|_: MouseEvent| ());
    let field = use_node_ref();
    use_focus_back(&field);
    use_effect_with(field.clone(), |field| {
        if let Some(button) = field.cast::<web_sys::HtmlElement>() {
            let _ = button.focus();
        }
    });
    html! {
        <div class="countdown dark" role="timer" data-testid="countdown">
            // Said once: a number a second would talk over everything else.
            <p class="visually-hidden" role="status">{ (texts.recording.countdown)(props.seconds.into()) }</p>
            <span class="countdown__number tabular" aria-hidden="true">{ (*left).max(1) }</span>
            <button ref={field} type="button" class="button" data-testid="countdown-cancel" onclick={cancel}>{ texts.common.cancel }</button>
        </div>
    }
}
