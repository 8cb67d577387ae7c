import { clock, moment, size, textsFor } from "./element/texts.js";
import { View } from "./element/view.js";
import { Recorder } from "./index.js";

const SOURCES = ["camera", "microphone", "screen"];
const PASSED_ON = ["statechange", "progress", "level", "mark", "health", "warning", "source", "error", "finished"];

// A server has no elements: there this is only a name.
const Base = globalThis.HTMLElement ?? class {};

/** Start, pause, stop, preview, level, save, recover: a recorder ready to use. */
export class HostreelRecorderElement extends Base {
  static observedAttributes = [...SOURCES, "lang", "recording-title"];

  #view;
  #recorder = null;
  #recording = null;
  #state = "idle";
  #error = null;
  #note = "";
  #warnings = new Map();
  #unfinished = [];
  #asked = 0;

  get state() {
    return this.#state;
  }

  get recorder() {
    return this.#recorder;
  }

  get recording() {
    return this.#recording;
  }

  connectedCallback() {
    this.#view ??= new View(this.attachShadow({ mode: "open" }), (name) => this.#act(name));
    this.#render();
    if (!this.hasAttribute("no-recovery")) this.#findUnfinished();
  }

  disconnectedCallback() {
    // Moving it to another place of the page is no reason to end a recording.
    queueMicrotask(() => {
      if (!this.isConnected) this.stop().catch(() => {});
    });
  }

  attributeChangedCallback() {
    this.#render();
  }

  async start() {
    if (this.#state === "asking" || this.#recorder) return;
    this.#forget();
    this.#enter("asking");
    const asked = ++this.#asked;
    try {
      const recorder = await Recorder.start(this.#options());
      if (asked !== this.#asked) {
        // Nobody wants it any more.
        recorder.stop().then((recording) => recording?.delete()).catch(() => {});
        return;
      }
      this.#follow(recorder);
    } catch (error) {
      if (asked !== this.#asked) return;
      this.#failed(error, null);
      this.dispatchEvent(Object.assign(new Event("error"), { error, kept: null }));
    }
  }

  pause() {
    this.#recorder?.pause();
  }

  resume() {
    this.#recorder?.resume();
  }

  stop() {
    if (this.#recorder) return this.#recorder.stop();
    if (this.#state === "asking") {
      // What comes of the question is no longer wanted.
      this.#asked += 1;
      this.#enter("idle");
    }
    return Promise.resolve(this.#recording);
  }

  async save() {
    if (!this.#recording) return "cancelled";
    const done = await this.#recording.save(this.#recording.title || undefined);
    const texts = this.#texts();
    if (done !== "cancelled") this.#remark(done === "saved" ? texts.saved : texts.downloaded);
    return done;
  }

  #options() {
    const text = (name) => this.getAttribute(name) ?? undefined;
    const number = (name) => (this.hasAttribute(name) ? Number(this.getAttribute(name)) : undefined);
    return {
      ...Object.fromEntries(this.#sources().map((name) => [name, true])),
      title: text("recording-title"),
      container: text("container"),
      preset: text("preset"),
      maxDuration: number("max-duration"),
      // What the page itself wants comes last.
      ...this.options,
    };
  }

  #sources() {
    const asked = SOURCES.filter((name) => this.hasAttribute(name));
    return asked.length ? asked : ["camera", "microphone"];
  }

  #hasPicture() {
    if (this.#recording) return this.#recording.hasVideo;
    if (this.#recorder) return this.#recorder.stream.getVideoTracks().length > 0;
    return this.#sources().some((name) => name !== "microphone");
  }

  #language() {
    return this.lang || this.closest("[lang]")?.lang || document.documentElement.lang || navigator.language;
  }

  #texts() {
    return textsFor(this.#language(), this.#hasPicture());
  }

  #follow(recorder) {
    this.#recorder = recorder;
    this.#view.play(recorder.stream);
    this.#view.time(clock(0));
    const on = {
      statechange: ({ state }) => this.#enter(state),
      progress: ({ seconds, bytes }) => {
        this.#view.time(clock(seconds));
        this.#view.detail.textContent = size(bytes, this.#language());
      },
      level: ({ level }) => this.#view.level(this.#state === "paused" ? 0 : level),
      health: ({ kind }) => this.#healthIs(kind),
      warning: ({ code }) => this.#warn(code, (texts) => texts.warning[code]),
      finished: ({ recording }) => this.#finish(recording),
      error: ({ error, kept }) => this.#failed(error, kept),
    };
    for (const name of PASSED_ON) {
      recorder.addEventListener(name, (event) => {
        on[name]?.(event);
        this.dispatchEvent(Object.assign(new Event(name), Object.fromEntries(Object.entries(event).filter(([key]) => key !== "isTrusted"))));
      });
    }
    if (recorder.state !== "starting") this.#enter(recorder.state);
  }

  #healthIs(kind) {
    const over = { data_back: ["no_data"], sound_back: ["silent", "stalled"], picture_back: ["frozen"] }[kind];
    if (over) for (const one of over) this.#warnings.delete(one);
    else this.#warnings.set(kind, (texts) => texts[kind]);
    this.#notices();
    if (!over) this.#view.say(this.#texts()[kind] ?? "");
  }

  #warn(code, words) {
    if (!words(this.#texts())) return;
    this.#warnings.set(code, words);
    this.#notices();
    this.#view.say(words(this.#texts()));
  }

  async #finish(recording) {
    this.#release();
    this.#recording = recording;
    this.#enter("finished");
    this.#view.playback(await recording.url(), recording.hasVideo);
  }

  async #failed(error, kept) {
    this.#release();
    this.#error = error;
    this.#recording = kept;
    this.#enter(kept ? "finished" : "failed");
    if (kept) this.#view.playback(await kept.url(), kept.hasVideo);
  }

  #release() {
    this.#recorder = null;
    this.#view.play(null);
    this.#view.level(0);
  }

  #forget() {
    this.#recording?.dispose();
    this.#recording = null;
    this.#error = null;
    this.#note = "";
    this.#warnings.clear();
    this.#view.playback(null);
  }

