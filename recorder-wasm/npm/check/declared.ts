// What the modules really are must be what types/ declares. Checked by `tsc`; never run.
import type * as declared from "../types/index.js";
import type * as declaredElement from "../types/element.js";
import * as realElement from "../js/element.js";
import * as real from "../js/index.js";

/** Everything but the constructor, which is private in the declarations. */
type Face<T> = { [K in keyof T as K extends "prototype" ? never : K]: T[K] extends (...given: infer A) => unknown ? (...given: A) => unknown : T[K] };
/** Names of members. What a `disposable()` call adds and what facts bring is known only when it runs. */
type Members<T> = Exclude<keyof T, symbol | keyof Facts>;
type Facts = Omit<declared.Recording, "file" | "url" | "save" | "rename" | "delete" | "dispose" | symbol>;
type Has<Real, Declared> = Members<Declared> extends keyof Real ? true : { missing: Exclude<Members<Declared>, keyof Real> };

const statics: Face<typeof declared.Recorder> = real.Recorder;
const mixStatics: Face<typeof declared.Mix> = real.Mix;
const tracksStatics: Face<typeof declared.Tracks> = real.Tracks;
const recorder: Has<real.Recorder, declared.Recorder> = true;
const recording: Has<real.Recording, declared.Recording> = true;
const unfinished: Has<real.Unfinished, declared.Unfinished> = true;
const mix: Has<real.Mix, declared.Mix> = true;
const tracks: Has<real.Tracks, declared.Tracks> = true;
const tracksRecording: Has<real.TracksRecording, declared.TracksRecording> = true;
const error: Has<real.RecorderError, declared.RecorderError> = true;
const element: Has<realElement.HostreelRecorderElement, Omit<declaredElement.HostreelRecorderElement, "options" | keyof HTMLElement>> = true;
export { element, error, mix, mixStatics, recorder, recording, statics, tracks, tracksRecording, tracksStatics, unfinished };

// And nothing is exported that is not declared.
const undeclared: Exclude<keyof typeof real, keyof typeof declared> extends never ? true : false = true;
export { undeclared };
