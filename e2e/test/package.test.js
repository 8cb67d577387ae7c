// The npm package as it is published: it can be imported on a server, and what it records in both browsers is right.
import assert from 'node:assert/strict';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { colours, decodeErrors, frameAt, probe, tones, webm } from '../lib/analysis.js';
import { unpack } from '../lib/archive.js';
import { PALETTE } from '../lib/devices.js';
import { download } from '../lib/downloads.js';
import { fetchRecording, inPage, needsPackage, packagePage, STRICT_POLICY, unpackedPackage } from '../lib/package.js';
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
  const known = [];
  for (const container of ['webm', 'mp4']) {
    const { marks: marked, chapters: told } = await inPage(page, async ({ Recorder }, recorded, wanted) => {
      const recorder = await Recorder.start({ microphone: true, container: wanted, title: 'T', participants: ['Mina'], tags: { ROOM: 'red' } });
      const marks = [];
      recorder.addEventListener('mark', ({ seconds, title }) => marks.push({ seconds, title }));
      await recorded(recorder, 1.5);
      recorder.mark('decision');
      recorder.setTag('ROOM', 'blue');
      await recorded(recorder, 3);
      window.recording = await recorder.stop();
      await window.recording.rename('renamed');
      return { marks, chapters: window.recording.chapters };
    }, container);
    assert.equal(marked.length, 1);
    assert.equal(marked[0].title, 'decision');
    assert.deepEqual(told, [{ seconds: Math.round(marked[0].seconds * 1000) / 1000, title: 'decision' }], container);
    const { stdout } = await run('ffprobe', ['-v', 'error', '-show_chapters', '-show_format', '-of', 'json', await fetchRecording(mina)]);
    const { chapters, format } = JSON.parse(stdout);
    const chapter = chapters.find(({ tags }) => tags?.title === 'decision');
    assert.ok(chapter && Math.abs(Number(chapter.start_time) - marked[0].seconds) < 0.01, `${container}: ${JSON.stringify(chapters)}`);
    assert.equal(format.tags.title, 'T', container);
    if (container === 'webm') assert.equal(format.tags.ROOM, 'blue');
    known.unshift(told);
  }
  await page.reload();
  const listed = await inPage(page, async ({ Recorder }) => {
    const found = await Recorder.list();
    // What an older version has left.
    const folder = await (await navigator.storage.getDirectory()).getDirectoryHandle('hostreel');
    const facts = await folder.getFileHandle(`${found[0].id}.json`);
    const { chapters, ...older } = JSON.parse(await (await facts.getFile()).text());
    const writer = await facts.createWritable();
    await writer.write(JSON.stringify(older));
    await writer.close();
    return { now: found.map((one) => one.chapters), older: (await Recorder.list())[0].chapters, noted: chapters };
  });
  assert.deepEqual(listed, { now: known, older: [], noted: [Math.round(known[0][0].seconds * 1000), 'decision'] });
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
    const during = new AbortController();
    const { request } = LockManager.prototype;
    LockManager.prototype.request = function aborted(...asked) {
      during.abort();
      return request.apply(this, asked);
    };
    const hasty = await Recorder.start({ microphone: true, signal: during.signal });
    LockManager.prototype.request = request;
    await hasty.finished.catch(() => {});
    ended.during = ['finished', 'failed'].includes(hasty.state);
    ended.before = await Recorder.start({ microphone: true, signal: AbortSignal.abort() }).catch((error) => error.name);
    const reason = Object.assign(new Error('mine'), { code: 'mine' });
    const waiting = new AbortController();
    const stopped = Recorder.start({ microphone: true, countdown: 9, onCountdown: () => waiting.abort(reason), signal: waiting.signal });
    ended.waiting = await stopped.catch((error) => error === reason);
    const { mediaDevices } = navigator;
    const shared = new AbortController();
    const { getUserMedia } = mediaDevices;
    let cameras = 0;
    mediaDevices.getDisplayMedia = async () => {
      shared.abort(reason);
      return new MediaStream();
    };
    mediaDevices.getUserMedia = function count(...asked) {
      cameras += 1;
      return getUserMedia.apply(this, asked);
    };
    const screen = Recorder.start({ screen: true, camera: true, signal: shared.signal });
    ended.shared = [await screen.catch((error) => error === reason), cameras];

    const counted = [];
    const began = performance.now();
    const later = await Recorder.start({ microphone: true, countdown: 1, onCountdown: (left) => counted.push(left) });
    ended.countdown = [performance.now() - began >= 1000, counted.length >= 3, counted[0] > counted.at(-1)];
    await recorded(later, 1);
    const leave = document.createEvent('BeforeUnloadEvent');
    leave.initEvent('beforeunload', false, true);
    window.dispatchEvent(leave);
    ended.leave = [leave.defaultPrevented, leave.returnValue !== ''];
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
  assert.ok(seen.during, 'a signal that comes while it starts is heard');
  assert.deepEqual([seen.waiting, seen.shared, seen.leave], [true, [true, 0], [true, true]]);
  assert.deepEqual([seen.signal, seen.before, seen.countdown, seen.track], [true, 'AbortError', [true, true, true], ['track_ended', true]]);
});

