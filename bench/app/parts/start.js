// How long it takes until a page can be used, in browsers that have never seen it.
import { duration, median } from '../../recorder/lib/figures.js';
import { inNewBrowser, onServer, openPage, say } from '../lib/pages.js';

const LIMIT = 1500;
const NAMES = ['home', 'prejoin'];

export async function measure({ quick }) {
  const rounds = quick ? 3 : 7;
  const times = Object.fromEntries(NAMES.map((name) => [name, []]));
  await onServer(async (server, room) => {
    for (let round = 0; round < rounds; round += 1) {
      for (const name of NAMES) {
        const took = await inNewBrowser({}, (participant) => openPage(participant, server, room, name));
        say(`${name}: ${duration(took)}`);
        times[name].push(took);
      }
    }
  });
  const rows = [['page', 'median', 'each']];
  for (const name of NAMES) rows.push([name, duration(median(times[name])), times[name].map((took) => duration(took)).join(', ')]);
  return {
    tables: [{ title: 'From the start of loading until the page can be used, empty cache, loopback', rows }],
    goals: [{
      what: 'first page can be used', goal: '< 1.5 s', ours: `${duration(median(times.home))} (median of ${rounds} new browsers)`, peers: '',
      reached: median(times.home) < LIMIT,
    }],
  };
}
