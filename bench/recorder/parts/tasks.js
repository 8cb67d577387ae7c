// What we add to the page's main thread while recording: every task of it, as the browser traces them.
import { film } from '../lib/film.js';
import { longest } from '../lib/trace.js';
import { onStage, say } from '../lib/stage.js';
import { bundlePeers } from '../lib/bundle.js';
import { SIZE, ourSettings, recordBy, stopRecording, wait } from './cpu.js';

const LIMIT = 8;

export async function measure({ folder, quick }) {
  const peers = await bundlePeers(folder);
  const seconds = quick ? 6 : 30;
  const found = {};
  await onStage({ peers, args: [`--use-file-for-fake-video-capture=${await film(SIZE)}`] }, async (participant, url) => {
    const settings = await ourSettings(participant, url);
    for (const name of ['bare', 'hostreel', 'RecordRTC']) {
      say(`tracing ${name}`);
      await recordBy(participant, url, name, name === 'hostreel' ? {} : settings);
      await participant.page.tracing.start({ categories: ['toplevel', 'devtools.timeline', 'disabled-by-default-devtools.timeline', '__metadata'] });
      await wait(participant, seconds);
      const trace = JSON.parse(new TextDecoder().decode(await participant.page.tracing.stop()));
      await stopRecording(participant);
      found[name] = longest(trace.traceEvents);
    }
  });
  const shown = ({ cpu, wall }) => `${cpu.toFixed(1)} ms of CPU (${wall.toFixed(1)} ms by the clock)`;
  const rows = [['page', 'tasks with script', 'longest, CPU ms', 'longest, clock ms', 'all, CPU ms']];
  for (const [name, { count, cpu, wall, sum }] of Object.entries(found)) rows.push([name, String(count), cpu.toFixed(2), wall.toFixed(2), sum.toFixed(1)]);
  return {
    tables: [{ title: `Tasks of the page's main thread that run script, in ${seconds} s of recording`, rows }],
    goals: [{
      what: 'longest task on the main thread while recording', goal: `≤ ${LIMIT} ms`, ours: shown(found.hostreel),
      peers: `bare MediaRecorder ${shown(found.bare)}; RecordRTC ${shown(found.RecordRTC)}`, reached: found.hostreel.cpu <= LIMIT,
    }],
  };
}
