// The wasm module, in two sizes. Nothing is loaded before it is needed, and nothing is touched when this is imported:
// a server may do so.
import * as small from "#small";
import { RecorderError } from "./errors.js";
import { needMixing } from "./sources.js";

/** Each module that runs: it knows the recordings that it keeps in memory. */
export const running = new Set();

async function open(engine, url) {
  try {
    await engine.default({ module_or_path: url });
  } catch (error) {
    throw new RecorderError("not_loaded", `the recorder's module can't be loaded from ${url}: ${error.message}`, { cause: error });
  }
  engine.makeWorkersBy(makeWorker);
  engine.loadModulesBy?.(() => import("../../js/mix-draw.js"));
  running.add(engine);
  return engine;
}

// Bundlers find the scripts only where their addresses stand like this.
function makeWorker(name) {
  if (name === "store-worker.js") return new Worker(new URL("./store-worker.js", import.meta.url), { type: "module" });
  if (name === "mix-worker.js") return new Worker(new URL("./mix-worker.js", import.meta.url), { type: "module" });
  return new Worker(new URL("./trim-worker.js", import.meta.url), { type: "module" });
}

/** Runs `make` when it is first asked for, and again after it failed. */
function once(make) {
  let made;
  return () =>
    (made ??= make().catch((error) => {
      made = undefined;
      throw error;
    }));
}

const smallEngine = once(() => open(small, new URL("./recorder_bg.wasm", import.meta.url)));

/** Does everything; the large module. */
export const fullEngine = once(async () => open(await import("#full"), new URL("./full_bg.wasm", import.meta.url)));

const recordsWebM = () => globalThis.MediaRecorder?.isTypeSupported("video/webm") ?? true;

/** Whether the small module is not enough: the one place where that is decided. */
const needsFull = (options) =>
  options.container === "mp4" || !recordsWebM() || options.atLimit === "split" || Boolean(options.file) || needMixing(options);

/** The smallest module that does what the options want. */
export const engineFor = (options) => (needsFull(options) ? fullEngine() : smallEngine());
