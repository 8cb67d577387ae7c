// CPU of recording: ours, others, and a page with nothing but a MediaRecorder of the same settings, in turns in one browser.
import { bundlePeers } from '../lib/bundle.js';
import { median, more } from '../lib/figures.js';
import { cpuSeconds } from '../lib/group.js';
import { film } from '../lib/film.js';
import { onStage, say } from '../lib/stage.js';

const LIMIT = 1.05;
const ORDER = ['bare', 'hostreel', 'hostreel without meter', 'RecordRTC', 'mediabunny'];
/** Measured in these rounds only: they are not what the goal is about. */
const OTHER_ROUNDS = 2;

/** What the camera gives: what `camera: true` asks for. */
export const SIZE = '1280x720';

export async function measure({ folder, quick }) {
  const peers = await bundlePeers(folder);
  const [seconds, rounds] = quick ? [8, 2] : [30, 3];
  const costs = Object.fromEntries(ORDER.map((name) => [name, []]));
  const args = [`--use-file-for-fake-video-capture=${await film(SIZE)}`];
  await onStage({ peers, args }, async (participant, url) => {
    const settings = await ourSettings(participant, url);
    for (let round = 0; round < rounds; round += 1) {
      // The other way round each time: who comes first should not matter.
      for (const name of round % 2 ? [...ORDER].reverse() : ORDER) {
        if (!name.startsWith('hostreel') && name !== 'bare' && round >= OTHER_ROUNDS) continue;
        const cost = await cpuOf(participant, url, name, optionsOf(name, settings), seconds);
        say(`${name}: ${cost.toFixed(2)} CPU s in ${seconds} s`);
        costs[name].push(cost);
      }
    }
  });
  // Each of ours beside the bare one of its round, so that what else the machine does weighs on both.
  const ratio = (name) => median(costs[name].map((cost, round) => cost / costs.bare[round]));
  const rows = [['page', 'CPU s', 'each', 'over bare']];
  for (const name of ORDER) {
    rows.push([name, median(costs[name]).toFixed(2), costs[name].map((cost) => cost.toFixed(2)).join(', '), name === 'bare' ? '' : more(ratio(name))]);
  }
  return {
    tables: [{ title: `CPU of the whole Chromium in ${seconds} s of recording ${SIZE} at 30 frames a second with sound`, rows }],
    goals: [{
      what: 'CPU over a bare MediaRecorder page', goal: '≤ +5 %', ours: `${more(ratio('hostreel'))} (without the level meter ${more(ratio('hostreel without meter'))}; medians of ${rounds} pairs)`,
      peers: ['RecordRTC', 'mediabunny'].map((name) => `${name} ${more(ratio(name))}`).join('; '), reached: ratio('hostreel') <= LIMIT,
    }],
  };
}

const optionsOf = (name, settings) => ({ hostreel: {}, 'hostreel without meter': { meter: false } })[name] ?? settings;

/** What ours asks of the browser's recorder: the bare page asks for the same. */
export async function ourSettings(participant, url) {
  await participant.goto(url);
  return participant.evaluate(async () => {
    const { devices, recorders } = await import('/bench/recorders.js');
    const Native = globalThis.MediaRecorder;
    let asked;
    globalThis.MediaRecorder = new Proxy(Native, {
      construct(target, [stream, options]) {
        asked = { ...options };
        return new target(stream, options);
      },
    });
    const running = await recorders.hostreel(await devices());
    await new Promise((resolve) => {
      running.recorder.addEventListener('progress', ({ bytes }) => bytes > 0 && resolve());
    });
    const { recording } = await running.stop();
    await recording.delete();
    globalThis.MediaRecorder = Native;
    return asked;
  });
}

/** Opens a page that records by `name`, and waits until data comes. */
export async function recordBy(participant, url, name, options) {
  await participant.goto(url);
  await participant.evaluate(async (one, given) => {
    const { devices, recorders } = await import('/bench/recorders.js');
    window.stream = await devices();
    window.running = await recorders[one.split(' ')[0]](window.stream, given);
  }, name, options);
  await participant.until('data', () => window.running.taken() > 0);
  await wait(participant, 2);
}

/** Ends it. */
export async function stopRecording(participant) {
  await participant.evaluate(async () => {
    const { recording } = await window.running.stop();
    await recording?.delete();
    for (const track of window.stream.getTracks()) track.stop();
  });
}

/** Seconds by the page's clock: nothing is asked of the browser meanwhile. */
export const wait = (participant, seconds) => participant.evaluate((ms) => new Promise((resolve) => setTimeout(resolve, ms)), seconds * 1000);

async function cpuOf(participant, url, name, options, seconds) {
  await recordBy(participant, url, name, options);
  const before = cpuSeconds(participant);
  await wait(participant, seconds);
  const cost = cpuSeconds(participant) - before;
  await stopRecording(participant);
  return cost;
}
