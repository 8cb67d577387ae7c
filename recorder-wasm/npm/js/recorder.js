import { estimate, persist, support } from "./browser.js";
import { disposable } from "./dispose.js";
import { engineFor, engines, fullEngine } from "./engine.js";
import { asking, ours, RecorderError } from "./errors.js";
import { Recording, Unfinished } from "./recording.js";
import { closeSources, openSources } from "./sources.js";

// Whoever runs is held: a recorder that nobody holds must not be collected while it records.
const alive = new Set();

const milliseconds = (seconds) => (seconds === undefined ? undefined : Math.round(seconds * 1000));
const seconds = (milliseconds) => milliseconds / 1000;

/** Waits `countdown` seconds; `onCountdown` is told how many are left. */
async function countDown({ countdown = 0, onCountdown, signal }) {
  const end = performance.now() + countdown * 1000;
  for (let left = countdown; left > 0 && !signal?.aborted; left = seconds(end - performance.now())) {
    onCountdown?.(left);
    await new Promise((resolve) => setTimeout(resolve, Math.min(250, left * 1000)));
  }
}

/** Records one stream into one file. */
export class Recorder extends EventTarget {
  #raw;
  #sources;
  #state = "starting";
  #bytes = 0;
  #elapsed = 0;
  #settle;
  #early = [];
  #signal;
  #onAbort = () => this.stop();

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
    const { signal } = options;
    signal?.throwIfAborted();
    // Loaded while the browser asks its user.
    const loading = engineFor(options);
    loading.catch(() => {});
    const sources = await openSources(options);
    const recorder = new Recorder(alive, sources, signal);
    try {
      const engine = await loading;
      await countDown(options);
      signal?.throwIfAborted();
      await recorder.#start(engine, options);
    } catch (error) {
      recorder.#end();
      throw ours(error);
    }
    return recorder;
  }

  static async list() {
    const found = new Map();
    for (const engine of await engines()) {
      for (const raw of await asking(engine.list())) {
        const recording = new Recording(raw);
        found.set(recording.id, recording);
      }
    }
    return [...found.values()].sort((one, other) => other.startedAt - one.startedAt);
  }

  static async unfinished() {
    const engine = await fullEngine();
    return (await asking(engine.unfinished())).map((raw) => new Unfinished(raw, engine));
  }

  static support() {
    return support();
  }

  static estimate() {
    return estimate();
  }

  static persist() {
    return persist();
  }

  get state() {
    return this.#state;
  }

  get stream() {
    return this.#sources.recorded;
  }

  get elapsed() {
    return this.#raw ? seconds(this.#raw.elapsed()) : this.#elapsed;
  }

  get bytes() {
    return this.#raw ? this.#raw.bytes() : this.#bytes;
  }

  pause() {
    this.#ask((raw) => raw.pause());
  }

  resume() {
    this.#ask((raw) => raw.resume());
  }

  mark(title = "") {
    this.#ask((raw) => raw.mark(String(title)));
  }

  setTag(name, value) {
    this.#ask((raw) => raw.setTag(String(name), String(value)));
  }

  async snapshot() {
    const stream = this.#ask(() => this.stream);
    return asking((await fullEngine()).snapshot(stream));
  }

  waveform() {
    const { peaks, span } = this.#ask((raw) => raw.waveform());
    return { peaks, span: seconds(span) };
  }

  stop() {
    // How it went is told by an event.
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

  async #start(engine, options) {
    const wanted = {
      ...options,
      timeslice: milliseconds(options.timeslice),
      keyFrameInterval: milliseconds(options.keyFrameInterval),
      maxDuration: milliseconds(options.maxDuration),
      tags: Object.entries(options.tags ?? {}).flat().map(String),
      participants: (options.participants ?? []).map(String),
      countdown: 0,
    };
    alive.add(this);
    const raw = await engine.start(this.stream, wanted, (name, facts) => this.#happened(name, facts));
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
      this.#tell("progress", { seconds: seconds(facts.elapsed), bytes: facts.bytes, freeBytes: facts.freeBytes });
    } else if (name === "level") {
      this.#tell("level", facts);
    } else if (name === "marked") {
      this.#tell("mark", { seconds: seconds(facts.at), title: facts.title });
    } else if (name === "health") {
      const { kind, waited, percent } = facts;
      this.#tell("health", { kind, ...(waited !== undefined && { seconds: seconds(waited) }), ...(percent !== undefined && { percent }) });
    } else if (name === "behind") {
      this.#tell("behind", { seconds: seconds(facts) });
    } else if (name === "part") {
      this.#tell("part", { recording: new Recording(facts) });
    } else if (name === "warning") {
      const kept = facts.kept ? { kept: new Recording(facts.kept) } : {};
      this.#tell("warning", { ...facts, ...kept, ...(facts.reason && { reason: ours(facts.reason) }) });
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
      this.#elapsed = recording.duration;
      this.#bytes = recording.size;
    }
    alive.delete(this);
    this.#signal?.removeEventListener("abort", this.#onAbort);
    closeSources(this.#sources);
    this.#raw = undefined;
  }
}

disposable(
  Recorder,
  function dispose() {
    this.stop();
  },
  async function asyncDispose() {
    await this.stop().catch(() => {});
  },
);
