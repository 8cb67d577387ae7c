//! The recorder's face for JavaScript, as the ES modules of `js/` use it. Private to the npm package: what its users
//! see is written in JavaScript, with types in `types/`.
//!
//! Times are in milliseconds here and in seconds there. Errors are thrown as `Error` objects with a `code`.
#![cfg(target_arch = "wasm32")]

pub mod library;
pub mod object;
pub mod recorder;
pub mod recording;
