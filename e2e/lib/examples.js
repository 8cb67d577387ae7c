// Builds the examples as their readers would, with the packed package in `node_modules`.
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { unpackedPackage } from './package.js';
import { run } from './processes.js';

export const EXAMPLES = fileURLToPath(new URL('../../examples', import.meta.url));

/** A copy of one example with everything installed; gives its folder. It is removed with this process. */
export async function installed(name) {
  const modules = join(EXAMPLES, 'node_modules');
  if (!existsSync(modules)) throw new Error('the examples are not installed: npm ci --prefix examples');
  const place = mkdtempSync(join(tmpdir(), 'hostreel-example-'));
  process.once('exit', () => rmSync(place, { recursive: true, force: true }));
  cpSync(join(EXAMPLES, name), join(place, name), { recursive: true });
  mkdirSync(join(place, 'node_modules'));
  for (const one of readdirSync(modules)) symlinkSync(join(modules, one), join(place, 'node_modules', one));
  cpSync(await unpackedPackage(), join(place, 'node_modules/hostreel-recorder'), { recursive: true });
  return join(place, name);
}

/** Runs one of the installed programs in a folder. */
export const tool = (folder, program, ...args) => run(process.execPath, [join(EXAMPLES, 'node_modules', program), ...args], { cwd: folder });
