//! The recorder's face for JavaScript, as the ES modules of `js/` use it. Private to the npm package: what its users
//! see is written in JavaScript, with types in `types/`.
//!
//! It comes in two sizes. With the feature `full` it is the crate `hostreel-recorder` with all it can do. Without, it is
//! what recording WebM needs: that is what most pages load. Times are in milliseconds here and in seconds there.
#![cfg(target_arch = "wasm32")]

pub mod library;
#[cfg(feature = "full")]
pub mod mix;
mod object;
pub mod recorder;
pub mod recording;
#[cfg(feature = "full")]
pub mod sources;
#[cfg(feature = "full")]
pub mod tracks;
#[cfg(feature = "full")]
pub mod trim;

/// A third of the usual one's size.
#[derive(Debug)]
struct Memory;

impl rlsf::GlobalTlsfOptions for Memory {
    const ENABLE_REALLOCATION: bool = false;
    const COALESCE_POOLS: bool = true;
}

#[global_allocator]
static ALLOCATOR: rlsf::GlobalTlsf<Memory> = rlsf::GlobalTlsf::new();
