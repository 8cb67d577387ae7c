// The stage itself: both browsers start, have own devices, record with a bare MediaRecorder, save, and end without leaving anything.
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { after, before } from 'node:test';
import { colours, difference, frameAt, meanColour, probe, strongestTone, tones, webm } from '../lib/analysis.js';
import { FIREFOX_TONE } from '../lib/browser.js';
import { CAST, PALETTE } from '../lib/devices.js';
import { groupMembers } from '../lib/processes.js';
import { scenario } from '../lib/scenario.js';
import { serveFiles } from '../lib/static.js';

const PAGE = `<!doctype html><title>recorder</title>
<button data-testid="record">record</button><button data-testid="record-stop" hidden>stop</button><a data-testid="save" hidden>save</a>
<output data-testid="seconds">0</output>
<script>
const find = (id) => document.querySelector('[data-testid="' + id + '"]');
const chunks = [];
let recorder;
find('record').onclick = async () => {
  const stream = await navigator.mediaDevices.getUserMedia({ audio: true, video: { width: 640, height: 360 } });
  recorder = new MediaRecorder(stream, { mimeType: 'video/webm;codecs=vp8,opus', videoKeyFrameIntervalDuration: 2000 });
  recorder.ondataavailable = ({ data }) => {
    chunks.push(data);
    find('seconds').textContent = String(chunks.length);
  };
  recorder.onstop = () => {
    const save = find('save');
    save.href = URL.createObjectURL(new Blob(chunks, { type: recorder.mimeType || chunks[0].type }));
    save.download = 'bare.webm';
    save.textContent = 'save';
    save.hidden = false;
  };
  recorder.start(1000);
  find('record-stop').hidden = false;
};
find('record-stop').onclick = () => recorder.stop();
</script>`;

let site;
before(async () => {
  site = await serveFiles({ pages: { '/': PAGE, '/empty': '<!doctype html><p>nothing', '/text': '<!doctype html><a data-testid="save" download="note.txt" href="data:text/plain,hello">save</a>' } });
});
after(() => site.stop());

async function recordFourSeconds(participant) {
  await participant.goto(site.url);
  await participant.click('record');
  await participant.until('four chunks', () => Number(document.querySelector('[data-testid="seconds"]').textContent) >= 4);
  await participant.click('record-stop');
  return participant.save(() => participant.click('save'), { match: /\.webm$/ });
}

scenario('Chromium records its own colour and tone', {}, async (stage) => {
  const [mina] = await stage.browsers('mina');
  const file = await recordFourSeconds(mina);
  const { video, audio } = await probe(file);
  assert.deepEqual([video.codec_name, video.width, video.height, audio.codec_name], ['vp8', 640, 360, 'opus']);

  const heard = await tones(file, Object.values(CAST).map(({ tone }) => tone), { from: 0.5, to: 3.5 });
  assert.deepEqual([...heard].filter(([, { present }]) => present).map(([frequency]) => frequency), [CAST.mina.tone], JSON.stringify([...heard]));
  const frames = [await frameAt(file, 0.7), await frameAt(file, 2.4)];
  for (const frame of frames) {
    const shares = colours(frame, PALETTE);
    assert.ok(shares.mina > 0.95 && shares.juno + shares.theo < 0.001, JSON.stringify(shares));
  }
  assert.ok(difference(...frames) > 0.1, 'the bar moves');
  const structure = webm(file);
  assert.ok(structure.keyFrames.length >= 2, `key frames at ${structure.keyFrames}`);
  assert.ok(structure.problems.includes('there are no Cues'), 'a bare MediaRecorder leaves no index: that is what the product adds');
  assert.deepEqual(mina.unexpectedErrors(), []);
});

scenario('each of the cast has an own colour and tone', {}, async (stage) => {
  const pair = await stage.browsers('juno', 'theo');
  const files = await Promise.all(pair.map(recordFourSeconds));
  for (const [index, name] of ['juno', 'theo'].entries()) {
    const heard = await tones(files[index], Object.values(CAST).map(({ tone }) => tone), { from: 0.5, to: 3.5 });
    assert.deepEqual([...heard].filter(([, { present }]) => present).map(([frequency]) => frequency), [CAST[name].tone], JSON.stringify([...heard]));
    assert.ok(colours(await frameAt(files[index], 2), PALETTE)[name] > 0.95, name);
  }
});

