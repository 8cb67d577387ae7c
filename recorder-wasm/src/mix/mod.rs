//! A whole meeting in one stream: everybody's sound, and everybody's picture in one frame of fixed size.

mod audio;
mod limiter;
mod options;
mod page;
mod person;
mod picture;
mod table;
mod voice;
mod worker;

use std::rc::Rc;

use hostreel_recording::{Frame, Layout};
use web_sys::MediaStream;

use crate::Error;
pub use options::{MixEvent, MixOptions, MixStats, Participant};
use table::Table;

/// A mix of people that may change while it is recorded. It ends when it is dropped.
///
/// ```no_run
/// use hostreel_recorder::{Layout, Mix, MixOptions, Participant};
/// # async fn example(camera: web_sys::MediaStream) -> Result<(), hostreel_recorder::Error> {
/// let mix = Mix::new(MixOptions::full_hd()).await?;
/// mix.add("mina", Some(&camera), Participant { name: "Mina".into(), ..Participant::default() });
/// mix.set_layout(Layout::Speaker);
/// let recorded = mix.stream();
/// # let _ = recorded; Ok(()) }
/// ```
#[derive(Debug)]
pub struct Mix {
    table: Rc<Table>,
    stream: MediaStream,
}

impl Mix {
    /// Makes an empty mix: silent, and dark. Call it from a click where the browser wants a gesture for sound.
    ///
    /// # Errors
    /// [`Error::WorkerBlocked`] when its script does not load; [`Error::Browser`] when the browser can't mix.
    pub async fn new(options: MixOptions) -> Result<Self, Error> {
        let frame = Frame::new(options.width, options.height);
        let options = MixOptions {
            width: frame.width(),
            height: frame.height(),
            frame_rate: options.frame_rate.max(1),
            ..options
        };
        let table = Table::new(frame, options).await?;
        let stream = MediaStream::new()?;
        for track in table.tracks()? {
            stream.add_track(&track);
        }
        Ok(Self { table, stream })
    }

    /// The mix, to be recorded: one sound track, and one picture track unless it mixes sound only. They live as long
    /// as the mix, whoever comes and goes.
    #[must_use]
    pub fn stream(&self) -> MediaStream {
        // Not `.clone()`: that is the browser's own, which makes another stream of other tracks.
        Clone::clone(&self.stream)
    }

    /// Calls `on_event` at each [`MixEvent`] from now on, instead of whoever was called before. When the sound is held
    /// up already, that is told at once.
    pub fn on_event(&self, on_event: impl Fn(MixEvent) + 'static) {
        self.table.listen(Rc::new(on_event));
    }

    /// Adds somebody with all sounds of a stream, and its first picture; without a stream they are a placeholder.
    /// People stand in the order in which they were added. Who is there already gets another stream and another
    /// `participant`, and keeps the place.
    pub fn add(&self, id: &str, stream: Option<&MediaStream>, participant: Participant) {
        self.table.add(id, stream, participant);
    }

    /// What was said about somebody last. Nothing when nobody has that id.
    #[must_use]
    pub fn participant(&self, id: &str) -> Option<Participant> {
        self.table.participant(id)
    }

    /// Replaces all that was said about somebody; to change a part of it, begin with [`Self::participant`]. False when
    /// nobody has that id.
    pub fn set(&self, id: &str, participant: Participant) -> bool {
        self.table.change(id, |person| person.about = participant)
    }

    /// Takes somebody's sound and picture from another stream, or from none. Also to be called when the page itself has
    /// added tracks to a stream or taken some out, which browsers tell nobody. False when nobody has that id.
    pub fn set_stream(&self, id: &str, stream: Option<&MediaStream>) -> bool {
        self.table.change(id, |person| person.stream = stream.cloned())
    }

    /// Somebody shares a screen, with its sound if it has one, or does no more. False when nobody has that id.
    pub fn set_screen(&self, id: &str, screen: Option<&MediaStream>) -> bool {
        self.table.change(id, |person| person.screen = screen.cloned())
    }

    /// Keeps all of somebody's sound out, or lets in again what [`Participant::audio`] lets in. False when nobody has
    /// that id.
    pub fn muted(&self, id: &str, muted: bool) -> bool {
        self.table.change(id, |person| person.muted = muted)
    }

    /// Takes somebody out. False when nobody has that id.
    pub fn remove(&self, id: &str) -> bool {
        self.table.remove(id)
    }

    /// Divides the picture in another way.
    pub fn set_layout(&self, layout: Layout) {
        self.table.direct(|director| director.set_layout(layout));
    }

    /// Shows somebody large in [`Layout::Speaker`], whoever speaks, and their screen first in
    /// [`Layout::ScreenWithFaces`]; nothing: whoever speaks.
    pub fn pin(&self, id: Option<&str>) {
        self.table.direct(|director| director.pin(id));
    }

    /// Stays on this page, from 0; on the last when there are fewer. Nothing: pages turn by themselves, after
    /// [`MixOptions::page_seconds`], and to whoever speaks.
    pub fn set_page(&self, page: Option<usize>) {
        self.table.direct(|director| director.set_page(page));
    }

    /// How loud all of it is, as a factor from 0 to 4. Default 1. It changes smoothly; a limiter behind it keeps what
    /// is too loud from being cut off.
    pub fn set_gain(&self, gain: f32) {
        self.table.set_gain(gain);
    }

    /// How many pictures a second from now on: any number above 0. [`Pace`](crate::Pace) chooses one that the browser's
    /// encoder keeps up with.
    pub fn set_frame_rate(&self, frame_rate: impl Into<f64>) {
        self.table.set_frame_rate(frame_rate.into());
    }

    /// How loud everybody is in the mix at this moment, in their order: root mean square over about 40 ms on the scale
    /// of [`LevelMeter`](crate::LevelMeter), 0 to 1.
    #[must_use]
    pub fn levels(&self) -> Vec<(String, f32)> {
        self.table.levels()
    }

    /// Who speaks, or spoke last.
    #[must_use]
    pub fn speaker(&self) -> Option<String> {
        self.table.speaker()
    }

    /// How well the picture keeps up.
    #[must_use]
    pub fn stats(&self) -> MixStats {
        self.table.stats()
    }
}
