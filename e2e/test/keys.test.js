// What a person settles for the device, and what the keyboard does.
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before } from 'node:test';
import { dismissMessages, enter, everybodySeesEverybody, joinMeeting, newMeeting, open, recordUntil, startRecording } from '../lib/flows.js';
import { scenario } from '../lib/scenario.js';
import { needsServer, startServer } from '../lib/server.js';

let server;
before(async () => {
  if (!needsServer.skip) server = await startServer();
});
after(() => server?.stop());

const pressed = (person, testId) => person.page.$eval(`[data-testid="${testId}"]`, (button) => button.getAttribute('data-on'));
const becomes = (person, testId, wanted) => person.until(`${testId} to be ${wanted}`, (id, value) =>
  document.querySelector(`[data-testid="${id}"]`)?.getAttribute('data-on') === value, testId, String(wanted));

scenario('chromium: settings hold, in other tabs too, and go through a file', needsServer, async (stage) => {
  const mina = await stage.browser('chromium');
  await open(mina, `${server.url}/settings`);
  await mina.fill('settings-name', 'Mina Kim');
  await mina.page.keyboard.press('Tab');
  await mina.page.select('[data-testid="settings-quality"]', 'small');
  await mina.page.select('[data-testid="settings-countdown"]', '0');
  const other = await mina.browser.newPage();
  await other.goto(`${server.url}/settings?lang=en`);
  await other.waitForSelector('[data-testid="settings-name"]');
  await mina.page.bringToFront();
  await mina.page.select('[data-testid="settings-theme"]', 'dark');
  await other.waitForFunction(() => getComputedStyle(document.documentElement).colorScheme === 'dark');
  assert.deepEqual(await other.evaluate(() => ['name', 'quality', 'countdown', 'theme'].map((id) => document.querySelector(`[data-testid="settings-${id}"]`).value)), ['Mina Kim', 'small', '0', 'dark']);
  const file = await mina.save(() => mina.click('settings-export'));
  const exported = JSON.parse(readFileSync(file, 'utf8'));
  assert.equal(exported.hostreel_settings, 1);
  assert.equal(exported.name, 'Mina Kim');
  assert.equal(exported.language, 'en');
  const give = async (text) => {
    const path = join(mina.downloads, 'given.json');
    writeFileSync(path, text);
    await (await mina.page.$('[data-testid="settings-import"]')).uploadFile(path);
  };
  await give('{"name":"a package"}');
  assert.match(await mina.text('toast'), /no file of hostreel settings/i);
  assert.equal(await mina.text('settings-name'), 'Mina Kim', 'nothing has changed');
  await give(JSON.stringify({ ...exported, name: 'Juno', theme: 'light', countdown_s: 99 }));
  await mina.until('the new name', () => document.querySelector('[data-testid="settings-name"]').value === 'Juno');
  assert.equal(await mina.text('settings-countdown'), '3', 'what is out of range is as by default');
  assert.equal(await mina.evaluate(() => getComputedStyle(document.documentElement).colorScheme), 'light');
  await give(JSON.stringify({ ...exported, language: 'ko' }));
  await mina.until('the other language', () => document.documentElement.lang === 'ko' && localStorage.getItem('hostreel.lang') === 'ko');
  assert.deepEqual(mina.unexpectedErrors(), []);
});

