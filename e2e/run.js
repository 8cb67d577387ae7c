// All tests. Most of their time is waiting for recordings to grow, so two files run side by side; those in which several
// people's pictures and sounds are judged by the second have the machine for themselves, afterwards.
import { readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { start } from './lib/processes.js';

const FOLDER = fileURLToPath(new URL('test', import.meta.url));
const ALONE = ['meeting', 'consent', 'rules', 'tracks-meeting', 'trouble', 'mix', 'avsync'];

const suites = readdirSync(FOLDER).map((file) => basename(file, '.test.js')).sort();
const unknown = ALONE.filter((suite) => !suites.includes(suite));
if (unknown.length) throw new Error(`not in ${FOLDER}: ${unknown.join(', ')}`);

const lanes = [
  { concurrency: 2, files: suites.filter((suite) => !ALONE.includes(suite)) },
  { concurrency: 1, files: ALONE },
];
let failed = false;
for (const { concurrency, files } of lanes) {
  const args = ['--test', '--test-reporter=spec', `--test-concurrency=${concurrency}`, ...files.map((suite) => join(FOLDER, `${suite}.test.js`))];
  const { code, error } = await start(process.execPath, args, { stdio: 'inherit' }).ended;
  if (error) console.error(error.message);
  failed ||= code !== 0;
}
process.exit(failed ? 1 : 0);
