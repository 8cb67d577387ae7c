// Child processes of the tests: started here, ended here, each by its own id and never by name.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { within } from './limits.js';

const running = new Set();

// A test that dies half-way must not leave a browser or a server behind.
process.on('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});

/** Starts a program whose end is tied to the end of this process. */
export function start(command, args, options = {}) {
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'], ...options });
  running.add(child);
  child.ended = new Promise((resolve) => {
    child.once('exit', (code, signal) => {
      running.delete(child);
      resolve({ code, signal });
    });
    child.once('error', (error) => {
      running.delete(child);
      resolve({ code: null, signal: null, error });
    });
  });
  return child;
}

/** Sends `signal` and awaits the end; kills the process when it does not end by itself. Gives `{ code, signal, forced }`. */
export async function end(child, signal = 'SIGTERM', limit = 15_000) {
  child.kill(signal);
  try {
    return { ...(await within(child.ended, `the end of process ${child.pid}`, limit)), forced: false };
  } catch {
    child.kill('SIGKILL');
    return { ...(await child.ended), forced: true };
  }
}

/** Runs a program to its end. Gives `{ stdout: Buffer, stderr: string }`, or throws with its last words. */
export async function run(command, args, { input } = {}) {
  const child = start(command, args, { stdio: [input ? 'pipe' : 'ignore', 'pipe', 'pipe'] });
  const out = [];
  const err = [];
  child.stdout.on('data', (bytes) => out.push(bytes));
  child.stderr.on('data', (bytes) => err.push(bytes));
  if (input) child.stdin.end(input);
  const closed = once(child, 'close').catch(() => {});
  const { code, signal, error } = await child.ended;
  if (error) throw new Error(`${command} could not be started: ${error.message}`);
  await closed;
  const stderr = Buffer.concat(err).toString();
  if (code !== 0) throw new Error(`${command} ${args.join(' ')} ended with ${code ?? signal}: ${stderr.slice(-2000)}`);
  return { stdout: Buffer.concat(out), stderr };
}
