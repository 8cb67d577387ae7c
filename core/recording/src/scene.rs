//! Who is seen in a meeting's picture, and where: pages, the speaker, a shared screen.

use crate::layout::{PAGE_OF_GRID, PAGE_OF_STRIP};
use crate::{Frame, Millis, Rect, SpeakerPicker};

/// How a meeting's picture is divided.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum Layout {
    /// Everybody has a tile of the same size, at most nine a page.
    #[default]
    Grid,
    /// The speaker is large, the others stand in a strip, at most six a page.
    Speaker,
    /// The shared screen is large, faces stand in a strip, at most six a page. Like [`Layout::Speaker`] while nobody
    /// shares one. Of several screens the one that was shared last is shown, or that of the pinned person.
    ScreenWithFaces,
    /// One person's picture fills the whole frame, without a name: their screen while they share one, else their
    /// camera. While there is neither: a placeholder, or black when they have no name or are not here.
    Single(String),
    /// One person's shared screen fills the frame, and their camera lies over its lower right corner. Like
    /// [`Layout::Single`] while they don't share one.
    PictureInPicture(String),
    /// Only shared screens, never a face. One fills the frame; of several, the one that was shared last, or that of the
    /// pinned person, is large, and the others stand in a strip. While nobody shares one: these words.
    Screens(String),
}

/// Which of somebody's pictures.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Feed {
    /// The camera.
    Face,
    /// The shared screen.
    Screen,
    /// Nobody's picture: a sentence that stands in its place.
    Words,
}

/// One tile.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// Whose picture; of [`Feed::Words`] the words.
    pub id: String,
    /// Which of theirs.
    pub feed: Feed,
    /// Where it stands.
    pub rect: Rect,
    /// Nothing but the picture: no name, no round corners.
    pub plain: bool,
}

/// What is seen.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Scene {
    /// The tiles, to be drawn in this order. Only with [`Layout::PictureInPicture`] do they overlap.
    pub places: Vec<Place>,
    /// The page that is seen, from 0.
    pub page: usize,
    /// Number of pages, at least 1.
    pub pages: usize,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Seat {
    id: String,
    /// When they began to share, by a counter; nothing when they don't.
    screen: Option<u64>,
}

type Shown = (String, Feed);

/// Who is large and who is small.
struct Cast {
    large: Option<Shown>,
    small: Vec<Shown>,
    /// The large one fills the frame.
    is_whole: bool,
}

/// Decides who is seen where. Reads no clock: it is told the time.
///
/// ```
/// use hostreel_recording::{Director, Frame};
/// let mut director = Director::new(Frame::new(1280, 720));
/// for id in 0..10 {
///     director.join(&id.to_string());
/// }
/// assert_eq!((director.scene().places.len(), director.scene().pages), (5, 2));
/// ```
#[derive(Debug, Clone)]
pub struct Director {
    frame: Frame,
    layout: Layout,
    screen_first: bool,
    page_ms: Option<u64>,
    seats: Vec<Seat>,
    shared: u64,
    picker: SpeakerPicker,
    pinned: Option<String>,
    page: usize,
    /// The page was chosen by hand.
    fixed: bool,
    turned: Option<Millis>,
}

impl Director {
    /// A grid without anybody; pages turn every ten seconds; a shared screen comes first.
    pub fn new(frame: Frame) -> Self {
        Self {
            frame,
            layout: Layout::Grid,
            screen_first: true,
            page_ms: Some(10_000),
            seats: Vec::new(),
            shared: 0,
            picker: SpeakerPicker::default(),
            pinned: None,
            page: 0,
            fixed: false,
            turned: None,
        }
    }

    /// Somebody takes the last seat, unless they have one.
    pub fn join(&mut self, id: &str) {
        if self.seat(id).is_none() {
            self.seats.push(Seat { id: id.to_owned(), screen: None });
        }
    }

    /// Somebody's seat is taken away.
    pub fn leave(&mut self, id: &str) {
        self.seats.retain(|seat| seat.id != id);
        self.pinned.take_if(|pinned| pinned == id);
    }

    /// Somebody shares a screen, or does no more.
    pub fn share(&mut self, id: &str, shares: bool) {
        self.shared += 1;
        let now = self.shared;
        if let Some(seat) = self.seats.iter_mut().find(|seat| seat.id == id) {
            seat.screen = shares.then(|| seat.screen.unwrap_or(now));
        }
    }

    /// Divides the picture in another way from now on.
    pub fn set_layout(&mut self, layout: Layout) {
        self.layout = layout;
    }

    /// Whether [`Layout::Grid`] and [`Layout::Speaker`] give way to [`Layout::ScreenWithFaces`] while somebody shares a
    /// screen. Else, screens are tiles of the grid, behind the faces.
    pub fn set_screen_first(&mut self, screen_first: bool) {
        self.screen_first = screen_first;
    }

    /// Makes somebody the one who is shown large, whoever speaks; nothing for the speaker again.
    pub fn pin(&mut self, id: Option<&str>) {
        self.pinned = id.map(str::to_owned);
    }

    /// Shows this page, from 0, and stays there; the last one when there are fewer. Nothing lets pages turn by
    /// themselves again.
    pub fn set_page(&mut self, page: Option<usize>) {
        self.fixed = page.is_some();
        self.page = page.unwrap_or(self.page);
    }

    /// How long each page is shown, in milliseconds, when pages turn by themselves; nothing: until somebody on another
    /// page speaks.
    pub fn set_page_time(&mut self, milliseconds: Option<u64>) {
        self.page_ms = milliseconds;
    }

