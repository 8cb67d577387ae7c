// A recording that asks: only what somebody agreed to is in the file, from the moment of the answer on, and the log of it can be verified.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { after, before } from 'node:test';
import { colours, frameAt, probe, tones } from '../lib/analysis.js';
import { unpack } from '../lib/archive.js';
import { CAST, PALETTE } from '../lib/devices.js';
import {
  checkFile, enter, everybodySeesEverybody, facesAt, heardIn, joinMeeting, open, recordUntil, seesPicture, shown, shownSeconds, startRecording, stopAndSave, stopAndSaveTogether,
} from '../lib/flows.js';
import { OUT } from '../lib/paths.js';
import { run } from '../lib/processes.js';
import { scenario } from '../lib/scenario.js';
import { needsServer, startServer } from '../lib/server.js';

/** The command line of core/consent. */
const CONSENT_LOG = process.env.HOSTREEL_CONSENT_LOG;
const TONES = Object.values(CAST).map(({ tone }) => tone);

let server;
before(async () => {
  if (!needsServer.skip) server = await startServer();
});
after(() => server?.stop());

/** The host's way through the options of the start page. Gives the guests' link. */
async function newMeeting(host, policy, { at = server } = {}) {
  await open(host, `${at.url}/`);
  await host.click('meeting-options');
  if (policy) await host.click(policy);
  await host.click('new-meeting');
  await enter(host);
  await host.see('record');
  return host.text('join-link');
}

/** Whoever was given the log and the recording sees on a page of the app what they are worth. */
async function verifiedByAnybody(person, log, recording) {
  await open(person, `${server.url}/consent-log`);
  const choose = async (...files) => {
    await person.see('verify-drop');
    const field = await person.page.$('[data-testid="verify-files"]');
    await field.uploadFile(...files);
  };
  const tells = (testId, wanted) => person.until(`${testId} to say ${wanted}`,
    (id, words) => document.querySelector(`[data-testid="${id}"]`)?.textContent.includes(words), testId, wanted);
  const altered = (file, name, change) => {
    const path = join(OUT, 'consent', name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, change(readFileSync(file)));
    return path;
  };
  await choose(recording);
  await tells('verify-no-log', 'JSON');
  await choose(log);
  await tells('consent-log-verdict', 'whole');
  await tells('consent-log-file', 'is the one');
  assert.match(await person.text('consent-log-entries'), /Juno withdrew the consent/);
  // One bit of it, far from its head.
  await choose(altered(recording, 'flipped.webm', (bytes) => { bytes[bytes.length >> 1] ^= 1; return bytes; }));
  await tells('consent-log-file', 'not the recording');
  await choose(recording, altered(log, 'altered.json', (bytes) => String(bytes).replace('"withdrawn"', '"all"')));
  await tells('consent-log-verdict', 'changed');
  await tells('consent-log-file', 'is the one');
  await choose(altered(log, 'other.json', () => '{}'));
  await tells('notice', 'not a consent log');
}

const rowOf = (participant) => `li[data-name="${shown(participant)}"] [data-testid="person-consent"]`;
const stateOf = (viewer, other) => viewer.page.$eval(rowOf(other), ({ dataset }) => dataset.consent);
const says = (viewer, other, state) => viewer.until(`${other.name} to be "${state}"`,
  (selector, wanted) => document.querySelector(selector)?.dataset.consent === wanted, rowOf(other), state);

/** The guest takes back what was agreed to; gives the seconds on the host's clock by then. */
async function withdraws(host, guest) {
  await guest.click('consent-change');
  await guest.click('consent-none');
  await says(host, guest, 'withdrawn');
  return shownSeconds(host);
}

