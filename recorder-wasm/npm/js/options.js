// Options: what they may be, and as the modules read them.
import { RecorderError } from "./errors.js";
import { milliseconds } from "./events.js";

/** Words that an option may be. */
export const WORDS = {
  container: ["auto", "webm", "mp4"],
  preset: ["voice", "meeting", "screen", "high"],
  store: ["auto", "disk", "memory"],
  atLimit: ["stop", "split"],
  onTrackEnd: ["fallback", "stop", "continue"],
};

/** Numbers from 0 on. */
const NUMBERS = ["videoBitsPerSecond", "audioBitsPerSecond", "keyFrameInterval", "timeslice", "minFreeBytes", "countdown"];
/** Numbers above 0; `Infinity` is none too many. */
const LIMITS = ["maxDuration", "maxBytes", "maxMemoryBytes"];

function check(options, names, is, what) {
  for (const name of names) {
    const value = options[name];
    if (value !== undefined && !is(value, name)) throw new TypeError(`${name} must be ${what(name)}: ${String(value)}`);
  }
}

/** Options as the modules read them; an error where one of them is none. */
export function wanted(options) {
  check(options, NUMBERS, (value) => Number.isFinite(value) && value >= 0, () => "a number from 0 on");
  check(options, LIMITS, (value) => typeof value === "number" && value > 0, () => "a number above 0");
  check(options, Object.keys(WORDS), (value, name) => WORDS[name].includes(value), (name) => `one of ${WORDS[name].join(", ")}`);
  if (options.file && options.atLimit === "split") {
    throw new RecorderError("unsupported", 'the parts would replace each other in the file: leave out file, or atLimit: "split"');
  }
  return {
    ...options,
    timeslice: milliseconds(options.timeslice),
    keyFrameInterval: milliseconds(options.keyFrameInterval),
    maxDuration: milliseconds(options.maxDuration),
    tags: Object.entries(options.tags ?? {}).flat().map(String),
    participants: (options.participants ?? []).map(String),
    // The face counts down itself, before it asks a module.
    countdown: 0,
  };
}
