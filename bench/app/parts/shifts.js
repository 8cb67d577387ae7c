// What jumps while a page comes up: cumulative layout shift (https://web.dev/articles/cls), of all that comes by itself.
import { createRoom } from '../../../e2e/lib/server.js';
import { inNewBrowser, onServer, openPage, say } from '../lib/pages.js';
import { wait } from '../lib/wait.js';

const LIMIT = 0.05;
/** Longer than what comes late: the rest of the app, the list of devices, the line about interrupted recordings. */
const SECONDS = 4;
const SIZES = [{ width: 390, height: 844 }, { width: 1440, height: 900 }];

export async function measure() {
  const rows = [['page', ...SIZES.map(({ width }) => `${width} px`)]];
  let worst = 0;
  await onServer(async (server) => {
    for (const name of ['home', 'prejoin', 'room', 'recordings']) {
      const row = [name];
      for (const viewport of SIZES) {
        const shift = await inNewBrowser({ viewport }, async (participant) => {
          await openPage(participant, server, await createRoom(server), name === 'room' ? 'prejoin' : name);
          if (name === 'room') {
            await participant.fill('name', 'Mina');
            await participant.click('join');
            await participant.see('leave');
          }
          await wait(participant, SECONDS);
          return participant.evaluate(() => window.shifts.reduce((sum, value) => sum + value, 0));
        });
        say(`${name}, ${viewport.width} px: ${shift.toFixed(3)}`);
        worst = Math.max(worst, shift);
        row.push(shift.toFixed(3));
      }
      rows.push(row);
    }
  });
  return {
    tables: [{ title: `Cumulative layout shift until ${SECONDS} s after the page can be used`, rows }],
    goals: [{ what: 'nothing jumps (worst page)', goal: '< 0.05', ours: worst.toFixed(3), peers: '', reached: worst < LIMIT }],
  };
}
