export { RecorderError } from "./errors.js";
export { Mix } from "./mix.js";
export { Recorder } from "./recorder.js";
export { Recording, Unfinished } from "./recording.js";
export { Tracks, TracksRecording } from "./tracks.js";
