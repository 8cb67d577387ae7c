import { estimate, persist, support } from "./browser.js";
import { disposable } from "./dispose.js";
import { engineFor, fullEngine, running } from "./engine.js";
import { ask, asking } from "./errors.js";
import { eventOf, seconds, Teller } from "./events.js";
import { wanted } from "./options.js";
import { Recording, Unfinished } from "./recording.js";
import { Sources } from "./sources.js";

// Whoever runs is held: a recorder that nobody holds must not be collected while it records.
const alive = new Set();

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
  #teller = new Teller(this);
  #signal;
  #onAbort = () => this.stop();

  finished = new Promise((resolve, reject) => {
    this.#settle = { resolve, reject };
  });

  constructor(key, signal) {
    if (key !== alive) throw new TypeError("use Recorder.start()");
    super();
    this.#signal = signal;
    // Whoever wants to know asks `finished`, `stop()` or listens.
    this.finished.catch(() => {});
  }

  static async start(options = {}) {
    const { signal } = options;
    signal?.throwIfAborted();
    const read = wanted(options);
    // Loaded while the browser asks its user.
    const loading = engineFor(options);
    loading.catch(() => {});
    const recorder = new Recorder(alive, signal);
    recorder.#sources = await Sources.open(options, loading, (facts) => recorder.#happened("source", facts));
    try {
      const engine = await loading;
      await countDown(options);
      signal?.throwIfAborted();
      await recorder.#start(engine, read);
    } catch (error) {
      recorder.#end();
      throw error;
    }
    return recorder;
  }

  static async list() {
    const found = new Map();
    const failed = [];
    // A module that can't tell does not hide what another keeps in memory.
    const told = (promise) => asking(promise).catch((error) => failed.push(error) && []);
    // Only this one knows what lies on the disk.
    await told(fullEngine());
    for (const engine of running) {
      for (const raw of await told(engine.list())) {
        const recording = new Recording(raw);
        found.set(recording.id, recording);
      }
    }
    if (failed.length && !found.size) throw failed[0];
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
    ask(this.#raw, (raw) => raw.pause());
  }

  resume() {
    ask(this.#raw, (raw) => raw.resume());
  }

  mark(title = "") {
    ask(this.#raw, (raw) => raw.mark(String(title)));
  }

  setTag(name, value) {
    ask(this.#raw, (raw) => raw.setTag(String(name), String(value)));
  }

  async snapshot() {
    const stream = ask(this.#raw, () => this.stream);
    return asking((await fullEngine()).snapshot(stream));
  }

  waveform() {
    const { peaks, span } = ask(this.#raw, (raw) => raw.waveform());
    return { peaks, span: seconds(span) };
  }

  async replace(sources) {
    await ask(this.#raw, () => this.#sources.replace(sources));
  }

  stop() {
    // How it went is told by an event.
    this.#raw?.stop();
    return this.finished;
  }

  async #start(engine, read) {
    alive.add(this);
    const raw = await asking(engine.start(this.stream, read, (name, facts) => this.#happened(name, facts)));
    // It may be over already.
    if (alive.has(this)) {
      this.#raw = raw;
      this.#signal?.addEventListener("abort", this.#onAbort);
      if (this.#signal?.aborted) this.stop();
    }
    this.#teller.open();
  }

  #happened(name, told) {
    const event = eventOf(name, told);
    if (!event) return;
    const [type, facts] = event;
    if (type === "statechange") this.#state = facts.state;
    if (type === "finished") {
      this.#end(facts.recording);
      this.#settle.resolve(facts.recording);
    } else if (type === "error") {
      this.#end(facts.kept);
      this.#settle.reject(facts.error);
    }
    this.#teller.tell(type, facts);
  }

  #end(recording) {
    if (recording) {
      // Of a split one this is the last file.
      this.#elapsed = recording.part > 1 ? Math.max(this.elapsed, recording.duration) : recording.duration;
      this.#bytes = recording.size;
    }
    alive.delete(this);
    this.#signal?.removeEventListener("abort", this.#onAbort);
    this.#sources.close();
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
