//! One module per address of the app.

pub(crate) mod after_meeting;
pub(crate) mod home;
pub(crate) mod library;
pub(crate) mod meeting;
pub(crate) mod prejoin;
pub(crate) mod room;
pub(crate) mod settings;
pub(crate) mod solo;
pub(crate) mod verify;
