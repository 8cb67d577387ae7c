// People meet and the host records: everybody is in the file, and only who may record does.
import assert from 'node:assert/strict';
import { after, before } from 'node:test';
import { colours, difference, frameAt, frameTimes, tones, vividShare } from '../lib/analysis.js';
import { FIREFOX_TONE } from '../lib/browser.js';
import { CAST, PALETTE } from '../lib/devices.js';
import {
  checkFile, everybodySeesEverybody, facesAt, heardIn, hostLinkOf, joinMeeting, leave, marksAsSpeaking, newMeeting, noLongerSees, recordUntil, save, seesPicture, shown, shownSeconds,
  startRecording, stopAndSave,
} from '../lib/flows.js';
import { scenario } from '../lib/scenario.js';
import { createRoom, needsServer, startServer } from '../lib/server.js';
import { Socket } from '../lib/socket.js';

const TONES = Object.values(CAST).map(({ tone }) => tone);
const EVERYBODY = Object.keys(CAST).sort();

let server;
before(async () => {
  if (!needsServer.skip) server = await startServer();
});
after(() => server?.stop());

/** Starts Chromiums for these names of the cast; the first is the host. */
async function meet(stage, names, on = server) {
  const people = await stage.browsers(...names);
  const [host, ...guests] = people;
  const meeting = await newMeeting(host, on);
  await Promise.all(guests.map((guest) => joinMeeting(guest, meeting.guestLink)));
  await everybodySeesEverybody(...people);
  return { people, meeting };
}

scenario('three people meet, the host records 15 s of video: everybody is in the file', needsServer, async (stage) => {
  const { people: [mina, juno, theo] } = await meet(stage, ['mina', 'juno', 'theo']);
  await startRecording(mina, 'video');
  await Promise.all([juno.see('recording-banner'), theo.see('recording-banner')]);
  await recordUntil(mina, 15);
  const saved = await stopAndSave(mina);
  await Promise.all([juno.gone('recording-banner'), theo.gone('recording-banner')]);

  assert.ok(saved.most >= 15, `${saved.most} s`);
  const { duration } = await checkFile(saved, { video: true });
  assert.deepEqual(heardIn(await tones(saved.file, TONES, { from: 2 })), TONES);
  for (const part of [0.2, 0.4, 0.6, 0.8, 0.95]) assert.deepEqual(await facesAt(saved.file, duration * part), EVERYBODY);
  assert.ok(difference(await frameAt(saved.file, 5), await frameAt(saved.file, 6.5)) > 0.05, 'the pictures move');
  for (const person of [mina, juno, theo]) assert.deepEqual(person.unexpectedErrors(), []);
});

scenario('three people meet, the host records sound only', needsServer, async (stage) => {
  const { people: [mina, juno] } = await meet(stage, ['mina', 'juno', 'theo']);
  await startRecording(mina, 'audio');
  await juno.see('recording-banner');
  await recordUntil(mina, 8);
  const saved = await stopAndSave(mina);
  await checkFile(saved, { video: false });
  assert.deepEqual(heardIn(await tones(saved.file, TONES, { from: 2 })), TONES);
});

scenario('who mutes or leaves while it is recorded is not in the file from then on', needsServer, async (stage) => {
  const { people: [mina, juno, theo] } = await meet(stage, ['mina', 'juno', 'theo']);
  await startRecording(mina, 'video');
  await recordUntil(mina, 6);
  await juno.click('mic');
  await leave(theo);
  await noLongerSees(mina, theo);
  const change = await shownSeconds(mina);
  await recordUntil(mina, change + 7);
  const saved = await stopAndSave(mina);
  const { duration } = await checkFile(saved, { video: true });
  assert.deepEqual(heardIn(await tones(saved.file, TONES, { from: 1.5, to: 5 })), TONES);
  assert.deepEqual(heardIn(await tones(saved.file, TONES, { from: duration - 4, to: duration - 0.5 })), [CAST.mina.tone]);
  assert.deepEqual(await facesAt(saved.file, 4), EVERYBODY);
  assert.deepEqual(await facesAt(saved.file, duration - 1), ['juno', 'mina']);
});

