use hostreel_recorder::{Error, Options, Recorder, Recording, devices};
use yew::{platform::spawn_local, prelude::*};

#[derive(Clone)]
enum State {
    Ready(String),
    Recording(Recorder),
    Done(Recording),
}

async fn record() -> Result<Recorder, Error> {
    Recorder::start(&devices::user_media(&Default::default()).await?, Options::default(), |_| ()).await
}

async fn next(state: &State) -> State {
    let after = match state {
        State::Ready(_) => record().await.map(State::Recording),
        State::Recording(recorder) => recorder.stop().await.map(State::Done),
        State::Done(recording) => recording.save("yew").await.map(|_| state.clone()),
    };
    after.unwrap_or_else(|error| State::Ready(error.to_string()))
}

#[function_component]
pub(crate) fn Page() -> Html {
    let state = use_state(|| State::Ready("Record".into()));
    let text = match &*state {
        State::Ready(text) => text.clone(),
        State::Recording(_) => "Stop".into(),
        State::Done(_) => "Save".into(),
    };
    let press = move |_| {
        let state = state.clone();
        spawn_local(async move { state.set(next(&state).await) });
    };
    html! { <button onclick={press}>{ text }</button> }
}
