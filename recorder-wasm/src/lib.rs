//! Records camera, microphone, screen or a whole meeting in the browser into a file that is complete and seekable at
//! every moment.
//!
//! A thin crate: it moves data between the browser's media APIs and the pure crates `hostreel-recording` (states,
//! codec choice, layout) and `seekable` (the file). Chunks go from `MediaRecorder` through [`seekable`] into a file in
//! the origin-private file system; memory stays flat, and what was written survives a killed browser.
//!
//! ```no_run
//! use hostreel_recorder::{Options, Recorder, devices};
//! # async fn example() -> Result<(), hostreel_recorder::Error> {
//! let stream = devices::user_media(&devices::Capture::default()).await?;
//! let recorder = Recorder::start(&stream, Options::default(), |event| { let _ = event; }).await?;
//! let recording = recorder.stop().await?;
//! recording.save("standup").await?;
//! # Ok(()) }
//! ```
//!
//! Small scripts of `js/` must be reachable: `store-worker.js`, and for a mix `mix-worker.js`, `mix-colour.js`,
//! `mix-draw.js` and `mix-pace.js`. By default they are looked for at `/`; see [`set_worker_base`], or
//! [`set_worker_factory`] and [`set_module_loader`] for bundlers.

#[cfg(any(feature = "mix", feature = "several-sounds"))]
mod awake;
mod browser;
pub mod devices;
mod error;
#[cfg(feature = "meter")]
mod level;
pub mod library;
#[cfg(feature = "mix")]
mod mix;
mod options;
mod recorder;
mod recording;
mod save;
mod sidecar;
#[cfg(feature = "sources")]
mod sources;
mod store;
mod support;
#[cfg(feature = "tracks")]
mod tracks;
#[cfg(feature = "trim")]
mod trim;
#[cfg(feature = "tracks")]
mod zip;

#[cfg(feature = "mix")]
pub use browser::set_module_loader;
#[cfg(feature = "script-base")]
pub use browser::set_worker_base;
pub use browser::set_worker_factory;
pub use error::Error;
pub use hostreel_recording::{
    Chapter, ContainerChoice, Health, Layout, Limits, Millis, Pace, Phase, Preset, Quality, Reached, Report,
    bytes_per_hour,
};
#[cfg(feature = "tracks")]
pub use hostreel_recording::{MANIFEST_FILE, Manifest, ManifestTrack, Pause};
#[cfg(feature = "meter")]
pub use level::LevelMeter;
#[cfg(feature = "mix")]
pub use mix::{Mix, MixEvent, MixOptions, MixStats, Participant};
pub use options::{AtLimit, OnTrackEnd, Options, StoreChoice};
#[cfg(feature = "snapshot")]
pub use recorder::snapshot;
pub use recorder::{Recorder, RecorderEvent, Warning};
pub use recording::{ObjectUrl, Recording};
pub use save::Saved;
#[cfg(feature = "sources")]
pub use sources::{OnSourceEnd, SourceEvent, SourceKind, SourceOptions, Sources};
pub use support::{Support, support};
#[cfg(feature = "tracks")]
pub use tracks::{TrackFile, TrackSource, Tracks, TracksEvent, TracksOptions, TracksRecording};
#[cfg(feature = "trim")]
pub use trim::{TrimOptions, TrimProgress, Trimmed, can_trim, trim, trim_file};
#[cfg(feature = "tracks")]
pub use zip::{SaveOptions, SaveProgress};

/// The example of the README is compiled too.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct ReadmeExample;
