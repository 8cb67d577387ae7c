// The meeting mix's clock and, where the browser has track processors, its drawing table. It must be a worker: timers
// of a hidden page fall to one a second, a worker's keep their pace.
//
// From the page: `start { width, height, frameRate, writable? }`, `pace { frameRate }`, `scene { tiles }`,
// `source { id, readable }`, `drop { id }`, `drawn`, `stop`. With a `writable` (of a track generator) the worker draws;
// without, it sends `tick` and the page draws and answers `drawn`.
// To the page: `ready` once, `tick`, ten times a second { due, drawn, forwarded, cost }, and `ended` when nobody takes
// frames any more.

import { Colours } from "./mix-colour.js";
import { Painter } from "./mix-draw.js";
import { Pacer } from "./mix-pace.js";

const REPORT_MS = 100;

const sources = new Map(); // tile → { reader, image, width, height }
const reading = new Set(); // one promise for each reader that has not ended
let table; // what makes frames: `isFree()`, `make(due)`, `close()`
let making; // the frame that is being made
let pacer;
let timer = 0;
let reports = 0;
let forwarded = 0;

function read(id, readable) {
  const ended = readFrames(id, readable).finally(() => reading.delete(ended));
  reading.add(ended);
}

async function readFrames(id, readable) {
  const source = { reader: readable.getReader(), image: null, width: 0, height: 0 };
  drop(id);
  sources.set(id, source);
  try {
    for (;;) {
      const { value, done } = await source.reader.read();
      if (done) break;
      source.image?.close();
      Object.assign(source, { image: value, width: value.displayWidth, height: value.displayHeight });
      if (sources.get(id) !== source) break;
    }
  } catch {
    // The track is gone; its tile shows the placeholder.
  }
  source.image?.close();
  source.image = null;
  if (sources.get(id) === source) sources.delete(id);
}

function drop(id) {
  const source = sources.get(id);
  if (!source) return;
  sources.delete(id);
  source.image?.close();
  source.image = null;
  source.reader.cancel().catch(() => {});
}

const frameOf = (id) => {
  const source = sources.get(id);
  return source?.image ? source : undefined;
};

// Frames are drawn here and go into a track.
function ownTable({ width, height, writable }) {
  const canvas = new OffscreenCanvas(width, height);
  const painter = new Painter(canvas);
  const writer = writable.getWriter();
  const colours = new Colours(canvas);
  let isBusy = false;

  // What a frame is made from stays: it is shown again when nothing newer has come by the next time.
  const frame = (timestamp) => {
    const whole = painter.whole(frameOf);
    if (whole) {
      forwarded += 1;
      return new VideoFrame(whole, { timestamp, alpha: "discard" });
    }
    if (painter.isBlack(frameOf)) return colours.black(timestamp);
    painter.draw(frameOf);
    return colours.drawn(timestamp);
  };

  return {
    isFree: () => !isBusy && writer.desiredSize > 0,
    async make(due) {
      isBusy = true;
      const began = performance.now();
      try {
        const made = await frame(Math.round(due * 1000));
        pacer.spend(began, performance.now());
        writer.write(made).catch(() => {
          made.close();
          stop("ended");
        });
      } catch {
        // One frame less: the canvas may be lost for a moment.
      } finally {
        isBusy = false;
      }
    },
    setTiles: (tiles) => painter.setTiles(tiles),
    close: () => writer.close(),
  };
}

// The page draws. It is told when; while it is busy, frames are left out instead of piling up.
function pagesTable() {
  let isFree = true;
  return {
    isFree: () => isFree,
    make() {
      isFree = false;
      self.postMessage("tick");
    },
    drawn(cost) {
      isFree = true;
      pacer.spend(performance.now() - cost, performance.now());
    },
  };
}

function start(options) {
  table = options.writable ? ownTable(options) : pagesTable();
  pacer = new Pacer(performance.now(), options.frameRate);
  reports = setInterval(report, REPORT_MS);
  turn();
}

function turn() {
  const due = pacer.take(performance.now());
  if (due !== undefined && table.isFree()) making = table.make(due);
  timer = setTimeout(turn, pacer.wait(performance.now()));
}

function report() {
  const { due, made, cost } = pacer;
  self.postMessage({ due, drawn: made, forwarded, cost });
}

// Nobody looks at the picture any more. Frames are given back, also those on their way and the one that is being made:
// a camera has only a few, and the browser minds. A worker that closes takes along what it was about to close.
async function stop(why) {
  if (why) self.postMessage(why);
  clearTimeout(timer);
  clearInterval(reports);
  for (const id of [...sources.keys()]) drop(id);
  await Promise.allSettled([...reading, making]);
  await Promise.allSettled([table?.close?.()]);
  self.close();
}

self.onmessage = ({ data }) => {
  if (data.op === "start") start(data);
  else if (data.op === "pace") {
    pacer.setRate(data.frameRate);
    clearTimeout(timer);
    timer = setTimeout(turn, pacer.wait(performance.now()));
  } else if (data.op === "scene") table.setTiles?.(data.tiles);
  else if (data.op === "source") read(data.id, data.readable);
  else if (data.op === "drop") drop(data.id);
  else if (data.op === "drawn") table.drawn(data.cost);
  else if (data.op === "stop") stop();
};

// The page waits for this: a script that a policy blocks gives no error at all.
self.postMessage("ready");
