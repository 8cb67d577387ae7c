//! The parts that pages are made of.

pub(crate) mod control_bar;
pub(crate) mod device_select;
pub(crate) mod dialog;
pub(crate) mod icon;
pub(crate) mod invite;
pub(crate) mod language_switch;
pub(crate) mod level;
pub(crate) mod menu;
pub(crate) mod people_panel;
pub(crate) mod player;
pub(crate) mod recording_banner;
pub(crate) mod recording_choice;
pub(crate) mod recording_row;
pub(crate) mod room_menu;
pub(crate) mod saved_card;
pub(crate) mod shell;
pub(crate) mod stage;
pub(crate) mod tile;
pub(crate) mod toast_stack;
pub(crate) mod video;
