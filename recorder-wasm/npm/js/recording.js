import { asking } from "./errors.js";
import { disposable } from "./dispose.js";

/** A recording kept by this browser. */
export class Recording {
  #raw;
  #urls = [];

  constructor(raw) {
    this.#raw = raw;
    this.#take(raw);
  }

  #take(raw) {
    this.#raw = raw;
    const facts = raw.facts();
    const { report, chapters } = facts;
    Object.assign(this, facts, {
      duration: facts.duration / 1000,
      startedAt: new Date(facts.startedAt),
      chapters: chapters.flatMap((at, index) => (index % 2 ? [] : { seconds: at / 1000, title: chapters[index + 1] })),
      report: report && {
        ...report,
        duration: report.duration === null ? null : report.duration / 1000,
        clock: report.clock / 1000,
        stalled: report.stalled / 1000,
      },
    });
  }

  file() {
    return asking(this.#raw.file());
  }

  async url() {
    const url = URL.createObjectURL(await this.file());
    this.#urls.push(url);
    return url;
  }

  save(name) {
    return asking(this.#raw.save(name ?? this.title));
  }

  async rename(title) {
    this.#take(await asking(this.#raw.rename(String(title))));
  }

  async trim(options = {}) {
    const [file, { trimmed }] = await Promise.all([this.file(), import("./trim.js")]);
    return trimmed(file, this.#raw.facts(), options);
  }

  async delete() {
    await asking(this.#raw.delete());
    this.dispose();
  }

  dispose() {
    for (const url of this.#urls.splice(0)) URL.revokeObjectURL(url);
  }
}

disposable(Recording, Recording.prototype.dispose);

/** One that was interrupted. */
export class Unfinished extends Recording {
  #engine;

  constructor(raw, engine) {
    super(raw);
    this.#engine = engine;
  }

  async recover() {
    return new Recording(await asking(this.#engine.recover(this.id)));
  }

  async discard() {
    await asking(this.#engine.discard(this.id));
    this.dispose();
  }
}
