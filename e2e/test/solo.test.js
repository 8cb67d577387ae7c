// Recording without any meeting: the file is right, its name is honest, and it is in the library afterwards.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import { after, before } from 'node:test';
import { colours, difference, frameAt, tones } from '../lib/analysis.js';
import { FIREFOX_TONE } from '../lib/browser.js';
import { CAST, PALETTE } from '../lib/devices.js';
import { startDisplay } from '../lib/display.js';
import { SIZES, checkFile, coveredByMessages, dismissMessages, heardIn, open, recordUntil, save, shownSeconds, startSolo, stopAndSave } from '../lib/flows.js';
import { scenario } from '../lib/scenario.js';
import { needsServer, startServer } from '../lib/server.js';

const ALL_TONES = [...Object.values(CAST).map(({ tone }) => tone), FIREFOX_TONE];
const digest = (file) => createHash('sha256').update(readFileSync(file)).digest('hex');

let server;
before(async () => {
  if (!needsServer.skip) server = await startServer();
});
after(() => server?.stop());

scenario('chromium: a message covers no button of the recorder, and goes though the mouse rests', needsServer, async (stage) => {
  const mina = await stage.browser('chromium');
  for (const kind of ['video', 'audio']) {
    await mina.page.setViewport(SIZES[0]);
    await startSolo(mina, server, kind);
    for (const size of SIZES) {
      await mina.page.setViewport(size);
      await mina.click('record-mark');
      assert.deepEqual(await coveredByMessages(mina), [], `${kind}, ${size.width} px wide`);
      await dismissMessages(mina);
    }
    await mina.click('record-mark');
    await mina.see('toast');
    await mina.gone('toast');
    await mina.click('record-stop');
    await mina.see('save');
  }
});

for (const kind of ['chromium', 'firefox']) {
  const start = (stage) => stage.browser(kind, kind === 'firefox' ? { name: 'fay' } : { name: 'mina' });

  scenario(`${kind}: solo video`, needsServer, async (stage) => {
    const person = await start(stage);
    await startSolo(person, server, 'video');
    await recordUntil(person, 8);
    const saved = await stopAndSave(person);
    await checkFile(saved, { video: true });
    assert.deepEqual(heardIn(await tones(saved.file, ALL_TONES, { from: 1 })), [person.tone]);
    const frames = [await frameAt(saved.file, 2), await frameAt(saved.file, 5.3)];
    if (person.colour) for (const frame of frames) assert.ok(colours(frame, PALETTE)[person.name] > 0.9, JSON.stringify(colours(frame, PALETTE)));
    assert.ok(difference(...frames) > 0.1, 'the picture moves');
    assert.deepEqual(person.unexpectedErrors(), []);
  });

  scenario(`${kind}: solo audio`, needsServer, async (stage) => {
    const person = await start(stage);
    await startSolo(person, server, 'audio');
    await recordUntil(person, 6);
    const saved = await stopAndSave(person);
    const { streams } = await checkFile(saved, { video: false });
    assert.equal(streams.length, 1);
    assert.deepEqual(heardIn(await tones(saved.file, ALL_TONES, { from: 1 })), [person.tone]);
    assert.deepEqual(person.unexpectedErrors(), []);
  });

  scenario(`${kind}: what was recorded is in the library, can be saved again and deleted`, needsServer, async (stage) => {
    const person = await start(stage);
    await startSolo(person, server, 'audio');
    await recordUntil(person, 3);
    const { file } = await stopAndSave(person);
    await open(person, `${server.url}/recordings`);
    await person.see('recording-row');
    assert.equal(await person.count('recording-row'), 1);
    assert.equal(digest(await save(person)), digest(file));
    await person.click('delete');
    // Deleting is final, so the app may ask once more in its own words.
    await person.until('the row to go', () => {
      const row = document.querySelector('[data-testid="recording-row"]');
      if (!row) return true;
      document.querySelector('[data-testid="delete-confirm"]')?.click();
      return false;
    });
  });

  scenario(`${kind}: a pause leaves no gap`, needsServer, async (stage) => {
    const person = await start(stage);
    await startSolo(person, server, 'video');
    await recordUntil(person, 3);
    await person.click('record-pause');
    await person.see('record-resume');
    const paused = await shownSeconds(person);
    const from = await person.evaluate(() => performance.now());
    await person.until('four seconds of pause', (since) => performance.now() - since >= 4000, from);
    assert.ok((await shownSeconds(person)) - paused <= 1, 'the clock stands while paused');
    await person.click('record-resume');
    await recordUntil(person, 7);
    const total = await shownSeconds(person);
    const { file } = await stopAndSave(person);
    // The page's clock is whole seconds, and goes on while the test looks at it.
    await checkFile({ file, least: total - 0.5, most: total + 1.5 }, { video: true });
    assert.deepEqual(heardIn(await tones(file, ALL_TONES, { from: 1 })), [person.tone]);
  });
}

