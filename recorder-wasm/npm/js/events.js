// What the modules tell, as events.
import { ours } from "./errors.js";
import { Recording } from "./recording.js";

export const milliseconds = (seconds) => (seconds === undefined ? undefined : Math.round(seconds * 1000));
export const seconds = (milliseconds) => milliseconds / 1000;

const recorded = (raw) => (raw ? new Recording(raw) : null);

const EVENTS = {
  phase: (state) => ["statechange", { state }],
  progress: ({ elapsed, ...facts }) => ["progress", { seconds: seconds(elapsed), ...facts }],
  level: (facts) => ["level", facts],
  marked: ({ at, title }) => ["mark", { seconds: seconds(at), title }],
  health: ({ kind, waited, percent }) => [
    "health",
    { kind, ...(waited !== undefined && { seconds: seconds(waited) }), ...(percent !== undefined && { percent }) },
  ],
  behind: (behind) => ["behind", { seconds: seconds(behind) }],
  part: (raw) => ["part", { recording: recorded(raw) }],
  warning: ({ kept, reason, ...facts }) => [
    "warning",
    { ...facts, ...(kept && { kept: recorded(kept) }), ...(reason && { reason: ours(reason) }) },
  ],
  source: ({ error, ...facts }) => ["source", { ...facts, ...(error && { error: ours(error) }) }],
  finished: (raw) => ["finished", { recording: recorded(raw) }],
  failed: ({ error, kept }) => ["error", { error: ours(error), kept: recorded(kept) }],
};

/** Type and facts of an event; nothing for what is not told. */
export const eventOf = (name, facts) => EVENTS[name]?.(facts);

/** Dispatches events at a target; what happens before `open()` is told after that. */
export class Teller {
  #target;
  #early = [];

  constructor(target) {
    this.#target = target;
  }

  tell(type, facts) {
    const event = Object.assign(new Event(type), facts);
    if (this.#early) this.#early.push(event);
    else this.#target.dispatchEvent(event);
  }

  /** Listeners are added when `start` has returned. */
  open() {
    setTimeout(() => {
      // What a listener brings about comes after what was before it.
      for (const event of this.#early) this.#target.dispatchEvent(event);
      this.#early = undefined;
    });
  }
}