scenario('a wrong call, a wrong stream and nothing at all are errors with a code', needsPackage, async (stage) => {
  const mina = await stage.browser('chromium', { name: 'mina' });
  const page = await packagePage(stage, mina);
  const codes = await inPage(page, async ({ Mix, Recorder, RecorderError }, recorded) => {
    const code = async (what) => {
      try {
        await what();
        return 'none';
      } catch (error) {
        return error instanceof RecorderError ? error.code : String(error);
      }
    };
    const recorder = await Recorder.start({ microphone: true });
    // As the README does: nothing has been delivered yet.
    recorder.mark('at once');
    await recorded(recorder, 1);
    const running = await code(() => recorder.resume());
    const recording = await recorder.stop();
    const over = await code(() => recorder.pause());
    const [{ seconds, title }] = recording.chapters;
    await recording.delete();
    const mix = await Mix.create();
    mix.dispose();
    return [
      seconds < 0.5 && title, running, over, await code(() => mix.remove('mina')), await code(() => recording.file()), await code(() => Recorder.start({})),
      await code(() => Recorder.start({ stream: new MediaStream() })),
    ];
  });
  assert.deepEqual(codes, ['at once', 'wrong_state', 'wrong_state', 'wrong_state', 'not_found', 'no_source', 'no_device']);
});

scenario('in memory it is told, recorded, listed and let go', needsPackage, async (stage) => {
  const mina = await stage.browser('chromium', { name: 'mina' });
  // No worker may run: what lies on the disk can't be listed either.
  const page = await packagePage(stage, mina, { headers: { 'content-security-policy': STRICT_POLICY.replace("worker-src 'self'", "worker-src 'none'") } });
  const seen = await inPage(page, async ({ Recorder }, recorded) => {
    const recorder = await Recorder.start({ camera: true, microphone: true, store: 'memory' });
    await recorded(recorder, 2);
    window.recording = await recorder.stop();
    await window.recording.rename('kept');
    const list = async () => (await Recorder.list()).map(({ title }) => title);
    // The larger module does not come at first.
    const { fetch } = window;
    window.fetch = async () => { throw new TypeError('offline'); };
    const offline = await list();
    window.fetch = fetch;
    return { inMemory: window.recording.inMemory, offline, listed: await list() };
  });
  assert.deepEqual(seen, { inMemory: true, offline: ['kept'], listed: ['kept'] });
  const file = await fetchRecording(mina);
  assert.deepEqual(webm(file).problems, []);
  assert.equal(await decodeErrors(file), '');
  const left = await inPage(page, async ({ Recorder }) => {
    await window.recording.delete();
    return Recorder.list().then(({ length }) => length, ({ code }) => code);
  });
  assert.equal(left, 'worker_blocked');
});

/**
 * Puts stand-ins into the page: `film(colour, tone)` gives a stream of one colour and, if wanted, one tone; `unplug(track)` ends a
 * track as a device does; what `getUserMedia` gave is in `opened`, and what `getDisplayMedia` gives is a film.
 */
