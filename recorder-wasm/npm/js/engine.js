// The wasm module, in two sizes. Nothing is loaded before it is needed, and nothing is touched when this is imported:
// a server may do so.
import * as small from "#small";
import { RecorderError } from "./errors.js";

let starting;
let startingFull;
const running = [];

// Bundlers find the scripts and the modules only where their addresses stand like this.
function makeWorker(name) {
  if (name === "store-worker.js") return new Worker(new URL("./store-worker.js", import.meta.url), { type: "module" });
  return new Worker(new URL("./mix-worker.js", import.meta.url), { type: "module" });
}

const loadModule = () => import("./mix-draw.js");

async function open(engine, url) {
  try {
    await engine.default({ module_or_path: url });
  } catch (error) {
    throw new RecorderError("not_loaded", `the recorder's module can't be loaded from ${url}: ${error.message}`, { cause: error });
  }
  engine.makeWorkersBy(makeWorker);
  engine.loadModulesBy?.(loadModule);
  running.push(engine);
  return engine;
}

const openFull = async () => open(await import("#full"), new URL("./full_bg.wasm", import.meta.url));

const forget = (error) => {
  starting = startingFull = undefined;
  throw error;
};

/** The module that records WebM and knows the library; one that was loaded already is taken. */
export const engine = () =>
  startingFull ?? (starting ??= open(small, new URL("./recorder_bg.wasm", import.meta.url)).catch(forget));

/** The module that can do everything. */
export const fullEngine = () => (startingFull ??= openFull().catch(forget));

/** All modules that run: each knows the recordings it keeps in memory, and only the full one the disk. */
export const engines = async () => {
  await fullEngine();
  return running;
};
