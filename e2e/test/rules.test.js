// Who may be in, be heard and record: what the host decides holds for who was sent away, who comes back, and when the time is over.
import assert from 'node:assert/strict';
import { after, before } from 'node:test';
import { difference, frameAt, tones } from '../lib/analysis.js';
import { Participant } from '../lib/browser.js';
import {
  checkFile, choose, enter, everybodySeesEverybody, heardIn, hostLinkOf, joinMeeting, leave, marksAsSpeaking, newMeeting, noLongerSees, open, recordUntil, save, seesPicture, shown, shownSeconds, startRecording, stopAndSave,
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

/** Somebody opens the dialog of their own name and writes another one. */
async function rename(person, name) {
  if (!(await person.has('rename-me'))) await person.click('people');
  await person.click('rename-me');
  await person.fill('own-name', name);
}

scenario('a new name is there for everybody at once, and for the next time; one that is none is refused in words', needsServer, async (stage) => {
  const [mina, juno] = await stage.browsers('mina', 'juno');
  const { guestLink } = await newMeeting(mina, server);
  await joinMeeting(juno, guestLink);
  await everybodySeesEverybody(mina, juno);
  await mina.click('people');
  assert.equal(await mina.count('rename-me'), 1, "nobody changes another's name");

  for (const [bad, save] of [[' \u200b ', 'Enter'], ['x'.repeat(41), null]]) {
    await rename(juno, bad);
    if (save) await juno.page.keyboard.press(save);
    else await juno.click('own-name-save');
    await juno.until('the refusal', () => /1 to 40/.test(document.querySelector('dialog [role="alert"]')?.textContent));
    assert.equal(await juno.evaluate(() => document.activeElement.dataset.testid), 'own-name');
    assert.equal(await juno.page.$eval('[data-testid="own-name"]', (field) => field.getAttribute('aria-invalid')), 'true');
    await juno.page.keyboard.press('Escape');
    await juno.gone('own-name');
  }
  await mina.see('tile', '[data-name="Juno"]');

  await rename(juno, '  Juno \u202e Kim ');
  await juno.page.keyboard.press('Enter');
  await juno.gone('own-name');
  assert.equal(await juno.evaluate(() => document.activeElement.dataset.testid), 'rename-me', 'the keyboard is where it was');
  for (const [person, told] of [[mina, 'Juno is now called Juno Kim'], [juno, 'You are now called Juno Kim']]) {
    await person.see('tile', '[data-name="Juno Kim"]');
    await person.until('the list', () => document.querySelector('.people [data-name="Juno Kim"] .person__name')?.textContent.startsWith('Juno Kim'));
    await person.until('to be told', (words) => [...document.querySelectorAll('[role="status"] [data-testid="toast"]')].some(({ textContent }) => textContent.includes(words)), told);
    assert.equal(await person.has('tile', '[data-name="Juno"]'), false);
  }
  await juno.click('chat');
  await juno.fill('chat-input', 'hello');
  await juno.page.keyboard.press('Enter');
  await mina.click('chat');
  await mina.until('the line', () => /Juno Kim.*hello/.test(document.querySelector('[data-testid="chat-log"]')?.textContent));
  await leave(juno);
  await juno.reload();
  assert.equal(await juno.text('name'), 'Juno Kim', 'who has left does not come back by a reload');
  for (const person of [mina, juno]) assert.deepEqual(person.unexpectedErrors(), []);
});

/** The right half of a frame. */
function rightHalf({ width, height, rgb }) {
  const rows = [];
  for (let row = 0; row < height; row += 1) rows.push(rgb.subarray((row * width + width / 2) * 3, (row + 1) * width * 3));
  return { rgb: Buffer.concat(rows) };
}

scenario('a new name stands in the picture that is being recorded, and stays with who has to join afresh', needsServer, async (stage) => {
  const [mina, juno] = await stage.browsers('mina', 'juno');
  // When it is told to, the page loses its connection, and what its seat is taken back with.
  await juno.page.evaluateOnNewDocument(() => {
    const send = WebSocket.prototype.send;
    WebSocket.prototype.send = function patched(data) {
      window.socket = this;
      return send.call(this, window.forgets ? data.replace(/"resume":"[^"]*"/, '"resume":"e30.e30"') : data);
    };
  });
  const { guestLink } = await newMeeting(mina, server);
  await joinMeeting(juno, guestLink);
  await everybodySeesEverybody(mina, juno);
  await juno.click('camera');
  await mina.until('a name in place of the picture', () => document.querySelector('[data-name="Juno"] .tile__placeholder'));
  await startRecording(mina, 'video');
  await recordUntil(mina, 3);
  await rename(juno, 'Wilhelmina');
  await juno.click('own-name-save');
  const seat = await (await mina.see('tile', '[data-name="Wilhelmina"]')).evaluate((tile) => tile.dataset.peer);
  const from = await shownSeconds(mina);
  await recordUntil(mina, from + 3);
  const { file } = await stopAndSave(mina);
  const [first, still, renamed] = await Promise.all([1, 2, from + 2].map(async (moment) => rightHalf(await frameAt(file, moment))));
  const [noise, change] = [difference(first, still), difference(still, renamed)];
  assert.ok(change > 0.5 && change > 4 * noise, `${change} with the other name, ${noise} without`);

  await juno.evaluate(() => {
    window.forgets = true;
    window.socket.close();
  });
  await mina.see('tile', `[data-name="Wilhelmina"]:not([data-peer="${seat}"])`);
});

scenario('a tab that was duplicated takes the place over, and the first one does not take it back', needsServer, async (stage) => {
  const [mina, juno] = await stage.browsers('mina', 'juno');
  const { guestLink } = await newMeeting(mina, server);
  await joinMeeting(juno, guestLink);
  await everybodySeesEverybody(mina, juno);
  const { kind, browser, downloads, profile } = juno;
  const copy = new Participant({ kind, name: 'juno', browser, page: await browser.newPage(), downloads, profile, cleanup: async () => {} });
  // As browsers do it: what the tab keeps is in both.
  await copy.page.evaluateOnNewDocument((kept) => {
    for (const [name, value] of kept) sessionStorage.setItem(name, value);
  }, await juno.evaluate(() => Object.entries({ ...sessionStorage })));
  await open(copy, guestLink);
  await copy.see('leave');
  await seesPicture(mina, copy);
  await juno.page.bringToFront();
  assert.match(await juno.text('problem'), /taken|another/i);
  assert.equal(await mina.count('tile', '[data-name="Juno"]'), 1);
  await juno.reload();
  await juno.see('join');
  await copy.page.bringToFront();
  assert.equal(await copy.has('problem'), false);
});

scenario('a phone that wakes up with a dead connection is back at once, on the same seat', needsServer, async (stage) => {
  const [mina, juno] = await stage.browsers('mina', 'juno');
  await juno.page.evaluateOnNewDocument(() => {
    window.sockets = [];
    window.WebSocket = class extends WebSocket {
      constructor(...where) {
        super(...where);
        window.sockets.push(this);
        // The first to hear of it, the page is told nothing.
        for (const name of ['message', 'close', 'error']) this.addEventListener(name, (event) => this.dead && event.stopImmediatePropagation());
      }
    };
  });
  const { guestLink } = await newMeeting(mina, server);
  await joinMeeting(juno, guestLink);
  await everybodySeesEverybody(mina, juno);
  const seat = await (await mina.see('tile', '[data-name="Juno"]')).evaluate((tile) => tile.dataset.peer);
  // Nothing is heard on the connection any more, and nothing says that it is over.
  const before = await juno.evaluate(() => {
    for (const socket of window.sockets) socket.dead = true;
    return window.sockets.length;
  });
  await mina.click('chat');
  await mina.fill('chat-input', 'are you there?');
  await mina.click('chat-send');
  await juno.page.setOfflineMode(true);
  await juno.page.setOfflineMode(false);
  await juno.until('another connection', (count) => window.sockets.length > count, before);
  await juno.see('chat-unread');
  await mina.see('tile', `[data-name="Juno"][data-peer="${seat}"]`);
  assert.equal(await mina.count('tile'), 2, 'nobody came in anew');
});

scenario('all are muted with one press, and nobody is heard or marked as speaking until the host lets them', needsServer, async (stage) => {
  const [mina, juno, theo] = await stage.browsers('mina', 'juno', 'theo');
  const { guestLink } = await newMeeting(mina, server);
  await joinMeeting(juno, guestLink);
  await joinMeeting(theo, guestLink);
  await everybodySeesEverybody(mina, juno, theo);
  await marksAsSpeaking(mina, 'Juno', 'Mina', 'Theo');
  await mina.click('people');
  await mina.click('mute-all');
  for (const guest of [juno, theo]) {
    await guest.until('being muted', () => /Muted/.test(document.querySelector('[data-testid="mic"]')?.textContent ?? ''));
  }
  await mina.gone('mute-all');
  for (const viewer of [mina, juno]) await marksAsSpeaking(viewer, 'Mina');
  await startRecording(mina, 'audio');
  await recordUntil(mina, 4);
  await choose(mina, juno, 'unmute-person');
  for (const viewer of [juno, theo]) await marksAsSpeaking(viewer, 'Juno', 'Mina');
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
    if (await person.page.$eval('[data-testid="camera"]', (camera) => camera.getAttribute('data-on')) === 'true') await person.click('camera');
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
  // Eight pages on one machine: a connection takes its time, and only who is heard can be recorded.
  await host.until('everybody to be heard', (wanted) => document.querySelectorAll('[data-testid="tile"][data-speaking="true"]').length === wanted, people.length);
  await startRecording(host, 'audio');
  await recordUntil(host, 8);
  const { file } = await stopAndSave(host);
  assert.deepEqual(heardIn(await tones(file, voices, { from: 3, to: 7 })), voices);
  for (const person of people) assert.deepEqual(person.unexpectedErrors(), []);
});
