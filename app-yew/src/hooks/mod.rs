//! What components share: each hook owns its browser handles and gives them back.

pub(crate) mod api;
pub(crate) mod devices;
pub(crate) mod each;
pub(crate) mod file_digest;
pub(crate) mod guards;
pub(crate) mod host_key;
pub(crate) mod keeping;
pub(crate) mod keys;
pub(crate) mod language;
pub(crate) mod library;
pub(crate) mod meeting;
pub(crate) mod picture;
pub(crate) mod recorder_slot;
pub(crate) mod recording_driver;
pub(crate) mod rules;
pub(crate) mod settings;
pub(crate) mod size;
pub(crate) mod solo;
pub(crate) mod solo_sources;
pub(crate) mod toasts;
pub(crate) mod trimming;
pub(crate) mod unsaved;
pub(crate) mod visitor;
