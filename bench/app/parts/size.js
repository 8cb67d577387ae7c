// What is loaded: every file of the app, and what each page loads until it can be used.
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { kilobytes } from '../../recorder/lib/figures.js';
import { PAGES, inNewBrowser, onServer, openPage, say } from '../lib/pages.js';

const LIMIT = 450_000;
/** The pages that people come to first. */
const FIRST = ['home', 'prejoin'];

export async function measure({ dist }) {
  const page = readFileSync(join(dist, 'index.html'), 'utf8');
  const weigh = (path) => ({ raw: statSync(join(dist, path)).size, brotli: compressed(dist, path) });
  const styles = sum([...page.matchAll(/href="\/([\w.-]+\.css)"/g)].map(([, path]) => weigh(path)));
  const row = (name, { raw, brotli }) => [name, kilobytes(raw), kilobytes(brotli)];
  const files = [['file', 'raw', 'brotli'], row('page', weigh('index.html')), row('styles, all', styles)];
  for (const path of readdirSync(dist).filter((name) => /^hostreel-.*\.(js|wasm)$/.test(name))) {
    files.push(row(path.replace(/-[0-9a-f]{16}/, ''), weigh(path)));
  }

  const loads = [['page', 'wasm', 'script', 'style', 'files']];
  const wasmOf = {};
  await onServer(async (server, room) => {
    for (const name of Object.keys(PAGES)) {
      await inNewBrowser({}, async (participant) => {
        await openPage(participant, server, room, name);
        // As they went over the wire, up to the moment when the page could be used.
        const loaded = await participant.evaluate(() => performance.getEntriesByType('resource')
          .filter(({ responseEnd }) => responseEnd <= window.readyAfter)
          .map(({ name: url, encodedBodySize }) => ({ url, bytes: encodedBodySize })));
        const of = (ending) => loaded.filter(({ url }) => url.endsWith(ending)).reduce((bytes, file) => bytes + file.bytes, 0);
        wasmOf[name] = of('.wasm');
        say(`${name}: ${kilobytes(wasmOf[name])} of wasm`);
        loads.push([name, ...['.wasm', '.js', '.css'].map((ending) => kilobytes(of(ending))), String(loaded.length)]);
      });
    }
  });
  return {
    tables: [{ title: 'Files of the app', rows: files }, { title: 'What a page loads until it can be used, as sent', rows: loads }],
    goals: FIRST.map((name) => ({
      what: `wasm of the first page, when it is ${name}`, goal: `≤ ${LIMIT / 1000} KB brotli`, ours: kilobytes(wasmOf[name]), peers: '',
      reached: wasmOf[name] > 0 && wasmOf[name] <= LIMIT,
    })),
  };
}

/** The size that is sent: of the file itself where compressing does not make it smaller. */
function compressed(dist, path) {
  try {
    return statSync(join(dist, `${path}.br`)).size;
  } catch {
    return statSync(join(dist, path)).size;
  }
}

const sum = (weights) => weights.reduce((all, { raw, brotli }) => ({ raw: all.raw + raw, brotli: all.brotli + brotli }), { raw: 0, brotli: 0 });
