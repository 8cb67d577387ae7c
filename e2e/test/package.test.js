// The npm package as it is published: it can be imported on a server, and what it records in both browsers is right.
import assert from 'node:assert/strict';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { colours, decodeErrors, frameAt, probe, tones, webm } from '../lib/analysis.js';
import { PALETTE } from '../lib/devices.js';
import { fetchRecording, needsPackage, packagePage, unpackedPackage } from '../lib/package.js';
import { run } from '../lib/processes.js';
import { scenario } from '../lib/scenario.js';

test('it can be imported without a window, and does nothing by that', needsPackage, async () => {
  const folder = await unpackedPackage();
  const script = `
    const before = new Set(Reflect.ownKeys(globalThis));
    const { Recorder, RecorderError } = await import(${JSON.stringify(join(folder, 'dist/index.js'))});
    const added = Reflect.ownKeys(globalThis).filter((key) => !before.has(key));
    const refused = await Recorder.start({ camera: true }).catch((error) => error);
    console.log(JSON.stringify({ added, name: refused.name, code: refused.code, ours: refused instanceof RecorderError }));`;
  const { stdout } = await run(process.execPath, ['--input-type=module', '--eval', script]);
  assert.deepEqual(JSON.parse(stdout), { added: [], name: 'RecorderError', code: 'insecure', ours: true });
});

test('what package.json promises is in the package', needsPackage, async () => {
  const folder = await unpackedPackage();
  const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  const named = Object.values(manifest.exports).flatMap((entry) => (typeof entry === 'string' ? entry : Object.values(entry)));
  for (const path of [...named, ...manifest.files]) assert.ok(existsSync(join(folder, path)), path);
  for (const name of ['README.md', 'CHANGELOG.md', 'LICENSE-MIT', 'LICENSE-APACHE', 'versions.json']) assert.ok(existsSync(join(folder, name)), name);
  assert.equal(JSON.parse(readFileSync(join(folder, 'versions.json'), 'utf8')).version, manifest.version);
  const scripts = readdirSync(join(folder, 'dist')).filter((name) => name.endsWith('.js'));
  for (const name of scripts) {
    const text = readFileSync(join(folder, 'dist', name), 'utf8');
    assert.match(text, /\/\/# sourceMappingURL=/, name);
    assert.doesNotMatch(text, /\beval\(|new Function\(/, `${name} must run under a strict policy`);
    const map = JSON.parse(readFileSync(join(folder, 'dist', `${name}.map`), 'utf8'));
    assert.equal(map.sources.length, map.sourcesContent.length, name);
    for (const source of map.sources) assert.doesNotMatch(source, /^\/|^[a-z]+:\/\//, `${name} names a path of the machine that built it`);
  }
});

for (const kind of ['chromium', 'firefox']) {
  scenario(`${kind}: camera and microphone become a seekable WebM`, needsPackage, async (stage) => {
    const mina = await stage.browser(kind, kind === 'chromium' ? { name: 'mina' } : {});
    const page = await packagePage(stage, mina);
    const seen = await page.evaluate(async () => {
      const { Recorder } = await import('/pkg/index.js');
      const recorder = await Recorder.start({ camera: true, microphone: true, title: 'stand-up: 1/2' });
      const states = [];
      recorder.addEventListener('statechange', ({ state }) => states.push(state));
      const until = (seconds) => new Promise((resolve) => {
        recorder.addEventListener('progress', function on(event) {
          if (event.seconds < seconds || event.bytes === 0) return;
          recorder.removeEventListener('progress', on);
          resolve();
        });
      });
      await until(3);
      recorder.pause();
      const paused = recorder.elapsed;
      await new Promise((resolve) => setTimeout(resolve, 1500));
      const stood = recorder.elapsed - paused;
      recorder.resume();
      await until(5);
      const lights = recorder.stream.getTracks();
      window.recording = await recorder.stop();
      const again = await recorder.stop();
      const { id, title, mimeType, extension, size, duration, hasVideo, finished, inMemory } = window.recording;
      return {
        states, stood, again: again === window.recording, ended: lights.every((track) => track.readyState === 'ended'),
        facts: { id, title, mimeType, extension, size, duration, hasVideo, finished, inMemory },
        elapsed: recorder.elapsed, state: recorder.state, listed: (await Recorder.list()).map((one) => one.id),
      };
    });
    assert.deepEqual(seen.states.slice(-5), ['recording', 'paused', 'recording', 'stopping', 'finished']);
    assert.ok(seen.stood < 0.2, `the clock went on for ${seen.stood} s in a pause`);
    assert.ok(seen.again && seen.ended && seen.state === 'finished');
    assert.deepEqual(seen.listed, [seen.facts.id]);
    const { facts } = seen;
    assert.deepEqual(
      { title: facts.title, mimeType: facts.mimeType, extension: facts.extension, hasVideo: facts.hasVideo, finished: facts.finished, inMemory: facts.inMemory },
      { title: 'stand-up: 1/2', mimeType: 'video/webm', extension: 'webm', hasVideo: true, finished: true, inMemory: false },
    );
    const file = await fetchRecording(mina);
    assert.match(file, /stand-up 1 2\.webm$/);
    const { duration, video, audio, size } = await probe(file);
    assert.equal(size, facts.size);
    assert.ok(video && audio);
    assert.ok(Math.abs(duration - facts.duration) < 0.05 && duration > 4.5 && duration < 7, `${duration} s, told: ${facts.duration} s`);
    const structure = webm(file);
    assert.deepEqual(structure.problems, []);
    assert.ok(structure.cues.length >= 1);
    assert.equal(await decodeErrors(file), '');
    assert.ok((await tones(file, [mina.tone])).get(mina.tone).present, 'the microphone is in it');
    if (mina.colour) {
      const shares = colours(await frameAt(file, 2), PALETTE);
      assert.ok(shares.mina > 0.6, JSON.stringify(shares));
    }
    assert.deepEqual(mina.unexpectedErrors(), []);
  });
}
