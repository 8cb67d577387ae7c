// The real signal server, with the app inside, on a free port of the loopback address.
import { createInterface } from 'node:readline';
import { within } from './limits.js';
import { end, start } from './processes.js';

/** Path of the server's binary; `cargo xtask test` sets it. */
export const SERVER = process.env.HOSTREEL_SERVER;

/**
 * For the options of a test that needs the product: skips it when there is no server to test. With `HOSTREEL_REQUIRE=1` nothing is
 * skipped, and the tests fail instead.
 */
export const needsServer = SERVER || process.env.HOSTREEL_REQUIRE === '1'
  ? {}
  : { skip: 'HOSTREEL_SERVER is not set: it is the path of a signal-server with the app inside, as `cargo xtask test` builds it' };

/**
 * Starts a server. Gives `{ url, port, log, pid, stop(), kill(), ended }`: `log` is what it wrote to standard error; `stop` is polite
 * (SIGTERM) and gives `{ code, signal, forced }`, `kill` is not. Both may be called more than once.
 *
 * @param {{ args?: string[], env?: object, port?: number }} options `port` 0 (default): any free one
 */
export async function startServer({ args = [], env = {}, port = 0 } = {}) {
  if (!SERVER) throw new Error('HOSTREEL_SERVER must be the path of the signal-server binary');
  const child = start(SERVER, ['--port', String(port), ...args], { env: { ...process.env, ...env } });
  const log = [];
  child.stderr.on('data', (bytes) => log.push(bytes.toString()));
  const listening = new Promise((resolve, reject) => {
    createInterface({ input: child.stdout }).on('line', (line) => {
      const address = /Listening on (http:\/\/127\.0\.0\.1:(\d+))/.exec(line);
      if (address) resolve({ url: address[1], port: Number(address[2]) });
    });
    child.ended.then(({ code, signal, error }) => {
      reject(new Error(`the server ended with ${error?.message ?? code ?? signal} before it listened: ${log.join('').slice(-2000)}`));
    });
  });
  const address = await within(listening, 'the server to listen').catch(async (error) => {
    await end(child);
    throw error;
  });
  let ending;
  const finish = (signal) => (ending ??= end(child, signal));
  return { ...address, log, pid: child.pid, ended: child.ended, stop: () => finish('SIGTERM'), kill: () => finish('SIGKILL') };
}

/** Creates a room as a program would: `{ room, host_key, join_url, host_url }`. */
export async function createRoom(server, body = {}) {
  const response = await fetch(`${server.url}/api/rooms`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) });
  if (response.status !== 201) throw new Error(`POST /api/rooms: ${response.status} ${await response.text()}`);
  return response.json();
}