const standIns = (page, screen) => page.evaluate((colour) => {
  const context = new AudioContext();
  window.opened = [];
  window.film = (fill, frequency) => {
    const canvas = Object.assign(document.createElement('canvas'), { width: 640, height: 360 });
    const brush = canvas.getContext('2d');
    let at = 0;
    const draw = () => {
      brush.fillStyle = fill;
      brush.fillRect(0, 0, 640, 360);
      brush.fillStyle = '#fff';
      brush.fillRect(at = (at + 16) % 640, 300, 32, 32);
    };
    draw();
    setInterval(draw, 100);
    const stream = canvas.captureStream(10);
    if (frequency) {
      const tone = new OscillatorNode(context, { frequency });
      const out = context.createMediaStreamDestination();
      tone.connect(out);
      tone.start();
      for (const track of out.stream.getTracks()) stream.addTrack(track);
    }
    return stream;
  };
  window.unplug = (track) => {
    track.stop();
    track.dispatchEvent(new Event('ended'));
  };
  const { mediaDevices } = navigator;
  const ask = mediaDevices.getUserMedia.bind(mediaDevices);
  mediaDevices.getUserMedia = async (wanted) => {
    const stream = await ask(wanted);
    window.opened.push(stream);
    return stream;
  };
  mediaDevices.getDisplayMedia = async () => {
    window.screenShared = window.film(colour);
    return window.screenShared;
  };
}, screen);

const code = `(what) => what.then(() => 'none', (error) => error.code)`;

scenario('a camera is replaced while it is recorded: one file, in which the colour changes', needsPackage, async (stage) => {
  const mina = await stage.browser('chromium', { name: 'mina' });
  const page = await packagePage(stage, mina);
  await standIns(page, PALETTE.juno);
  const seen = await inPage(page, async ({ Recorder }, recorded, theo) => {
    const recorder = await Recorder.start({ camera: true, microphone: true, switchable: true });
    await recorded(recorder, 2.5);
    const own = window.film(theo);
    await recorder.replace({ camera: own });
    const replaced = recorder.elapsed;
    const closed = window.opened[0].getVideoTracks()[0].readyState;
    await recorded(recorder, replaced + 3);
    await recorder.replace({ camera: { width: { ideal: 640 } } });
    const back = recorder.elapsed;
    await recorded(recorder, back + 3);
    const last = window.opened.at(-1);
    // One that takes long, and another after it: that one fails, or comes first.
    const { mediaDevices } = navigator;
    const { getUserMedia } = mediaDevices;
    const slow = async (after) => {
      let go;
      const gate = new Promise((resolve) => { go = resolve; });
      mediaDevices.getUserMedia = (wanted) => gate.then(() => getUserMedia(wanted));
      const asked = recorder.replace({ camera: true }).then(() => 'none', (error) => error.code);
      await after();
      go();
      return asked;
    };
    const overtaken = [];
    overtaken.push(await slow(async () => {
      mediaDevices.getUserMedia = async () => { throw new DOMException('', 'NotFoundError'); };
      overtaken.push(await recorder.replace({ camera: true }).catch((error) => error.code));
    }));
    const taken = window.opened.at(-1);
    overtaken.push(taken !== last && taken.active, await slow(() => recorder.replace({ camera: own })));
    overtaken.push(window.opened.at(-1) !== taken && window.opened.at(-1).active);
    const elapsed = recorder.elapsed;
    window.recording = await recorder.stop();
    const states = (stream) => stream.getTracks().map(({ readyState }) => readyState);
    const { duration } = window.recording;
    return { replaced, back, elapsed, duration, closed, overtaken, own: states(own), after: [...states(last), ...states(recorder.stream)] };
  }, PALETTE.theo);
  assert.equal(seen.closed, 'ended', 'the camera before is closed');
  assert.deepEqual(seen.overtaken, ['no_device', 'none', true, 'cancelled', false]);
  assert.deepEqual(seen.own, ['live'], 'a stream of the page is left running');
  assert.deepEqual([...new Set(seen.after)], ['ended'], 'what the recorder opened is closed');
  const file = await fetchRecording(mina);
  assert.deepEqual(webm(file).problems, []);
  assert.equal(await decodeErrors(file), '');
  assert.ok(seen.duration > seen.elapsed - 1, `no gap in time: ${seen.duration} s of ${seen.elapsed} s`);
  for (const [name, seconds] of [['mina', 1.5], ['theo', seen.replaced + 1.5], ['mina', seen.back + 1.5]]) {
    const shares = colours(await frameAt(file, seconds), PALETTE);
    assert.ok(shares[name] > 0.6, `${name} at ${seconds} s: ${JSON.stringify(shares)}`);
  }
  assert.ok((await tones(file, [mina.tone])).get(mina.tone).present, 'the microphone was not touched');
});

