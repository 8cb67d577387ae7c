// A screen without a monitor: a headless Firefox has none to record.
import { createInterface } from 'node:readline';
import { within } from './limits.js';
import { end, start } from './processes.js';

/** Starts a display on a free number. Gives `{ env, stop() }`; a browser started with `env` draws on it. */
export async function startDisplay() {
  const server = start('Xvfb', ['-displayfd', '1', '-screen', '0', '1280x800x24', '-nolisten', 'tcp'], { stdio: ['ignore', 'pipe', 'ignore'] });
  const ready = new Promise((resolve, reject) => {
    createInterface({ input: server.stdout }).once('line', (number) => resolve(number.trim()));
    server.ended.then(({ error, code }) => reject(new Error(`Xvfb ended with ${error?.message ?? code}`)));
  });
  const number = await within(ready, 'the display').catch(async (error) => {
    await end(server);
    throw error;
  });
  return { env: { DISPLAY: `:${number}` }, stop: () => end(server) };
}
