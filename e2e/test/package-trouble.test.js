// The npm package where the page, or the browser, stands in the way: policies, blocked workers, another tab, a picture that
// changes its size.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { decodeErrors, frameSizes, webm } from '../lib/analysis.js';
import { fetchRecording, inPage, needsPackage, packagePage, serveStrictly, STRICT_POLICY, unpackedPackage } from '../lib/package.js';
import { scenario } from '../lib/scenario.js';

/** What comes of it when a page asks for one device after the other. */
const asked = (page) => inPage(page, async ({ Recorder }, recorded) => {
  const codes = [];
  for (const source of ['camera', 'microphone']) {
    try {
      const recorder = await Recorder.start({ [source]: true });
      await recorded(recorder, 0.5);
      await (await recorder.stop()).delete();
      codes.push('none');
    } catch ({ code }) {
      codes.push(code);
    }
  }
  return codes;
});

// Firefox does not tell a policy from a person: `denied` there.
scenario('a device that a policy forbids is told as that, and one that is in use too', needsPackage, async (stage) => {
  const mina = await stage.browser('chromium', { name: 'mina' });
  const other = await serveStrictly({ pages: { '/': '<!doctype html><title>frame</title>' }, folders: { '/pkg/': join(await unpackedPackage(), 'dist') } });
  stage.after(() => other.stop());
  const page = await packagePage(stage, mina, { headers: { 'content-security-policy': null, 'permissions-policy': 'camera=()' } });
  assert.deepEqual(await asked(page), ['policy_blocked', 'none'], 'a header of the page');
  await page.evaluate((src) => new Promise((onload) => {
    document.body.append(Object.assign(document.createElement('iframe'), { src, onload }));
  }), other.url);
  const frame = page.frames().find((one) => one.url().startsWith(other.url));
  assert.deepEqual(await asked(frame), ['policy_blocked', 'policy_blocked'], 'a frame of another origin without `allow`');
  await page.evaluate(() => {
    navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException('Could not start audio source', 'NotReadableError'));
  });
  assert.equal((await asked(page))[1], 'device_in_use');
});

scenario('where the page forbids workers it records in memory and says so, or not at all', needsPackage, async (stage) => {
  const mina = await stage.browser('chromium', { name: 'mina' });
  const page = await packagePage(stage, mina, { headers: { 'content-security-policy': STRICT_POLICY.replace("worker-src 'self'", "worker-src 'none'") } });
  const seen = await inPage(page, async ({ Recorder }, recorded) => {
    const recorder = await Recorder.start({ microphone: true });
    const told = new Promise((resolve) => recorder.addEventListener('warning', ({ code, reason }) => resolve([code, reason.code])));
    await recorded(recorder, 0.5);
    const { inMemory, finished } = await recorder.stop();
    return { told: await told, inMemory, finished, disk: await Recorder.start({ microphone: true, store: 'disk' }).catch(({ code }) => code) };
  });
  assert.deepEqual(seen, { told: ['in_memory', 'worker_blocked'], inMemory: true, finished: true, disk: 'worker_blocked' });
});

scenario('what one tab records is not interrupted for another; and what else a recorder can be asked', needsPackage, async (stage) => {
  const mina = await stage.browser('chromium', { name: 'mina' });
  const policy = STRICT_POLICY.replace("connect-src 'self'", "connect-src 'self' blob:");
  const page = await packagePage(stage, mina, { headers: { 'content-security-policy': policy } });
  const second = await mina.browser.newPage();
  await second.goto(page.url());
  const found = () => inPage(second, async ({ Recorder }) => {
    const counts = [await Recorder.list(), await Recorder.unfinished()];
    return counts.map(({ length }) => length);
  });
  const before = await inPage(page, async ({ Recorder }, recorded) => {
    window.recorder = await Recorder.start({ camera: true, microphone: true });
    const loud = new Promise((resolve) => window.recorder.addEventListener('level', ({ peak }) => peak > 0.01 && resolve()));
    await Promise.all([recorded(window.recorder, 1), loud]);
    const picture = await window.recorder.snapshot();
    const { width, height } = await createImageBitmap(picture);
    const settings = window.recorder.stream.getVideoTracks()[0].getSettings();
    const { peaks, span } = window.recorder.waveform();
    return { picture: [picture.type, width === settings.width, height === settings.height], loud: Math.max(...peaks) > 0.01, span };
  });
  assert.deepEqual(before, { picture: ['image/png', true, true], loud: true, span: 0.1 });
  assert.deepEqual(await found(), [0, 0], 'while the first tab records it');
  const after = await page.evaluate(async () => {
    const { recorder } = window;
    recorder[Symbol.dispose]();
    const recording = await recorder.finished;
    const url = await recording.url();
    const isThere = () => fetch(url).then(() => true, () => false);
    const there = [await isThere()];
    recording[Symbol.dispose]();
    there.push(await isThere());
    return { finished: recording.finished, state: recorder.state, there };
  });
  assert.deepEqual(after, { finished: true, state: 'finished', there: [true, false] });
  assert.deepEqual(await found(), [1, 0]);
});

scenario('a picture that changes its size in the middle decodes to its end, in both containers', needsPackage, async (stage) => {
  const mina = await stage.browser('chromium', { name: 'mina' });
  const page = await packagePage(stage, mina);
  for (const container of ['webm', 'mp4']) {
    const good = await inPage(page, async ({ Recorder }, recorded, wanted) => {
      const canvas = Object.assign(document.createElement('canvas'), { width: 320, height: 240 });
      const brush = canvas.getContext('2d');
      const draw = () => {
        brush.fillStyle = `hsl(${performance.now() / 10} 80% 50%)`;
        brush.fillRect(0, 0, canvas.width, canvas.height);
      };
      draw();
      const timer = setInterval(draw, 50);
      const recorder = await Recorder.start({ stream: canvas.captureStream(20), container: wanted });
      await recorded(recorder, 1.5);
      Object.assign(canvas, { width: 640, height: 360 });
      draw();
      await recorded(recorder, recorder.elapsed + 2);
      window.recording = await recorder.stop();
      clearInterval(timer);
      return window.recording.report.good;
    }, container);
    assert.ok(good, container);
    const file = await fetchRecording(mina);
    if (container === 'webm') assert.deepEqual(webm(file).problems, []);
    assert.equal(await decodeErrors(file), '', container);
    const sizes = await frameSizes(file);
    assert.deepEqual([sizes[0], sizes.at(-1)], ['320x240', '640x360'], container);
  }
});
