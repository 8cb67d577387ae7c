// What a quiet room costs: one person in it, no camera, beside an empty page, and beside one that does nothing but hold the
// microphone: what a browser spends on an open microphone, muted or not, is none of the app's.
import { cpuSeconds } from '../../recorder/lib/group.js';
import { median } from '../../recorder/lib/figures.js';
import { createRoom } from '../../../e2e/lib/server.js';
import { inNewBrowser, onServer, openPage, say } from '../lib/pages.js';
import { wait } from '../lib/wait.js';

/** Of a minute: two hundredths of one core. */
const LIMIT = 1.2;
/** Joining is over by then, and the rest of the app has come. */
const SETTLED = 8;

export async function measure({ quick }) {
  const [seconds, rounds] = quick ? [10, 1] : [30, 3];
  const kinds = ['empty page', 'bare page, microphone off', 'room, microphone off', 'room, microphone on'];
  const costs = Object.fromEntries(kinds.map((kind) => [kind, []]));
  await onServer(async (server) => {
    for (let round = 0; round < rounds; round += 1) {
      for (const kind of kinds) {
        const cost = await inNewBrowser({}, async (participant) => {
          if (kind === 'empty page') await participant.goto('about:blank');
          else if (kind.startsWith('bare')) await holdMicrophone(participant, server);
          else await joinAlone(participant, server, kind.endsWith('on'));
          await wait(participant, SETTLED);
          const before = cpuSeconds(participant);
          await wait(participant, seconds);
          return ((cpuSeconds(participant) - before) * 60) / seconds;
        });
        say(`${kind}: ${cost.toFixed(2)} CPU s a minute`);
        costs[kind].push(cost);
      }
    }
  });
  const rows = [['page', 'CPU s a minute', 'each']];
  for (const kind of kinds) rows.push([kind, median(costs[kind]).toFixed(2), costs[kind].map((cost) => cost.toFixed(2)).join(', ')]);
  const more = median(costs[kinds[2]]) - median(costs[kinds[1]]);
  return {
    tables: [{ title: `CPU of the whole Chromium in a minute (measured for ${seconds} s, ${rounds} times)`, rows }],
    goals: [{
      what: 'quiet room over a page that holds the microphone', goal: `≤ ${LIMIT} CPU s a minute`, ours: `${more.toFixed(2)} CPU s`, peers: '', reached: more <= LIMIT,
    }],
  };
}

async function holdMicrophone(participant, server) {
  // Any page of a secure origin.
  await participant.goto(`${server.url}/healthz`);
  await participant.evaluate(async () => {
    window.held = await navigator.mediaDevices.getUserMedia({ audio: true });
    for (const track of window.held.getTracks()) track.enabled = false;
  });
}

async function joinAlone(participant, server, microphone) {
  await openPage(participant, server, await createRoom(server), 'prejoin');
  await participant.fill('name', 'Mina');
  await participant.click('camera');
  if (!microphone) await participant.click('mic');
  await participant.click('join');
  await participant.see('leave');
}
