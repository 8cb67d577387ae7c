// Where the sound and the picture come from.
import { capture } from "./browser.js";
import { asking, RecorderError } from "./errors.js";

const CAMERA = { width: { ideal: 1280 }, height: { ideal: 720 }, frameRate: { ideal: 30 } };
const MICROPHONE = { echoCancellation: true, noiseSuppression: true, autoGainControl: true };
const SCREEN = { frameRate: { ideal: 30 } };

const constraints = (choice, usual) => (choice === true ? usual : choice ? { ...usual, ...choice } : false);

/** In the order in which they are asked for: browsers ask for a screen only shortly after a click. */
const OPEN = {
  screen: (choice) => capture("getDisplayMedia", { video: SCREEN, audio: choice.audio ?? true }),
  camera: (choice) => capture("getUserMedia", { video: constraints(choice, CAMERA), audio: false }),
  microphone: (choice) => capture("getUserMedia", { video: false, audio: constraints(choice, MICROPHONE) }),
};

/** What of a stream is wanted in which place. */
const PART = {
  camera: (stream) => stream.getVideoTracks(),
  microphone: (stream) => stream.getAudioTracks(),
  screen: (stream) => stream.getTracks(),
};

const isGiven = ({ stream, mix }) => Boolean(stream ?? mix);

/** Whether the sources go through one stream whose tracks never end: only the full module makes that. */
export const canChange = (options) =>
  !isGiven(options) && Boolean(options.switchable || options.onTrackEnd === "fallback" || (options.screen && options.camera));

/** Whether the small module is not enough for these sources. */
export function needMixing(options) {
  const { stream, microphone, screen } = options;
  if (stream) return stream.getAudioTracks().length > 1;
  return canChange(options) || Boolean(screen && microphone && screen.audio !== false);
}

const end = (stream) => {
  for (const track of stream?.getTracks() ?? []) track.stop();
};

/** What is recorded, and how to change and end it. */
export class Sources {
  /** What is recorded. */
  recorded;
  #opened = [];
  #raw;
  /** Counts the changes that were asked for; of each kind the last one that was made. */
  #asked = 0;
  #made = {};
  #closed = false;

  /** Opens what the options want. `loading` is the module; `tell` gets what happens to the sources. */
  static async open(options, loading, tell) {
    const { stream, mix, camera, microphone, screen, signal } = options;
    const sources = new Sources();
    if (isGiven(options)) {
      sources.recorded = stream ?? mix.stream;
      return sources;
    }
    if (!camera && !microphone && !screen) {
      throw new RecorderError("no_source", "nothing to record: give camera, microphone, screen, stream or mix");
    }
    try {
      const shared = screen && (await sources.#keep(OPEN.screen(screen)));
      // Nobody is asked for what is no longer wanted.
      signal?.throwIfAborted();
      const user = { video: constraints(camera, CAMERA), audio: constraints(microphone, MICROPHONE) };
      const own = (camera || microphone) && (await sources.#keep(capture("getUserMedia", user)));
      if (canChange(options)) {
        const engine = await loading;
        sources.#raw = await asking(engine.makeSources(own || undefined, shared || undefined, options, tell));
        sources.recorded = sources.#raw.stream();
      } else {
        sources.recorded = new MediaStream(sources.#opened.flatMap((one) => one.getTracks()));
      }
    } catch (error) {
      sources.close();
      throw error;
    }
    return sources;
  }

  async #keep(opening) {
    const stream = await opening;
    this.#opened.push(stream);
    return stream;
  }

  /** Takes others from now on: all of `choices`, or none when one of them can't be had. */
  async replace(choices) {
    const kinds = Object.keys(OPEN).filter((kind) => choices[kind] !== undefined);
    this.#check(kinds.filter((kind) => choices[kind]));
    const change = (this.#asked += 1);
    const streams = {};
    try {
      for (const kind of kinds) streams[kind] = await this.#have(kind, choices[kind]);
      if (this.#closed) throw new RecorderError("wrong_state", "the recording has ended");
      // What was asked for before a later change, and had after it, comes too late.
      if (kinds.some((kind) => this.#made[kind] > change)) throw new RecorderError("cancelled", "a later call has replaced that source already");
    } catch (error) {
      Object.values(streams).forEach(end);
      throw error;
    }
    for (const kind of kinds) {
      this.#made[kind] = change;
      this.#raw.replace(kind, streams[kind]);
    }
  }

  /** The stream for a place. One of the user's own is left alone: what is recorded are clones of its tracks. */
  async #have(kind, choice) {
    if (!choice) return undefined;
    if (!(choice instanceof MediaStream)) return OPEN[kind](choice);
    const tracks = PART[kind](choice);
    if (!tracks.length) throw new RecorderError("no_device", `the stream has no track for the ${kind}: give one that has`);
    return new MediaStream(tracks.map((track) => track.clone()));
  }

  #check(kinds) {
    if (!this.#raw) {
      throw new RecorderError(
        "not_switchable",
        "sources can't be replaced in this recording: start it with camera, microphone or screen and switchable: true; for a stream of your own, record a Mix",
      );
    }
    if (!this.recorded.getVideoTracks().length && kinds.some((kind) => kind !== "microphone")) {
      throw new RecorderError("not_switchable", "this recording began without a picture: start it with a camera or a screen");
    }
  }

  close() {
    this.#closed = true;
    this.#opened.forEach(end);
    this.#raw?.free();
    this.#raw = undefined;
  }
}
