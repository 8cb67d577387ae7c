// What people do with Hostreel, step by step. When the app changes, this file changes and the tests stay.
import assert from 'node:assert/strict';
import { basename } from 'node:path';
import { colours, decodeErrors, frameAt, frameTimes, probe, seekLanding, webm } from './analysis.js';
import { byId } from './browser.js';
import { PALETTE } from './devices.js';
import { watchPages } from './watch.js';

/** How a name is shown: `mina` of the cast is "Mina" in the room. */
export const shown = (participant) => participant.name[0].toUpperCase() + participant.name.slice(1);

const prepared = new WeakSet();

/** Opens an address, in English unless told otherwise. */
export async function open(participant, url, { language = 'en' } = {}) {
  if (!prepared.has(participant)) {
    prepared.add(participant);
    await watchPages(participant, language);
  }
  await participant.goto(url);
}

/** The host's way: home, new meeting, name, join. Gives `{ room, guestLink }`. */
export async function newMeeting(host, server) {
  await open(host, `${server.url}/`);
  await host.click('new-meeting');
  await enter(host);
  await host.see('record');
  const guestLink = await host.text('join-link');
  return { room: new URL(guestLink).pathname.split('/').pop(), guestLink };
}

/** The host's own link, from the one place where the app offers it. */
export async function hostLinkOf(host) {
  await host.click('people');
  await host.click('show-host-link');
  const link = await host.text('host-link');
  await host.click('people');
  return link;
}

/** A guest's way: the link, name, join. */
export async function joinMeeting(guest, link) {
  await open(guest, link);
  await enter(guest);
}

/** From the page before the meeting into the room. */
export async function enter(participant) {
  const name = shown(participant);
  await participant.fill('name', name);
  await participant.evaluate((me) => {
    window.watched.me = me;
  }, name);
  await participant.click('join');
  await participant.see('leave');
  await seesPicture(participant, participant);
}

/** The sizes that pages are looked at: phone, tablet, desktop. */
export const SIZES = [{ width: 390, height: 844 }, { width: 820, height: 1180 }, { width: 1440, height: 900 }];

/** What can be pressed and lies under a message just now: the test hooks or words of each. Waits until a message is there. */
export async function coveredByMessages(participant) {
  await participant.see('toast');
  return participant.evaluate(async () => {
    await Promise.allSettled(document.getAnimations().filter((animation) => animation.effect.getComputedTiming().endTime !== Infinity).map((animation) => animation.finished));
    const messages = [...document.querySelectorAll('[data-testid="toast"]')];
    const boxes = messages.map((message) => message.getBoundingClientRect());
    return [...document.querySelectorAll('button, a[href], input, select, textarea, summary')]
      .filter((control) => !messages.some((message) => message.contains(control)) && control.checkVisibility({ visibilityProperty: true, opacityProperty: true }))
      .filter((control) => {
        const { left, right, top, bottom, width, height } = control.getBoundingClientRect();
        return width > 1 && height > 1 && boxes.some((box) => left < box.right && right > box.left && top < box.bottom && bottom > box.top);
      })
      .map((control) => control.dataset.testid ?? control.textContent.trim());
  });
}

/** Closes all messages that are shown. */
export async function dismissMessages(participant) {
  await participant.evaluate(() => document.querySelectorAll('.toast__close').forEach((close) => close.click()));
  await participant.gone('toast');
}

/** Leaves the meeting. */
export async function leave(participant) {
  await participant.click('leave');
  await participant.gone('leave');
}

const tileOf = (participant) => `[data-name="${shown(participant)}"]`;

/** Waits until `viewer` has a tile of `other` with a picture whose frames go on. */
export async function seesPicture(viewer, other) {
  await viewer.see('tile', tileOf(other));
  await viewer.until(`moving pictures of ${other.name}`, (selector) => {
    const video = document.querySelector(selector);
    if (!video || video.videoWidth === 0 || video.readyState < 2) return false;
    const frames = video.getVideoPlaybackQuality?.().totalVideoFrames || video.currentTime;
    // Since the last look: where the element is given another stream, it counts from the start again.
    const before = video.framesSeen;
    video.framesSeen = frames;
    return frames > before;
  }, `${byId('tile', tileOf(other))} video`);
}

/** Waits until just these tiles of the viewer's say that their people speak: names as shown, in alphabetical order. */
export async function marksAsSpeaking(viewer, ...names) {
  await viewer.until(`just ${names.join(', ')} to be marked`, (wanted) => {
    const marked = [...document.querySelectorAll('[data-testid="tile"][data-speaking="true"]')];
    const seen = marked.every((tile) => tile.querySelector('.tile__voice').checkVisibility({ visibilityProperty: true }));
    return seen && marked.map(({ dataset }) => dataset.name).sort().join() === wanted;
  }, names.join());
}

/** Waits until everybody sees everybody. */
export async function everybodySeesEverybody(...people) {
  await Promise.all(people.flatMap((viewer) => people.filter((other) => other !== viewer).map((other) => seesPicture(viewer, other))));
}

/** Opens somebody's menu in the list of people and chooses from it. */
export async function choose(host, other, action) {
  if (!(await host.has('person-menu'))) await host.click('people');
  await host.click('person-menu', `[data-name="${shown(other)}"]`);
  await host.click(action);
}

