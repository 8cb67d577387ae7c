//! The recorder without a browser: no I/O, reads no clock, knows no browser. What the thin crate
//! `hostreel-recorder` decides nothing about is decided here.
//!
//! - [`Machine`]: the recorder's states and what each input leads to.
//! - [`Clock`]: recorded time, pauses left out.
//! - [`MediaType`] and [`candidates`]: which type to ask for, and what really came out.
//! - [`Director`]: who is seen in a meeting's picture, and where; [`Frame`] divides it.
//! - [`SpeakerPicker`]: who speaks, from everybody's [`level`].
//! - [`Pace`]: how many pictures a second a mix draws, so that the encoder keeps up.
//! - [`Sidecar`]: what is kept about a recording beside its file, [`Chapter`]s too.
//! - [`Limits`] and [`LimitWatch`]: when it has become as long or as large as it may.
//! - [`HealthWatch`]: whether data, sound and moving pictures still come.
//! - [`Preset`]: qualities with a name. [`Waveform`]: loudness over the whole length.
//! - [`Report`]: what a look at the finished file tells.
//! - [`Manifest`] and [`file_zero_ms`]: one file per participant, and how they are lined up.

mod alignment;
mod chapter;
mod clock;
mod health;
mod layout;
mod level;
mod limits;
mod machine;
mod manifest;
mod media_type;
mod pace;
mod preset;
mod report;
mod scene;
mod sidecar;
mod speaker;
mod waveform;

pub use alignment::{Beginning, file_zero_ms};
pub use chapter::{Chapter, chapters_of_part};
pub use clock::{Clock, Millis};
pub use health::{Health, HealthWatch};
pub use layout::{Frame, PAGE_OF_GRID, PAGE_OF_STRIP, Rect};
pub use level::{level, peak};
pub use limits::{LimitWatch, Limits, Reached};
pub use machine::{Input, Machine, Output, Phase, WrongPhase};
pub use manifest::{MANIFEST_FILE, MANIFEST_FORMAT, MANIFEST_VERSION, Manifest, ManifestTrack, Pause};
pub use media_type::{ContainerChoice, MediaType, Wanted, bytes_per_hour, candidates};
pub use pace::Pace;
pub use preset::{Preset, Quality};
pub use report::Report;
pub use scene::{Director, Feed, Layout, Place, Scene};
pub use sidecar::{SIDECAR_VERSION, Sidecar, file_name};
pub use speaker::SpeakerPicker;
pub use waveform::Waveform;
