// A part of a recording. Loaded when somebody trims.
import { fullEngine } from "./engine.js";
import { asking } from "./errors.js";
import { milliseconds, seconds } from "./events.js";
// Not from its own file: what two scripts share would be cut in two, and more bytes to load.
import { Recording } from "./index.js";

/** Cuts the part of a file whose recording has these facts. */
export async function trimmed(file, facts, { from = 0, to = Infinity, title, signal, onProgress }) {
  if (!(from >= 0) || !(to >= 0)) throw new TypeError("from and to are seconds of recorded time, from 0 on");
  const engine = await fullEngine();
  const wanted = { from: milliseconds(from), to: milliseconds(to), title: title?.toString(), signal, onProgress };
  const made = await asking(engine.trim(file, facts, wanted));
  return Object.assign(new Recording(made.recording), { from: seconds(made.from), to: seconds(made.to) });
}
