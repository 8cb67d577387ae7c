// Memory while a recording grows, and how long it takes to stop it.
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { LIMIT as LIMIT_OF_WAITS, within } from '../../../e2e/lib/limits.js';
import { bundlePeers } from '../lib/bundle.js';
import { duration, mebibytes } from '../lib/figures.js';
import { memory } from '../lib/group.js';
import { usage, watchMemories } from '../lib/heap.js';
import { plot } from '../lib/plot.js';
import { onStage, say } from '../lib/stage.js';

const LIMIT = 8 * 2 ** 20;
const STOP_LIMIT = 100;
/** Milliseconds that making a file seekable may take before it is given up; the driver's own patience is a little longer. */
const PATIENCE = LIMIT_OF_WAITS * 2 - 5_000;
const POINTS = 40;
const OTHERS = ['RecordRTC', 'react-media-recorder'];

export async function measure({ folder, sample, milliseconds, bytes, images, quick }) {
  const peers = await bundlePeers(folder);
  const run = (name, round) => {
    say(`${name}: recording ${bytes / 1e6} MB (${round})`);
    return grow({ name, bytes, peers, sample, milliseconds });
  };
  const ours = [];
  for (let round = 1; round <= (quick ? 1 : 3); round += 1) ours.push(await run('hostreel', round));
  const others = [];
  for (const name of OTHERS) others.push(await run(name, 1));

  // The middle one of ours by each figure.
  const middle = (of) => [...ours].sort((one, other) => of(one) - of(other))[Math.floor(ours.length / 2)];
  const grown = middle(({ growth }) => growth);
  const stopped = middle(({ stop }) => stop);
  if (images) {
    const lines = [grown, ...others].map(({ name, points }) => ({ name, points: points.map(({ sent, total }) => [sent / 1e6, total / 2 ** 20]) }));
    mkdirSync(images, { recursive: true });
    writeFileSync(join(images, 'recorder-memory.svg'), plot({
      title: 'Memory of the browser while a recording grows', x: 'MB recorded', y: 'MiB more than before', lines,
    }));
  }
  const all = [...ours, ...others];
  const rows = [['recorder', 'heap + wasm', 'wasm', 'all processes', 'peak of all', 'stop', 'then seekable']];
  for (const one of all) {
    rows.push([
      one.name, mebibytes(one.growth), mebibytes(one.wasmGrowth), mebibytes(one.totalGrowth), mebibytes(one.peak), duration(one.stop), one.seekable ?? '',
    ]);
  }
  return {
    tables: [{ title: `What grows while ${(grown.size / 1e6).toFixed(0)} MB are recorded (Chromium; heaps of page and workers after a collection)`, rows }],
    goals: [
      {
        what: `growth of page heap + wasm over ${bytes / 1e6} MB`, goal: `≤ ${mebibytes(LIMIT)}`,
        ours: `${mebibytes(grown.growth)} (all processes ${mebibytes(grown.totalGrowth)})`,
        peers: others.map(({ name, growth, totalGrowth }) => `${name} ${mebibytes(growth)} (all processes ${mebibytes(totalGrowth)})`).join('; '),
        reached: grown.growth <= LIMIT,
      },
      {
        what: `stop() → file complete after ${bytes / 1e6} MB`, goal: `≤ ${STOP_LIMIT} ms`, ours: `${duration(stopped.stop)} (${ours.map(({ stop }) => Math.round(stop)).join(', ')})`,
        peers: others.map(({ name, stop, seekable }) => `${name} ${duration(stop)}, ${seekable ? `seekable: ${seekable}` : 'not seekable'}`).join('; '),
        reached: stopped.stop <= STOP_LIMIT,
      },
    ],
  };
}

/** One recorder takes `bytes`. Growth is counted from where it records but has got nothing yet. */
async function grow({ name, bytes, peers, sample, milliseconds }) {
  return onStage({ peers, folders: { '/sample/': `${dirname(sample)}/` } }, async (participant, url) => {
    const { page } = participant;
    await page.evaluateOnNewDocument(watchMemories);
    await participant.goto(url);
    const session = await page.createCDPSession();
    await session.send('HeapProfiler.enable');
    await participant.evaluate(async (path, one, length) => {
      const endless = await import('/bench/endless.js');
      await endless.install(path, length);
      const { devices, recorders } = await import('/bench/recorders.js');
      const stream = await devices();
      window.running = await recorders[one](stream);
      window.record = (more) => endless.record(more, () => (window.running.taken() || Infinity));
    }, `/sample/${sample.split('/').at(-1)}`, name, milliseconds);
    const before = { ...(await usage(page, session, { collect: true })), total: memory(participant) };
    const points = [{ sent: 0, total: 0 }];
    let sent = 0;
    while (sent < bytes) {
      sent = await participant.evaluate((more) => window.record(more), Math.min(bytes / POINTS, bytes - sent));
      points.push({ sent, total: memory(participant) - before.total });
    }
    const after = { ...(await usage(page, session, { collect: true })), total: memory(participant) };
    const { stop, size, canSeek, length } = await participant.evaluate(async () => {
      const began = performance.now();
      const stopped = await window.running.stop();
      const took = performance.now() - began;
      window.stopped = stopped;
      return { stop: took, size: stopped.size, canSeek: Boolean(stopped.seekable), length: stopped.seconds };
    });
    if (size < sent) throw new Error(`${name} kept ${size} of ${sent} bytes`);
    let seekable;
    if (canSeek) seekable = await makeSeekable(participant, size);
    await participant.evaluate(() => window.stopped.recording?.delete()).catch(() => {});
    return {
      name, stop, size, seekable, points, length,
      growth: after.heap + after.wasm - before.heap - before.wasm, wasmGrowth: after.wasm - before.wasm,
      totalGrowth: after.total - before.total, peak: Math.max(...points.map(({ total }) => total)),
    };
  });
}

// It reads all of the file into memory, so that the tab may not survive it.
async function makeSeekable(participant, size) {
  say('RecordRTC: getSeekableBlob');
  try {
    const begun = performance.now();
    const length = await within(participant.evaluate(() => window.stopped.seekable()), 'a seekable file', PATIENCE);
    const took = performance.now() - begun;
    return length > size * 0.9 ? duration(took) : `${duration(took)}, with ${mebibytes(length)} of it`;
  } catch (error) {
    return /gave up|timed out/.test(error.message) ? `more than ${duration(PATIENCE)} (given up)` : `never: ${error.message.split('\n')[0].slice(0, 60)}`;
  }
}