/** Waits until `viewer` has no tile of `other` any more. */
export const noLongerSees = (viewer, other) => viewer.gone('tile', tileOf(other));

/** The host presses record and chooses: `video`, `audio`, `screen` or `tracks`. */
export async function startRecording(host, kind) {
  await host.click('record');
  await host.click(`record-kind-${kind}`);
  await host.see('recording-banner');
}

/** Record only: the solo page, `video`, `audio` or `screen`. */
export async function startSolo(participant, server, kind, options) {
  await open(participant, `${server.url}/solo`, options);
  await participant.click(`solo-${kind}`);
  const next = await participant.until('the recording or its button', () => {
    const visible = (id) => document.querySelector(`[data-testid="${id}"]`)?.getClientRects().length > 0;
    if (visible('recording-banner')) return 'recording-banner';
    return visible('record') && 'record';
  });
  if (next === 'record') await participant.click('record');
  await participant.see('recording-banner');
}

/** Seconds on the clock that the page shows while it records. */
export function shownSeconds(participant) {
  return participant.evaluate(readClock);
}

/** Waits until the page's clock shows that so many seconds are recorded. */
export async function recordUntil(participant, seconds) {
  await participant.until(`${seconds} s to be recorded`, `(${readClock})() >= ${seconds}`);
}

// "12:04" or "1:12:04" in the banner; the tab's title says it too.
function readClock() {
  const texts = [document.querySelector('[data-testid="recording-banner"]')?.textContent, document.title];
  const clock = texts.map((text) => /(?:(\d+):)?(\d+):(\d\d)/.exec(text ?? '')).find(Boolean);
  return clock ? Number(clock[1] ?? 0) * 3600 + Number(clock[2]) * 60 + Number(clock[3]) : -1;
}

/**
 * Stops, saves, and gives `{ file, least, most }`: the path, and how many seconds it can hold at least and at most by the page's own
 * clock. It began between the click on record and the moment the page said so, and ended between the click on stop and the moment the
 * page said so. On an idle machine the two are a fraction of a second apart.
 */
export async function stopAndSave(participant) {
  await participant.click('record-stop');
  await participant.gone('recording-banner');
  const { recordClicked, bannerSeen, stopClicked, bannerGone } = await participant.evaluate(() => window.watched);
  const [least, most] = [stopClicked - bannerSeen, bannerGone - recordClicked].map((milliseconds) => milliseconds / 1000);
  return { file: await save(participant), least, most };
}

/** Saves what the page offers (in the library: the first row's). */
export const save = (participant) => participant.save(() => participant.click('save'));

/** Stops a recording of one file for each person, and saves the archive of all; gives its path. */
export async function stopAndSaveTogether(participant) {
  await participant.click('record-stop');
  await participant.until('the archive to be offered', () => /zip/i.test(document.querySelector('[data-testid="save"]')?.textContent));
  return save(participant);
}

// --- what a good file is --------------------------------------------------------------------------------------------

/**
 * Everything that holds for each WebM file of the product: structure, index, length, name, nothing that decoders complain about.
 * `least` and `most` bound its duration (seconds, see `stopAndSave`), give or take half a second. Gives what `webm` and `probe` found.
 */
export async function checkFile({ file, least, most }, { video }) {
  const found = await probe(file);
  const structure = webm(file);
  assert.deepEqual(structure.problems, [], `structure of ${file}`);
  assert.equal(structure.cuesInFront, true, 'the index stands in front');
  assert.equal(Boolean(found.video), video, 'a picture or none');
  assert.equal(structure.docType, 'webm');
  assert.match(basename(file), /^\d{4}-\d\d-\d\d \d\d\.\d\d\.\d\d .+\.webm$/, 'the name begins with the time, and says what it is');
  assert.ok(found.duration >= least - 0.5 && found.duration <= most + 0.5, `${found.duration} s long, recorded for ${least} to ${most} s`);
  assert.equal(await decodeErrors(file), '');
  if (video) {
    assert.ok(structure.cues.length >= Math.floor(found.duration / 6), `an index entry every few seconds, not ${structure.cues.length} in ${found.duration} s`);
    await checkSeeks(file);
  }
  return { ...found, structure };
}

/**
 * Seeks to five places all over the file: each lands on a key frame that is not later, and from there exactly the frame that belongs to
 * the place is decoded (see `frameAt`).
 */
export async function checkSeeks(file) {
  const times = await frameTimes(file);
  for (const part of [0.08, 0.3, 0.5, 0.7, 0.92]) {
    const moment = times[Math.floor(part * times.length)];
    const landing = await seekLanding(file, moment);
    assert.equal(landing.key, true, `a seek to ${moment} s lands on a key frame`);
    assert.ok(landing.time <= moment + 0.001, `a seek to ${moment} s lands at ${landing.time} s`);
    assert.ok(Math.abs((await frameAt(file, moment)).time - moment) < 0.002);
  }
}

/** Who of the cast is in the picture at a moment: the names whose colour fills at least `least` of it. */
export async function facesAt(file, moment, least = 0.1) {
  const shares = colours(await frameAt(file, moment), PALETTE);
  return Object.keys(shares).filter((name) => shares[name] >= least).sort();
}

/** The frequencies that are present in what `tones` gives. */
export const heardIn = (found) => [...found].filter(([, { present }]) => present).map(([frequency]) => frequency);