scenario('sources that go away are told, and followed by others', needsPackage, async (stage) => {
  const mina = await stage.browser('chromium', { name: 'mina' });
  const page = await packagePage(stage, mina);
  await standIns(page, PALETTE.juno);
  const seen = await inPage(page, `async ({ Recorder }, recorded) => {
    const code = ${code};
    const told = [];
    const sources = (recorder, count) => new Promise((resolve) => recorder.addEventListener('source', ({ kind, what, label }) => {
      told.push({ kind, what, ...(label !== undefined && { named: label !== '' }) });
      if (told.length === count) resolve();
    }));
    const screen = await Recorder.start({ screen: true, camera: true, microphone: true });
    let enough = sources(screen, 3);
    await recorded(screen, 2.5);
    const shared = screen.elapsed;
    unplug(screenShared.getVideoTracks()[0]);
    await recorded(screen, shared + 3);
    const camera = screen.elapsed;
    unplug(opened[0].getVideoTracks()[0]);
    await enough;
    const empty = await code(screen.replace({ microphone: film('#fff') }));
    await recorded(screen, screen.elapsed + 1);
    window.recording = await screen.stop();
    const over = await code(screen.replace({ camera: true }));

    const stopping = await Recorder.start({ camera: true, microphone: true, switchable: true, onTrackEnd: 'stop' });
    await recorded(stopping, 1.5);
    unplug(opened.at(-1).getVideoTracks()[0]);
    const stopped = (await stopping.finished).finished;

    const plain = await Recorder.start({ microphone: true });
    const sound = await Recorder.start({ microphone: true, onTrackEnd: 'fallback' });
    const codes = [empty, over, await code(plain.replace({ microphone: true })), await code(sound.replace({ camera: true }))];
    await Promise.all([recorded(plain, 1), recorded(sound, 1)]);
    await Promise.all([plain.stop(), sound.stop()]);
    return { told, shared, camera, stopped, codes };
  }`);
  assert.deepEqual(seen.told, [
    { kind: 'screen', what: 'ended' }, { kind: 'camera', what: 'ended' }, { kind: 'camera', what: 'fellback', named: true },
  ]);
  assert.equal(seen.stopped, true);
  assert.deepEqual(seen.codes, ['no_device', 'wrong_state', 'not_switchable', 'not_switchable']);
  const file = await fetchRecording(mina);
  const [both, alone] = [colours(await frameAt(file, seen.shared - 1), PALETTE), colours(await frameAt(file, seen.camera - 1), PALETTE)];
  assert.ok(both.juno > 0.3 && both.mina > 0.02, `the screen with the face: ${JSON.stringify(both)}`);
  assert.ok(alone.mina > 0.6 && alone.juno < 0.05, `the face alone: ${JSON.stringify(alone)}`);
});

