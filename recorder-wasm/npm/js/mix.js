import { disposable } from "./dispose.js";
import { fullEngine } from "./engine.js";
import { asking, RecorderError } from "./errors.js";
import { Teller } from "./events.js";

// Whoever runs is held: the stream of a mix that nobody holds must not end while it is recorded, shown or sent.
const alive = new Set();

/** Many people in one stream. */
export class Mix extends EventTarget {
  #running;

  constructor(token, raw) {
    if (token !== alive) throw new TypeError("use Mix.create()");
    super();
    this.#running = raw;
    alive.add(this);
    const teller = new Teller(this);
    raw.onEvent((name, facts) => teller.tell(name, facts));
    teller.open();
  }

  get #raw() {
    if (!this.#running) throw new RecorderError("wrong_state", "the mix has been disposed of: create another");
    return this.#running;
  }

  static async create(options = {}) {
    const engine = await fullEngine();
    return new Mix(alive, await asking(engine.makeMix(options)));
  }

  get stream() {
    return this.#raw.stream();
  }

  get speaker() {
    return this.#raw.speaker() ?? null;
  }

  add(id, stream, about = {}) {
    this.#raw.add(String(id), stream ?? undefined, about);
  }

  update(id, about) {
    return this.#raw.set(String(id), about);
  }

  setStream(id, stream) {
    return this.#raw.setStream(String(id), stream ?? undefined);
  }

  setScreen(id, screen) {
    return this.#raw.setScreen(String(id), screen ?? undefined);
  }

  setMuted(id, muted) {
    return this.#raw.muted(String(id), Boolean(muted));
  }

  remove(id) {
    return this.#raw.remove(String(id));
  }

  setLayout(layout) {
    if (!this.#raw.setLayout(layout)) throw new TypeError(`no such layout: ${layout}`);
  }

  pin(id) {
    this.#raw.pin(id ?? undefined);
  }

  setPage(page) {
    this.#raw.setPage(page ?? undefined);
  }

  setGain(gain) {
    this.#raw.setGain(gain);
  }

  setFrameRate(frameRate) {
    this.#raw.setFrameRate(frameRate);
  }

  levels() {
    return new Map(this.#raw.levels());
  }

  stats() {
    const { drawTime, ...counts } = this.#raw.stats();
    return { ...counts, drawTime: drawTime / 1000 };
  }

  dispose() {
    this.#running?.free();
    this.#running = undefined;
    alive.delete(this);
  }
}

disposable(Mix, Mix.prototype.dispose);
