// The browser is killed in mid-recording, at moments that nobody chose: each file opens, seeks, and lacks next to nothing.
import assert from 'node:assert/strict';
import { decodeErrors, probe, webm } from '../lib/analysis.js';
import { listener, start } from '../lib/crash.js';
import { fetchRecording, needsPackage, packagePage } from '../lib/package.js';
import { scenario } from '../lib/scenario.js';

/** Kills of each browser, and recordings that run at each: 20 files in all that were cut off somewhere. */
const KILLS = 4;
const RECORDINGS = 5;

/** What may be lost, in seconds: one slice that was not delivered yet, and one second. */
const MAY_BE_LOST = 2;

const random = (least, most) => least + Math.random() * (most - least);

for (const kind of ['chromium', 'firefox']) {
  scenario(`${kind}: killed at ${KILLS * RECORDINGS} random moments of a recording, nothing but the last moment is lost`, needsPackage, async (stage) => {
    let participant = await stage.browser(kind);
    // The same address before and after: recordings belong to an origin. And the pages tell here how far they are.
    const { told, ...heard } = listener();
    const page = await packagePage(stage, participant, heard);
    const { href } = new URL(page.url());
    for (let kill = 0; kill < KILLS; kill += 1) {
      told.clear();
      await participant.evaluate(start, RECORDINGS);
      await participant.until('data in each recording', () => window.running.every(({ bytes }) => bytes > 0));
      await participant.evaluate((wait) => new Promise((resolve) => setTimeout(resolve, wait)), random(200, 2500));
      await participant.kill();
      // Firefox goes on with the folder for downloads that its profile knows.
      const { profile, downloads } = participant;
      participant = await stage.browser(kind, kind === 'firefox' ? { profile, downloads } : { profile });
      await participant.goto(href);
      const found = await participant.evaluate(recover);
      assert.equal(found.length, RECORDINGS);
      for (const { number, duration, size, before, places } of found) {
        const elapsed = told.get(String(number));
        const where = `kill ${kill}, recording ${number}: ${duration} s of ${elapsed} s (${before} s told before)`;
        assert.ok(elapsed > 0.5, where);
        assert.ok(duration >= elapsed - MAY_BE_LOST, where);
        assert.ok(duration <= elapsed + 1 && size > 0, where);
        for (const place of places) assert.ok(Math.abs(place) < 0.1, `${where}: a seek went ${place} s beside`);
      }
      // One of them is looked into from outside.
      const file = await fetchRecording(participant);
      const { duration, video, audio } = await probe(file);
      assert.ok(video && audio && Math.abs(duration - found.at(-1).duration) < 0.05);
      assert.deepEqual(webm(file).problems, []);
      assert.equal(await decodeErrors(file), '');
      assert.equal(await participant.evaluate(discard), 0);
    }
  });
}

// Recovers all; plays each, and tells where seeks to a quarter, a half and three quarters arrive.
async function recover() {
  const { Recorder } = await import('/pkg/index.js');
  const found = [];
  for (const one of await Recorder.unfinished()) {
    const before = one.duration;
    const recording = await one.recover();
    const video = Object.assign(document.createElement('video'), { muted: true, src: await recording.url() });
    const once = (name) => new Promise((resolve, reject) => {
      video.addEventListener(name, resolve, { once: true });
      video.addEventListener('error', () => reject(new Error(`${recording.title}: ${video.error?.message}`)), { once: true });
    });
    await once('loadeddata');
    if (Math.abs(video.duration - recording.duration) > 0.05) throw new Error(`the player says ${video.duration} s, we say ${recording.duration} s`);
    const places = [];
    for (const part of [0.25, 0.5, 0.75]) {
      const wanted = recording.duration * part;
      const arrived = once('seeked');
      video.currentTime = wanted;
      await arrived;
      places.push(video.currentTime - wanted);
    }
    video.removeAttribute('src');
    window.recording = recording;
    found.push({ number: Number(recording.title.split(' ').at(-1)), duration: recording.duration, size: recording.size, before, places });
  }
  return found;
}

async function discard() {
  const { Recorder } = await import('/pkg/index.js');
  for (const recording of await Recorder.list()) await recording.delete();
  return (await Recorder.list()).length;
}
