// The mix of four at 720p30: frames drawn of those due, in front and hidden, beside a bare drawing loop in the same run.
import { bundlePeers } from '../lib/bundle.js';
import { median, percent } from '../lib/figures.js';
import { onStage, say } from '../lib/stage.js';

const LIMIT = 0.99;

export async function measure({ folder, quick }) {
  const peers = await bundlePeers(folder);
  const [seconds, rounds] = quick ? [6, 1] : [15, 3];
  const names = ['bare', 'hostreel', 'MultiStreamsMixer', 'hostreel, silent', 'MultiStreamsMixer, silent'];
  const shares = Object.fromEntries(names.map((name) => [name, { visible: [], hidden: [], delivered: { visible: [], hidden: [] } }]));
  for (let round = 0; round < rounds; round += 1) {
    for (const name of round % 2 ? [...names].reverse() : names) {
      if (name !== 'bare' && name !== 'hostreel' && round > 0) continue;
      await onStage({ peers }, async (participant, url) => {
        await participant.goto(url);
        // What is asked from outside counts as a gesture, which sound needs.
        await participant.evaluate(async (one) => {
          window.look = await (await import('/bench/mixes.js')).run(one);
        }, name);
        await participant.until('frames', () => window.look().frames > 10);
        const visible = await watch(participant, seconds);
        const other = await participant.browser.newPage();
        await other.bringToFront();
        await participant.until('the page to be hidden', () => document.hidden);
        const hidden = await watch(participant, seconds);
        for (const [where, { share, rate }] of Object.entries({ visible, hidden })) {
          say(`${name}, ${where}: ${rate.toFixed(1)} frames a second`);
          shares[name][where].push(share);
          shares[name].delivered[where].push(rate);
        }
      });
    }
  }
  const rows = [['mix', 'visible: drawn / due', 'delivered', 'hidden: drawn / due', 'delivered']];
  const cell = (values) => (values.some(Number.isFinite) ? percent(median(values)) : '–');
  for (const name of names) {
    const { visible, hidden, delivered } = shares[name];
    rows.push([name, cell(visible), `${median(delivered.visible).toFixed(1)}/s`, cell(hidden), `${median(delivered.hidden).toFixed(1)}/s`]);
  }
  const frames = (name, where) => `${median(shares[name].delivered[where]).toFixed(1)} frames/s`;
  const goals = ['visible', 'hidden'].map((where) => {
    const [ours, bare] = [median(shares.hostreel[where]), median(shares.bare[where])];
    return {
      what: `mix of 4 at 720p30, ${where}: drawn / due`, goal: '≥ 99 % of a bare loop',
      ours: `${percent(ours)}, ${percent(ours / bare)} of the bare loop`,
      peers: `bare loop ${percent(bare)}; MultiStreamsMixer ${frames('MultiStreamsMixer', where)}, of people without sound ${frames('MultiStreamsMixer, silent', where)}`,
      reached: ours / bare >= LIMIT,
    };
  });
  return { tables: [{ title: 'Mix of four people of 640x360 into 1280x720 at 30 frames a second, recorded', rows }], goals };
}

/** What is drawn in so many seconds: the share of what was due, and frames delivered a second. */
async function watch(participant, seconds) {
  const from = await participant.evaluate(() => window.look());
  await new Promise((resolve) => setTimeout(resolve, seconds * 1000));
  const to = await participant.evaluate(() => window.look());
  return { share: (to.drawn - from.drawn) / (to.due - from.due), rate: ((to.frames - from.frames) * 1000) / (to.at - from.at) };
}