scenario('a late joiner sees the banner before the first remote picture, and is in the file from then on', needsServer, async (stage) => {
  const { people: [mina], meeting } = await meet(stage, ['mina', 'juno']);
  const theo = await stage.browser('chromium', { name: 'theo' });
  await startRecording(mina, 'video');
  await recordUntil(mina, 4);
  await joinMeeting(theo, meeting.guestLink);
  await theo.see('recording-banner');
  await seesPicture(theo, mina);
  await seesPicture(mina, theo);
  const watched = await theo.evaluate(() => window.watched);
  assert.ok(watched.bannerFirst !== null && watched.firstRemotePicture !== null, JSON.stringify(watched));
  assert.ok(watched.bannerFirst < watched.firstRemotePicture, JSON.stringify(watched));

  const joined = await shownSeconds(mina);
  await recordUntil(mina, joined + 5);
  const saved = await stopAndSave(mina);
  const { duration } = await checkFile(saved, { video: true });
  assert.deepEqual(heardIn(await tones(saved.file, TONES, { from: 0.5, to: 3.5 })), [CAST.mina.tone, CAST.juno.tone]);
  assert.deepEqual(heardIn(await tones(saved.file, TONES, { from: duration - 3.5, to: duration - 0.5 })), TONES);
  assert.deepEqual(await facesAt(saved.file, 2), ['juno', 'mina']);
  assert.deepEqual(await facesAt(saved.file, duration - 1), EVERYBODY);
});