scenario('one file for each participant, and all of them in a ZIP archive', needsPackage, async (stage) => {
  const mina = await stage.browser('chromium', { name: 'mina' });
  const page = await packagePage(stage, mina);
  await standIns(page, PALETTE.juno);
  const seen = await inPage(page, `async ({ Tracks }, recorded, juno) => {
    const code = ${code};
    const own = await navigator.mediaDevices.getUserMedia({ video: true, audio: true });
    const tracks = await Tracks.start({ participants: [{ id: 'a', name: 'Mina', stream: own }], title: 'Talk' });
    const events = new Set();
    const heard = ({ type, id }) => events.add(id ? type + ' ' + id : type);
    for (const type of ['statechange', 'progress', 'level', 'mark', 'trackstate', 'trackfinished', 'trackfailed']) tracks.addEventListener(type, heard);
    await recorded(tracks, 2);
    await tracks.add({ id: 'b', name: 'Juno', stream: film(juno, 610) });
    const added = tracks.elapsed;
    const people = tracks.participants;
    const twice = await code(tracks.add({ id: 'b', stream: own }));
    await recorded(tracks, added + 3);
    tracks.pause();
    const paused = [tracks.state, await code((async () => tracks.pause())())];
    tracks.resume();
    tracks.mark('decision');
    const marked = tracks.elapsed;
    await recorded(tracks, added + 4);
    const left = await tracks.remove('b');
    const nobody = await tracks.remove('nobody');
    await recorded(tracks, tracks.elapsed + 1);
    window.made = await tracks.stop();
    const again = (await tracks.stop()) === made;
    const over = await code(tracks.add({ id: 'c', stream: own }));
    return {
      added, marked, people, twice, paused, left: left.title, nobody, again, over, state: tracks.state, events: [...events].sort(), manifest: made.manifest,
      files: made.files.map(({ id, name, offset, recording }) => ({ id, name, offset, title: recording.title, size: recording.size, chapters: recording.chapters })),
      live: own.getTracks().every(({ readyState }) => readyState === 'live'),
    };
  }`, PALETTE.juno);
  assert.deepEqual(seen.people, ['a', 'b']);
  assert.deepEqual([seen.twice, seen.paused, seen.over], ['wrong_state', ['paused', 'wrong_state'], 'wrong_state']);
  assert.deepEqual([seen.left, seen.nobody, seen.again, seen.state, seen.live], ['Talk - Juno', null, true, 'finished', true]);
  for (const event of ['statechange', 'progress', 'level a', 'mark a', 'mark b', 'trackstate b', 'trackfinished a', 'trackfinished b']) {
    assert.ok(seen.events.includes(event), `${event} in ${seen.events.join()}`);
  }
  assert.ok(!seen.events.some((event) => event.startsWith('trackfailed')), seen.events.join());
  assert.deepEqual(seen.files.map(({ id, name, title }) => [id, name, title]), [['a', 'Mina', 'Talk - Mina'], ['b', 'Juno', 'Talk - Juno']]);
  const [first, second] = seen.files;
  for (const { name, offset, chapters } of seen.files) {
    assert.deepEqual(chapters.map(({ title }) => title), ['decision'], name);
    assert.ok(Math.abs(chapters[0].seconds + offset - seen.marked) < 0.3, `${name}: ${chapters[0].seconds} s, marked at ${seen.marked} s`);
  }
  assert.ok(first.offset < 2 && Math.abs(second.offset - seen.added) < 1, JSON.stringify(seen.files));
  assert.deepEqual(seen.manifest.tracks.map(({ id, file, offset_ms: offset }) => [id, file, offset / 1000]), [['a', 'Mina.webm', first.offset], ['b', 'Juno.webm', second.offset]]);

  const archive = await download(mina.downloads, () => mina.evaluate(() => window.made.saveZip('call')), { match: /\.zip$/ });
  assert.match(archive, /call\.zip$/);
  const { folder, names } = await unpack(archive);
  assert.deepEqual(names.sort(), ['Juno.webm', 'Mina.webm', 'manifest.json']);
  assert.deepEqual(JSON.parse(readFileSync(join(folder, 'manifest.json'), 'utf8')), seen.manifest);
  for (const [name, tone] of [['mina', mina.tone], ['juno', 610]]) {
    const file = join(folder, `${name === 'mina' ? 'Mina' : 'Juno'}.webm`);
    assert.deepEqual(webm(file).problems, [], name);
    assert.equal(await decodeErrors(file), '', name);
    const shares = colours(await frameAt(file, 1.5), PALETTE);
    assert.ok(shares[name] > 0.6, `${name}: ${JSON.stringify(shares)}`);
    const heard = await tones(file, [mina.tone, 610]);
    assert.deepEqual([...heard].filter(([, { present }]) => present).map(([frequency]) => frequency), [tone], name);
  }

  const saved = await inPage(page, async ({ Recorder }) => {
    const told = [];
    const root = await navigator.storage.getDirectory();
    const name = await window.made.saveToFolder('call', { folder: root, onProgress: (progress) => told.push(progress) });
    const names = [];
    for await (const one of (await root.getDirectoryHandle(name)).keys()) names.push(one);
    const cancelled = await window.made.zip({ signal: AbortSignal.abort() }).catch((error) => error.code);
    const before = (await Recorder.list()).length;
    await window.made.delete();
    return { name, names: names.sort(), whole: told.at(-1).done === told.at(-1).total, cancelled, before, after: (await Recorder.list()).length };
  });
  assert.deepEqual(saved, { name: 'call', names: ['Juno.webm', 'Mina.webm', 'manifest.json'], whole: true, cancelled: 'cancelled', before: 2, after: 0 });
});

