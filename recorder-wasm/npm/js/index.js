export { RecorderError } from "./errors.js";
export { Recorder } from "./recorder.js";
export { Recording } from "./recording.js";
