// Who holds the meeting: the waiting room, the rules, the right to record that is lent, the chat that is kept.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before } from 'node:test';
import { tones } from '../lib/analysis.js';
import { unpack } from '../lib/archive.js';
import { CAST } from '../lib/devices.js';
import {
  SIZES, checkFile, choose, coveredByMessages, dismissMessages, enter, everybodySeesEverybody, heardIn, joinMeeting, newMeeting, noLongerSees, open, recordUntil, save, seesPicture, shown, startRecording, stopAndSave,
} from '../lib/flows.js';
import { scenario } from '../lib/scenario.js';
import { needsServer, startServer } from '../lib/server.js';

let server;
before(async () => {
  if (!needsServer.skip) server = await startServer();
});
after(() => server?.stop());

/** From the page before the meeting into the waiting room. */
async function knock(guest, link) {
  await open(guest, link);
  await guest.fill('name', shown(guest));
  await guest.click('join');
  await guest.see('waiting');
}

scenario('who comes waits until they are let in, and is told when not', needsServer, async (stage) => {
  const [mina, juno] = await stage.browsers('mina', 'juno');
  await open(mina, `${server.url}/`);
  await mina.click('meeting-options');
  await mina.click('policy-lobby');
  await mina.click('new-meeting');
  await mina.see('join');
  // Juno knocks before the host is there.
  const link = `${server.url}${await mina.evaluate(() => location.pathname)}`;
  await knock(juno, link);
  assert.match(await juno.text('waiting-for'), /host was not here yet/);
  await enter(mina);
  await mina.see('lobby');
  assert.match(await mina.text('lobby'), /Juno would like to come in/);
  await mina.click('lobby-refuse');
  assert.match(await juno.text('problem'), /did not let you in/);
  await mina.gone('lobby');

  await knock(juno, link);
  assert.match(await juno.text('waiting-for'), /host has been told/);
  await juno.click('leave');
  await mina.gone('lobby');
  await knock(juno, link);
  await mina.click('people');
  await mina.click('lobby-admit');
  await everybodySeesEverybody(mina, juno);
  assert.equal(await juno.has('lobby'), false);
  for (const person of [mina, juno]) assert.deepEqual(person.unexpectedErrors(), []);
});

scenario('a message covers no button of the room', needsServer, async (stage) => {
  const [mina, juno] = await stage.browsers('mina', 'juno');
  const { guestLink } = await newMeeting(mina, server);
  await joinMeeting(juno, guestLink);
  await everybodySeesEverybody(mina, juno);
  await startRecording(mina, 'audio');
  for (const size of SIZES) {
    await mina.page.setViewport(size);
    for (const panel of [null, 'people', 'chat']) {
      if (panel) await mina.click(panel);
      await dismissMessages(mina);
      // By key: the mouse is not moved.
      await mina.evaluate(() => document.activeElement.blur());
      await mina.page.keyboard.press('b');
      assert.deepEqual(await coveredByMessages(mina), [], `${size.width} px wide, ${panel ?? 'no panel'}`);
      if (panel) await mina.page.$eval('.panel__head button', (close) => close.click());
    }
  }
});

scenario('the right to record is lent and taken back: the recorder stops at once, and the file is whole', needsServer, async (stage) => {
  const [mina, juno] = await stage.browsers('mina', 'juno');
  const { guestLink } = await newMeeting(mina, server);
  await joinMeeting(juno, guestLink);
  await everybodySeesEverybody(mina, juno);
  assert.equal(await juno.has('record'), false);
  await choose(mina, juno, 'grant-record-10');
  await juno.see('record');
  assert.match(await juno.text('toast'), /10 minutes/);
  await startRecording(juno, 'audio');
  await mina.see('recording-banner');
  await recordUntil(juno, 5);
  await choose(mina, juno, 'revoke-record');
  await juno.gone('recording-banner');
  await mina.gone('recording-banner');
  await juno.see('saved-card');
  assert.equal(await juno.has('record'), false);
  const file = await save(juno);
  await checkFile({ file, least: 4.5, most: 12 }, { video: false });
  assert.deepEqual(heardIn(await tones(file, [CAST.mina.tone, CAST.juno.tone], { from: 1 })), [CAST.mina.tone, CAST.juno.tone]);
});

