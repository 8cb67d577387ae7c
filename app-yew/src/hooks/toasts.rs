//! Short messages of a page that is not in a meeting.

use std::rc::Rc;

use hostreel_app::state::toasts::{Message, Toasts};
use yew::prelude::*;

/// What happens to the messages.
pub(crate) enum Action {
    Show(Message),
    Dismiss(u64),
}

/// The messages of a page.
#[derive(Default, PartialEq)]
pub(crate) struct Messages(pub(crate) Toasts);

impl Reducible for Messages {
    type Action = Action;

    fn reduce(self: Rc<Self>, action: Action) -> Rc<Self> {
        let mut toasts = self.0.clone();
        match action {
            Action::Show(message) => toasts.show(message),
            Action::Dismiss(id) => toasts.dismiss(id),
        }
        Rc::new(Self(toasts))
    }
}

/// The messages of this page, and how to show one.
#[hook]
pub(crate) fn use_toasts() -> (UseReducerHandle<Messages>, Callback<Message>) {
    let messages = use_reducer_eq(Messages::default);
    let show = {
        let dispatcher = messages.dispatcher();
        use_callback((), move |message, ()| dispatcher.dispatch(Action::Show(message)))
    };
    (messages, show)
}
