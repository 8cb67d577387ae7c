//! The Hostreel web app.
#[cfg(target_arch = "wasm32")]
use yew::prelude::*;

#[cfg(target_arch = "wasm32")]
#[function_component]
fn App() -> Html {
    html! { <p>{"Hostreel"}</p> }
}

fn main() {
    #[cfg(target_arch = "wasm32")]
    yew::Renderer::<App>::new().render();
}