scenario('what is written while it is recorded is kept at its time, and can do nothing but be read', needsServer, async (stage) => {
  const [mina, juno] = await stage.browsers('mina', 'juno');
  const { guestLink } = await newMeeting(mina, server);
  await joinMeeting(juno, guestLink);
  await everybodySeesEverybody(mina, juno);
  await juno.click('chat');
  await juno.fill('chat-input', 'before');
  await juno.page.keyboard.press('Enter');
  await mina.see('chat-unread');
  await startRecording(mina, 'audio');
  await recordUntil(mina, 3);
  await juno.fill('chat-input', '<img src=x onerror=alert(1)> https://example.com/a javascript:alert(1)');
  await juno.click('chat-send');
  await mina.until('two unread messages', () => document.querySelector('[data-testid="chat-unread"]')?.textContent === '2');
  await mina.click('chat');
  await mina.gone('chat-unread');
  assert.match(await mina.text('chat-log'), /before[\s\S]*<img src=x/);
  const links = await mina.page.$$eval('[data-testid="chat-log"] a', (found) => found.map(({ href, rel, target }) => ({ href, rel, target })));
  assert.deepEqual(links, [{ href: 'https://example.com/a', rel: 'noopener noreferrer nofollow', target: '_blank' }]);
  assert.equal(await mina.page.$('[data-testid="chat-log"] img'), null);

  // Hands in order, and a reaction.
  await juno.click('hand');
  await mina.see('tile-hand');
  await juno.click('react');
  await juno.click('reaction');
  assert.equal(await mina.text('tile-reaction'), '👍');
  await recordUntil(mina, 6);
  await mina.click('chat');
  await stopAndSave(mina);
  await mina.page.$eval('[data-testid="kept-chat"]', (details) => {
    details.open = true;
  });
  const vtt = readFileSync(await mina.save(() => mina.click('save-chat-webvtt')), 'utf8');
  const cue = /00:00:0(\d)\.\d{3} --> .*\n<v Juno>&lt;img src=x onerror=alert\(1\)&gt; https/.exec(vtt);
  assert.ok(vtt.startsWith('WEBVTT\n') && cue, vtt);
  assert.ok(Number(cue[1]) >= 2 && Number(cue[1]) <= 6, vtt);
  assert.doesNotMatch(vtt, /before/);
  const text = readFileSync(await mina.save(() => mina.click('save-chat-text')), 'utf8');
  assert.match(text, /^\[00:00:0\d\] Juno: <img/);

  // All of it together, each called as the recording.
  const { folder, names } = await unpack(await mina.save(() => mina.click('save-everything')));
  const recording = names[0].replace(/\.webm$/, '');
  assert.deepEqual(names, ['.webm', ' Chat.txt', ' Chat.vtt', ' Consent log.json', ' Consent log.html'].map((end) => `${recording}${end}`));
  const [media, ...beside] = names.map((name) => readFileSync(join(folder, name)));
  assert.deepEqual(beside.slice(0, 2).map(String), [text, vtt]);
  const closed = JSON.parse(beside[2]).entries.at(-1);
  assert.deepEqual([closed.what, closed.sha256], ['file', createHash('sha256').update(media).digest('hex')], 'the log is closed with the file');
  assert.match(String(beside[3]), /^<!doctype html>[\s\S]*Mina began to record sound/);
  for (const person of [mina, juno]) assert.deepEqual(person.unexpectedErrors(), []);
});

scenario('rules that change while it runs hold at once; mute, co-host, hand over, remove', needsServer, async (stage) => {
  const [mina, juno] = await stage.browsers('mina', 'juno');
  const { guestLink } = await newMeeting(mina, server);
  await joinMeeting(juno, guestLink);
  await everybodySeesEverybody(mina, juno);
  await juno.click('chat');
  await mina.click('more');
  await mina.click('policies');
  await mina.click('policy-chat');
  await juno.until('the chat to be closed to guests', () => document.querySelector('[data-testid="chat-input"]')?.disabled);
  await mina.page.keyboard.press('Escape');
  await choose(mina, juno, 'mute-person');
  await juno.until('being muted', () => /Muted/.test(document.querySelector('[data-testid="mic"]')?.textContent ?? ''));
  await choose(mina, juno, 'make-cohost');
  await juno.until('the chat to be open to a co-host', () => !document.querySelector('[data-testid="chat-input"]')?.disabled);
  // Loading the page anew changes nothing of it.
  await juno.reload();
  await everybodySeesEverybody(mina, juno);
  await juno.until('being muted still', () => /Muted/.test(document.querySelector('[data-testid="mic"]')?.textContent ?? ''));
  await juno.click('chat');
  await juno.until('the chat to be open to a co-host still', () => !document.querySelector('[data-testid="chat-input"]')?.disabled);
  await choose(mina, juno, 'dismiss-cohost');
  await juno.until('the chat to be closed to who is dismissed', () => document.querySelector('[data-testid="chat-input"]')?.disabled);
  await choose(mina, juno, 'make-host');
  await mina.click('make-host-confirm');
  await juno.see('record');
  await mina.gone('record');
  await juno.click('more');
  await juno.click('lock');
  await juno.reload();
  await juno.see('record');
  await everybodySeesEverybody(mina, juno);
  assert.equal(await mina.has('record'), false, 'one host');
  await choose(juno, mina, 'remove-person');
  await juno.click('remove-person-confirm');
  assert.match(await mina.text('problem'), /removed/);
});

scenario('who loses the connection is shown as away, with the seat kept; who closes the page is soon gone', needsServer, async (stage) => {
  const [mina, juno] = await stage.browsers('mina', 'juno');
  const { guestLink } = await newMeeting(mina, server);
  await joinMeeting(juno, guestLink);
  await everybodySeesEverybody(mina, juno);
  await mina.click('people');
  await juno.goto('about:blank');
  await mina.see('away');
  await noLongerSees(mina, juno);
  // Too late for the seat: back to the page before the meeting.
  await joinMeeting(juno, guestLink);
  await everybodySeesEverybody(mina, juno);
  await juno.kill();
  await mina.see('away');
  assert.match(await mina.text('person-away'), /lost/i);
  await seesPicture(mina, mina);
});
