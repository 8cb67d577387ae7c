// What the page says when something is missing, in both languages, and that nothing is lost.
import assert from 'node:assert/strict';
import { basename } from 'node:path';
import { after, before } from 'node:test';
import { probe, tones } from '../lib/analysis.js';
import { checkFile, hostLinkOf, newMeeting, open, recordUntil, startRecording, startSolo, stopAndSave } from '../lib/flows.js';
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
  await mina.until('the camera to be on', () => document.querySelector('[data-testid="camera"]')?.getAttribute('data-on') === 'true');
});

for (const [missing, wanted, other] of [['videoinput', /no camera was found/i, /microphone/i], ['audioinput', /no microphone was found/i, /camera/i]]) {
  scenario(`where only the ${missing} is missing, only that is said to be missing`, needsServer, async (stage) => {
    const mina = await stage.browser('chromium');
    await mina.page.evaluateOnNewDocument((kind) => {
      const { mediaDevices } = navigator;
      const [ask, list] = [mediaDevices.getUserMedia.bind(mediaDevices), mediaDevices.enumerateDevices.bind(mediaDevices)];
      mediaDevices.getUserMedia = async (constraints) => {
        if (constraints[kind === 'videoinput' ? 'video' : 'audio']) throw new DOMException('Requested device not found', 'NotFoundError');
        return ask(constraints);
      };
      mediaDevices.enumerateDevices = async () => (await list()).filter((device) => device.kind !== kind);
    }, missing);
    await open(mina, `${server.url}/solo`);
    await mina.click('solo-video');
    const said = await mina.text('toast');
    assert.match(said, wanted);
    assert.doesNotMatch(said, other);
    await open(mina, `${server.url}/`);
    await mina.click('new-meeting');
    assert.match(await mina.text('notice'), wanted);
    assert.doesNotMatch(await mina.text('notice'), other);
  });
}

scenario('where only the camera is forbidden, only that is said to be forbidden', needsServer, async (stage) => {
  const mina = await stage.browser('chromium', { permission: 'ask' });
  await mina.browser.defaultBrowserContext().overridePermissions(server.url, ['microphone']);
  await open(mina, `${server.url}/solo`);
  await mina.click('solo-video');
  const said = await mina.text('toast');
  assert.match(said, /the camera was not allowed/i);
  assert.doesNotMatch(said, /microphone/i);
});

/** From now on the browser answers a question for devices only when the page's `answer()` is called. */
function answerLater() {
  const { mediaDevices } = navigator;
  const real = mediaDevices.getUserMedia.bind(mediaDevices);
  const waiting = [];
  window.given = [];
  window.waiting = waiting;
  window.later = true;
  mediaDevices.getUserMedia = async (constraints) => {
    if (window.later) await new Promise((resolve) => waiting.push(resolve));
    const stream = await real(constraints);
    window.given.push(...stream.getTracks());
    return stream;
  };
  window.answer = () => waiting.splice(0).forEach((resolve) => resolve());
}

scenario('a camera can be refused while it opens: it is closed as soon as it comes, and can be turned on later', needsServer, async (stage) => {
  const mina = await stage.browser('chromium');
  await mina.page.evaluateOnNewDocument(answerLater);
  await open(mina, `${server.url}/`);
  await mina.click('new-meeting');
  await mina.see('join');
  const pressed = (id) => mina.page.$eval(`[data-testid="${id}"]`, (button) => button.getAttribute('data-on'));
  const becomes = (id, state) => mina.until(`${id} to be ${state}`, (name, wanted) => document.querySelector(`[data-testid="${name}"]`).getAttribute('data-on') === wanted, id, state);
  await mina.until('the question for devices', () => window.waiting.length === 1);
  assert.deepEqual([await pressed('camera'), await pressed('mic')], ['true', 'true'], 'what starts does not look switched off');
  await mina.click('camera');
  await becomes('camera', 'false');
  await mina.click('mic');
  await becomes('mic', 'false');
  await mina.evaluate(() => window.answer());
  await mina.until('the camera to be closed', () => window.given.find(({ kind }) => kind === 'video')?.readyState === 'ended');
  assert.equal(await mina.evaluate(() => window.given.find(({ kind }) => kind === 'audio').readyState), 'live', 'the microphone is only muted');
  assert.deepEqual([await pressed('camera'), await pressed('mic')], ['false', 'false']);
  assert.equal(await mina.page.$('.preview video'), null);
  await mina.evaluate(() => {
    window.later = false;
  });
  await mina.click('camera');
  await mina.until('a picture', () => document.querySelector('.preview video')?.videoWidth > 0);
});