scenario('at a limit it is split into files that are each whole', needsPackage, async (stage) => {
  const mina = await stage.browser('chromium', { name: 'mina' });
  const page = await packagePage(stage, mina);
  const seen = await inPage(page, async ({ Recorder }, recorded) => {
    const recorder = await Recorder.start({ camera: true, microphone: true, maxDuration: 2, atLimit: 'split' });
    window.parts = [];
    await new Promise((resolve) => recorder.addEventListener('part', ({ recording }) => window.parts.push(recording) === 2 && resolve()));
    await recorded(recorder, recorder.elapsed + 1);
    window.parts.push(await recorder.stop());
    return { parts: window.parts.map(({ part, duration, finished }) => ({ part, duration, finished })), listed: (await Recorder.list()).length };
  });
  assert.deepEqual(seen.parts.map(({ part, finished }) => [part, finished]), [[1, true], [2, true], [3, true]]);
  assert.equal(seen.listed, 3);
  for (const [index, { duration }] of seen.parts.entries()) {
    await mina.evaluate((at) => { window.recording = window.parts[at]; }, index);
    const file = await fetchRecording(mina);
    assert.deepEqual(webm(file).problems, []);
    assert.equal(await decodeErrors(file), '');
    const { duration: found } = await probe(file);
    assert.ok(Math.abs(found - duration) < 0.2 && (index === 2 || duration > 1.5), `part ${index + 1}: ${found} s, told: ${duration} s`);
  }
});

// A file of the page's own file system stands for one of the user's: no automation can answer the dialog.
scenario('a file that was chosen before is complete with the recording', needsPackage, async (stage) => {
  const mina = await stage.browser('chromium', { name: 'mina' });
  const page = await packagePage(stage, mina);
  const seen = await inPage(page, async ({ Recorder }, recorded) => {
    const root = await navigator.storage.getDirectory();
    const file = await root.getFileHandle('chosen.webm', { create: true });
    const recorder = await Recorder.start({ camera: true, microphone: true, file });
    const warned = [];
    recorder.addEventListener('warning', ({ code }) => warned.push(code));
    await recorded(recorder, 3);
    window.recording = await recorder.stop();
    const { size, finished, inMemory } = window.recording;
    return { size, finished, inMemory, warned, chosen: (await file.getFile()).size, listed: (await Recorder.list()).length };
  });
  assert.deepEqual([seen.finished, seen.inMemory, seen.warned, seen.listed], [true, false, [], 0]);
  assert.ok(seen.size > 0 && seen.chosen === seen.size, `${seen.chosen} of ${seen.size} bytes`);
  const file = await fetchRecording(mina);
  assert.deepEqual(webm(file).problems, []);
  assert.equal(await decodeErrors(file), '');
  assert.ok(colours(await frameAt(file, 2), PALETTE).mina > 0.6);
});

