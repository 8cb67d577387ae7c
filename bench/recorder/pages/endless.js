// Stands in for the browser's MediaRecorder: it delivers a real recording over and over, with its timestamps going on, as fast as it is asked to.
const native = globalThis.MediaRecorder;

// A cluster of unknown size whose Timestamp has four bytes, as `hostreel-bench grow` writes it.
const CLUSTER = [0x1f, 0x43, 0xb6, 0x75, 0x01, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xe7, 0x84];

let head;
/** One second each: `{ bytes, time }`. */
let seconds;
let roundMilliseconds;

/** Takes a recording that was grown by one round; `milliseconds` is what the round lasts. */
export async function install(url, milliseconds) {
  const bytes = new Uint8Array(await (await fetch(url)).arrayBuffer());
  const starts = [];
  for (let at = bytes.indexOf(CLUSTER[0]); at >= 0; at = bytes.indexOf(CLUSTER[0], at + 1)) {
    if (CLUSTER.every((byte, index) => bytes[at + index] === byte)) starts.push(at);
  }
  head = bytes.slice(0, starts[0]);
  seconds = [];
  starts.forEach((start, index) => {
    const cluster = bytes.slice(start, starts[index + 1]);
    const time = new DataView(cluster.buffer).getUint32(CLUSTER.length);
    const last = seconds.at(-1);
    if (last?.time === Math.floor(time / 1000)) last.clusters.push({ cluster, time });
    else seconds.push({ time: Math.floor(time / 1000), clusters: [{ cluster, time }] });
  });
  roundMilliseconds = milliseconds;
  globalThis.MediaRecorder = Endless;
}

/** The bytes of the `number`th second; the first one has the head. */
function second(number) {
  const shift = Math.floor(number / seconds.length) * roundMilliseconds;
  const parts = seconds[number % seconds.length].clusters.map(({ cluster, time }) => {
    const copy = cluster.slice();
    new DataView(copy.buffer).setUint32(CLUSTER.length, time + shift);
    return copy;
  });
  return number === 0 ? [head, ...parts] : parts;
}

class Endless extends EventTarget {
  static isTypeSupported = (type) => native.isTypeSupported(type);
  static running;
  state = 'inactive';
  sent = 0;
  #number = 0;
  #kept = [];

  constructor(stream, options = {}) {
    super();
    const { videoBitsPerSecond = 2_500_000, audioBitsPerSecond = 128_000 } = options;
    Object.assign(this, { stream, mimeType: 'video/webm;codecs=vp9,opus', videoBitsPerSecond, audioBitsPerSecond });
    for (const name of ['dataavailable', 'start', 'stop', 'pause', 'resume', 'error']) {
      this.addEventListener(name, (event) => this[`on${name}`]?.(event));
    }
  }

  start(timeslice) {
    this.timeslice = timeslice;
    this.state = 'recording';
    Endless.running = this;
    queueMicrotask(() => this.dispatchEvent(new Event('start')));
  }

  pause() {
    this.state = 'paused';
  }

  resume() {
    this.state = 'recording';
  }

  requestData() {
    this.#deliver();
  }

  stop() {
    this.state = 'inactive';
    this.make();
    setTimeout(() => {
      this.#deliver();
      this.dispatchEvent(new Event('stop'));
    });
  }

  /** Records one more second; with a timeslice it is delivered at once. */
  make() {
    for (const part of second(this.#number)) {
      this.#kept.push(part);
      this.sent += part.length;
    }
    this.#number += 1;
    // RecordRTC asks for slices of an hour when it wants none.
    if (this.timeslice < 3_600_000 && this.state !== 'inactive') this.#deliver();
  }

  // Without a timeslice a browser keeps all of it in the page's process, as this does.
  #deliver() {
    const data = new Blob(this.#kept.splice(0), { type: this.mimeType });
    this.dispatchEvent(new BlobEvent('dataavailable', { data }));
  }
}

/** Records so many bytes more; at most `ahead` of them wait for being taken. Gives how many were sent in all. */
export async function record(bytes, taken = () => Infinity, ahead = 1_000_000) {
  const recorder = Endless.running;
  const end = recorder.sent + bytes;
  while (recorder.sent < end) {
    recorder.make();
    do await turn();
    while (recorder.sent - taken() > ahead);
  }
  return recorder.sent;
}

// A turn of the event loop; a timer would wait longer each time.
const channel = new MessageChannel();
const turn = () => new Promise((resolve) => {
  channel.port1.onmessage = resolve;
  channel.port2.postMessage(0);
});
