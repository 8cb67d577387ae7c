import { disposable } from "./dispose.js";
import { fullEngine } from "./engine.js";
import { ask, asking } from "./errors.js";
import { eventOf, seconds, Teller } from "./events.js";
import { wanted } from "./options.js";
import { Recording } from "./recording.js";

// Whoever runs is held: what nobody holds must not be collected while it records.
const alive = new Set();

/** As the module reads it. */
const person = ({ id, name = "", stream }) => ({ id: String(id), name: String(name), stream });

/** What one participant's recorder tells of itself is not what all of them do. */
const OF_ONE = { statechange: "trackstate", finished: "trackfinished", error: "trackfailed" };

/** The files of all participants. */
export class TracksRecording {
  #raw;

  constructor(raw) {
    this.#raw = raw;
    this.manifest = JSON.parse(raw.manifest());
    this.files = raw.files().map(({ offset, recording, ...facts }) => ({
      ...facts,
      offset: seconds(offset),
      recording: new Recording(recording),
    }));
  }

  zip(options = {}) {
    return asking(this.#raw.zip(options));
  }

  saveZip(name = this.manifest.title, options = {}) {
    return asking(this.#raw.saveZip(String(name), options));
  }

  async saveToFolder(name = this.manifest.title, options = {}) {
    return (await asking(this.#raw.saveToFolder(String(name), options))) ?? null;
  }

  async delete() {
    await asking(this.#raw.delete());
    for (const { recording } of this.files) recording.dispose();
  }
}

/** Records participants, each into a file of their own, all on one clock. */
export class Tracks extends EventTarget {
  #raw;
  #teller = new Teller(this);
  #state = "starting";
  #elapsed = 0;
  #stopping;
  #signal;
  #onAbort = () => this.stop().catch(() => {});

  constructor(key) {
    if (key !== alive) throw new TypeError("use Tracks.start()");
    super();
  }

  static async start(given = {}) {
    const { participants = [], ...options } = given;
    const { signal } = options;
    signal?.throwIfAborted();
    const read = wanted(options);
    const tracks = new Tracks(alive);
    const engine = await fullEngine();
    signal?.throwIfAborted();
    alive.add(tracks);
    try {
      const told = (name, facts, id) => tracks.#happened(name, facts, id);
      tracks.#raw = await asking(engine.startTracks(participants.map(person), read, told));
    } catch (error) {
      alive.delete(tracks);
      throw error;
    }
    tracks.#signal = signal;
    signal?.addEventListener("abort", tracks.#onAbort);
    if (signal?.aborted) tracks.#onAbort();
    tracks.#teller.open();
    return tracks;
  }

  get state() {
    return this.#state;
  }

  get elapsed() {
    return this.#raw ? seconds(this.#raw.elapsed()) : this.#elapsed;
  }

  get participants() {
    return this.#raw?.participants() ?? [];
  }

  async add(participant) {
    await asking(ask(this.#raw, (raw) => raw.add(person(participant))));
  }

  async remove(id) {
    const left = await asking(ask(this.#raw, (raw) => raw.remove(String(id))));
    return left ? new Recording(left) : null;
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

  stop() {
    return (this.#stopping ??= this.#stop());
  }

  async #stop() {
    const raw = this.#raw;
    this.#signal?.removeEventListener("abort", this.#onAbort);
    try {
      return new TracksRecording(await asking(raw.stop()));
    } finally {
      this.#elapsed = seconds(raw.elapsed());
      this.#raw = undefined;
      alive.delete(this);
    }
  }

  #happened(name, told, id) {
    const event = eventOf(name, told);
    if (!event) return;
    const [type, facts] = event;
    if (id !== undefined) this.#teller.tell(OF_ONE[type] ?? type, { id, ...facts });
    else {
      if (type === "statechange") this.#state = facts.state;
      this.#teller.tell(type, facts);
    }
  }
}

disposable(
  Tracks,
  function dispose() {
    this.stop().catch(() => {});
  },
  async function asyncDispose() {
    await this.stop().catch(() => {});
  },
);
