// What the page says when something is missing, in both languages, and that nothing is lost.
import assert from 'node:assert/strict';
import { basename } from 'node:path';
import { after, before } from 'node:test';
import { probe, tones } from '../lib/analysis.js';
import { checkFile, newMeeting, open, recordUntil, startRecording, startSolo, stopAndSave } from '../lib/flows.js';
import { scenario } from '../lib/scenario.js';
import { createRoom, needsServer, startServer } from '../lib/server.js';
import { Socket } from '../lib/socket.js';

let server;
before(async () => {
  if (process.env.HOSTREEL_SERVER) server = await startServer();
});
after(() => server?.stop());

const SAID = {
  en: { noRecorder: /can.t record/i, noStorage: /memory/i, unknownRoom: /can.t be found/i },
  ko: { noRecorder: /녹화할 수 없/, noStorage: /메모리/, unknownRoom: /찾을 수 없어요/ },
};

const without = (participant, remove) => participant.page.evaluateOnNewDocument(remove);

scenario('without MediaRecorder the page says so before anything is tried', needsServer, async (stage) => {
  const mina = await stage.browser('chromium');
  await without(mina, () => delete window.MediaRecorder);
  for (const language of ['en', 'ko']) {
    await open(mina, `${server.url}/solo?lang=${language}`);
    assert.match(await mina.text('notice'), SAID[language].noRecorder);
  }
});

scenario('without a file system the recording stays in memory, the limit is told before, and it can be saved', needsServer, async (stage) => {
  const mina = await stage.browser('chromium');
  await without(mina, () => delete StorageManager.prototype.getDirectory);
  for (const language of ['ko', 'en']) {
    await open(mina, `${server.url}/solo?lang=${language}`);
    assert.match(await mina.text('notice'), SAID[language].noStorage);
  }
  await startSolo(mina, server, 'video');
  await recordUntil(mina, 5);
  await checkFile(await stopAndSave(mina), { video: true });
});

scenario('an address that is not secure is said to be so, with the way out', needsServer, async (stage) => {
  const mina = await stage.browser('chromium', { args: ['--host-resolver-rules=MAP meet.example 127.0.0.1'] });
  for (const language of ['en', 'ko']) {
    await open(mina, `http://meet.example:${server.port}/solo?lang=${language}`);
    assert.match(await mina.text('notice'), /https/);
  }
});

scenario('without a camera and a microphone one can still be in the meeting', needsServer, async (stage) => {
  const mina = await stage.browser('chromium');
  await without(mina, () => {
    const missing = () => Promise.reject(new DOMException('Requested device not found', 'NotFoundError'));
    navigator.mediaDevices.getUserMedia = missing;
  });
  await open(mina, `${server.url}/`);
  await mina.click('new-meeting');
  await mina.see('join');
  assert.match(await mina.text('notice'), /no camera and no microphone/i);
  await mina.fill('name', 'Mina');
  await mina.click('join');
  await mina.see('record');
});

scenario('devices that come later are there after another try', needsServer, async (stage) => {
  const mina = await stage.browser('chromium');
  await without(mina, () => {
    const { mediaDevices } = navigator;
    const real = mediaDevices.getUserMedia.bind(mediaDevices);
    let allowed = false;
    mediaDevices.getUserMedia = async (wanted) => {
      if (allowed || !wanted.video) return real(wanted);
      throw new DOMException('Permission denied', 'NotAllowedError');
    };
    window.allow = () => {
      allowed = true;
    };
  });
  await open(mina, `${server.url}/`);
  await mina.click('new-meeting');
  const said = await mina.text('notice');
  assert.match(said, /camera/i);
  assert.doesNotMatch(said, /microphone|screen/i, 'only what was asked for, and refused, is named');
  await mina.evaluate(() => window.allow());
  await mina.click('retry-devices');
  await mina.gone('notice');
  await mina.until('the camera to be on', () => document.querySelector('[data-testid="camera"]')?.getAttribute('aria-pressed') === 'true');
});

