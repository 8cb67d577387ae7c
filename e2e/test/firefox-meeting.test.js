// A host in Firefox: who is let in, what they agree to, and what is recorded.
import assert from 'node:assert/strict';
import { after, before } from 'node:test';
import { packets, tones } from '../lib/analysis.js';
import { FIREFOX_TONE } from '../lib/browser.js';
import { CAST } from '../lib/devices.js';
import {
  checkFile, enter, everybodySeesEverybody, facesAt, heardIn, open, recordUntil, shown, shownSeconds, startRecording, stopAndSave,
} from '../lib/flows.js';
import { scenario } from '../lib/scenario.js';
import { needsServer, startServer } from '../lib/server.js';

const TONES = [FIREFOX_TONE, CAST.juno.tone];

let server;
before(async () => {
  if (!needsServer.skip) server = await startServer();
});
after(() => server?.stop());

scenario('a host in Firefox lets in, asks, and records what was agreed to', needsServer, async (stage) => {
  const [fay, juno] = await Promise.all([stage.browser('firefox', { name: 'fay' }), stage.browser('chromium', { name: 'juno' })]);
  await open(fay, `${server.url}/`);
  await fay.click('meeting-options');
  await fay.click('policy-lobby');
  await fay.click('policy-consent');
  await fay.click('new-meeting');
  await enter(fay);
  await fay.see('record');
  const link = await fay.text('join-link');
  await open(juno, link);
  await juno.fill('name', shown(juno));
  await juno.click('join');
  await juno.see('waiting');
  await fay.click('lobby-admit');
  await everybodySeesEverybody(fay, juno);

  await startRecording(fay, 'video');
  await juno.see('consent-dialog');
  await recordUntil(fay, 4);
  await juno.click('consent-all');
  const answered = await shownSeconds(fay);
  await recordUntil(fay, answered + 6);
  const saved = await stopAndSave(fay);
  const { duration } = await checkFile(saved, { video: true });
  const heard = async (from, to) => heardIn(await tones(saved.file, TONES, { from, to }));
  // On a machine that is too slow for it, Firefox's sound falls behind its picture.
  const soundEnds = (await packets(saved.file)).findLast(({ stream }) => stream === 'audio').time / 1000;
  assert.deepEqual(await heard(0.5, 2), [FIREFOX_TONE], 'nobody has answered');
  assert.deepEqual(await heard(soundEnds - 2, soundEnds), TONES);
  // Firefox's own picture wanders through all hues, Juno's too: what is Juno's is there at each moment.
  const hasJuno = (...moments) => Promise.all(moments.map(async (moment) => (await facesAt(saved.file, moment)).includes('juno')));
  assert.ok((await hasJuno(1, 2, 3)).includes(false), 'Juno is seen before the answer');
  assert.deepEqual(await hasJuno(duration - 3.5, duration - 2.5, duration - 1.5), [true, true, true]);
  assert.deepEqual(fay.unexpectedErrors(), []);
});
