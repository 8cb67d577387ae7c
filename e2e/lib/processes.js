// Child processes of the tests: started here, ended here, each by its own id and never by name.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, readdirSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';
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

/** Runs a program to its end, with options of `spawn`. Gives `{ stdout: Buffer, stderr: string }`, or throws with its last words. */
export async function run(command, args, { input, ...options } = {}) {
  const child = start(command, args, { stdio: [input ? 'pipe' : 'ignore', 'pipe', 'pipe'], ...options });
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

/** The ids of the processes in a group that still run; those that have ended but were not waited for do not count. */
export function groupMembers(group) {
  return readdirSync('/proc').filter((name) => /^\d+$/.test(name)).map(Number).filter((pid) => {
    try {
      // proc(5): "pid (name) state ppid pgrp …"; the name may hold anything, so read from its closing bracket.
      const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
      const [state, , pgrp] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
      return Number(pgrp) === group && state !== 'Z' && state !== 'X';
    } catch {
      return false;
    }
  });
}

/** Waits until no process of a group runs any more. The kernel tells nobody but a parent, so this looks again and again. */
export async function groupGone(group, limit = 15_000) {
  const deadline = Date.now() + limit;
  for (let left = groupMembers(group); left.length; left = groupMembers(group)) {
    if (Date.now() > deadline) throw new Error(`processes ${left.join(', ')} still run`);
    await setTimeout(20);
  }
}