scenario('a file that was chosen before stays as it was where no whole recording comes into it', needsPackage, async (stage) => {
  const mina = await stage.browser('chromium', { name: 'mina' });
  const page = await packagePage(stage, mina);
  const seen = await inPage(page, async ({ Recorder }) => {
    const root = await navigator.storage.getDirectory();
    const file = await root.getFileHandle('chosen.webm', { create: true });
    const before = await file.createWritable();
    await before.write('precious');
    await before.close();
    const refused = (options) => Recorder.start({ microphone: true, file, ...options }).then(() => 'none', ({ code }) => code);
    const codes = [await refused({ minFreeBytes: 2 ** 50 })];
    navigator.mediaDevices.getUserMedia = () => codes.push('asked');
    codes.push(await refused({ atLimit: 'split', maxDuration: 1 }));
    return { codes, text: await (await file.getFile()).text() };
  });
  assert.deepEqual(seen, { codes: ['storage_full', 'unsupported'], text: 'precious' });
});

scenario('a mix of which only the stream is known is recorded to its end', needsPackage, async (stage) => {
  const mina = await stage.browser('chromium', { name: 'mina', args: ['--js-flags=--expose-gc'] });
  const page = await packagePage(stage, mina);
  const seen = await inPage(page, async ({ Mix, Recorder }, recorded) => {
    const begin = async () => {
      const mix = await Mix.create({ width: 320, height: 180 });
      mix.add('me', await navigator.mediaDevices.getUserMedia({ video: true, audio: true }), { name: 'Mina' });
      // As a stream alone, which holds nothing.
      return Recorder.start({ stream: mix.stream });
    };
    const recorder = await begin();
    await recorded(recorder, 1);
    // Finalizers run some time after a collection.
    for (let round = 0; round < 5; round += 1) {
      window.gc();
      await recorded(recorder, 1.5 + round / 2);
    }
    const { state } = recorder;
    const { duration, finished } = await recorder.stop();
    return { state, duration, finished };
  });
  assert.equal(seen.state, 'recording');
  assert.ok(seen.finished && seen.duration > 3, JSON.stringify(seen));
});

scenario('who is kept out of a mix stays out of it, whatever else is said about them', needsPackage, async (stage) => {
  const mina = await stage.browser('chromium', { name: 'mina' });
  const page = await packagePage(stage, mina);
  const heard = await inPage(page, async ({ Mix, Recorder }, recorded) => {
    const mix = await Mix.create({ picture: false });
    const stream = await navigator.mediaDevices.getUserMedia({ audio: true });
    mix.add('me', stream, { name: 'Mina', audio: false });
    const recorder = await Recorder.start({ mix });
    const loudest = async (until) => {
      let most = 0;
      const look = setInterval(() => { most = Math.max(most, mix.levels().get('me') ?? 0); }, 20);
      await recorded(recorder, until);
      clearInterval(look);
      return most;
    };
    mix.update('me', { gain: 2 });
    mix.add('me', stream.clone());
    const keptOut = await loudest(1.5);
    mix.update('me', { audio: true });
    const letIn = await loudest(3.5);
    await (await recorder.stop()).delete();
    return { keptOut, letIn };
  });
  assert.equal(heard.keptOut, 0);
  assert.ok(heard.letIn > 0.02, JSON.stringify(heard));
});

scenario('that the sound of a mix is held up is told to who listens once it is there', needsPackage, async (stage) => {
  const mina = await stage.browser('chromium', { name: 'mina' });
  const late = "onmessage = () => { onmessage = null; import('/pkg/mix-worker.js'); };";
  const page = await packagePage(stage, mina, { pages: { '/late.js': late } });
  const heard = await inPage(page, async ({ Mix }) => {
    // As where the browser waits for a press of the user (the driver's own calls count as one), and is slow: the worker is there only
    // after the sound was tried again.
    let worker;
    let tries = 0;
    window.Worker = class extends Worker {
      constructor(url, options) {
        super('/late.js', options);
        worker = this;
      }
    };
    const { resume } = AudioContext.prototype;
    Object.defineProperty(AudioContext.prototype, 'state', { get: () => 'suspended' });
    AudioContext.prototype.resume = function counted() {
      tries += 1;
      if (tries === 2) worker.postMessage('go');
      return resume.call(this);
    };
    const mix = await Mix.create({ width: 320, height: 180 });
    return new Promise((resolve) => {
      mix.addEventListener('audiosuspended', ({ type }) => resolve(type));
      setTimeout(resolve, 5000, 'nothing');
    });
  });
  assert.equal(heard, 'audiosuspended');
});
