//! How to record.

use hostreel_recording::{ContainerChoice, Limits, Preset};
use web_sys::FileSystemFileHandle;

use crate::Error;

/// What the end of a track (a device unplugged, "stop sharing" pressed) means for the recording.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum OnTrackEnd {
    /// It stops, complete, when a picture ends; when a sound ends it goes on, and that is told.
    #[default]
    StopWithPicture,
    /// It stops, complete, when any track ends.
    Stop,
    /// It goes on until all tracks have ended; each end is told.
    Continue,
}

/// Where the bytes go while it is recorded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum StoreChoice {
    /// The disk (the origin-private file system) where the browser has it, else memory, and that is told.
    #[default]
    Auto,
    /// The disk, or not at all.
    Disk,
    /// Memory: nothing is left on the disk. A crash loses it, and it can't be longer than memory.
    Memory,
}

/// What happens when a limit is reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum AtLimit {
    /// The recording stops, complete.
    #[default]
    Stop,
    /// This file is completed and the next one begins, without a gap: they overlap a little.
    Split,
}

/// How to record. Start from the default, or from [`Options::preset`], and change what matters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Options {
    /// What the user calls the recording; also in the file. Default empty.
    pub title: String,
    /// Who takes part, by name; written into the file. Default nobody.
    pub participants: Vec<String>,
    /// Anything else to be said in the file: name and value. Default nothing.
    pub tags: Vec<(String, String)>,
    /// Container. Default [`ContainerChoice::Auto`].
    pub container: ContainerChoice,
    /// Picture bitrate, in bits per second. Default 2,500,000.
    pub video_bits_per_second: u32,
    /// Sound bitrate, in bits per second. Default 128,000.
    pub audio_bits_per_second: u32,
    /// How often the browser hands over data, in milliseconds, from 100 to 3,600,000. Default 1,000. A crash loses at most
    /// this and a second.
    pub timeslice_ms: u32,
    /// Wanted distance of key frames, in milliseconds, where the browser lets it be set. Default 2,000.
    pub key_frame_interval_ms: u32,
    /// What the end of a track means. Default [`OnTrackEnd::StopWithPicture`].
    pub on_track_end: OnTrackEnd,
    /// Where the bytes go. Default [`StoreChoice::Auto`].
    pub store: StoreChoice,
    /// Most bytes of a recording that is kept in memory: then it stops, complete. Default 1 GiB.
    pub most_memory_bytes: u64,
    /// A file that the user chose before (`showSaveFilePicker`): it is written along and is complete with the recording.
    /// Until then the copy in the browser's own storage is the safe one; it goes when the file is whole. Not together with
    /// [`AtLimit::Split`]: the parts would replace each other ([`Error::Unsupported`]). Default none.
    pub file: Option<FileSystemFileHandle>,
    /// Stop, complete, when less than this is free, in bytes. Default 64 MiB.
    pub least_free_bytes: u64,
    /// How long and how large it may become. Default without limits.
    pub limits: Limits,
    /// What happens then. Default [`AtLimit::Stop`].
    pub at_limit: AtLimit,
    /// Counts down so long before it begins, in milliseconds. Default 0.
    pub countdown_ms: u32,
    /// Keep the screen on while it is recorded, where the browser lets it. Default true.
    pub wake_lock: bool,
    /// Let the browser ask before the page is closed while it is recorded. Default true.
    pub warn_on_close: bool,
    /// Measure loudness: [`crate::RecorderEvent::Level`], [`crate::Recorder::waveform`], and silence is told. Default
    /// true, where the crate has its feature `meter`.
    pub meter: bool,
    /// Ask the browser not to clear the recordings when space is short, where it decides that without a question to
    /// the user. Default true.
    pub persist: bool,
    /// What recordings have in common that are made together. Default nothing.
    pub group: Option<String>,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            title: String::new(),
            participants: Vec::new(),
            tags: Vec::new(),
            container: ContainerChoice::Auto,
            video_bits_per_second: 2_500_000,
            audio_bits_per_second: 128_000,
            timeslice_ms: 1_000,
            key_frame_interval_ms: 2_000,
            on_track_end: OnTrackEnd::default(),
            store: StoreChoice::default(),
            most_memory_bytes: 1 << 30,
            file: None,
            least_free_bytes: 64 * 1024 * 1024,
            limits: Limits::default(),
            at_limit: AtLimit::default(),
            countdown_ms: 0,
            wake_lock: true,
            warn_on_close: true,
            meter: cfg!(feature = "meter"),
            persist: true,
            group: None,
        }
    }
}

impl Options {
    /// What this build leaves out is refused before anything begins.
    pub(crate) fn check(&self) -> Result<(), Error> {
        // Parts in one chosen file would replace each other.
        let is_shared = self.file.is_some() && self.at_limit == AtLimit::Split;
        let refused = is_shared
            || (self.meter && !cfg!(feature = "meter"))
            || (self.countdown_ms > 0 && !cfg!(feature = "countdown"))
            || (self.file.is_some() && !cfg!(feature = "picked-file"))
            || (self.at_limit == AtLimit::Split && !cfg!(feature = "split"));
        if refused { Err(Error::Unsupported) } else { Ok(()) }
    }

    /// With what the browser is really asked for: others count on it.
    pub(crate) fn within_limits(mut self) -> Self {
        self.timeslice_ms = self.timeslice_ms.clamp(100, 3_600_000);
        self
    }

    /// The default with a preset's bitrates.
    #[must_use]
    pub fn preset(preset: Preset) -> Self {
        let quality = preset.quality();
        Self {
            video_bits_per_second: quality.video_bits_per_second,
            audio_bits_per_second: quality.audio_bits_per_second,
            ..Self::default()
        }
    }
}

/// Says something: a name that is there gets the new value.
pub(crate) fn put_tag(tags: &mut Vec<(String, String)>, name: String, value: String) {
    tags.retain(|(known, _)| *known != name);
    tags.push((name, value));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_waited_for_is_what_the_browser_is_asked_for() {
        for (wanted, asked) in [(0, 100), (250, 250), (u32::MAX, 3_600_000)] {
            let options = Options { timeslice_ms: wanted, ..Options::default() };
            assert_eq!(options.within_limits().timeslice_ms, asked);
        }
    }

    #[test]
    fn a_name_has_one_value_the_newest() {
        let mut tags = Vec::new();
        for (name, value) in [("ROOM", "red"), ("PLACE", "Seoul"), ("ROOM", "blue")] {
            put_tag(&mut tags, name.into(), value.into());
        }
        assert_eq!(tags, [("PLACE".into(), "Seoul".into()), ("ROOM".into(), "blue".into())]);
    }
}
