// Other recorders, bundled as a page would load them.
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readFileSync, readdirSync } from 'node:fs';
import { brotliCompressSync } from 'node:zlib';

const ENTRIES = fileURLToPath(new URL('../peers', import.meta.url));
const BUFFER = fileURLToPath(new URL('buffer.js', import.meta.url));
const MODULES = fileURLToPath(new URL('../../peers/node_modules', import.meta.url));

/** Bundles the entries of `peers/` into a folder; gives its path. */
export async function bundlePeers(folder, { external = [], into = 'peers' } = {}) {
  const { build } = createRequire(join(MODULES, 'x.js'))('esbuild');
  const outdir = join(folder, into);
  const usual = {
    nodePaths: [MODULES], outdir, external,
    bundle: true, minify: true, format: 'esm', target: 'es2022', legalComments: 'none', logLevel: 'error',
    // What ebml names for browsers is a script for a tag, of which a bundle gets nothing.
    alias: { ebml: join(MODULES, 'ebml/lib/ebml.esm.js') },
    define: { 'process.env.NODE_ENV': '"production"', global: 'globalThis' },
  };
  const entries = readdirSync(ENTRIES).map((name) => join(ENTRIES, name));
  const isEbml = (path) => path.endsWith('/ebml.js');
  await build({ ...usual, entryPoints: entries.filter((path) => !isEbml(path)) });
  await build({ ...usual, entryPoints: entries.filter(isEbml), inject: [BUFFER] });
  return outdir;
}

/** Length of a file after brotli at its best, in bytes. */
export const brotli = (path) => brotliCompressSync(readFileSync(path)).length;
