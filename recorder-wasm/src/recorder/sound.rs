//! Several sounds as one: browsers record only the first of a stream.

use js_sys::Array;
use wasm_bindgen::JsCast;
use web_sys::{
    AudioContext, MediaStream, MediaStreamAudioDestinationNode, MediaStreamAudioSourceNode, MediaStreamTrack,
};

use crate::Error;
use crate::awake::Awake;

/// A graph that adds sounds up, until it is dropped.
#[derive(Debug)]
pub(super) struct OneSound {
    context: AudioContext,
    destination: MediaStreamAudioDestinationNode,
    _sources: Vec<MediaStreamAudioSourceNode>,
    _awake: Awake,
}

impl OneSound {
    pub(super) fn new(sounds: &[MediaStreamTrack]) -> Result<Self, Error> {
        let context = AudioContext::new()?;
        let destination = context.create_media_stream_destination()?;
        let mut sources = Vec::new();
        for sound in sounds {
            let stream = MediaStream::new_with_tracks(&Array::of1(sound))?;
            let source = context.create_media_stream_source(&stream)?;
            source.connect_with_audio_node(&destination)?;
            sources.push(source);
        }
        // As long as it does not run nothing comes of it, and that is told.
        let awake = Awake::keep(&context, |_| ())?;
        Ok(Self { context, destination, _sources: sources, _awake: awake })
    }

    pub(super) fn track(&self) -> Result<MediaStreamTrack, Error> {
        self.destination.stream().get_audio_tracks().get(0).dyn_into().map_err(Error::from)
    }
}

impl Drop for OneSound {
    fn drop(&mut self) {
        // A context that is closed already has nothing left to end.
        let _ = self.context.close();
    }
}