// No automation can answer a file dialog, so the page gets a stand-in that chooses a file of its own private storage.
scenario('chromium: a file is saved where the user chooses; a closed dialog changes nothing; a place that can not be written is told', needsServer, async (stage) => {
  const mina = await stage.browser('chromium');
  await startSolo(mina, server, 'audio');
  await recordUntil(mina, 3);
  const { file } = await stopAndSave(mina);
  await mina.evaluate(() => {
    const answers = [
      async () => { throw new DOMException('The user aborted a request.', 'AbortError'); },
      async () => ({ createWritable: async () => { throw new DOMException('No room.', 'QuotaExceededError'); } }),
      async () => ({ createWritable: async () => { throw new DOMException('No such folder.', 'NotFoundError'); } }),
      async () => (await navigator.storage.getDirectory()).getFileHandle('chosen', { create: true }),
    ];
    window.dialogs = [];
    window.showSaveFilePicker = (options) => {
      window.dialogs.push(options);
      return answers.shift()();
    };
  });
  const asked = (count) => mina.until(`dialog ${count}`, (wanted) => window.dialogs.length === wanted, count);
  const said = (pattern) => mina.until(`a message like ${pattern}`, (source) => [...document.querySelectorAll('[data-testid="toast"]')]
    .some(({ textContent }) => new RegExp(source, 'i').test(textContent)), pattern.source);
  const errors = () => mina.page.$$eval('.toast--error', ({ length }) => length);

  await mina.click('save');
  await asked(1);
  await mina.click('save');
  await asked(2);
  await said(/no space left.*still in this browser/);
  assert.equal(await errors(), 1, 'it looks like an error');
  await mina.click('save');
  await asked(3);
  await said(/could not be saved there.*still in this browser/);
  assert.equal(await errors(), 1, 'what was said before is gone');
  await mina.click('save');
  await asked(4);
  const chosen = await mina.until('the chosen file to be whole', async (length) => {
    const folder = await navigator.storage.getDirectory();
    const handle = await folder.getFileHandle('chosen').catch(() => null);
    const copy = await handle?.getFile();
    if (copy?.size !== length) return false;
    const hash = await crypto.subtle.digest('SHA-256', await copy.arrayBuffer());
    return [...new Uint8Array(hash)].map((byte) => byte.toString(16).padStart(2, '0')).join('');
  }, statSync(file).size);
  assert.equal(chosen, digest(file));
  await said(/^saved/);
  assert.equal(await errors(), 0, 'it is saved: nothing is wrong any more');
  assert.match(await mina.text('saved-mark'), /saved/i);
  const options = await mina.evaluate(() => window.dialogs);
  for (const { suggestedName, types } of options) {
    assert.match(suggestedName, /\.webm$/);
    assert.deepEqual(types[0].accept, { 'audio/webm': ['.webm'] });
  }
});

