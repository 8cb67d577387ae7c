// Reads Chromium's traces.
const SCRIPT = new Set(['FunctionCall', 'RunMicrotasks', 'EvaluateScript', 'v8.callFunction', 'TimerFire', 'EventDispatch']);

/**
 * The tasks of pages' main threads in which script ran: how many, the longest one and all together, in milliseconds of the thread's own
 * time (`cpu`, `sum`) and by the clock (`wall`), which goes on when the system gives the processor to others.
 */
export function longest(events) {
  const mains = new Set(events.filter(({ name, args }) => name === 'thread_name' && args.name === 'CrRendererMain').map(threadOf));
  const tasks = new Map();
  const scripts = new Map();
  for (const event of events) {
    if (event.ph !== 'X' || !mains.has(threadOf(event))) continue;
    const list = event.name === 'RunTask' || event.name === 'ThreadControllerImpl::RunTask' ? tasks : SCRIPT.has(event.name) && scripts;
    if (!list) continue;
    if (!list.has(threadOf(event))) list.set(threadOf(event), []);
    list.get(threadOf(event)).push(event);
  }
  const found = { count: 0, cpu: 0, wall: 0, sum: 0 };
  for (const [thread, inThread] of tasks) {
    const ran = (scripts.get(thread) ?? []).map(({ ts }) => ts).sort((one, other) => one - other);
    // A task that waits in itself has tasks inside: the outermost counts.
    let end = -Infinity;
    for (const { ts, dur, tdur = dur } of inThread.sort((one, other) => one.ts - other.ts)) {
      if (ts < end || !ran.some((at) => at >= ts && at <= ts + dur)) continue;
      end = ts + dur;
      found.count += 1;
      found.cpu = Math.max(found.cpu, tdur / 1000);
      found.wall = Math.max(found.wall, dur / 1000);
      found.sum += tdur / 1000;
    }
  }
  return found;
}

const threadOf = ({ pid, tid }) => `${pid} ${tid}`;
