//! What the app knows and how it changes: reducers and small calculations.

pub mod chat;
pub mod clock;
pub mod consent;
pub mod consent_page;
pub mod device;
pub mod format;
pub mod kept_chat;
pub mod layout;
pub mod library;
pub mod links;
pub mod meeting;
pub mod notes;
pub mod outbox;
pub mod people;
pub mod qr;
pub mod recording;
pub mod room_news;
pub mod settings;
pub mod shortcuts;
pub mod solo;
pub mod talking;
pub mod toasts;
pub mod together;
pub mod trim;
