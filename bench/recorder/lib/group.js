// What the processes of one browser take, as the kernel counts it.
import { readFileSync } from 'node:fs';
import { groupMembers } from '../../../e2e/lib/processes.js';

// proc(5): times are in clock ticks, of which Linux shows 100 a second to programs.
const TICKS = 100;

/** CPU seconds of all processes of a browser so far. */
export function cpuSeconds({ pid }) {
  let ticks = 0;
  for (const member of groupMembers(pid)) {
    const fields = attempt(() => readFileSync(`/proc/${member}/stat`, 'utf8'));
    if (!fields) continue;
    // Counted from behind the name, which may hold anything: utime and stime are fields 14 and 15.
    const [user, system] = fields.slice(fields.lastIndexOf(')') + 2).split(' ').slice(11, 13).map(Number);
    ticks += user + system;
  }
  return ticks / TICKS;
}

/** Memory of all processes of a browser in bytes; what they share is counted once. */
export function memory({ pid }) {
  return groupMembers(pid).reduce((sum, member) => {
    const text = attempt(() => readFileSync(`/proc/${member}/smaps_rollup`, 'utf8'));
    return sum + (Number(text?.match(/^Pss:\s+(\d+) kB/m)?.[1]) || 0) * 1024;
  }, 0);
}

// Processes may be gone by the time they are looked at.
function attempt(read) {
  try {
    return read();
  } catch {
    return undefined;
  }
}