  async #act(name) {
    const acts = {
      start: () => this.start(),
      again: () => this.start(),
      pause: () => this.pause(),
      resume: () => this.resume(),
      stop: () => this.stop(),
      save: () => this.save(),
      remove: () => this.#askToRemove(),
    };
    try {
      await acts[name]();
    } catch (error) {
      this.#remark(error.message);
    }
  }

  #askToRemove() {
    const texts = this.#texts();
    const close = () => {
      this.#notices();
      this.#view.buttons.lastElementChild.focus();
    };
    const remove = async () => {
      try {
        await this.#recording.delete();
      } catch (error) {
        close();
        return this.#remark(error.message);
      }
      this.#forget();
      this.#enter("idle");
      this.#remark(texts.removed);
      this.#view.buttons.firstElementChild.focus();
    };
    this.#view.notice([{ text: texts.removeSure, warn: true, buttons: [["keep", texts.keep, close], ["delete", texts.remove, remove]] }]);
    this.#view.notices.querySelector("button").focus();
  }

  /** Something short that is true now; it is spoken and stands beside the title. */
  #remark(text) {
    this.#note = text;
    this.#render();
    this.#view.say(text);
  }

  #enter(state) {
    if (state === "starting") return;
    const before = this.#state;
    this.#state = state;
    this.#note = "";
    this.#render();
    const texts = this.#texts();
    if (before !== state) this.#view.say(this.#error ? this.#explain(texts) : (texts.state[state] ?? ""));
  }

  #explain(texts) {
    const words = texts.error[this.#error.code] ?? texts.error.other;
    return this.#recording ? `${words} ${texts.kept}` : words;
  }

  #render() {
    if (!this.#view) return;
    const [texts, language, state, recording] = [this.#texts(), this.#language(), this.#state, this.#recording];
    const sources = this.#sources();
    const hasPicture = this.#hasPicture();
    const named = sources.map((name) => texts.sources[name]).join(" · ");
    const length = recording && `${clock(recording.duration)} · ${size(recording.size, language)}`;
    const ready = hasPicture ? texts.ready.video : texts.ready.audio;
    const failed = state === "failed";
    this.#view.show({
      state, sources, hasPicture,
      tag: /^ko\b/i.test(language) ? "ko" : "en",
      texts: { ...texts, again: failed ? texts.retry : texts.again },
      hasSound: this.#recorder ? this.#recorder.stream.getAudioTracks().length > 0 : false,
      headline: failed ? texts.state.failed : state === "asking" ? texts.state.asking : ready,
      line: failed ? this.#explain(texts) : texts.promise,
      title: recording ? recording.title || texts.state.finished : this.getAttribute("recording-title") || named,
      detail: this.#note || length || "",
    });
    this.#notices();
  }

  #notices() {
    const texts = this.#texts();
    const language = this.#language();
    const notices = [...this.#warnings.values()].map((words) => ({ text: words(texts), warn: true }));
    if (this.#error && this.#recording) notices.unshift({ text: this.#explain(texts), warn: true });
    const quiet = !this.#recorder && this.#state !== "asking";
    for (const one of quiet ? this.#unfinished : []) {
      notices.push({
        text: texts.unfinished(moment(one.startedAt, language), clock(one.duration)),
        buttons: [["recover", texts.recover, () => this.#recover(one)], ["discard", texts.discard, () => this.#discard(one)]],
      });
    }
    this.#view.notice(notices);
  }

  async #findUnfinished() {
    try {
      this.#unfinished = await Recorder.unfinished();
    } catch {
      // Whoever can't list them has none to recover.
      return;
    }
    if (this.#unfinished.length) this.#notices();
  }

  async #recover(one) {
    try {
      const recording = await one.recover();
      this.#unfinished = this.#unfinished.filter((other) => other !== one);
      this.#forget();
      await this.#finish(recording);
      this.#remark(this.#texts().recovered);
    } catch (error) {
      this.#remark(error.message);
    }
  }

  async #discard(one) {
    try {
      await one.discard();
      this.#unfinished = this.#unfinished.filter((other) => other !== one);
      this.#remark(this.#texts().removed);
    } catch (error) {
      this.#remark(error.message);
    }
  }
}

if (globalThis.customElements && !customElements.get("hostreel-recorder")) {
  customElements.define("hostreel-recorder", HostreelRecorderElement);
}
