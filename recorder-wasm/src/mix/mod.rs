//! A whole meeting in one stream: everybody's sound, and everybody's picture in one grid of fixed size.

mod audio;
mod page;
mod picture;
mod worker;

use std::cell::RefCell;

use web_sys::MediaStream;

use crate::Error;
use crate::support::support;
use audio::AudioMix;
use picture::{Picture, Tile};

/// What the mix is made of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MixOptions {
    /// With a picture. Default true; false mixes sound only.
    pub picture: bool,
    /// Picture width, in pixels. Default 1280.
    pub width: u32,
    /// Picture height, in pixels. Default 720.
    pub height: u32,
    /// Pictures a second. Default 30.
    pub frame_rate: u32,
}

impl Default for MixOptions {
    fn default() -> Self {
        Self { picture: true, width: 1280, height: 720, frame_rate: 30 }
    }
}

/// Somebody in the mix.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Participant {
    /// Shown under the face.
    pub name: String,
    /// Camera and microphone.
    pub stream: Option<MediaStream>,
    /// A shared screen.
    pub screen: Option<MediaStream>,
    /// Show the camera; else a placeholder with the name stands in its place.
    pub camera: bool,
    /// Let the sound in.
    pub audio: bool,
}

/// A mix of people that may change while it is recorded. It ends when it is dropped.
#[derive(Debug)]
pub struct Mix {
    audio: RefCell<AudioMix>,
    picture: RefCell<Option<Picture>>,
    people: RefCell<Vec<(String, Participant)>>,
    stream: MediaStream,
}

impl Mix {
    /// Makes an empty mix: silent, and dark. Call it from a click where the browser wants a gesture for sound.
    ///
    /// # Errors
    /// [`Error::Browser`] when the browser can't mix.
    pub async fn new(options: MixOptions) -> Result<Self, Error> {
        let audio = AudioMix::new().await?;
        let stream = MediaStream::new()?;
        stream.add_track(&audio.track()?);
        let picture = if options.picture {
            let picture = Picture::new(&options, support().track_processors).await?;
            stream.add_track(picture.track());
            Some(picture)
        } else {
            None
        };
        Ok(Self {
            audio: RefCell::new(audio),
            picture: RefCell::new(picture),
            people: RefCell::default(),
            stream,
        })
    }

    /// The mix, to be recorded. Its tracks live as long as the mix.
    #[must_use]
    pub fn stream(&self) -> MediaStream {
        // Not `.clone()`: that is the browser's own, which makes another stream of other tracks.
        Clone::clone(&self.stream)
    }

    /// Adds somebody, or says what is new about them. People stand in the order in which they were added.
    pub fn set(&self, id: &str, participant: Participant) {
        let sound = participant.stream.as_ref().filter(|_| participant.audio);
        self.audio.borrow_mut().set(id, sound);
        {
            let mut people = self.people.borrow_mut();
            match people.iter_mut().find(|(known, _)| known == id) {
                Some((_, known)) => *known = participant,
                None => people.push((id.to_owned(), participant)),
            }
        }
        self.redraw();
    }

    /// Draws at most so many pictures a second from now on, never more than in [`MixOptions::frame_rate`].
    pub fn set_frame_rate(&self, frame_rate: u32) {
        if let Some(picture) = self.picture.borrow().as_ref() {
            picture.set_frame_rate(frame_rate);
        }
    }

    /// Takes somebody out.
    pub fn remove(&self, id: &str) {
        self.audio.borrow_mut().set(id, None);
        self.people.borrow_mut().retain(|(known, _)| known != id);
        self.redraw();
    }

    /// Tells the picture who stands where.
    fn redraw(&self) {
        let mut picture = self.picture.borrow_mut();
        let Some(picture) = picture.as_mut() else { return };
        let people = self.people.borrow();
        let screens = people.iter().filter_map(|(id, person)| {
            let track = person.screen.as_ref().and_then(live_video)?;
            Some(Tile { id: format!("screen {id}"), name: person.name.clone(), tint: 0, track: Some(track) })
        });
        let faces = people.iter().enumerate().map(|(index, (id, person))| Tile {
            id: format!("face {id}"),
            name: person.name.clone(),
            tint: u32::try_from(index).unwrap_or(0),
            track: person.stream.as_ref().filter(|_| person.camera).and_then(live_video),
        });
        // One screen is shown large; a second one would leave no room for faces.
        let mut tiles: Vec<Tile> = screens.take(1).collect();
        let with_screen = !tiles.is_empty();
        tiles.extend(faces);
        picture.show(&tiles, with_screen);
    }
}

/// The first video track that has not ended.
fn live_video(stream: &MediaStream) -> Option<web_sys::MediaStreamTrack> {
    crate::devices::tracks(stream)
        .into_iter()
        .find(|track| track.kind() == "video" && track.ready_state() == web_sys::MediaStreamTrackState::Live)
}
