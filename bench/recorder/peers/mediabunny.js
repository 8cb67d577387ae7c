// All that recording a stream into WebM needs.
export { BufferTarget, MediaStreamAudioTrackSource, MediaStreamVideoTrackSource, Output, WebMOutputFormat } from 'mediabunny';