    /// Takes in everybody's level (see [`SpeakerPicker::observe`]) and lets time pass. True when the scene may have
    /// changed.
    pub fn hear(&mut self, now: Millis, levels: &[(String, f32)]) -> bool {
        let speaker = self.picker.observe(now, levels);
        let turned = *self.turned.get_or_insert(now);
        if self.fixed {
            return speaker;
        }
        let before = self.page;
        let pages = self.scene().pages;
        if let Some(page) = self.speakers_page().filter(|_| speaker || self.picker.is_talking(now)) {
            self.page = page;
            self.turned = Some(now);
        } else if self.page_ms.is_some_and(|time| now.0.saturating_sub(turned.0) >= time.max(1)) {
            self.page = (self.page.min(pages - 1) + 1) % pages;
            self.turned = Some(now);
        }
        speaker || before != self.page
    }

    /// Who speaks, or spoke last.
    pub fn speaker(&self) -> Option<&str> {
        self.picker.speaker()
    }

    /// Whether a camera is ever seen in this layout, on whatever page.
    pub fn shows_faces(&self) -> bool {
        !matches!(self.layout, Layout::Screens(_))
    }

    /// What is seen now.
    pub fn scene(&self) -> Scene {
        let Cast { large, small, is_whole } = self.cast();
        if is_whole {
            let rects = [self.frame.whole(), self.frame.corner()];
            let plain = |((id, feed), rect)| Place { id, feed, rect, plain: true };
            let places = large.into_iter().chain(small).zip(rects).map(plain).collect();
            return Scene { places, page: 0, pages: 1 };
        }
        let per_page = page_length(small.len(), if large.is_some() { PAGE_OF_STRIP } else { PAGE_OF_GRID });
        let pages = small.len().div_ceil(per_page).max(1);
        let page = self.page.min(pages - 1);
        let seen: Vec<Shown> = small.into_iter().skip(page * per_page).take(per_page).collect();
        let rects = match &large {
            Some(_) => self.frame.large_with_strip(seen.len()),
            None => self.frame.grid(seen.len()),
        };
        let places = large
            .into_iter()
            .chain(seen)
            .zip(rects)
            .map(|((id, feed), rect)| Place { id, feed, rect, plain: false })
            .collect();
        Scene { places, page, pages }
    }

    fn cast(&self) -> Cast {
        let faces = || self.seats.iter().map(|seat| (seat.id.clone(), Feed::Face));
        if let Layout::Single(id) | Layout::PictureInPicture(id) = &self.layout {
            // Also while they are not here: black is shown then.
            let shares = self.seat(id).is_some_and(|seat| seat.screen.is_some());
            let large = Some((id.clone(), if shares { Feed::Screen } else { Feed::Face }));
            let with_face = shares && matches!(self.layout, Layout::PictureInPicture(_));
            let small = with_face.then(|| (id.clone(), Feed::Face)).into_iter().collect();
            return Cast { large, small, is_whole: true };
        }
        if let Layout::Screens(words) = &self.layout {
            let large = self
                .screen()
                .map_or_else(|| (words.clone(), Feed::Words), |id| (id.to_owned(), Feed::Screen));
            let small: Vec<Shown> = self.screens().filter(|screen| *screen != large).collect();
            return Cast { is_whole: small.is_empty(), large: Some(large), small };
        }
        let screen = self.screen().filter(|_| self.screen_first || self.layout == Layout::ScreenWithFaces);
        if let Some(screen) = screen {
            let large = Some((screen.to_owned(), Feed::Screen));
            return Cast { large, small: faces().collect(), is_whole: false };
        }
        if self.layout == Layout::Grid {
            return Cast { large: None, small: faces().chain(self.screens()).collect(), is_whole: false };
        }
        let large = self.large_face().map(|id| (id.to_owned(), Feed::Face));
        let small = faces().chain(self.screens()).filter(|face| Some(face) != large.as_ref()).collect();
        Cast { large, small, is_whole: false }
    }

    /// All screens that are shared, in the order of seats.
    fn screens(&self) -> impl Iterator<Item = Shown> {
        let sharing = self.seats.iter().filter(|seat| seat.screen.is_some());
        sharing.map(|seat| (seat.id.clone(), Feed::Screen))
    }

    /// The screen that is shown large.
    fn screen(&self) -> Option<&str> {
        let pinned = |seat: &&Seat| Some(&seat.id) == self.pinned.as_ref();
        let shared = || self.seats.iter().filter(|seat| seat.screen.is_some());
        shared().find(pinned).or_else(|| shared().max_by_key(|seat| seat.screen)).map(|seat| seat.id.as_str())
    }

    /// The face that is shown large: pinned, speaking, or simply the first.
    fn large_face(&self) -> Option<&str> {
        let known = |id: Option<&str>| self.seat(id?).map(|seat| seat.id.as_str());
        known(self.pinned.as_deref())
            .or_else(|| known(self.picker.speaker()))
            .or_else(|| self.seats.first().map(|seat| seat.id.as_str()))
    }

    /// The page on which the speaker stands, unless that is every one.
    fn speakers_page(&self) -> Option<usize> {
        let speaker = self.picker.speaker()?;
        let Cast { large, small, .. } = self.cast();
        let most = if large.is_some() { PAGE_OF_STRIP } else { PAGE_OF_GRID };
        let index = small.iter().position(|(id, feed)| id == speaker && *feed == Feed::Face)?;
        Some(index / page_length(small.len(), most))
    }

    fn seat(&self, id: &str) -> Option<&Seat> {
        self.seats.iter().find(|seat| seat.id == id)
    }
}

/// How many stand on a page, so that pages are equally full.
fn page_length(people: usize, most: usize) -> usize {
    people.div_ceil(people.div_ceil(most).max(1)).max(1)
}

#[cfg(test)]
mod tests;
