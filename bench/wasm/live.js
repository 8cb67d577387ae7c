// `node live.js MODULE INPUT CHUNK`: feeds a file to the machine in wasm as a recorder would, CHUNK bytes (one second) at a time with a
// checkpoint after each, and takes every edit out of wasm's memory. Prints CPU seconds of all of it, reading included.
import { closeSync, openSync, readSync } from 'node:fs';
import { createRequire } from 'node:module';
import { resolve } from 'node:path';

const [path, input, size] = process.argv.slice(2);
const { Machine } = createRequire(import.meta.url)(resolve(path));
const machine = new Machine();
const chunk = Buffer.alloc(Number(size));
let written = 0;
let edits = 0;

function drain() {
  let bytes = 0;
  while (machine.nextEdit() !== undefined) {
    bytes += machine.takeBytes().length;
    edits += 1;
  }
  written += bytes;
  return bytes;
}

const file = openSync(input);
const before = process.cpuUsage();
const begun = performance.now();
let read = 0;
for (let length; (length = readSync(file, chunk)) > 0; ) {
  machine.push(chunk.subarray(0, length));
  machine.checkpoint();
  drain();
  read += length;
}
const ending = performance.now();
machine.finish();
const finishBytes = drain();
const finishMilliseconds = performance.now() - ending;
const { user, system } = process.cpuUsage(before);
closeSync(file);
console.log(JSON.stringify({
  bytes: read, written, edits, cpu: (user + system) / 1e6, wall: (performance.now() - begun) / 1e3, finish_ms: finishMilliseconds,
  finish_bytes: finishBytes, cues: machine.cues(), seconds: machine.duration(),
}));
