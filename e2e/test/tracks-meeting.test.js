// A meeting recorded as one file for each person: each holds who it should, and nobody else.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before } from 'node:test';
import { colours, decodeErrors, frameAt, probe, tones } from '../lib/analysis.js';
import { unpack } from '../lib/archive.js';
import { CAST, PALETTE } from '../lib/devices.js';
import { enter, everybodySeesEverybody, heardIn, joinMeeting, leave, newMeeting, open, recordUntil, startRecording, stopAndSave, stopAndSaveTogether } from '../lib/flows.js';
import { scenario } from '../lib/scenario.js';
import { needsServer, startServer } from '../lib/server.js';

const ALL_TONES = Object.values(CAST).map(({ tone }) => tone);

let server;
before(async () => {
  if (!needsServer.skip) server = await startServer();
});
after(() => server?.stop());

scenario('chromium: one file per person, also of who leaves; saved together; one row in the library', needsServer, async (stage) => {
  const [mina, juno, theo] = await stage.browsers('mina', 'juno', 'theo');
  const { guestLink, room } = await newMeeting(mina, server);
  await joinMeeting(juno, guestLink);
  await everybodySeesEverybody(mina, juno);
  await startRecording(mina, 'tracks');
  await juno.see('recording-banner');
  await recordUntil(mina, 4);
  await joinMeeting(theo, guestLink);
  await everybodySeesEverybody(mina, theo);
  await recordUntil(mina, 10);
  await leave(juno);
  await mina.gone('tile', '[data-name="Juno"]');
  await recordUntil(mina, 14);
  const archive = await stopAndSaveTogether(mina);
  const { folder, names } = await unpack(archive);
  assert.equal(names.filter((name) => name.endsWith('.webm')).length, 3, names.join(', '));
  const manifest = JSON.parse(readFileSync(`${folder}/${names.find((name) => name.endsWith('.json'))}`));
  assert.deepEqual(manifest.tracks.map(({ name }) => name).sort(), ['Juno', 'Mina', 'Theo']);
  assert.deepEqual(manifest.tracks.map(({ file }) => file).sort(), names.filter((name) => name.endsWith('.webm')).sort(), 'the manifest names what is there');
  assert.doesNotMatch(archive, /Mina|Juno|Theo/, 'the archive is nobody\'s');
  for (const person of ['mina', 'juno', 'theo']) {
    const file = `${folder}/${names.find((name) => name.toLowerCase().includes(person) && name.endsWith('.webm'))}`;
    assert.equal(await decodeErrors(file), '');
    const { duration } = await probe(file);
    assert.deepEqual(heardIn(await tones(file, ALL_TONES, { from: Math.min(2, duration / 2) })), [CAST[person].tone], `only ${person} is heard in ${file}`);
    const seen = colours(await frameAt(file, duration / 2), PALETTE);
    assert.ok(seen[person] > 0.5, `${person} is seen: ${JSON.stringify(seen)}`);
    for (const other of ['mina', 'juno', 'theo'].filter((name) => name !== person)) assert.ok(seen[other] < 0.05, `${other} is not: ${JSON.stringify(seen)}`);
  }
  assert.deepEqual(mina.unexpectedErrors(), []);
  await leave(mina);
  await open(mina, `${server.url}/recordings`);
  await mina.see('recording-row');
  assert.equal(await mina.count('recording-row'), 1, 'what belongs together is one row');
  const row = await mina.text('recording-row');
  assert.match(row, /3 files, one per person/);
  assert.match(row, new RegExp(room));
  await mina.click('play');
  await mina.until('three players', () => document.querySelectorAll('[data-testid="player"]').length === 3);
});

/**
 * Mina asks and records one file per person, Juno agrees, both write, and Mina's browser is killed. Gives her browser after that, with
 * the library open. `leaves`: Juno has left before.
 */
