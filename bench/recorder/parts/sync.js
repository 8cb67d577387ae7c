// How far sound and picture are apart in the file, at its beginning and at its end: a flash and a beep of one source, recorded by itself,
// through a mix, with pauses, and by a bare MediaRecorder, all at once.
import { EARLY, LATE, flashAndBeep, soundAfterPicture } from '../../../e2e/lib/avsync.js';
import { probe } from '../../../e2e/lib/analysis.js';
import { fetchRecording } from '../../../e2e/lib/package.js';
import { median } from '../lib/figures.js';
import { onStage, say } from '../lib/stage.js';
import { wait } from './cpu.js';

const WAYS = ['alone', 'mixed', 'paused', 'bare'];
const NAMES = { alone: 'recorded by itself', mixed: 'through a mix of one', paused: 'after pauses', bare: 'bare MediaRecorder' };

export async function measure({ minutes, quick }) {
  const seconds = quick ? 20 : Math.max(20, minutes * 60);
  const goals = [];
  const rows = [['browser', 'way', 'file', 'flashes with a beep', 'at the start', 'at the end', 'earliest', 'latest', 'beyond']];
  for (const kind of ['chromium', 'firefox']) {
    say(`${kind}: ${seconds} s of flashes and beeps`);
    const found = await record(kind, seconds);
    // A figure of a part of the file says nothing of its end.
    const isWhole = (count) => count >= seconds * 0.9 - 2;
    for (const way of WAYS) {
      const { start, end, least, most, beyond, count, length } = found[way];
      rows.push([kind, NAMES[way], length ? `${length.toFixed(1)} s` : 'no length', String(count), ...[start, end, least, most].map(milliseconds), String(beyond)]);
      if (way === 'bare') continue;
      goals.push({
        what: `sound after picture, ${NAMES[way]}, ${kind}`, goal: `−${EARLY * 1000} to +${LATE * 1000} ms, start and after ${(seconds / 60).toFixed(1)} min`,
        ours: `${milliseconds(start)}, then ${milliseconds(end)}${isWhole(count) ? '' : `; only ${count} flashes with a beep in ${seconds} s`}`, peers: `bare MediaRecorder ${milliseconds(found.bare.start)}, then ${milliseconds(found.bare.end)}`,
        reached: isWhole(count) && [start, end].every((apart) => apart >= -EARLY && apart <= LATE),
      });
    }
  }
  return { tables: [{ title: 'Sound after picture (negative: sound first), medians of ten flashes', rows }], goals };
}

const milliseconds = (seconds) => `${seconds >= 0 ? '+' : '−'}${Math.round(Math.abs(seconds) * 1000)} ms`;

async function record(kind, seconds) {
  return onStage({ kind }, async (participant, url) => {
    await participant.goto(url);
    await participant.evaluate(`window.flashAndBeep = ${flashAndBeep}`);
    await participant.evaluate(start);
    // Pauses fall at thirds of it.
    for (let part = 0; part < 3; part += 1) {
      await waitLong(participant, seconds / 3);
      if (part < 2) await participant.evaluate(pause);
    }
    await participant.evaluate(stop);
    const found = {};
    for (const way of WAYS) {
      const file = await fetchRecording(participant, way);
      found[way] = { ...summary(await soundAfterPicture(file)), length: (await probe(file)).duration };
    }
    return found;
  });
}

// One call may not take longer than the driver's patience.
async function waitLong(participant, seconds) {
  for (let left = seconds; left > 0; left -= 20) await wait(participant, Math.min(20, left));
}

function summary(apart) {
  // A flash at a seam, or at the very ends, may be cut in two, and then has no beep near it.
  const whole = apart.filter((seconds) => Math.abs(seconds) < 0.4);
  if (whole.length === 0) return { count: 0, start: NaN, end: NaN, least: NaN, most: NaN, beyond: 0 };
  return {
    count: whole.length, start: median(whole.slice(0, 10)), end: median(whole.slice(-10)), least: Math.min(...whole), most: Math.max(...whole),
    beyond: whole.filter((seconds) => seconds < -EARLY || seconds > LATE).length,
  };
}

async function start() {
  const { Mix, Recorder } = await import('/pkg/index.js');
  const source = window.flashAndBeep();
  const mix = await Mix.create({ width: 640, height: 360 });
  mix.add('source', source, { name: '' });
  const usual = { meter: false, warnOnClose: false };
  window.recorders = {
    alone: await Recorder.start({ stream: source, ...usual }),
    mixed: await Recorder.start({ mix, ...usual }),
    paused: await Recorder.start({ stream: source, ...usual }),
  };
  window.native = new MediaRecorder(source, { mimeType: 'video/webm;codecs=vp8,opus' });
  window.chunks = [];
  window.native.ondataavailable = ({ data }) => window.chunks.push(data);
  window.native.start(1000);
}

async function pause() {
  const { paused } = window.recorders;
  paused.pause();
  await new Promise((resolve) => setTimeout(resolve, 1700));
  paused.resume();
}

async function stop() {
  for (const [way, recorder] of Object.entries(window.recorders)) window[way] = await recorder.stop();
  await new Promise((resolve) => {
    window.native.onstop = resolve;
    window.native.stop();
  });
  window.bare = { file: async () => new File(window.chunks, 'bare.webm', { type: 'video/webm' }) };
}
