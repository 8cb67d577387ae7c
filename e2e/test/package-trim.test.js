// A part of a recording by the npm package: by what is in it, and by what a page loads for it.
import assert from 'node:assert/strict';
import { decodeErrors, packets, placeOf, probe } from '../lib/analysis.js';
import { fetchRecording, inPage, needsPackage, packagePage } from '../lib/package.js';
import { scenario } from '../lib/scenario.js';

/** Names of all recordings' files. */
const onDisk = async () => {
  const folder = await (await navigator.storage.getDirectory()).getDirectoryHandle('hostreel');
  const found = [];
  for await (const name of folder.keys()) found.push(name);
  return found.sort();
};

/** Milliseconds by which times in the part may differ from those in the whole: WebM counts in milliseconds. */
const ROUNDING = 2;

for (const [kind, seconds, store] of [['chromium', 9, 'disk'], ['chromium', 7, 'memory'], ['firefox', 14, 'disk']]) {
  scenario(`${kind}: a part of a recording (${store}) is cut out on key frames, and loaded for only then`, needsPackage, async (stage) => {
    const mina = await stage.browser(kind, kind === 'chromium' ? { name: 'mina' } : {});
    const loaded = new Set();
    const page = await packagePage(stage, mina, { onRequest: ({ pathname }) => loaded.add(pathname) });
    await inPage(page, async ({ Recorder }, recorded, length, where) => {
      const recorder = await Recorder.start({ camera: true, microphone: true, container: 'webm', title: 'whole', store: where });
      await recorded(recorder, 2.5);
      recorder.mark('early');
      await recorded(recorder, 5);
      recorder.mark('late');
      await recorded(recorder, length);
      window.recording = await recorder.stop();
    }, seconds, store);
    assert.deepEqual([...loaded].filter((path) => /trim|full/.test(path)), [], 'recording needs none of it');

    const wanted = { from: 3.5, to: 5.5 };
    const facts = await inPage(page, async (_, recorded, part) => {
      const steps = [];
      const before = await window.recording.file().then((file) => file.arrayBuffer());
      window.part = await window.recording.trim({ ...part, title: 'part', onProgress: ({ step, done, total }) => steps.push({ step, done, total }) });
      const after = await window.recording.file().then((file) => file.arrayBuffer());
      const same = new Uint8Array(before).every((byte, at) => byte === new Uint8Array(after)[at]) && before.byteLength === after.byteLength;
      const { id, title, from, to, duration, size, mimeType, finished, inMemory, chapters, startedAt } = window.part;
      return { id, title, from, to, duration, size, mimeType, finished, inMemory, chapters, same, steps, later: startedAt - window.recording.startedAt };
    }, wanted);
    assert.ok(loaded.has('/pkg/trim-worker.js') && loaded.has('/pkg/trim-worker_bg.wasm'), [...loaded].join(' '));
    assert.equal(facts.same, true, 'the recording stays as it was');
    assert.deepEqual([facts.title, facts.mimeType, facts.finished, facts.inMemory], ['part', 'video/webm', true, false]);
    assert.ok(facts.steps.some(({ step }) => step === 'read'), 'progress is told');
    assert.ok(facts.steps.every(({ done, total }) => done > 0 && done <= total), JSON.stringify(facts.steps));

    const [whole, part] = [await fetchRecording(mina), await fetchRecording(mina, 'part')];
    assert.match(part, /part\.webm$/);
    const [all, cut] = [await packets(whole), await packets(part)];
    const keys = all.filter(({ stream, key }) => stream === 'video' && key).map(({ time }) => time);
    const begins = keys.filter((time) => time <= wanted.from * 1000).at(-1);
    const ends = keys.find((time) => time >= wanted.to * 1000) ?? Infinity;
    assert.ok(Math.abs(facts.from * 1000 - begins) <= ROUNDING, `begins at ${facts.from} s, key frames at ${keys} ms`);
    assert.ok(facts.to * 1000 <= ends + 100 && facts.to >= wanted.to, `ends at ${facts.to} s, key frames at ${keys} ms`);
    for (const stream of ['video', 'audio']) {
      const [from, of] = [cut, all].map((list) => list.filter((packet) => packet.stream === stream).map(({ hash }) => hash));
      assert.notEqual(placeOf(from, of), -1, `the ${stream} of the part is not that of the whole without a gap`);
    }
    const pictures = (list) => list.filter(({ stream }) => stream === 'video');
    const kept = pictures(all).filter(({ time }) => time >= begins && time < ends);
    assert.deepEqual(pictures(cut).map(({ hash }) => hash), kept.map(({ hash }) => hash), 'each picture from the first key frame up to the last, and no other');
    assert.equal(cut.find(({ stream }) => stream === 'video').key, true);
    assert.ok(Math.abs(facts.later - facts.from * 1000) <= ROUNDING, `it began ${facts.later} ms later`);
    const late = facts.chapters.find(({ title }) => title === 'late');
    assert.ok(late.seconds > 4.9 - facts.from && late.seconds < 5.6 - facts.from, `"late" is at ${late.seconds} s of what begins at ${facts.from} s`);
    const probed = await probe(part);
    assert.ok(Math.abs(probed.duration - facts.duration) < 0.1 && probed.size === facts.size, `${probed.duration} s, ${probed.size} bytes`);
    assert.equal(await decodeErrors(part), '');

    const listed = await inPage(page, async ({ Recorder }) => (await Recorder.list()).map(({ title }) => title));
    assert.deepEqual(listed.toSorted(), ['part', 'whole']);
  });
}

scenario('chromium: what can not be trimmed is told by its code, and leaves nothing behind', needsPackage, async (stage) => {
  const mina = await stage.browser('chromium', { name: 'mina' });
  const page = await packagePage(stage, mina);
  await inPage(page, async ({ Recorder }, recorded) => {
    const recorder = await Recorder.start({ camera: true, container: 'webm' });
    await recorded(recorder, 2);
    window.recording = await recorder.stop();
  });
  const before = await page.evaluate(onDisk);
  const told = await inPage(page, async ({ RecorderError }) => {
    const refused = async (options) => {
      const error = await window.recording.trim(options).then(() => undefined, (thrown) => thrown);
      return error instanceof RecorderError ? error.code : error?.name;
    };
    const cancelling = new AbortController();
    const stop = () => cancelling.abort();
    return {
      behind: await refused({ from: 3600, to: 3700 }),
      empty: await refused({ from: 1, to: 1 }),
      backwards: await refused({ from: 2, to: 1 }),
      negative: await refused({ from: -1 }),
      none: await refused({ to: NaN }),
      aborted: await refused({ signal: AbortSignal.abort() }),
      meanwhile: await refused({ onProgress: stop, signal: cancelling.signal }),
    };
  });
  assert.deepEqual(told, {
    behind: 'nothing_there', empty: 'nothing_there', backwards: 'nothing_there', negative: 'TypeError', none: 'TypeError', aborted: 'cancelled', meanwhile: 'cancelled',
  });
  assert.deepEqual(await page.evaluate(onDisk), before);
  // And after all that it still can: all of it, by default.
  const whole = await inPage(page, async () => {
    const { from, duration } = await window.recording.trim();
    await window.recording.delete();
    const gone = await window.recording.trim().catch(({ code }) => code);
    return { from, lost: window.recording.duration - duration, gone };
  });
  assert.ok(whole.from < 0.1 && Math.abs(whole.lost) < 0.1, JSON.stringify(whole));
  assert.equal(whole.gone, 'not_found');
});
