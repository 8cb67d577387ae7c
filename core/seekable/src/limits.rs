//! Options, and the limits that keep memory flat whatever the input claims.

/// How a recording is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Options {
    /// Bytes kept free behind the head for the seek index. When it is full every other entry is dropped.
    /// Default 64 KiB (2,250 entries in WebM); values outside of 256 bytes to 16 MiB are moved to the nearer end.
    pub index_bytes: u32,
    /// Bytes kept free for what is said about the recording ([`crate::Metadata`]). What does not fit is written at the
    /// end of the file. Default 16 KiB; values outside of 256 bytes to 16 MiB are moved to the nearer end.
    pub metadata_bytes: u32,
    /// Whether bytes that are no whole part of the recording (cut short, zeros after a power cut, something else behind
    /// its end) are left out. Default `false`: they are kept where no player looks.
    pub trims_tail: bool,
    /// What the input may make us hold in memory.
    pub limits: Limits,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            index_bytes: 64 * 1024,
            metadata_bytes: 16 * 1024,
            trims_tail: false,
            limits: Limits::default(),
        }
    }
}

impl Options {
    /// The index size that is really used.
    pub(crate) fn index_area(&self) -> usize {
        self.index_bytes.clamp(256, 16 * 1024 * 1024) as usize
    }

    /// The size for metadata that is really used.
    #[cfg(any(feature = "webm", feature = "mp4"))]
    pub(crate) fn metadata_area(&self) -> usize {
        self.metadata_bytes.clamp(256, 16 * 1024 * 1024) as usize
    }
}

/// Bounds for what is held in memory and for what is believed. All in bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Largest head (everything up to the end of Info and Tracks) that is rewritten. A larger one makes the file pass
    /// through as it came. Default 1 MiB.
    pub head_bytes: u32,
    /// Elements up to this size are held back until they are whole. Larger ones are written as they come, and count
    /// only when they are complete. Default 4 MiB.
    pub held_bytes: u32,
    /// A claimed element length above this is taken for a lie. Default 256 MiB.
    pub element_bytes: u64,
    /// Largest sample tables of an MP4: at its end they are written as one `moov`, and until then they take about as
    /// much memory. A longer recording stays fragmented. Default 128 MiB: at 30 pictures a second and
    /// Opus packets of 20 ms that is more than 30 hours.
    pub table_bytes: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            head_bytes: 1024 * 1024,
            held_bytes: 4 * 1024 * 1024,
            element_bytes: 256 * 1024 * 1024,
            table_bytes: 128 * 1024 * 1024,
        }
    }
}