async function crashWhileBothWrite(stage, { leaves }) {
  const [mina, juno] = await stage.browsers('mina', 'juno');
  await open(mina, `${server.url}/`);
  await mina.click('meeting-options');
  await mina.click('policy-consent');
  await mina.click('new-meeting');
  await enter(mina);
  const guestLink = await mina.text('join-link');
  await joinMeeting(juno, guestLink);
  await everybodySeesEverybody(mina, juno);
  await startRecording(mina, 'tracks');
  await juno.click('consent-all');
  await recordUntil(mina, 4);
  await juno.click('chat');
  await juno.fill('chat-input', 'I have to go');
  await juno.page.keyboard.press('Enter');
  await mina.see('chat-unread');
  if (leaves) {
    await leave(juno);
    await mina.gone('tile', '[data-name="Juno"]');
  }
  await mina.click('chat');
  await mina.fill('chat-input', 'and I go on');
  await mina.page.keyboard.press('Enter');
  await mina.until('both lines', () => /I have to go[\s\S]*and I go on/.test(document.querySelector('[data-testid="chat-log"]').textContent));
  await recordUntil(mina, 8);
  await mina.kill();

  const again = await stage.browser('chromium', { profile: mina.profile });
  await open(again, `${server.url}/recordings`);
  return again;
}

/** What is recovered comes with the answers and with what was written. */
async function hasConsentAndChat(library) {
  await library.click('consent-log');
  assert.match(await library.text('consent-log-entries'), /Juno agreed/);
  await library.page.keyboard.press('Escape');
  await library.click('play');
  assert.match(await library.text('kept-chat'), /I have to go[\s\S]*and I go on/);
}

scenario('chromium: a crash of the browser leaves every file with the chat and the consent log so far', needsServer, async (stage) => {
  const again = await crashWhileBothWrite(stage, { leaves: true });
  // Mina's was being written; Juno's is complete.
  await again.click('recover');
  await again.until('both files in one row', () => {
    const rows = document.querySelectorAll('[data-testid="recording-row"]');
    return rows.length === 1 && /2 files, one per person/.test(rows[0].textContent);
  });
  await hasConsentAndChat(again);
});

scenario('chromium: after a crash each file of a recording comes with the chat and the consent log, also alone', needsServer, async (stage) => {
  const again = await crashWhileBothWrite(stage, { leaves: false });
  await again.see('recover');
  assert.equal(await again.count('recover'), 2);
  await again.click('recover');
  await again.until('one of them to be recovered', () => document.querySelectorAll('[data-testid="recover"]').length === 1);
  await hasConsentAndChat(again);
});

scenario('chromium: who is muted for everybody is silent in their own file', needsServer, async (stage) => {
  const [mina, juno] = await stage.browsers('mina', 'juno');
  const { guestLink } = await newMeeting(mina, server);
  await joinMeeting(juno, guestLink);
  await everybodySeesEverybody(mina, juno);
  await mina.click('people');
  await mina.click('person-menu', '[data-name="Juno"]');
  await mina.click('mute-person');
  await juno.until('to be told', () => [...document.querySelectorAll('[data-testid="toast"]')].some(({ textContent }) => /muted you/i.test(textContent)));
  await mina.click('people');
  await startRecording(mina, 'tracks');
  await recordUntil(mina, 5);
  const archive = await stopAndSaveTogether(mina);
  const { folder, names } = await unpack(archive);
  const file = `${folder}/${names.find((name) => /juno.*webm/i.test(name))}`;
  assert.deepEqual(heardIn(await tones(file, ALL_TONES, { from: 1 })), []);
});

scenario('chromium: a screen with the own face over its corner', needsServer, async (stage) => {
  const mina = await stage.browser('chromium');
  await open(mina, `${server.url}/solo`);
  await mina.click('solo-screen');
  await mina.see('record');
  await mina.click('solo-face');
  await mina.see('camera-choice');
  await mina.click('record');
  await mina.see('recording-banner');
  await recordUntil(mina, 5);
  const { file } = await stopAndSave(mina);
  const { video } = await probe(file);
  assert.deepEqual([video.width, video.height], [1920, 1080]);
  const frame = await frameAt(file, 3);
  const share = colours(frame, PALETTE).mina;
  assert.ok(share > 0.015 && share < 0.08, `the face fills a fifth of the width: ${share}`);
  assert.ok(heardIn(await tones(file, [mina.tone], { from: 1 })).includes(mina.tone), 'the microphone is heard');
  assert.deepEqual(mina.unexpectedErrors(), []);
});
