// Recording without any meeting: the file is right, its name is honest, and it is in the library afterwards.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { after, before } from 'node:test';
import { colours, difference, frameAt, tones } from '../lib/analysis.js';
import { FIREFOX_TONE } from '../lib/browser.js';
import { CAST, PALETTE } from '../lib/devices.js';
import { startDisplay } from '../lib/display.js';
import { checkFile, heardIn, open, recordUntil, save, shownSeconds, startSolo, stopAndSave } from '../lib/flows.js';
import { scenario } from '../lib/scenario.js';
import { needsServer, startServer } from '../lib/server.js';

const ALL_TONES = [...Object.values(CAST).map(({ tone }) => tone), FIREFOX_TONE];
const digest = (file) => createHash('sha256').update(readFileSync(file)).digest('hex');

let server;
before(async () => {
  if (!needsServer.skip) server = await startServer();
});
after(() => server?.stop());

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
  assert.match(await mina.text('toast'), /camera|microphone|permission/i);
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
