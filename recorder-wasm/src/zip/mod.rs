//! ZIP archives of files that are too large for memory.

mod archive;
mod layout;
mod save;
mod saving;
mod skeleton;
mod slices;
mod target;

pub(crate) use archive::{Packed, ZIP_MIME, as_file, write_to};
pub(crate) use layout::{Entry, Layout, Modified};
pub(crate) use save::save;
pub(crate) use saving::Saving;
pub use saving::{SaveOptions, SaveProgress};
pub(crate) use skeleton::Piece;
pub(crate) use slices::Slices;
pub(crate) use target::Target;
