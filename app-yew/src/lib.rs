//! The pure part of the Hostreel web app: its state and its texts. No I/O, reads no clock, knows no browser; tested
//! natively. What needs a browser (pages, components, hooks) is in the binary of the same name.

pub mod i18n;
pub mod state;