scenario('a full meeting is said to be full before anybody joins', needsServer, async (stage) => {
  const { room } = await createRoom(server);
  for (let number = 1; number <= 8; number += 1) {
    const socket = await Socket.open(server.url);
    stage.after(() => socket.close());
    assert.equal((await socket.hello({ room, name: `Guest ${number}` })).type, 'welcome');
  }
  const mina = await stage.browser('chromium');
  await open(mina, `${server.url}/r/${room}`);
  assert.match(await mina.text('notice'), /full/i);
});

scenario('where no screen can be recorded, none is offered, and the page says why', needsServer, async (stage) => {
  const mina = await stage.browser('chromium');
  await without(mina, () => delete MediaDevices.prototype.getDisplayMedia);
  await open(mina, `${server.url}/`);
  await mina.see('solo-video');
  assert.equal(await mina.has('solo-screen'), false);
  await open(mina, `${server.url}/solo?kind=screen`);
  assert.match(await mina.text('solo-screen'), /can.t record a screen/i);
  assert.equal(await mina.page.$eval('[data-testid="solo-screen"]', ({ disabled }) => disabled), true);
});

scenario('an unknown or misspelled room is said in the language of the page', needsServer, async (stage) => {
  const mina = await stage.browser('chromium');
  for (const language of ['en', 'ko']) {
    for (const room of ['aaaa-bbbb-cccc', 'nonsense']) {
      await open(mina, `${server.url}/r/${room}?lang=${language}`);
      assert.match(await mina.text('problem'), SAID[language].unknownRoom);
      assert.equal(await mina.page.$$eval('[data-testid="problem"] button', ({ length }) => length), 0, 'trying again would not help');
      assert.equal(await mina.evaluate(() => document.documentElement.lang), language);
    }
  }
});

scenario('the language is switched in place and remembered', needsServer, async (stage) => {
  const mina = await stage.browser('chromium');
  await mina.goto(`${server.url}/`);
  await mina.see('new-meeting');
  const first = await mina.evaluate(() => document.documentElement.lang);
  const start = await mina.text('new-meeting');
  await mina.click('lang');
  await mina.until('the other language', (before) => document.documentElement.lang !== before, first);
  assert.notEqual(await mina.text('new-meeting'), start);
  await mina.reload();
  await mina.see('new-meeting');
  assert.notEqual(await mina.evaluate(() => document.documentElement.lang), first);
});

scenario('a meeting where everybody is silent and dark still makes a whole file', needsServer, async (stage) => {
  const mina = await stage.browser('chromium');
  await newMeeting(mina, server);
  await mina.click('mic');
  await mina.click('camera');
  await mina.click('record');
  assert.match(await mina.text('notice'), /nobody can be heard/i);
  await mina.page.keyboard.press('Escape');
  await startRecording(mina, 'audio');
  await recordUntil(mina, 5);
  const saved = await stopAndSave(mina);
  await checkFile(saved, { video: false });
  for (const [, { present }] of await tones(saved.file, [mina.tone], { from: 0.5, to: 4 })) assert.equal(present, false, 'a muted microphone is not in the file');
});

scenario('a second recording begins while the first is still in the list', needsServer, async (stage) => {
  const mina = await stage.browser('chromium');
  const { guestLink } = await newMeeting(mina, server);
  assert.ok(guestLink);
  const names = [];
  for (const kind of ['audio', 'video']) {
    await startRecording(mina, kind);
    assert.equal(await mina.has('saved-card'), false, 'what was recorded before is out of the way');
    await recordUntil(mina, 3);
    const { file } = await stopAndSave(mina);
    assert.equal(Boolean((await probe(file)).video), kind === 'video');
    names.push(basename(file));
  }
  for (const name of names) assert.match(name, /^\d{4}-\d\d-\d\d \d\d\.\d\d\.\d\d Meeting \S+\.webm$/);
  assert.ok(names[0] < names[1], `sorted by name they are sorted by time: ${names}`);
  await open(mina, `${server.url}/recordings`);
  await mina.see('recording-row');
  assert.equal(await mina.count('recording-row'), 2);
  assert.doesNotMatch(await mina.page.$eval('[data-testid="recording-row"] h2', ({ textContent }) => textContent), /20\d\d/, 'the date stands beside the title only');
});