scenario("a guest's page has no record control, and the link holds no key", needsServer, async (stage) => {
  const { people: [mina, juno], meeting } = await meet(stage, ['mina', 'juno']);
  assert.equal(new URL(meeting.guestLink).hash, '');
  assert.match(new URL(await hostLinkOf(mina)).hash, /^#host=\S+/);
  assert.equal(await mina.has('record'), true);
  for (const control of ['record', 'record-kind-video', 'record-kind-audio', 'record-stop']) assert.equal(await juno.has(control), false, control);
});

scenario('a raw start_recording of a guest is denied, and nobody gets an event', needsServer, async (stage) => {
  const { room, host_key } = await createRoom(server);
  const sockets = await Promise.all([0, 1, 2].map(() => Socket.open(server.url)));
  stage.after(() => Promise.all(sockets.map((socket) => socket.close())));
  const [host, guest, witness] = sockets;
  assert.equal((await host.hello({ room, name: 'Mina', host_key })).type, 'welcome');
  const welcome = await guest.hello({ room, name: 'Juno' });
  assert.equal(welcome.type, 'welcome');
  assert.equal(welcome.room.people.find(({ id }) => id === welcome.you).role, 'guest');
  assert.equal((await witness.hello({ room, name: 'Theo' })).type, 'welcome');

  for (const kind of ['video', 'audio', 'screen', 'tracks']) {
    const answer = await guest.request('start_recording', { kind });
    assert.deepEqual([answer.type, answer.code], ['denied', 'not_allowed'], kind);
    assert.ok(answer.text.length > 10);
  }
  // The socket keeps order: when everybody has heard of the hand, an event of before would have been heard too.
  assert.equal((await host.request('raise_hand')).type, 'done');
  for (const socket of sockets) {
    await socket.event('hand_changed');
    assert.deepEqual(socket.events().filter(({ what }) => what.startsWith('recording')), []);
    const revisions = socket.events().map(({ rev }) => rev);
    assert.deepEqual(revisions, revisions.map((_, index) => revisions[0] + index), 'no event is missing, none is hidden');
  }
  // The same words from the host do reach everybody: the silence above is not deafness.
  assert.equal((await host.request('start_recording', { kind: 'audio' })).type, 'done');
  for (const socket of sockets) assert.equal((await socket.event('recording_started')).recording.kind, 'audio');
});

scenario("the host's address bar makes guests; the host link in a guest's tab makes them host, and tells the first one", needsServer, async (stage) => {
  const [mina, juno] = await stage.browsers('mina', 'juno');
  await newMeeting(mina, server);
  const shared = await mina.evaluate(() => location.href);
  assert.equal(new URL(shared).hash, '', 'no key to share by mistake');
  await joinMeeting(juno, shared);
  await everybodySeesEverybody(mina, juno);
  assert.deepEqual([await mina.has('record'), await juno.has('record')], [true, false]);

  // Pasted over the address in the same tab, it only changes what stands after #: the page is not loaded anew. The meeting would end in
  // this tab, so it is asked first.
  const { hash } = new URL(await hostLinkOf(mina));
  const paste = () => juno.evaluate((key) => {
    location.hash = key;
  }, hash);
  await paste();
  await juno.see('host-link-confirm');
  assert.equal(await juno.evaluate(() => location.hash), '', 'the key is out of the address bar already');
  await juno.page.keyboard.press('Escape');
  await juno.gone('host-link-confirm');
  await everybodySeesEverybody(mina, juno);
  assert.deepEqual([await mina.has('record'), await juno.has('record')], [true, false], 'who says no stays what they are');
  assert.equal(await juno.evaluate(() => Object.keys(sessionStorage).some((name) => name.startsWith('hostreel.host'))), false, 'and has no key');

  await paste();
  await juno.click('host-link-confirm');
  await juno.until('the page to be the host\'s', () => /start/i.test(document.querySelector('[data-testid="join"]')?.textContent ?? ''));
  assert.equal(await juno.evaluate(() => location.hash), '');
  await juno.fill('name', 'Juno');
  await juno.click('join');
  await juno.see('record');
  assert.match(await mina.text('problem'), /taken elsewhere/);
  assert.doesNotMatch(await mina.page.$eval('[data-testid="rejoin"]', ({ className }) => className), /primary/, 'nothing to press without reading');
});

scenario('a host link that is opened while this tab records ends nothing before it is confirmed', needsServer, async (stage) => {
  const { people: [mina, juno] } = await meet(stage, ['mina', 'juno']);
  const { hash } = new URL(await hostLinkOf(mina));
  await mina.click('people');
  await mina.click('person-menu');
  await mina.click('grant-record');
  await startRecording(juno, 'audio');
  await recordUntil(juno, 2);
  await juno.evaluate((key) => {
    location.hash = key;
  }, hash);
  await juno.see('host-link-confirm');
  assert.match(await juno.page.$eval('dialog', ({ textContent }) => textContent), /recording ends here/i);
  await juno.page.keyboard.press('Escape');
  await juno.gone('host-link-confirm');
  await recordUntil(juno, (await shownSeconds(juno)) + 2);
  const saved = await stopAndSave(juno);
  await checkFile(saved, { video: false });
});

scenario('host and guest read the same time, the title says when it is paused, and only changes are read aloud', needsServer, async (stage) => {
  const { people: [mina, juno] } = await meet(stage, ['mina', 'juno']);
  await mina.evaluate(() => {
    window.announced = [];
    new MutationObserver(() => {
      const now = document.querySelector('[data-testid="recording-announced"]')?.textContent ?? '';
      if (now !== (window.announced.at(-1) ?? '')) window.announced.push(now);
    }).observe(document, { subtree: true, childList: true, characterData: true });
  });
  await startRecording(mina, 'video');
  await juno.see('recording-banner');
  await recordUntil(mina, 4);
  const clocks = () => Promise.all([shownSeconds(mina), shownSeconds(juno)]);
  const running = await clocks();
  assert.ok(Math.abs(running[0] - running[1]) <= 2, `the clocks of host and guest: ${running}`);
  await mina.click('record-pause');
  for (const person of [mina, juno]) await person.until('the title to say that it is paused', () => /paused/i.test(document.title));
  const paused = await clocks();
  assert.ok(Math.abs(paused[0] - paused[1]) <= 2, `the clocks while it is paused: ${paused}`);
  const announced = await mina.evaluate(() => window.announced);
  assert.equal(announced.length, 2, `said: ${JSON.stringify(announced)}`);
  await mina.click('record-resume');
  await recordUntil(mina, paused[0] + 2);
  const total = await shownSeconds(mina);
  const { file } = await stopAndSave(mina);
  // The page's clock is whole seconds, and goes on while the test looks at it.
  await checkFile({ file, least: total - 0.5, most: total + 1.5 }, { video: true });
});

scenario('who ends the meeting is told so in other words than the others, and nobody is offered to try again', needsServer, async (stage) => {
  const { people: [mina, juno] } = await meet(stage, ['mina', 'juno']);
  await mina.click('more');
  await mina.click('lock');
  await mina.see('toast');
  await mina.click('more');
  await mina.click('end-room');
  await mina.click('end-room-confirm');
  assert.match(await mina.text('problem'), /you ended/i);
  assert.match(await juno.text('problem'), /has ended/i);
  for (const person of [mina, juno]) {
    assert.equal(await person.has('rejoin'), false);
    assert.equal(await person.has('toast'), false, 'what was said about the room went with it');
    assert.equal(await person.page.$$eval('[data-testid="problem"] a[href="/recordings"]', ({ length }) => length), 1);
  }
});

scenario('the host reloads while recording: host again without a word, silent as before, and the file is recovered with one press', needsServer, async (stage) => {
  const { people: [mina, juno], meeting } = await meet(stage, ['mina', 'juno']);
  await startRecording(mina, 'video');
  await juno.see('recording-banner');
  await recordUntil(mina, 5);
  await mina.click('mic');
  await mina.reload();
  await mina.see('record');
  await juno.gone('recording-banner');
  await everybodySeesEverybody(mina, juno);
  assert.equal(await mina.page.$eval('[data-testid="mic"]', (button) => button.getAttribute('aria-pressed') ?? button.dataset.on), 'false');
  await mina.click('recover');
  await mina.see('saved-card');
  await checkFile({ file: await save(mina), least: 3, most: 12 }, { video: true });
  await mina.gone('interrupted');
  assert.equal(await juno.count('tile', `[data-name="${shown(mina)}"]`), 1, 'nobody is there twice');

  const witness = await Socket.open(server.url);
  stage.after(() => witness.close());
  const { room } = await witness.hello({ room: meeting.room, name: 'Witness' });
  assert.deepEqual(room.people.filter(({ role }) => role === 'host').map(({ name }) => name), [shown(mina)]);
  await startRecording(mina, 'audio');
  await juno.see('recording-banner');
});

for (const [how, ending] of [['stops', 'stop'], ['is killed', 'kill']]) {
  scenario(`the server ${how} in mid-recording: the recording goes on with everybody and is saved`, needsServer, async (stage) => {
    const own = await startServer();
    stage.after(() => own.stop());
    const { people: [mina] } = await meet(stage, ['mina', 'juno'], own);
    await startRecording(mina, 'video');
    await recordUntil(mina, 3);
    await own[ending]();
    const gone = await shownSeconds(mina);
    await recordUntil(mina, gone + 6);
    const saved = await stopAndSave(mina);
    const { duration } = await checkFile(saved, { video: true });
    const heard = await tones(saved.file, TONES, { from: duration - 4, to: duration - 0.5 });
    assert.deepEqual(heardIn(heard), [CAST.mina.tone, CAST.juno.tone]);
    assert.deepEqual(await facesAt(saved.file, duration - 1), ['juno', 'mina']);
  });
}

scenario('the server comes back without the room: people stay together, and the recording goes on', needsServer, async (stage) => {
  const own = await startServer();
  stage.after(() => own.stop());
  const { people: [mina, juno] } = await meet(stage, ['mina', 'juno'], own);
  await startRecording(mina, 'video');
  await recordUntil(mina, 3);
  await own.kill();
  await mina.see('connection');
  const again = await startServer({ port: own.port });
  stage.after(() => again.stop());
  // The sentence changes when the new server has said that it knows no such meeting.
  await mina.until('the page to say that the server forgot the meeting', () => /no longer/i.test(document.querySelector('[data-testid="connection"]')?.textContent ?? ''));
  const forgotten = await shownSeconds(mina);
  await recordUntil(mina, forgotten + 6);
  await seesPicture(juno, mina);
  const saved = await stopAndSave(mina);
  const { duration } = await checkFile(saved, { video: true });
  assert.deepEqual(heardIn(await tones(saved.file, TONES, { from: duration - 4, to: duration - 0.5 })), [CAST.mina.tone, CAST.juno.tone]);
  assert.deepEqual(await facesAt(saved.file, duration - 1), ['juno', 'mina']);
});

scenario('the server is killed and started again: all are back on their seats, and nobody was cut off', needsServer, async (stage) => {
  const env = { HOSTREEL_SESSION_SECRET: 'for this test and no other: 32 and more' };
  const own = await startServer({ env });
  stage.after(() => own.stop());
  const { people: [mina, juno], meeting } = await meet(stage, ['mina', 'juno'], own);
  await startRecording(mina, 'video');
  await recordUntil(mina, 3);
  // A connection that is made anew gets a new stream; the same element goes on playing the same one.
  const mark = (page) => page.evaluate(() => document.querySelectorAll('[data-testid="tile"] video').forEach((video) => { video.srcObject.kept = true; }));
  await mark(juno.page);
  await own.kill();
  await mina.see('connection');
  const again = await startServer({ port: own.port, env });
  stage.after(() => again.stop());
  await Promise.all([mina, juno].map((person) => person.gone('connection')));
  await everybodySeesEverybody(mina, juno);
  const kept = await juno.page.$$eval('[data-testid="tile"] video', (videos) => videos.map(({ srcObject }) => srcObject?.kept === true));
  assert.ok(kept.length > 0 && kept.every(Boolean), 'the same streams as before');
  const witness = await Socket.open(again.url);
  stage.after(() => witness.close());
  const { room } = await witness.hello({ room: meeting.room, name: 'Witness' });
  assert.deepEqual(room.people.map(({ name, role }) => [name, role]).sort(), [[shown(juno), 'guest'], [shown(mina), 'host'], ['Witness', 'guest']].sort());
  assert.equal(room.recording?.by, room.people.find(({ role }) => role === 'host').id, 'the recording is announced again');
  await recordUntil(mina, (await shownSeconds(mina)) + 2);
  const saved = await stopAndSave(mina);
  await checkFile(saved, { video: true });
});

scenario('the picture is not frozen while the host looks at another tab', needsServer, async (stage) => {
  const { people: [mina] } = await meet(stage, ['mina', 'juno']);
  await startRecording(mina, 'video');
  await recordUntil(mina, 3);
  const other = await mina.browser.newPage();
  await other.bringToFront();
  await mina.until('the page to be hidden', () => document.visibilityState === 'hidden');
  const hidden = await shownSeconds(mina);
  await recordUntil(mina, hidden + 8);
  await mina.page.bringToFront();
  const saved = await stopAndSave(mina);
  await checkFile(saved, { video: true });
  // A page's own timers fall to one a second while it is hidden; the mix must do better than that, on a busy machine too.
  const shownThen = (await frameTimes(saved.file)).filter((time) => time > hidden + 1 && time < hidden + 7);
  assert.ok(shownThen.length > 12, `${shownThen.length} pictures in six hidden seconds`);
  for (let moment = hidden + 1; moment < hidden + 5; moment += 1) {
    assert.ok(difference(await frameAt(saved.file, moment), await frameAt(saved.file, moment + 1.5)) > 0.05, `frozen at ${moment} s`);
  }
});

scenario('Chromium and Firefox in one call: the host records both', needsServer, async (stage) => {
  const [mina, fay] = await Promise.all([stage.browser('chromium', { name: 'mina' }), stage.browser('firefox', { name: 'fay' })]);
  const meeting = await newMeeting(mina, server);
  await joinMeeting(fay, meeting.guestLink);
  await everybodySeesEverybody(mina, fay);
  await startRecording(mina, 'video');
  await fay.see('recording-banner');
  for (const viewer of [mina, fay]) await marksAsSpeaking(viewer, 'Fay', 'Mina');
  await recordUntil(mina, 8);
  const saved = await stopAndSave(mina);
  const { duration } = await checkFile(saved, { video: true });
  assert.deepEqual(heardIn(await tones(saved.file, [...TONES, FIREFOX_TONE], { from: 2 })), [CAST.mina.tone, FIREFOX_TONE]);
  // Firefox's picture is one strong colour that wanders through all hues: what is vivid and not Mina's red is Firefox.
  const shares = [];
  for (const part of [0.3, 0.5, 0.7, 0.9]) {
    const frame = await frameAt(saved.file, duration * part);
    const { mina: red } = colours(frame, PALETTE);
    shares.push({ red, rest: vividShare(frame) - red });
  }
  assert.ok(shares.every(({ red }) => red > 0.2), JSON.stringify(shares));
  assert.ok(shares.some(({ rest }) => rest > 0.2), JSON.stringify(shares));
});
