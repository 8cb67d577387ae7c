// A real microphone is pulled out in mid-recording: in Firefox, whose audio server the tests have in hand.
import assert from 'node:assert/strict';
import { decodeErrors, probe, strongestTone, webm } from '../lib/analysis.js';
import { fetchRecording, needsPackage, packagePage } from '../lib/package.js';
import { scenario } from '../lib/scenario.js';

const TONE = 700;

/** Records that microphone, and pulls it out when there are four seconds of it. */
async function recordAndPullOut(stage, options) {
  const participant = await stage.browser('firefox', { prefs: { 'media.navigator.streams.fake': false } });
  const pullOut = await participant.plugIn(TONE);
  await packagePage(stage, participant);
  await participant.evaluate(async (how) => {
    const { Recorder } = await import('/pkg/index.js');
    window.told = [];
    // A tone is noise to a suppressor.
    const microphone = { noiseSuppression: false, echoCancellation: false, autoGainControl: false };
    window.recorder = await Recorder.start({ microphone, ...how });
    window.recorder.addEventListener('warning', ({ code }) => window.told.push(code));
    window.recorder.addEventListener('source', ({ what }) => window.told.push(what));
  }, options);
  await participant.until('four seconds', () => window.recorder.elapsed > 4);
  await pullOut();
  return participant;
}

/** The tone is in the file's first seconds. That microphone hears it in bursts. */
async function hearsTone(file, seconds) {
  const windows = [];
  for (let from = 0; from + 0.5 <= seconds; from += 0.25) windows.push(await strongestTone(file, { from, to: from + 0.5 }));
  const { frequency, level } = windows.reduce((best, one) => (one.level > best.level ? one : best));
  assert.ok(Math.abs(frequency - TONE) < 10 && level > -30, `${frequency} Hz at ${level} dB`);
}

scenario('firefox: the microphone is pulled out: the recording ends whole, and says why', needsPackage, async (stage) => {
  const participant = await recordAndPullOut(stage, {});
  const { told, state } = await participant.evaluate(async () => {
    window.recording = await window.recorder.finished;
    return { told: window.told, state: window.recorder.state };
  });
  assert.deepEqual(told, ['track_ended']);
  assert.equal(state, 'finished');
  const file = await fetchRecording(participant);
  assert.deepEqual(webm(file).problems, []);
  assert.equal(await decodeErrors(file), '');
  const { duration } = await probe(file);
  assert.ok(duration > 1, `${duration} s`);
  await hearsTone(file, duration);
});

scenario('firefox: the microphone is pulled out: the next one takes over in the same file, when that is wanted', needsPackage, async (stage) => {
  const participant = await recordAndPullOut(stage, { onTrackEnd: 'fallback' });
  await participant.until('another microphone', () => window.told.includes('fellback'));
  const bytes = await participant.evaluate(() => window.recorder.bytes);
  await participant.until('more of it', (before) => window.recorder.bytes > before, bytes);
  const told = await participant.evaluate(async () => {
    window.recording = await window.recorder.stop();
    return window.told;
  });
  assert.deepEqual(told, ['ended', 'fellback']);
  const file = await fetchRecording(participant);
  assert.deepEqual(webm(file).problems, []);
  assert.equal(await decodeErrors(file), '');
  const { duration } = await probe(file);
  await hearsTone(file, 4);
  // The other one is the monitor of an output that plays nothing.
  const { frequency, level } = await strongestTone(file, { from: duration - 0.5 });
  assert.ok(level < -60 || Math.abs(frequency - TONE) > 10, `${frequency} Hz at ${level} dB`);
});
