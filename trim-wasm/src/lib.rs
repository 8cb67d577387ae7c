//! The pure part of the worker that cuts a part out of a recording: reading ahead. No I/O, reads no clock, knows no
//! browser; tested natively. The worker itself is the binary `trim-worker`; `seekable` knows where and how to cut.

mod read_ahead;

pub use read_ahead::{BLOCK_BYTES, Blocks, ReadAhead};