scenario('a microphone that is pulled out in a meeting is told there', needsServer, async (stage) => {
  const mina = await stage.browser('chromium');
  await mina.page.evaluateOnNewDocument(answerLater);
  await mina.page.evaluateOnNewDocument(() => {
    window.later = false;
  });
  await newMeeting(mina, server);
  await mina.evaluate(() => {
    const microphone = window.given.find(({ kind, readyState }) => kind === 'audio' && readyState === 'live');
    microphone.stop();
    microphone.dispatchEvent(new Event('ended'));
  });
  await mina.until('being told', () => [...document.querySelectorAll('[data-testid="toast"]')].some(({ textContent }) => /no microphone was found/i.test(textContent)));
  assert.equal(await mina.page.$eval('[data-testid="mic"]', ({ dataset }) => dataset.on), 'false');
});

scenario('record is pressed while another device is being opened: nothing is recorded before it is there', needsServer, async (stage) => {
  const mina = await stage.browser('chromium');
  await mina.page.evaluateOnNewDocument(answerLater);
  await open(mina, `${server.url}/solo`);
  await mina.evaluate(() => {
    window.later = false;
  });
  await mina.click('solo-video');
  await mina.until('the list of microphones', () => document.querySelector('[data-testid="microphone-choice"]')?.options.length > 1);
  // Both in one task: the page has no time to draw in between.
  await mina.evaluate(() => {
    window.later = true;
    const list = document.querySelector('[data-testid="microphone-choice"]');
    list.value = list.options[1].value;
    list.dispatchEvent(new Event('change', { bubbles: true }));
    document.querySelector('[data-testid="record"]').click();
  });
  await mina.until('the other microphone to be asked for', () => window.waiting.length === 1);
  assert.equal(await mina.page.$eval('[data-testid="record"]', ({ disabled }) => disabled), true);
  // Chosen twice: the last choice is what counts, and what came for the one before is closed.
  await mina.page.select('[data-testid="microphone-choice"]', '');
  await mina.evaluate(() => window.answer());
  await mina.until('the last choice to be asked for', () => window.waiting.length === 1);
  assert.equal(await mina.has('recording-banner'), false);
  await mina.evaluate(() => window.answer());
  // The press counts down already, and records what was chosen last.
  await mina.see('recording-banner');
  const live = () => mina.evaluate(() => window.given.filter(({ readyState }) => readyState === 'live').map(({ kind }) => kind).sort());
  assert.deepEqual(await live(), ['audio', 'video'], 'one camera, one microphone: all others are closed');
  await recordUntil(mina, 3);
  const saved = await stopAndSave(mina);
  await checkFile(saved, { video: true });
  assert.equal((await tones(saved.file, [mina.tone], { from: 0.5 })).get(mina.tone).present, true);
});

/** A browser that forbids pages to keep anything. */
function keepNothing() {
  for (const name of ['sessionStorage', 'localStorage']) {
    Object.defineProperty(window, name, { get: () => { throw new DOMException('Access is denied for this document.', 'SecurityError'); } });
  }
}

scenario('where the browser keeps nothing, a setting that is changed leaves the others as they are', needsServer, async (stage) => {
  const mina = await stage.browser('chromium');
  await without(mina, keepNothing);
  await open(mina, `${server.url}/settings`);
  await mina.see('settings-quality');
  await mina.page.select('[data-testid="settings-quality"]', 'small');
  await mina.page.select('[data-testid="settings-countdown"]', '0');
  await mina.page.select('[data-testid="settings-theme"]', 'dark');
  assert.deepEqual([await mina.text('settings-quality'), await mina.text('settings-countdown')], ['small', '0']);
});

scenario('where the browser keeps nothing for the tab, who starts a meeting is its host all the same', needsServer, async (stage) => {
  const mina = await stage.browser('chromium');
  await without(mina, keepNothing);
  await newMeeting(mina, server);
  await mina.see('record');
  assert.match(new URL(await hostLinkOf(mina)).hash, /^#host=\S+/, 'the way back as the host, for after a reload');
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
