//! How to record.

use hostreel_recording::ContainerChoice;

/// How to record. Start from the default and change what matters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Options {
    /// What the user calls the recording. Default empty.
    pub title: String,
    /// Container. Default [`ContainerChoice::Auto`].
    pub container: ContainerChoice,
    /// Picture bitrate, in bits per second. Default 2,500,000.
    pub video_bits_per_second: u32,
    /// Sound bitrate, in bits per second. Default 128,000.
    pub audio_bits_per_second: u32,
    /// How often the browser hands over data, in milliseconds. Default 1,000. A crash loses at most this and a second.
    pub timeslice_ms: u32,
    /// Wanted distance of key frames, in milliseconds, where the browser lets it be set. Default 2,000.
    pub key_frame_interval_ms: u32,
    /// Stop when a picture track of the stream ends (the user pressed "stop sharing"). Default true.
    pub stop_with_picture: bool,
    /// Stop, complete, when less than this is free, in bytes. Default 64 MiB.
    pub least_free_bytes: u64,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            title: String::new(),
            container: ContainerChoice::Auto,
            video_bits_per_second: 2_500_000,
            audio_bits_per_second: 128_000,
            timeslice_ms: 1_000,
            key_frame_interval_ms: 2_000,
            stop_with_picture: true,
            least_free_bytes: 64 * 1024 * 1024,
        }
    }
}
