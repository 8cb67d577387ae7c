// Other recorders, bundled as a page would load them.
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readFileSync, readdirSync } from 'node:fs';
import { brotliCompressSync } from 'node:zlib';

const ENTRIES = fileURLToPath(new URL('../peers', import.meta.url));
const MODULES = fileURLToPath(new URL('../../peers/node_modules', import.meta.url));

/** Bundles the entries of `peers/` into a folder; gives its path. */
export async function bundlePeers(folder, { external = [], into = 'peers' } = {}) {
  const { build } = createRequire(join(MODULES, 'x.js'))('esbuild');
  const outdir = join(folder, into);
  await build({
    entryPoints: readdirSync(ENTRIES).map((name) => join(ENTRIES, name)), nodePaths: [MODULES], outdir, external,
    bundle: true, minify: true, format: 'esm', target: 'es2022', legalComments: 'none', logLevel: 'error',
    // The module that ebml ships beside its main file has no default export where ts-ebml looks for one.
    mainFields: ['browser', 'main', 'module'],
    define: { 'process.env.NODE_ENV': '"production"', global: 'globalThis' },
  });
  return outdir;
}

/** Length of a file after brotli at its best, in bytes. */
export const brotli = (path) => brotliCompressSync(readFileSync(path)).length;
