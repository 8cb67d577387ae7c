// What is lost when the browser is killed at random moments of a recording.
import { median } from '../lib/figures.js';
import { onStage, say } from '../lib/stage.js';
import { launch } from '../../../e2e/lib/browser.js';
import { listener, start } from '../../../e2e/lib/crash.js';

const TIMESLICE = 1;
const LIMIT = 1 + TIMESLICE;
const RECORDINGS = 5;

export async function measure({ quick }) {
  const kills = quick ? 1 : 4;
  const goals = [];
  for (const kind of ['chromium', 'firefox']) {
    const lost = [];
    for (let kill = 0; kill < kills; kill += 1) lost.push(...(await killOne(kind)));
    const recovered = lost.filter((seconds) => seconds <= LIMIT).length;
    const wanted = kills * RECORDINGS;
    say(`${kind}: ${lost.map((seconds) => seconds.toFixed(2)).join(', ')}`);
    goals.push({
      what: `lost after kill -9, ${kind}`, goal: `≤ 1 s + ${TIMESLICE} s, ${wanted} of ${wanted}`,
      ours: `at most ${Math.max(...lost).toFixed(2)} s, median ${median(lost).toFixed(2)} s, ${recovered} of ${wanted} files open`,
      peers: 'all of it: they keep it in the tab', reached: recovered === wanted,
    });
  }
  return { goals };
}

/** Kills a browser with five recordings in it; gives the seconds that each of them lacks. */
async function killOne(kind) {
  const { told, ...heard } = listener();
  return onStage({ kind, ...heard }, async (participant, url) => {
    await participant.goto(url);
    await participant.evaluate(start, RECORDINGS);
    await participant.until('data in each recording', () => window.running.every(({ bytes }) => bytes > 0));
    await new Promise((resolve) => setTimeout(resolve, 500 + Math.random() * 5000));
    await participant.kill();
    const again = await launch(kind, { profile: participant.profile });
    try {
      await again.goto(url);
      const found = await again.evaluate(recover);
      return Array.from({ length: RECORDINGS }, (_, number) => {
        const seconds = found.find(({ title }) => title === `recording ${number}`)?.seconds ?? 0;
        return Math.max(0, told.get(String(number)) - seconds);
      });
    } finally {
      await again.close();
    }
  });
}

// How much of each plays, as the browser's own player counts it.
async function recover() {
  const { Recorder } = await import('/pkg/index.js');
  const found = [];
  for (const one of await Recorder.unfinished()) {
    const recording = await one.recover();
    const video = Object.assign(document.createElement('video'), { muted: true, src: await recording.url() });
    const seconds = await new Promise((resolve) => {
      video.onloadeddata = () => {
        video.currentTime = video.duration - 0.1;
      };
      video.onseeked = () => resolve(video.duration);
      video.onerror = () => resolve(0);
    });
    video.removeAttribute('src');
    found.push({ title: recording.title, seconds });
  }
  return found;
}
