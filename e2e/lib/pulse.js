// An audio server without a sound card: Firefox's AudioContext stays suspended without one.
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync, watch } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { within } from './limits.js';
import { end, run, start } from './processes.js';

/**
 * Starts it in a runtime folder of its own. Gives `{ env, pid, plugIn(), listen(), stop() }`; a browser started with `env` finds it.
 * `plugIn(frequency)` puts in a microphone that hears a tone, as the default one, and gives how to pull it out again.
 * `listen(file)` writes down (as WAV) what comes out of the speakers, and gives how to stop that.
 */
export async function startAudioServer() {
  const runtime = mkdtempSync(join(tmpdir(), 'hostreel-pulse-'));
  const env = { XDG_RUNTIME_DIR: runtime, PULSE_SERVER: `unix:${join(runtime, 'pulse', 'native')}` };
  const server = start('pulseaudio', [
    '-n', '--load=module-null-sink', '--load=module-native-protocol-unix', '--exit-idle-time=-1', '--daemonize=no', '--disallow-exit', '--use-pid-file=no',
  ], { env: { ...process.env, ...env, HOME: runtime }, stdio: ['ignore', 'ignore', 'ignore'] });
  const gone = server.ended.then(({ error, code }) => {
    throw new Error(`pulseaudio ended with ${error?.message ?? code}`);
  });
  gone.catch(() => {});
  await within(Promise.race([appears(runtime, 'pulse/native'), gone]), 'the audio server');
  return {
    env,
    pid: server.pid,
    async plugIn(frequency) {
      const pactl = async (...args) => (await run('pactl', args, { env: { ...process.env, ...env } })).stdout.toString().trim();
      const name = `tone-${frequency}`;
      const module = await pactl('load-module', 'module-sine-source', `source_name=${name}`, `frequency=${frequency}`);
      await pactl('set-default-source', name);
      return () => pactl('unload-module', module);
    },
    async listen(file) {
      const raw = ['--format=s16le', '--rate=16000', '--channels=1'];
      const ear = start('parec', ['--device=@DEFAULT_MONITOR@', ...raw], { env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'ignore'] });
      const heard = [];
      ear.stdout.on('data', (bytes) => heard.push(bytes));
      // They give silence too, so that something always comes.
      await within(once(ear.stdout, 'data'), 'the speakers to be listened to');
      return async () => {
        await end(ear);
        await run('ffmpeg', ['-v', 'error', '-f', 's16le', '-ar', '16000', '-ac', '1', '-i', 'pipe:0', '-y', file], { input: Buffer.concat(heard) });
      };
    },
    async stop() {
      await end(server);
      rmSync(runtime, { recursive: true, force: true });
    },
  };
}

// The socket's folder is made by the server too, so that it can be watched only when it is there.
async function appears(folder, path) {
  const [first, ...rest] = path.split('/');
  const watcher = watch(folder);
  try {
    while (!existsSync(join(folder, first))) await once(watcher, 'change');
  } finally {
    watcher.close();
  }
  if (rest.length) await appears(join(folder, first), rest.join('/'));
}