scenario('chromium: solo screen', needsServer, async (stage) => {
  const mina = await stage.browser('chromium');
  await startSolo(mina, server, 'screen');
  await recordUntil(mina, 6);
  const saved = await stopAndSave(mina);
  const { video } = await checkFile(saved, { video: true });
  assert.ok(video.width >= 640 && video.height >= 360, `${video.width}x${video.height}`);
  assert.deepEqual(mina.unexpectedErrors(), []);
});

scenario('firefox: solo screen, on a real display', needsServer, async (stage) => {
  const display = await startDisplay();
  stage.after(() => display.stop());
  const fay = await stage.browser('firefox', { name: 'fay', headless: false, env: display.env });
  await startSolo(fay, server, 'screen');
  await recordUntil(fay, 6);
  const saved = await stopAndSave(fay);
  await checkFile(saved, { video: true });
  assert.deepEqual(heardIn(await tones(saved.file, [FIREFOX_TONE], { from: 1, to: 4 })), [FIREFOX_TONE]);
});

// A headless Firefox has no screen to choose from.
scenario('firefox: without a screen the page says so and records nothing', needsServer, async (stage) => {
  const fay = await stage.browser('firefox', { name: 'fay' });
  await open(fay, `${server.url}/solo`);
  await fay.click('solo-screen');
  const words = await fay.text('toast');
  assert.ok(words.length > 20, `says what is the matter: "${words}"`);
  assert.equal(await fay.has('record-stop'), false);
  await fay.see('solo-screen');
});

scenario('chromium: a denied camera is said plainly, with a way out', needsServer, async (stage) => {
  const mina = await stage.browser('chromium', { permission: 'ask', args: ['--deny-permission-prompts'] });
  await open(mina, `${server.url}/solo`);
  await mina.click('solo-video');
  const said = await mina.text('toast');
  assert.match(said, /camera and microphone/i);
  assert.doesNotMatch(said, /screen/i, 'only what was asked for is named');
  assert.equal(await mina.has('record-stop'), false);
  await mina.see('solo-audio');
});

scenario('chromium: the recording goes on when the server is gone', needsServer, async (stage) => {
  const own = await startServer();
  stage.after(() => own.stop());
  const mina = await stage.browser('chromium');
  await startSolo(mina, own, 'video');
  await recordUntil(mina, 2);
  await own.kill();
  await recordUntil(mina, 6);
  await checkFile(await stopAndSave(mina), { video: true });
});

scenario('chromium: camera and microphone can be chosen before it is recorded', needsServer, async (stage) => {
  const mina = await stage.browser('chromium');
  await open(mina, `${server.url}/solo`);
  await mina.click('solo-video');
  await mina.see('record');
  for (const list of ['camera-choice', 'microphone-choice']) {
    const device = await mina.until(`a device in ${list}`, (id) => document.querySelector(`[data-testid="${id}"]`)?.options[1]?.value, list);
    await mina.page.select(`[data-testid="${list}"]`, device);
    await mina.until(`${list} to be taken`, (id, wanted) => document.querySelector(`[data-testid="${id}"]`)?.value === wanted && document.querySelector('video')?.srcObject?.active, list, device);
  }
  await mina.click('record');
  await mina.see('recording-banner');
  assert.equal(await mina.has('camera-choice'), false, 'not while it is recorded');
  await recordUntil(mina, 4);
  const { file } = await stopAndSave(mina);
  assert.deepEqual(heardIn(await tones(file, ALL_TONES, { from: 1 })), [mina.tone]);
});

scenario('chromium: a recording that was interrupted is listed with its right length', needsServer, async (stage) => {
  const mina = await stage.browser('chromium');
  await startSolo(mina, server, 'video');
  // The facts beside the file are renewed once in five slices: this is well after one time and before the next.
  await recordUntil(mina, 9);
  const gone = mina.page;
  mina.page = await mina.browser.newPage();
  await gone.close();
  await mina.goto(`${server.url}/recordings?lang=en`);
  const row = await mina.text('recording-row');
  assert.match(row, /interrupted/i);
  const seconds = Number(/0:(\d\d)/.exec(row)[1]);
  assert.ok(seconds >= 7 && seconds <= 12, row);
});