scenario('one agrees to all, one to the voice, and a late one to nothing: the file holds just that, at once', needsServer, async (stage) => {
  const [mina, juno, theo] = await stage.browsers('mina', 'juno', 'theo');
  const link = await newMeeting(mina, 'policy-consent');
  await joinMeeting(juno, link);
  await joinMeeting(theo, link);
  await everybodySeesEverybody(mina, juno, theo);
  await startRecording(mina, 'video');

  // It can't be skipped.
  for (const guest of [juno, theo]) {
    await guest.see('consent-dialog');
    for (let press = 0; press < 3; press += 1) await guest.page.keyboard.press('Escape');
    // A browser closes any dialog at the second press; it is there again at once.
    await guest.until('the question to be there still', () => document.querySelector('[data-testid="consent-dialog"]')?.open);
    assert.match(await guest.text('consent-dialog'), /Mina's computer only/);
    assert.equal(await guest.has('consent-leave'), true, 'but left');
  }
  await mina.click('people');
  await says(mina, juno, 'asked');
  assert.match(await mina.text('consent-tally'), /0 of 2 agreed, 2 not answered/);
  await recordUntil(mina, 4);
  await juno.click('consent-all');
  await theo.click('consent-voice');
  await says(mina, juno, 'all');
  await says(mina, theo, 'voice');
  const answered = await shownSeconds(mina);
  await recordUntil(mina, answered + 7);

  // Juno thinks better of it, and of it again.
  const withdrawn = await withdraws(mina, juno);
  await recordUntil(mina, withdrawn + 7);
  assert.equal(await stateOf(mina, theo), 'voice');
  await mina.click('people');
  const saved = await stopAndSave(mina);
  const { duration } = await checkFile(saved, { video: true });

  const heard = async (from, to) => heardIn(await tones(saved.file, TONES, { from, to }));
  const { mina: a, juno: b, theo: c } = CAST;
  assert.deepEqual(await heard(1, 3.5), [a.tone], 'nobody has answered');
  assert.deepEqual(await facesAt(saved.file, 2.5), ['mina']);
  assert.deepEqual(await heard(answered + 2.5, answered + 6), [a.tone, b.tone, c.tone]);
  assert.deepEqual(await facesAt(saved.file, answered + 4), ['juno', 'mina'], 'of Theo the voice only');
  assert.deepEqual(await heard(duration - 4, duration - 0.5), [a.tone, c.tone], 'Juno is silent');
  assert.deepEqual(await facesAt(saved.file, duration - 1.5), ['mina']);

  // The log says so, is whole, and is about this file.
  await mina.until('the log to be closed with the file', () => document.querySelector('[data-testid="consent-log"]'));
  await mina.click('consent-log');
  assert.match(await mina.text('consent-log-verdict'), /whole/);
  await mina.until('the file to be checked', () => /is the one/.test(document.querySelector('[data-testid="consent-log-file"]')?.textContent ?? ''));
  const logFile = await mina.save(() => mina.click('consent-log-json'));
  const log = JSON.parse(readFileSync(logFile, 'utf8'));
  const answers = log.entries.filter(({ what }) => what === 'consent').map(({ person, state }) => `${person.name} ${state}`);
  assert.deepEqual(answers.slice(0, 2).sort(), ['Juno asked', 'Theo asked']);
  assert.deepEqual(answers.slice(2).sort(), ['Juno all', 'Juno withdrawn', 'Theo voice']);
  const file = readFileSync(saved.file);
  assert.deepEqual(log.entries.at(-1).sha256, createHash('sha256').update(file).digest('hex'));
  assert.equal(log.entries.at(-1).bytes, file.length);
  // The file itself says it too, as it stood when the host pressed stop.
  const { tags } = await probe(saved.file);
  const tagged = JSON.parse(tags.CONSENT_LOG);
  const stopped = log.entries.findIndex(({ what }) => what === 'stopped');
  assert.deepEqual({ ...tagged, entries: tagged.entries.slice(0, stopped) }, { ...log, entries: log.entries.slice(0, stopped) });
  if (CONSENT_LOG) assert.match(String((await run(CONSENT_LOG, ['verify', logFile, saved.file])).stdout), /whole(.|\n)*is the file that was recorded/);
  await verifiedByAnybody(theo, logFile, saved.file);
  // A picture that is on its way to the mix when its track is taken out has nobody any more who could close it.
  for (const person of [mina, juno, theo]) assert.deepEqual(person.unexpectedErrors(/VideoFrame was garbage collected/), []);
});

/** What this page shares from now on when a screen is asked for: one colour in which something moves. */
const sharesInstead = (participant, colour) => participant.evaluate((fill) => {
  navigator.mediaDevices.getDisplayMedia = async () => {
    const canvas = Object.assign(document.createElement('canvas'), { width: 1280, height: 720 });
    const brush = canvas.getContext('2d');
    let at = 0;
    setInterval(() => {
      brush.fillStyle = fill;
      brush.fillRect(0, 0, 1280, 720);
      brush.fillStyle = '#fff';
      brush.fillRect(at = (at + 16) % 1280, 600, 64, 64);
    }, 100);
    return canvas.captureStream(10);
  };
}, colour);

scenario('only the screen is recorded: no face, and no screen of who did not agree to it', needsServer, async (stage) => {
  const [mina, juno] = await stage.browsers('mina', 'juno');
  const link = await newMeeting(mina, 'policy-consent');
  await joinMeeting(juno, link);
  await everybodySeesEverybody(mina, juno);
  await startRecording(mina, 'screen');
  assert.match(await juno.text('consent-dialog'), /shared screen and everybody's voice/i);
  assert.match(await juno.text('consent-all'), /Your camera is not recorded/);
  await juno.click('consent-voice');
  await mina.click('people');
  await says(mina, juno, 'voice');
  await sharesInstead(juno, '#d0b020');
  await juno.click('screen');
  await mina.see('screen-tile');
  const shared = await shownSeconds(mina);
  await recordUntil(mina, shared + 4);
  await juno.click('consent-change');
  await juno.click('consent-all');
  await says(mina, juno, 'all');
  const agreed = await shownSeconds(mina);
  await recordUntil(mina, agreed + 4);
  const withdrawn = await withdraws(mina, juno);
  await recordUntil(mina, withdrawn + 4);
  await mina.click('people');
  const { file, ...bounds } = await stopAndSave(mina);
  const { duration } = await checkFile({ file, ...bounds }, { video: true });

  const seenAt = async (moment) => {
    const frame = await frameAt(file, moment);
    const { screen, ...faces } = colours(frame, { ...PALETTE, screen: '#d0b020' });
    const bright = frame.rgb.filter((value) => value > 110).length / frame.rgb.length;
    assert.deepEqual(Object.values(faces).filter((share) => share > 0.002), [], `no face at ${moment} s: ${JSON.stringify(faces)}`);
    return { screen, words: bright > 0.0005 && bright < 0.1 };
  };
  const heard = async (from, to) => heardIn(await tones(file, TONES, { from, to }));
  for (const [moment, why] of [[shared + 2.5, 'to the voice only'], [duration - 1.5, 'to nothing any more']]) {
    const { screen, words } = await seenAt(moment);
    assert.ok(screen < 0.002 && words, `Juno agreed ${why}: ${screen}, ${words}`);
  }
  assert.ok((await seenAt(agreed + 2.5)).screen > 0.8, 'the screen fills the picture');
  assert.deepEqual(await heard(shared + 1, agreed + 4), [CAST.mina.tone, CAST.juno.tone]);
  assert.deepEqual(await heard(duration - 3, duration - 0.5), [CAST.mina.tone]);
  assert.deepEqual(mina.unexpectedErrors(/VideoFrame was garbage collected/), []);
});

scenario('who comes late is asked before anything of them is recorded', needsServer, async (stage) => {
  const [mina, juno] = await stage.browsers('mina', 'juno');
  const link = await newMeeting(mina, 'policy-consent');
  await startRecording(mina, 'audio');
  await recordUntil(mina, 3);
  await open(juno, link);
  await juno.fill('name', 'Juno');
  await juno.click('join');
  await juno.see('consent-dialog');
  await seesPicture(mina, juno);
  const joined = await shownSeconds(mina);
  await recordUntil(mina, joined + 5);
  await juno.click('consent-voice');
  await mina.until('being told of the answer', () => /Juno agreed: voice only/.test(document.querySelector('.toasts')?.textContent ?? ''));
  const answered = await shownSeconds(mina);
  await recordUntil(mina, answered + 5);
  const saved = await stopAndSave(mina);
  const { duration } = await checkFile(saved, { video: false });
  assert.deepEqual(heardIn(await tones(saved.file, TONES, { from: joined + 0.5, to: joined + 4 })), [CAST.mina.tone]);
  assert.deepEqual(heardIn(await tones(saved.file, TONES, { from: duration - 3, to: duration - 0.5 })), [CAST.mina.tone, CAST.juno.tone]);
});

scenario('while the server is away nothing can be answered or recorded, and the page says why', needsServer, async (stage) => {
  const own = await startServer();
  try {
    const [mina, juno] = await stage.browsers('mina', 'juno');
    const link = await newMeeting(mina, 'policy-consent', { at: own });
    await joinMeeting(juno, link);
    await everybodySeesEverybody(mina, juno);
    await startRecording(mina, 'audio');
    await juno.see('consent-dialog');
    await own.kill();
    assert.match(await juno.text('consent-away'), /server can't be reached/);
    assert.deepEqual(await juno.page.$$eval('.consent .choice', (choices) => choices.map(({ disabled }) => disabled)), [true, true, true]);
    // Nor can another recording begin, and the button says why.
    await mina.click('record-stop');
    await mina.see('record');
    const why = await mina.page.$eval('[data-testid="record"]', (button) => button.disabled && [button.title, document.getElementById(button.getAttribute('aria-describedby')).textContent]);
    for (const words of why) assert.match(words, /server can't be reached/);
  } finally {
    await own.stop();
  }
});

scenario('a library that is open beside it takes the seal from no log', needsServer, async (stage) => {
  const mina = await stage.browser('chromium');
  await newMeeting(mina);
  await startRecording(mina, 'video');
  await recordUntil(mina, 2);
  const meeting = mina.page;
  const library = await mina.browser.newPage();
  // It has read the notes and makes a picture of its own, for as long as it takes to close the log.
  await library.evaluateOnNewDocument(() => {
    const { get, set } = Object.getOwnPropertyDescriptor(HTMLMediaElement.prototype, 'currentTime');
    window.seeks = [];
    window.free = () => window.seeks.splice(0).forEach((seek) => seek());
    Object.defineProperty(HTMLMediaElement.prototype, 'currentTime', { get, set(time) { window.seeks.push(() => set.call(this, time)); } });
    // Its patience with the browser is not what is tested.
    const wait = window.setTimeout;
    window.setTimeout = (act, ms, ...more) => wait(act, ms === 8000 ? 600_000 : ms, ...more);
    const draw = CanvasRenderingContext2D.prototype.drawImage;
    CanvasRenderingContext2D.prototype.drawImage = function drawImage(...what) {
      window.drawn = true;
      return draw.apply(this, what);
    };
  });
  await library.goto(`${server.url}/recordings?lang=en`);
  await library.waitForSelector('h1');
  await meeting.bringToFront();
  await mina.click('record-stop');
  await mina.click('consent-log');
  await mina.until('the log to be closed with the file', () => /is the one/.test(document.querySelector('[data-testid="consent-log-file"]')?.textContent ?? ''));
  await library.bringToFront();
  await library.waitForFunction(() => window.seeks.length > 0);
  await library.evaluate(() => window.free());
  await library.waitForFunction(() => {
    window.free();
    return window.drawn;
  });
  await library.click('[data-testid="consent-log"]');
  await library.waitForFunction(() => /is the one/.test(document.querySelector('[data-testid="consent-log-file"]')?.textContent ?? ''));
  const log = await library.$eval('[data-testid="consent-log-entries"]', ({ textContent }) => textContent);
  assert.match(log, /the recording ended[\s\S]*SHA-256/i);
});

scenario('one file per person: in a file there is only what its person agreed to', needsServer, async (stage) => {
  const [mina, juno] = await stage.browsers('mina', 'juno');
  const link = await newMeeting(mina, 'policy-consent');
  await joinMeeting(juno, link);
  await everybodySeesEverybody(mina, juno);
  await startRecording(mina, 'tracks');
  await juno.see('consent-dialog');
  await mina.click('people');
  await recordUntil(mina, 4);
  await juno.click('consent-all');
  await says(mina, juno, 'all');
  const answered = await shownSeconds(mina);
  await recordUntil(mina, answered + 7);
  const withdrawn = await withdraws(mina, juno);
  await recordUntil(mina, withdrawn + 6);
  await mina.click('people');
  const archive = await stopAndSaveTogether(mina);
  const { folder, names } = await unpack(archive);
  const { tracks } = JSON.parse(readFileSync(join(folder, names.find((name) => name.endsWith('.json')))));
  const ofJuno = tracks.filter(({ name }) => name === 'Juno');
  assert.ok(ofJuno.length > 0, 'of Juno there is a file');
  // Each file comes with the log that is closed with it.
  for (const { file } of tracks) {
    const stem = file.replace(/\.webm$/, '');
    const { entries } = JSON.parse(readFileSync(join(folder, `${stem} Consent log.json`)));
    assert.ok(entries.some(({ what, state }) => what === 'consent' && state === 'withdrawn'), stem);
    assert.equal(entries.at(-1).sha256, createHash('sha256').update(readFileSync(join(folder, file))).digest('hex'), stem);
    assert.match(readFileSync(join(folder, `${stem} Consent log.html`), 'utf8'), /Juno withdrew the consent/);
  }
  // In the time of the meeting: when Juno is heard and seen.
  const sees = async (from, to) => {
    const found = { heard: [], seen: [] };
    for (const { file, offset_ms: offset, duration_ms: duration } of ofJuno) {
      const [begin, end] = [Math.max(from - offset / 1000, 0), Math.min(to - offset / 1000, duration / 1000)];
      if (end - begin < 1) continue;
      const path = join(folder, file);
      found.heard.push(...heardIn(await tones(path, TONES, { from: begin, to: end })));
      found.seen.push(...await facesAt(path, (begin + end) / 2));
    }
    return found;
  };
  assert.deepEqual(await sees(1, 3.5), { heard: [], seen: [] }, 'before the answer');
  assert.deepEqual(await sees(answered + 2.5, answered + 6), { heard: [CAST.juno.tone], seen: ['juno'] }, 'agreed');
  assert.deepEqual(await sees(withdrawn + 2, withdrawn + 5.5), { heard: [], seen: [] }, 'withdrawn');
  const mine = tracks.find(({ name }) => name === 'Mina');
  assert.deepEqual(heardIn(await tones(join(folder, mine.file), TONES, { from: 1 })), [CAST.mina.tone]);
});