scenario('Firefox records its built-in colour and tone', {}, async (stage) => {
  const fay = await stage.browser('firefox', { name: 'fay' });
  const file = await recordFourSeconds(fay);
  const heard = await tones(file, [FIREFOX_TONE, ...Object.values(CAST).map(({ tone }) => tone)], { from: 0.5, to: 3.5 });
  assert.deepEqual([...heard].filter(([, { present }]) => present).map(([frequency]) => frequency), [FIREFOX_TONE], JSON.stringify([...heard]));
  const strongest = await strongestTone(file, { from: 1 });
  assert.ok(Math.abs(strongest.frequency - FIREFOX_TONE) <= 4, JSON.stringify(strongest));
  const frames = [await frameAt(file, 1), await frameAt(file, 3)];
  // One plain colour over the whole picture, another one in every frame: strong, and never that of one participant for long.
  for (const frame of frames) assert.ok(meanColour(frame).value > 60, JSON.stringify(meanColour(frame)));
  assert.ok(difference(...frames) > 2, 'its colour changes');
  assert.deepEqual(fay.unexpectedErrors(), []);
});

for (const kind of ['chromium', 'firefox']) {
  scenario(`${kind}: a saved file arrives whole under its name, errors of the page are collected, and sound runs without a card`, {}, async (stage) => {
    const participant = await stage.browser(kind);
    await participant.goto(`${site.url}/text`);
    assert.equal(await participant.evaluate(() => typeof window.showSaveFilePicker), 'undefined');
    const files = [await participant.save(() => participant.click('save')), await participant.save(() => participant.click('save'))];
    assert.notEqual(files[0], files[1], 'the second does not replace the first');
    for (const file of files) {
      assert.equal(basename(file), 'note.txt');
      assert.equal(readFileSync(file, 'utf8'), 'hello');
    }
    assert.deepEqual(participant.unexpectedErrors(), []);

    await participant.goto(`${site.url}/empty`);
    const state = await participant.evaluate(async () => {
      const context = new AudioContext();
      await context.resume();
      return context.state;
    });
    assert.equal(state, 'running');
    await participant.evaluate(async () => {
      console.error('said on purpose');
      setTimeout(() => {
        throw new Error('thrown on purpose');
      });
      // Another host, as far as the page knows.
      await fetch(location.href.replace('127.0.0.1', '127.0.0.2'), { mode: 'no-cors' }).catch(() => {});
      setTimeout(() => document.body.insertAdjacentHTML('beforeend', '<i data-testid="later"></i>later'), 1);
    });
    await participant.until('all', () => document.querySelector('[data-testid="later"]'));
    await participant.evaluate(() => 'the errors have been reported before this');
    const texts = participant.errors.map(({ text }) => text).join('\n');
    for (const expected of [/said on purpose/, /thrown on purpose/, /asked somebody else: http:\/\/127\.0\.0\.2/]) assert.match(texts, expected);
    assert.deepEqual(participant.unexpectedErrors(/on purpose/, /127\.0\.0\.2/, /CONNECTION_REFUSED/), []);
  });

  scenario(`${kind}: closing leaves no process and no profile`, {}, async (stage) => {
    const participant = await stage.browser(kind);
    const { pid } = participant;
    const profile = /(\/\S*hostreel-(?:chromium|firefox)-\w+)/.exec(participant.browser.process().spawnargs.join(' '))[1];
    assert.ok(existsSync(profile));
    assert.ok(groupMembers(pid).length > 2, 'a browser is several processes');
    await participant.close();
    assert.deepEqual(groupMembers(pid), []);
    assert.equal(existsSync(profile), false);
  });
}

scenario('Chromium: a denied camera is a NotAllowedError', {}, async (stage) => {
  const participant = await stage.browser('chromium', { permission: 'ask', args: ['--deny-permission-prompts'] });
  await participant.goto(`${site.url}/empty`);
  const name = await participant.evaluate(() => navigator.mediaDevices.getUserMedia({ video: true }).then(() => 'granted', (error) => error.name));
  assert.equal(name, 'NotAllowedError');
});
