// What is lost when the browser is killed at random moments of a recording.
import { median } from '../lib/figures.js';
import { onStage, say } from '../lib/stage.js';
import { launch } from '../../../e2e/lib/browser.js';

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
  const told = new Map();
  const onRequest = ({ pathname, searchParams }) => {
    if (pathname === '/told') told.set(searchParams.get('of'), Number(searchParams.get('seconds')));
  };
  return onStage({ kind, pages: { '/told': '' }, onRequest }, async (participant, url) => {
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

// The page tells the server how far each recording is: the last that it said before it was gone is what should be there.
async function start(count) {
  const { Recorder } = await import('/pkg/index.js');
  const stream = await navigator.mediaDevices.getUserMedia({ video: { width: 320, height: 240 }, audio: true });
  window.running = [];
  for (let number = 0; number < count; number += 1) {
    await new Promise((resolve) => setTimeout(resolve, Math.random() * 400));
    window.running.push(await Recorder.start({ stream, title: `recording ${number}`, warnOnClose: false }));
  }
  setInterval(() => {
    window.running.forEach(({ elapsed }, number) => fetch(`/told?of=${number}&seconds=${elapsed}`, { keepalive: true }).catch(() => {}));
  }, 50);
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
