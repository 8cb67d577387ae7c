// Who may be in, be heard and record: what the host decides holds for who was sent away, who comes back, and when the time is over.
import assert from 'node:assert/strict';
import { after, before } from 'node:test';
import { tones } from '../lib/analysis.js';
import { Participant } from '../lib/browser.js';
import {
  checkFile, choose, enter, everybodySeesEverybody, heardIn, hostLinkOf, joinMeeting, newMeeting, noLongerSees, open, recordUntil, save, shown, startRecording, stopAndSave,
} from '../lib/flows.js';
import { scenario } from '../lib/scenario.js';
import { needsServer, startServer } from '../lib/server.js';

let server;
before(async () => {
  if (!needsServer.skip) server = await startServer();
});
after(() => server?.stop());

/** The link once more, as far as the page that says no. */
async function refused(guest, link, why) {
  await open(guest, link);
  if (await guest.until('the way in or the answer', () => ['join', 'problem'].find((id) => document.querySelector(`[data-testid="${id}"]`))) === 'join') {
    await guest.fill('name', shown(guest));
    await guest.click('join');
  }
  assert.match(await guest.text('problem'), why);
}

scenario('a locked room lets nobody in; who was removed may come back by the same link, who was banned may not', needsServer, async (stage) => {
  const [mina, juno] = await stage.browsers('mina', 'juno');
  const { guestLink } = await newMeeting(mina, server);
  await mina.click('more');
  await mina.click('lock');
  await refused(juno, guestLink, /locked/);
  await mina.click('more');
  await mina.click('lock');
  await joinMeeting(juno, guestLink);
  await everybodySeesEverybody(mina, juno);

  await choose(mina, juno, 'remove-person');
  await mina.click('remove-person-confirm');
  assert.match(await juno.text('problem'), /removed/);
  await noLongerSees(mina, juno);
  await joinMeeting(juno, guestLink);
  await everybodySeesEverybody(mina, juno);

  await choose(mina, juno, 'ban-person');
  await mina.click('ban-person-confirm');
  assert.match(await juno.text('problem'), /removed|may not come back/);
  await refused(juno, guestLink, /may not come back/);
  for (const person of [mina, juno]) assert.deepEqual(person.unexpectedErrors(), []);
});

scenario('all are muted with one press, and nobody is heard until the host lets them', needsServer, async (stage) => {
  const [mina, juno, theo] = await stage.browsers('mina', 'juno', 'theo');
  const { guestLink } = await newMeeting(mina, server);
  await joinMeeting(juno, guestLink);
  await joinMeeting(theo, guestLink);
  await everybodySeesEverybody(mina, juno, theo);
  await mina.click('people');
  await mina.click('mute-all');
  for (const guest of [juno, theo]) {
    await guest.until('being muted', () => /Muted/.test(document.querySelector('[data-testid="mic"]')?.textContent ?? ''));
  }
  await mina.gone('mute-all');
  await startRecording(mina, 'audio');
  await recordUntil(mina, 4);
  await choose(mina, juno, 'unmute-person');
  await recordUntil(mina, 9);
  const { file } = await stopAndSave(mina);
  const all = [mina, juno, theo].map(({ tone }) => tone);
  assert.deepEqual(heardIn(await tones(file, all, { from: 1, to: 3.5 })), [mina.tone]);
  assert.deepEqual(heardIn(await tones(file, all, { from: 6.5, to: 8.5 })), [mina.tone, juno.tone]);
});

scenario('the right to record is lent for a time: when it is over the recording ends, whole', needsServer, async (stage) => {
  const [mina, juno] = await stage.browsers('mina', 'juno');
  // Ten minutes of the menu are eight seconds here.
  await mina.page.evaluateOnNewDocument(() => {
    const send = WebSocket.prototype.send;
    WebSocket.prototype.send = function patched(data) {
      return send.call(this, typeof data === 'string' ? data.replace('"for_ms":600000', '"for_ms":8000') : data);
    };
  });
  const { guestLink } = await newMeeting(mina, server);
  await joinMeeting(juno, guestLink);
  await everybodySeesEverybody(mina, juno);
  await choose(mina, juno, 'grant-record-10');
  await startRecording(juno, 'audio');
  await mina.see('recording-banner');
  await juno.gone('recording-banner');
  await mina.gone('recording-banner');
  await juno.see('saved-card');
  assert.equal(await juno.has('record'), false);
  await checkFile({ file: await save(juno), least: 1, most: 9 }, { video: false });
});

scenario('the host is gone for longer than the seat is kept: everybody is told, and the host link brings the host back', needsServer, async (stage) => {
  const own = await startServer({ args: ['--host-grace-ms', '2000'] });
  stage.after(() => own.stop());
  const [mina, juno] = await stage.browsers('mina', 'juno');
  const { guestLink } = await newMeeting(mina, own);
  const hostLink = await hostLinkOf(mina);
  await joinMeeting(juno, guestLink);
  await everybodySeesEverybody(mina, juno);
  await mina.kill();
  await noLongerSees(juno, mina);
  await juno.click('people');
  await juno.see('no-host');
  assert.equal(await juno.has('record'), false);
  const again = await stage.browser('chromium', { name: 'mina' });
  await open(again, hostLink);
  await enter(again);
  await again.see('record');
  await juno.gone('no-host');
  await everybodySeesEverybody(again, juno);
});

scenario('eight people without a camera: the host records every voice', needsServer, async (stage) => {
  const voices = [311, 440, 523, 610, 727, 850, 1013, 1201];
  const first = await stage.browser('chromium', { name: 'mina' });
  // One browser holds all eight, so each page makes its own voice.
  const prepare = async (page, tone) => {
    await page.evaluateOnNewDocument((frequency) => {
      navigator.mediaDevices.getUserMedia = async () => {
        const context = new AudioContext();
        const [voice, level, sink] = [context.createOscillator(), context.createGain(), context.createMediaStreamDestination()];
        voice.frequency.value = frequency;
        level.gain.value = 0.1;
        voice.connect(level).connect(sink);
        voice.start();
        return sink.stream;
      };
    }, tone);
  };
  const people = await Promise.all(voices.map(async (tone, index) => {
    const page = index === 0 ? first.page : await first.browser.newPage();
    await prepare(page, tone);
    if (index === 0) return first;
    const { kind, browser, downloads, profile } = first;
    return new Participant({ kind, name: `guest ${index}`, browser, page, downloads, profile, tone, cleanup: async () => {} });
  }));
  const join = async (person) => {
    await person.page.bringToFront();
    await person.see('camera');
    if (await person.page.$eval('[data-testid="camera"]', (camera) => camera.getAttribute('aria-pressed')) === 'true') await person.click('camera');
    await person.fill('name', person.name);
    await person.click('join');
    await person.see('leave');
  };
  const [host, ...guests] = people;
  // What is not in front is drawn by no browser.
  await host.page.bringToFront();
  await open(host, `${server.url}/`);
  await host.click('new-meeting');
  await join(host);
  const link = await host.text('join-link');
  for (const guest of guests) {
    await open(guest, link);
    await join(guest);
  }
  await host.page.bringToFront();
  await host.until('eight tiles', (wanted) => document.querySelectorAll('[data-testid="tile"]').length === wanted, people.length);
  await startRecording(host, 'audio');
  await recordUntil(host, 8);
  const { file } = await stopAndSave(host);
  assert.deepEqual(heardIn(await tones(file, voices, { from: 3, to: 7 })), voices);
  for (const person of people) assert.deepEqual(person.unexpectedErrors(), []);
});
