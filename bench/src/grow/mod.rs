//! Recordings of any length, made from a real one.

mod mp4;
mod webm;

use std::path::Path;

use anyhow::{Context, Result};

/// A real recording, ready to go on for ever.
#[derive(Debug)]
pub(crate) struct Recording {
    head: Vec<u8>,
    body: Body,
    /// What one round of the body lasts.
    milliseconds: u64,
}

#[derive(Debug)]
enum Body {
    WebM(webm::Clusters),
    Mp4(mp4::Fragments),
}

impl Recording {
    /// Reads a sample: live WebM, or fragmented MP4.
    pub(crate) fn read(sample: &Path) -> Result<Self> {
        let bytes = std::fs::read(sample).with_context(|| sample.display().to_string())?;
        let is_webm = bytes.starts_with(&[0x1A, 0x45, 0xDF, 0xA3]);
        let read = if is_webm { webm::read(&bytes) } else { mp4::read(&bytes) };
        read.with_context(|| format!("{} can not be grown", sample.display()))
    }

    /// What comes before the media.
    pub(crate) fn head(&self) -> &[u8] {
        &self.head
    }

    /// The media once more: `number` rounds came before.
    pub(crate) fn round(&self, number: u64) -> Result<Vec<u8>> {
        let shift = number * self.milliseconds;
        match &self.body {
            Body::WebM(clusters) => clusters.shifted(shift),
            Body::Mp4(fragments) => fragments.shifted(shift, number),
        }
    }

    /// Seconds of one round.
    pub(crate) fn seconds(&self) -> f64 {
        self.milliseconds as f64 / 1000.0
    }

    /// Bytes of one second, about.
    pub(crate) fn second_bytes(&self) -> usize {
        let bytes = match &self.body {
            Body::WebM(clusters) => clusters.length(),
            Body::Mp4(fragments) => fragments.length(),
        };
        (bytes as f64 / self.seconds()) as usize
    }
}

/// A sample with nearly nothing left of its sound and picture: all that a reader of containers looks at, in kilobytes.
pub(crate) fn shrink(bytes: &[u8]) -> Result<Vec<u8>> {
    if bytes.starts_with(&[0x1A, 0x45, 0xDF, 0xA3]) { webm::shrink(bytes) } else { mp4::shrink(bytes) }
}

/// The bytes of a range, or an error: samples may be damaged.
fn part(bytes: &[u8], from: usize, to: usize) -> Result<&[u8]> {
    bytes.get(from..to).with_context(|| format!("the sample ends within bytes {from} to {to}"))
}

/// A number of up to eight bytes, big-endian.
fn number(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0, |value, byte| value << 8 | u64::from(*byte))
}