scenario('chromium: a meeting by keyboard: speak, record, mark, and what the keys are', needsServer, async (stage) => {
  const [mina, juno] = await stage.browsers('mina', 'juno');
  const { guestLink } = await newMeeting(mina, server);
  await joinMeeting(juno, guestLink);
  await everybodySeesEverybody(mina, juno);
  const key = (name) => mina.page.keyboard.press(name);
  await mina.evaluate(() => document.activeElement.blur());
  // A button whose name says what a press does is not called pressed as well.
  const toggles = await mina.page.$$eval('[aria-pressed]', (buttons) => buttons.map(({ dataset }) => dataset.testid));
  assert.deepEqual(toggles.sort(), ['chat', 'people']);
  await key('m');
  await becomes(mina, 'mic', false);
  await mina.page.keyboard.down('Space');
  await becomes(mina, 'mic', true);
  await mina.see('talk');
  await mina.page.keyboard.up('Space');
  await becomes(mina, 'mic', false);
  await key('v');
  await becomes(mina, 'camera', false);
  await key('p');
  await becomes(mina, 'people', true);
  await key('p');
  await key('c');
  await mina.see('chat-input');
  await mina.page.keyboard.type('hm c');
  assert.equal(await mina.text('chat-input'), 'hm c', 'while one types, keys are letters');
  assert.deepEqual([await pressed(mina, 'hand'), await pressed(mina, 'mic'), await pressed(mina, 'chat')], ['false', 'false', 'true']);
  await key('Escape');
  await mina.gone('chat-input');
  await key('c');
  assert.equal(await mina.text('chat-input'), 'hm c', 'what was not sent is there still');
  await key('Escape');
  await mina.gone('chat-input');
  await key('h');
  await becomes(mina, 'hand', true);
  await juno.see('tile-hand');
  await key('h');
  await becomes(mina, 'hand', false);
  await juno.gone('tile-hand');
  await key('?');
  assert.match(await mina.text('shortcuts'), /C\s*Show or hide the chat[\s\S]*H\s*Raise or lower your hand/);
  await key('m');
  assert.equal(await pressed(mina, 'mic'), 'false', 'keys are silent while a dialog is open');
  await key('Escape');
  await mina.gone('shortcuts');
  await key('r');
  await mina.click('record-kind-audio');
  await mina.click('countdown-cancel');
  await mina.see('record');
  assert.equal(await juno.has('recording-banner'), false, 'given up: nobody was told');
  await key('r');
  await mina.click('record-kind-audio');
  await juno.see('recording-banner');
  await recordUntil(mina, 2);
  await key('b');
  await mina.until('the mark to be said', () => [...document.querySelectorAll('[data-testid="toast"]')].some(({ textContent }) => /marked at 0:0/i.test(textContent)));
  await key('r');
  await mina.see('save');
  await mina.click('play');
  await mina.see('chapter');
  assert.deepEqual(mina.unexpectedErrors(), []);
});

scenario('chromium: somebody is shown large, and no more', needsServer, async (stage) => {
  const [mina, juno, theo] = await stage.browsers('mina', 'juno', 'theo');
  const { guestLink } = await newMeeting(mina, server);
  await joinMeeting(juno, guestLink);
  await joinMeeting(theo, guestLink);
  await everybodySeesEverybody(mina, juno, theo);
  const areas = () => mina.page.$$eval('[data-testid="tile"]', (tiles) => Object.fromEntries(tiles.map((tile) => [tile.dataset.name, tile.offsetWidth * tile.offsetHeight])));
  await mina.page.hover('[data-testid="tile"][data-name="Juno"]');
  await mina.click('pin', '[aria-label="Show Juno large"]');
  await mina.until('Juno to be large', () => {
    const area = (name) => { const tile = document.querySelector(`[data-name="${name}"]`); return tile.offsetWidth * tile.offsetHeight; };
    return area('Juno') > 3 * area('Theo') && area('Juno') > 3 * area('Mina');
  });
  await mina.click('pin', '[aria-label="No longer show Juno large"]');
  await mina.until('all to be alike', () => {
    const all = [...document.querySelectorAll('[data-testid="tile"]')].map((tile) => tile.offsetWidth);
    return Math.max(...all) - Math.min(...all) < 2;
  });
  assert.equal(Object.keys(await areas()).length, 3);
});

scenario('chromium: a tile that fills the screen says that it is recorded', needsServer, async (stage) => {
  const [mina, juno] = await stage.browsers('mina', 'juno');
  const { guestLink } = await newMeeting(mina, server);
  await joinMeeting(juno, guestLink);
  await everybodySeesEverybody(mina, juno);
  await startRecording(mina, 'audio');
  await juno.see('recording-banner');
  const mark = '[data-testid="tile"][data-name="Mina"] [data-testid="tile-recorded"]';
  assert.equal(await juno.page.$eval(mark, (found) => found.checkVisibility()), false, 'the banner is in sight');
  await dismissMessages(juno);
  await juno.click('pin', '[aria-label="Show Mina large"]');
  await juno.until('the tile to be large', (name) => document.querySelector(name).closest('.tile--pinned'), mark);
  await juno.click('tile-full-screen');
  await juno.until('the mark', (found) => document.fullscreenElement && document.querySelector(found)?.checkVisibility(), mark);
  assert.match(await juno.page.$eval(mark, ({ textContent }) => textContent), /Recording sound/);
  await juno.until('the way back', () => document.querySelector('[data-name="Mina"] [data-testid="tile-full-screen"]').ariaLabel === 'Leave full screen');
});

