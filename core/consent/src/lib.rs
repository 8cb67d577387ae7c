//! The consent log of a recording: who was told and asked what, and what they answered, as a chain of entries in which
//! each holds the digest of the one before. What is changed, taken out or put in afterwards breaks it.
//!
//! The form is described in `docs/CONSENT-LOG.md`. The app writes it from the room's events; the command line
//! `consent-log` (feature `cli`) shows and verifies it.
//!
//! ```
//! use hostreel_consent::{Broken, Log};
//!
//! let log = Log::read(br#"{"version":1,"room":"abcd-efgh-jkmn","entries":[]}"#)?;
//! assert_eq!(log.verify(), Err(Broken::NoBeginning));
//! # Ok::<(), hostreel_consent::NotALog>(())
//! ```

mod digest;
mod entry;
mod log;
mod stamp;

pub use digest::FileDigest;
pub use entry::{Entry, Somebody, What};
pub use log::{Broken, Log, NotALog, TAG};
pub use stamp::stamp;
