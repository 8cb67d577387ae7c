// Runs a command with an audio server of its own: `node with-sound.js COMMAND ARGUMENTS…`. Ends as the command ends.
import { startAudioServer } from './lib/pulse.js';
import { start } from './lib/processes.js';

const [command, ...args] = process.argv.slice(2);
const audio = await startAudioServer();
const { code, error } = await start(command, args, { stdio: 'inherit', env: { ...process.env, ...audio.env } }).ended;
if (error) console.error(error.message);
await audio.stop();
process.exit(code ?? 1);