scenario('chromium: others are heard from the chosen speaker', needsServer, async (stage) => {
  const [mina, juno] = await stage.browsers('mina', 'juno');
  const { guestLink } = await newMeeting(mina, server);
  // A browser's fake speakers take no sound: what counts is what is asked for.
  await juno.page.evaluateOnNewDocument(() => {
    window.sentTo = [];
    HTMLMediaElement.prototype.setSinkId = async function setSinkId(speaker) {
      window.sentTo.push([this.closest('[data-name]')?.dataset.name, speaker]);
    };
  });
  await open(juno, guestLink);
  const speaker = await juno.until('a list of speakers', () => document.querySelector('[data-testid="speaker-choice"]')?.options[1]?.value);
  await juno.page.select('[data-testid="speaker-choice"]', speaker);
  await enter(juno);
  await everybodySeesEverybody(mina, juno);
  await juno.until('Mina to be heard there', () => window.sentTo.length > 0);
  assert.deepEqual(await juno.evaluate(() => window.sentTo), [['Mina', speaker]], 'one does not hear oneself');
});

scenario('chromium: who reads further up in the chat is left there', needsServer, async (stage) => {
  const [mina, juno] = await stage.browsers('mina', 'juno');
  const { guestLink } = await newMeeting(mina, server);
  await joinMeeting(juno, guestLink);
  await everybodySeesEverybody(mina, juno);
  for (const person of [mina, juno]) {
    // Few words fill a low window.
    await person.page.setViewport({ width: 900, height: 420 });
    await person.click('chat');
  }
  const say = async (person, text) => {
    await person.fill('chat-input', text);
    await person.click('chat-send');
    for (const reader of [mina, juno]) {
      await reader.until(`reading “${text.slice(0, 9)}”`, (words) => document.querySelector('[data-testid="chat-log"]').textContent.includes(words), text);
    }
  };
  const below = (person) => person.page.$eval('[data-testid="chat-log"]', (log) => log.scrollHeight - log.scrollTop - log.clientHeight);
  for (const name of ['first', 'second', 'third']) await say(mina, `${name} ${'word '.repeat(50)}`.trim());
  await juno.until('its end to be shown', () => {
    const log = document.querySelector('[data-testid="chat-log"]');
    return log.scrollTop > 0 && log.scrollHeight - log.scrollTop - log.clientHeight < 2;
  });
  await juno.page.$eval('[data-testid="chat-log"]', (log) => new Promise((resolve) => {
    log.addEventListener('scroll', () => resolve(), { once: true });
    log.scrollTop = 0;
  }));
  await say(mina, 'news');
  assert.ok(await below(juno) > 50, 'who reads is not thrown to the end');
  assert.ok(await below(mina) < 2, 'who is at the end stays there');
  await say(juno, 'an answer');
  assert.ok(await below(juno) < 2, 'one sees what one wrote');
});

scenario('chromium: with push to talk one joins unheard; the chosen device is kept', needsServer, async (stage) => {
  const mina = await stage.browser('chromium');
  await open(mina, `${server.url}/settings`);
  // It comes with the list of devices, and moves what is below it.
  await mina.see('speaker-choice');
  await mina.click('settings-push-to-talk');
  await mina.click('allow-devices');
  const device = await mina.until('a microphone', () => document.querySelector('[data-testid="microphone-choice"]')?.options[1]?.value);
  await mina.page.select('[data-testid="microphone-choice"]', device);
  await open(mina, `${server.url}/`);
  await mina.click('new-meeting');
  await mina.until('the microphone to be chosen', (wanted) => document.querySelector('[data-testid="microphone-choice"]')?.value === wanted, device);
  await enter(mina);
  await becomes(mina, 'mic', false);
  assert.match(await mina.text('talk'), /hold the space bar/i);
});

scenario('chromium: the guest link as a code and as a letter', needsServer, async (stage) => {
  const mina = await stage.browser('chromium');
  const { guestLink } = await newMeeting(mina, server);
  const letter = new URL(await mina.text('invite-mail'));
  assert.equal(letter.protocol, 'mailto:');
  assert.ok(letter.searchParams.get('body').includes(guestLink));
  await mina.click('invite-qr');
  await mina.see('qr');
  const read = await mina.evaluate(() => ('BarcodeDetector' in window ? 'can' : 'can not'));
  const squares = await mina.page.$eval('[data-testid="qr"] path', (path) => path.getAttribute('d').split('M').length);
  assert.ok(squares > 200, `${squares} dark squares (${read})`);
});
