import { languageOf, optionsOf, SOURCES, sourcesOf } from "./element/attributes.js";
import { clock, moment, size, textsFor } from "./element/texts.js";
import { View } from "./element/view.js";
import { Recorder } from "./index.js";

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
  /** Those of them that something is being done with. */
  #busy = new Set();
  #isSaved = false;
  #asked = 0;

  constructor() {
    super();
    this.#view = new View(this.attachShadow({ mode: "open" }), (name) => this.#act(name));
  }

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
      // What the page itself wants comes last.
      const recorder = await Recorder.start({ ...optionsOf(this), ...this.options });
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
    const recording = this.#recording;
    const done = await recording.save(recording.title || undefined);
    const texts = this.#texts();
    if (done === "cancelled") return done;
    this.#isSaved ||= this.#recording === recording;
    this.#remark(done === "saved" ? texts.saved : texts.downloaded);
    return done;
  }

  #hasPicture() {
    if (this.#recording) return this.#recording.hasVideo;
    if (this.#recorder) return this.#recorder.stream.getVideoTracks().length > 0;
    return sourcesOf(this).some((name) => name !== "microphone");
  }

  #texts() {
    return textsFor(languageOf(this), this.#hasPicture());
  }

  #follow(recorder) {
    this.#recorder = recorder;
    this.#view.play(recorder.stream);
    this.#view.time(clock(0));
    const on = {
      statechange: ({ state }) => this.#enter(state),
      progress: ({ seconds, bytes }) => {
        this.#view.time(clock(seconds));
        this.#view.detail.textContent = size(bytes, languageOf(this));
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
    this.#enter(recorder.state);
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

  #finish(recording) {
    this.#release();
    this.#show(recording, "finished");
  }

  #failed(error, kept) {
    this.#release();
    this.#error = error;
    this.#show(kept, kept ? "finished" : "failed");
  }

  async #show(recording, state) {
    this.#recording = recording;
    this.#isSaved = false;
    this.#enter(state);
    if (!recording) return;
    try {
      const url = await recording.url();
      if (this.#recording === recording) this.#view.playback(url, recording.hasVideo);
      else recording.dispose();
    } catch (error) {
      if (this.#recording === recording) this.#complain(error);
    }
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
      again: () => this.#unlessUnsaved(() => this.start()),
      pause: () => this.pause(),
      resume: () => this.resume(),
      stop: () => this.stop(),
      save: () => this.save(),
      remove: () => this.#askToRemove(),
    };
    try {
      await acts[name]();
    } catch (error) {
      // What made a recording break off stands there already.
      if (error !== this.#error) this.#complain(error);
    }
  }

  /** Goes on at once, unless that would throw away what is kept nowhere else. */
  #unlessUnsaved(goOn) {
    if (!this.#recording?.inMemory || this.#isSaved) return goOn();
    this.#askToRemove(this.#texts().unsaved, goOn);
  }

  #askToRemove(question = this.#texts().removeSure, then = undefined) {
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
        return this.#complain(error);
      }
      this.#forget();
      this.#enter("idle");
      this.#remark(texts.removed);
      this.#view.buttons.firstElementChild.focus();
      then?.();
    };
    this.#view.notice([{ text: question, warn: true, buttons: [["keep", texts.keep, close], ["delete", texts.remove, remove]] }]);
    this.#view.notices.querySelector("button").focus();
  }

  #complain(error) {
    this.#remark(this.#words(error));
  }

  #words(error) {
    const { error: words } = this.#texts();
    return words[error?.code] ?? words.other;
  }

  /** Something short that is true now; it is spoken and stands beside the title. */
  #remark(text) {
    this.#note = text;
    this.#render();
    this.#view.say(text);
  }

  #enter(state) {
    // How it ended is not known before its event.
    if (state === "starting" || (this.#recorder && (state === "finished" || state === "failed"))) return;
    const before = this.#state;
    this.#state = state;
    this.#note = "";
    this.#render();
    const texts = this.#texts();
    if (before !== state) this.#view.say(this.#error ? this.#explain() : (texts.state[state] ?? ""));
  }

  #explain() {
    const words = this.#words(this.#error);
    return this.#recording ? `${words} ${this.#texts().kept}` : words;
  }

  #render() {
    const [texts, language, state, recording] = [this.#texts(), languageOf(this), this.#state, this.#recording];
    const sources = sourcesOf(this);
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
      line: failed ? this.#explain() : texts.promise,
      title: recording ? recording.title || texts.state.finished : this.getAttribute("recording-title") || named,
      detail: this.#note || length || "",
    });
    this.#notices();
  }

  #notices() {
    const texts = this.#texts();
    const language = languageOf(this);
    const notices = [...this.#warnings.values()].map((words) => ({ text: words(texts), warn: true }));
    if (this.#error && this.#recording) notices.unshift({ text: this.#explain(), warn: true });
    for (const one of this.#isQuiet ? this.#unfinished : []) {
      const recover = () => this.#unlessUnsaved(() => this.#settle(one, () => this.#recover(one)));
      const discard = () => this.#settle(one, () => this.#discard(one));
      notices.push({
        text: texts.unfinished(moment(one.startedAt, language), clock(one.duration)),
        buttons: [["recover", texts.recover, recover], ["discard", texts.discard, discard]],
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

  /** Nothing is being recorded, and nobody is asked to allow it. */
  get #isQuiet() {
    return !this.#recorder && this.#state !== "asking";
  }

  /** Does something with an interrupted one, once; it says what to remark. */
  async #settle(one, act) {
    if (this.#busy.has(one)) return;
    this.#busy.add(one);
    try {
      const remark = await act();
      this.#unfinished = this.#unfinished.filter((other) => other !== one);
      this.#remark(remark);
    } catch (error) {
      this.#complain(error);
    }
    this.#busy.delete(one);
  }

  async #recover(one) {
    const shown = this.#recording;
    const recording = await one.recover();
    // What has been begun meanwhile stays in sight: the other one is in the library.
    if (this.#isQuiet && this.#recording === shown) {
      this.#forget();
      this.#finish(recording);
    }
    return this.#texts().recovered;
  }

  async #discard(one) {
    await one.discard();
    return this.#texts().removed;
  }
}

if (globalThis.customElements && !customElements.get("hostreel-recorder")) {
  customElements.define("hostreel-recorder", HostreelRecorderElement);
}
