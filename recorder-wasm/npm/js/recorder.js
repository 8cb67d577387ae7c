import { disposable } from "./dispose.js";
import { engine, engines, fullEngine } from "./engine.js";
import { asking, ours, RecorderError } from "./errors.js";
import { Recording } from "./recording.js";
import { open, stopTracks } from "./sources.js";

// Whoever runs is held: a recorder that nobody holds must not be collected while it records.
const alive = new Set();

const milliseconds = (seconds) => (seconds === undefined ? undefined : Math.round(seconds * 1000));

const recordsWebM = () => globalThis.MediaRecorder?.isTypeSupported("video/webm") ?? true;

/** Records one stream into one file. */
export class Recorder extends EventTarget {
  #raw;
  #sources;
  #state = "starting";
  #bytes = 0;
  #duration = 0;
  #settle;
  #early = [];
  #signal;
  #onAbort = () => this.stop().catch(() => {});

  /** Settles when the recording has ended, by whatever cause. */
  finished = new Promise((resolve, reject) => {
    this.#settle = { resolve, reject };
  });

  constructor(key, sources, signal) {
    if (key !== alive) throw new TypeError("use Recorder.start()");
    super();
    this.#sources = sources;
    this.#signal = signal;
    // Whoever wants to know asks `finished`, `stop()` or listens.
    this.finished.catch(() => {});
  }

  static async start(options = {}) {
    const { signal, container = "auto" } = options;
    signal?.throwIfAborted();
    const full = container === "mp4" || !recordsWebM();
    // Loaded while the browser asks its user.
    const loading = full ? fullEngine() : engine();
    loading.catch(() => {});
    const sources = await open(options);
    const recorder = new Recorder(alive, sources, signal);
    try {
      const loaded = await loading;
      signal?.throwIfAborted();
      await recorder.#start(loaded, options);
    } catch (error) {
      recorder.#end();
      throw ours(error);
    }
    return recorder;
  }

  static async list() {
    const found = new Map();
    for (const loaded of await engines()) {
      for (const raw of await asking(loaded.list())) {
        const recording = new Recording(raw);
        found.set(recording.id, recording);
      }
    }
    return [...found.values()].sort((one, other) => other.startedAt - one.startedAt);
  }

  static async estimate() {
    return (await engine()).estimate();
  }

  get state() {
    return this.#state;
  }

  /** The stream that is recorded. */
  get stream() {
    return this.#sources.recorded;
  }

  /** Recorded time, pauses left out, in seconds. */
  get elapsed() {
    return this.#raw ? this.#raw.elapsed() / 1000 : this.#duration;
  }

  /** Length of the file so far. */
  get bytes() {
    return this.#bytes;
  }

  pause() {
    this.#ask((raw) => raw.pause());
  }

  resume() {
    this.#ask((raw) => raw.resume());
  }

  stop() {
    this.#raw?.stop();
    return this.finished;
  }

  #ask(what) {
    if (!this.#raw) throw new RecorderError("wrong_state", "the recording has ended");
    try {
      return what(this.#raw);
    } catch (thrown) {
      throw ours(thrown);
    }
  }

  async #start(loaded, options) {
    const wanted = {
      ...options,
      timeslice: milliseconds(options.timeslice),
      keyFrameInterval: milliseconds(options.keyFrameInterval),
    };
    alive.add(this);
    const raw = await loaded.start(this.stream, wanted, (name, facts) => this.#happened(name, facts));
    // It may be over already.
    if (alive.has(this)) this.#raw = raw;
    this.#signal?.addEventListener("abort", this.#onAbort);
    // Listeners are added when `start` has returned: what happened before is told after that.
    setTimeout(() => {
      const early = this.#early;
      this.#early = undefined;
      for (const event of early) this.dispatchEvent(event);
    });
  }

  #tell(type, facts) {
    const event = Object.assign(new Event(type), facts);
    if (this.#early) this.#early.push(event);
    else this.dispatchEvent(event);
  }

  #happened(name, facts) {
    if (name === "phase") {
      this.#state = facts;
      this.#tell("statechange", { state: facts });
    } else if (name === "progress") {
      this.#bytes = facts.bytes;
      this.#tell("progress", { seconds: facts.elapsed / 1000, bytes: facts.bytes, freeBytes: facts.freeBytes ?? null });
    } else if (name === "warning") {
      this.#tell("warning", facts);
    } else if (name === "finished") {
      const recording = new Recording(facts);
      this.#end(recording);
      this.#settle.resolve(recording);
      this.#tell("finished", { recording });
    } else if (name === "failed") {
      const error = ours(facts.error);
      const kept = facts.kept ? new Recording(facts.kept) : null;
      this.#end(kept);
      this.#settle.reject(error);
      this.#tell("error", { error, kept });
    }
  }

  #end(recording) {
    if (recording) {
      this.#duration = recording.duration;
      this.#bytes = recording.size;
    }
    alive.delete(this);
    this.#signal?.removeEventListener("abort", this.#onAbort);
    this.#sources.opened.forEach(stopTracks);
    this.#raw = undefined;
  }
}

disposable(
  Recorder,
  function dispose() {
    this.stop().catch(() => {});
  },
  async function asyncDispose() {
    await this.stop().catch(() => {});
  },
);
