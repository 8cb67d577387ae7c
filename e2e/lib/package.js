// The npm package hostreel-recorder as it is published: unpacked, and served on a blank page under a strict policy.
import assert from 'node:assert/strict';
import { createReadStream, existsSync, mkdirSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { createServer } from 'node:http';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { extname, join, normalize } from 'node:path';
import { download } from './downloads.js';
import { OUT } from './paths.js';
import { run } from './processes.js';

/** Path of the packed package (`.tgz`), as `cargo xtask npm` prints it. */
export const PACKAGE = process.env.HOSTREEL_PACKAGE;

/** Options of `scenario` and `test` for tests that need the package: without it they are skipped, and say so. */
export const needsPackage = PACKAGE || process.env.HOSTREEL_REQUIRE === '1'
  ? {}
  : { skip: 'HOSTREEL_PACKAGE is not set: it is the path of the package, as `cargo xtask npm` builds it' };

/** What a page may do at least for the recorder to work; everything else is forbidden. */
export const STRICT_POLICY = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; worker-src 'self'; connect-src 'self'; "
  + "style-src 'self'; img-src 'self' blob:; media-src 'self' blob:";

const TYPES = {
  '.html': 'text/html; charset=utf-8', '.js': 'text/javascript', '.css': 'text/css', '.wasm': 'application/wasm', '.json': 'application/json',
  '.map': 'application/json', '.svg': 'image/svg+xml', '.webm': 'video/webm', '.mp4': 'video/mp4',
};

let unpacked;

/** Unpacks the package once per process; gives the folder with its `package.json`. */
export async function unpackedPackage() {
  unpacked ??= (async () => {
    assert.ok(PACKAGE && existsSync(PACKAGE), `HOSTREEL_PACKAGE names no file: ${PACKAGE}`);
    if (statSync(PACKAGE).isDirectory()) return PACKAGE;
    mkdirSync(OUT, { recursive: true });
    const folder = mkdtempSync(join(tmpdir(), 'hostreel-package-'));
    process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
    await run('tar', ['-xzf', PACKAGE, '-C', folder]);
    return join(folder, 'package');
  })();
  return unpacked;
}

/**
 * Serves files on a free port of the loopback address; gives `{ url, stop() }`.
 *
 * @param {Record<string, string>} places  Folder by path prefix (`'/pkg/': …`) or content by path (`'/': '<!doctype …'`): what
 *   ends in a slash and is no page is a folder.
 * @param {{ headers?: Record<string, string> }} options  Headers of every answer; the policy is strict unless it is given here.
 */
export async function serveFiles({ pages = {}, folders = {} }, { headers = {}, onRequest = () => {} } = {}) {
  const server = createServer((request, response) => {
    const url = new URL(request.url, 'http://localhost');
    const path = normalize(decodeURIComponent(url.pathname));
    onRequest(url);
    const usual = { 'content-security-policy': STRICT_POLICY, 'cache-control': 'no-store', ...headers };
    for (const name of Object.keys(usual)) if (usual[name] === null) delete usual[name];
    if (pages[path] !== undefined) {
      response.writeHead(200, { 'content-type': TYPES[extname(path)] ?? TYPES['.html'], ...usual }).end(pages[path]);
      return;
    }
    const prefix = Object.keys(folders).filter((one) => path.startsWith(one)).sort((one, other) => other.length - one.length)[0];
    const wanted = path.endsWith('/') ? `${path}index.html` : path;
    const file = prefix && join(folders[prefix], wanted.slice(prefix.length));
    if (!file || !existsSync(file) || !statSync(file).isFile()) {
      response.writeHead(request.url === '/favicon.ico' ? 204 : 404).end();
      return;
    }
    response.writeHead(200, { 'content-type': TYPES[extname(file)] ?? 'application/octet-stream', ...usual });
    createReadStream(file).pipe(response);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${server.address().port}`,
    async stop() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

/** The page of {@link packagePage}: nothing in it but a root for elements. */
const BLANK = '<!doctype html><html lang="en"><meta charset="utf-8"><title>package</title><main></main></html>';

/**
 * Opens a blank page under the strict policy, with the package below `/pkg/`:
 * `page.evaluate(async () => { const { Recorder } = await import('/pkg/index.js'); … })`.
 *
 * @param stage       That of `scenario`: the server ends with it.
 * @param participant A browser of the stage.
 * @param {{ pages?: Record<string, string>, folders?: Record<string, string>, headers?: Record<string, string> }} more
 *   Other files beside the package, and headers for all; a header that is null is left out.
 */
export async function packagePage(stage, participant, { pages = {}, folders = {}, headers = {}, onRequest } = {}) {
  const dist = join(await unpackedPackage(), 'dist');
  const server = await serveFiles({ pages: { '/': BLANK, ...pages }, folders: { '/pkg/': dist, ...folders } }, { headers, onRequest });
  stage.after(() => server.stop());
  await participant.goto(server.url);
  return participant.page;
}

/**
 * Runs a function in the page of {@link packagePage}, and gives what it gives. The function gets the package's exports, and
 * `recorded(recorder, seconds)`, which waits until so much is recorded and there are bytes of it.
 */
export const inPage = (page, body, ...given) => page.evaluate(`(async () => {
  const pkg = await import('/pkg/index.js');
  const recorded = (recorder, seconds) => new Promise((resolve) => recorder.addEventListener('progress', (event) => event.seconds >= seconds && event.bytes && resolve()));
  return (${body})(pkg, recorded, ...${JSON.stringify(given)});
})()`);

/**
 * Brings a recording out of the page, to be looked at: the page's `window.recording` (a `Recording`) by default.
 * Gives the path of the file.
 */
export async function fetchRecording(participant, name = 'recording') {
  return download(participant.downloads, () => participant.evaluate(async (member) => {
    const file = await window[member].file();
    const link = document.createElement('a');
    link.href = URL.createObjectURL(file);
    link.download = file.name;
    link.click();
  }, name));
}
