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

/** Runs a function in the page with the package's exports, and gives what it gives. */
const inPage = (page, body, ...given) => page.evaluate(`(async () => {
  const pkg = await import('/pkg/index.js');
  const recorded = (recorder, seconds) => new Promise((resolve) => recorder.addEventListener('progress', (event) => event.seconds >= seconds && event.bytes && resolve()));
  return (${body})(pkg, recorded, ...${JSON.stringify(given)});
})()`);

scenario('only what is needed is loaded', needsPackage, async (stage) => {
  const mina = await stage.browser('chromium', { name: 'mina' });
  const asked = [];
  mina.page.on('request', (request) => asked.push(request.url().split('/').at(-1)));
  const page = await packagePage(stage, mina);
  await inPage(page, async ({ Recorder }, recorded) => {
    const recorder = await Recorder.start({ camera: true, microphone: true });
    await recorded(recorder, 1);
    await recorder.stop();
  });
  assert.ok(asked.includes('recorder_bg.wasm') && !asked.includes('full_bg.wasm'), asked.join());
});

scenario('MP4 where it is asked for: plain, and seekable', needsPackage, async (stage) => {
  const mina = await stage.browser('chromium', { name: 'mina' });
  const page = await packagePage(stage, mina);
  const facts = await inPage(page, async ({ Recorder }, recorded) => {
    const recorder = await Recorder.start({ camera: true, microphone: true, container: 'mp4' });
    await recorded(recorder, 4);
    window.recording = await recorder.stop();
    return window.recording;
  });
  assert.deepEqual([facts.mimeType, facts.extension], ['video/mp4', 'mp4']);
  const file = await fetchRecording(mina);
  const { format, duration } = await probe(file);
  assert.match(format, /mp4/);
  assert.ok(Math.abs(duration - facts.duration) < 0.2, `${duration} s, told: ${facts.duration} s`);
  assert.equal(await decodeErrors(file), '');
  assert.ok(colours(await frameAt(file, 3), PALETTE).mina > 0.6);
});

scenario('marks, tags and people are in the file, by whichever module', needsPackage, async (stage) => {
  const mina = await stage.browser('chromium', { name: 'mina' });
  const page = await packagePage(stage, mina);
  for (const container of ['webm', 'mp4']) {
    const marked = await inPage(page, async ({ Recorder }, recorded, wanted) => {
      const recorder = await Recorder.start({ microphone: true, container: wanted, title: 'T', participants: ['Mina'], tags: { ROOM: 'red' } });
      const marks = [];
      recorder.addEventListener('mark', ({ seconds, title }) => marks.push({ seconds, title }));
      await recorded(recorder, 1.5);
      recorder.mark('decision');
      recorder.setTag('ROOM', 'blue');
      await recorded(recorder, 3);
      window.recording = await recorder.stop();
      return marks;
    }, container);
    assert.equal(marked.length, 1);
    assert.equal(marked[0].title, 'decision');
    const { stdout } = await run('ffprobe', ['-v', 'error', '-show_chapters', '-show_format', '-of', 'json', await fetchRecording(mina)]);
    const { chapters, format } = JSON.parse(stdout);
    const chapter = chapters.find(({ tags }) => tags?.title === 'decision');
    assert.ok(chapter && Math.abs(Number(chapter.start_time) - marked[0].seconds) < 0.01, `${container}: ${JSON.stringify(chapters)}`);
    assert.equal(format.tags.title, 'T', container);
    if (container === 'webm') assert.equal(format.tags.ROOM, 'blue');
  }
});

scenario('a limit, a signal, a countdown and a lost track end or begin it as they should', needsPackage, async (stage) => {
  const mina = await stage.browser('chromium', { name: 'mina' });
  const page = await packagePage(stage, mina);
  const seen = await inPage(page, async ({ Recorder }, recorded) => {
    const ended = {};
    const warned = (recorder) => new Promise((resolve) => recorder.addEventListener('warning', ({ code }) => resolve(code)));
    const limited = await Recorder.start({ microphone: true, maxDuration: 2 });
    ended.limit = [await warned(limited), (await limited.finished).duration];

    const control = new AbortController();
    const signalled = await Recorder.start({ microphone: true, signal: control.signal });
    await recorded(signalled, 1);
    control.abort();
    ended.signal = (await signalled.finished).finished;
    ended.before = await Recorder.start({ microphone: true, signal: AbortSignal.abort() }).catch((error) => error.name);

    const counted = [];
    const began = performance.now();
    const later = await Recorder.start({ microphone: true, countdown: 1, onCountdown: (left) => counted.push(left) });
    ended.countdown = [performance.now() - began >= 1000, counted.length >= 3, counted[0] > counted.at(-1)];
    await recorded(later, 1);
    await later.stop();

    const camera = await Recorder.start({ camera: true, microphone: true });
    await recorded(camera, 1.5);
    const [track] = camera.stream.getVideoTracks();
    const told = warned(camera);
    track.stop();
    track.dispatchEvent(new Event('ended'));
    ended.track = [await told, (await camera.finished).finished];
    return ended;
  });
  assert.equal(seen.limit[0], 'duration_limit');
  assert.ok(seen.limit[1] > 1.5 && seen.limit[1] < 3, `${seen.limit[1]} s`);
  assert.deepEqual([seen.signal, seen.before, seen.countdown, seen.track], [true, 'AbortError', [true, true, true], ['track_ended', true]]);
});

scenario('a wrong call, a wrong stream and nothing at all are errors with a code', needsPackage, async (stage) => {
  const mina = await stage.browser('chromium', { name: 'mina' });
  const page = await packagePage(stage, mina);
  const codes = await inPage(page, async ({ Recorder, RecorderError }, recorded) => {
    const code = async (what) => {
      try {
        await what();
        return 'none';
      } catch (error) {
        return error instanceof RecorderError ? error.code : String(error);
      }
    };
    const recorder = await Recorder.start({ microphone: true });
    await recorded(recorder, 1);
    const running = await code(() => recorder.resume());
    const recording = await recorder.stop();
    const over = await code(() => recorder.pause());
    await recording.delete();
    return [
      running, over, await code(() => recording.file()), await code(() => Recorder.start({})),
      await code(() => Recorder.start({ stream: new MediaStream() })),
    ];
  });
  assert.deepEqual(codes, ['wrong_state', 'wrong_state', 'not_found', 'no_source', 'no_device']);
});

scenario('in memory it is told, recorded, listed and let go', needsPackage, async (stage) => {
  const mina = await stage.browser('chromium', { name: 'mina' });
  const page = await packagePage(stage, mina);
  const seen = await inPage(page, async ({ Recorder }, recorded) => {
    const recorder = await Recorder.start({ camera: true, microphone: true, store: 'memory' });
    await recorded(recorder, 2);
    window.recording = await recorder.stop();
    await window.recording.rename('kept');
    return { inMemory: window.recording.inMemory, listed: (await Recorder.list()).map(({ title }) => title) };
  });
  assert.deepEqual(seen, { inMemory: true, listed: ['kept'] });
  const file = await fetchRecording(mina);
  assert.deepEqual(webm(file).problems, []);
  assert.equal(await decodeErrors(file), '');
  const left = await inPage(page, async ({ Recorder }) => {
    await window.recording.delete();
    return (await Recorder.list()).length;
  });
  assert.equal(left, 0);
});
