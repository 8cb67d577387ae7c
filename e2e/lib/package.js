// The npm package hostreel-recorder as it is published: unpacked, and served on a blank page under a strict policy.
import assert from 'node:assert/strict';
import { existsSync, mkdirSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { download } from './downloads.js';
import { OUT } from './paths.js';
import { run } from './processes.js';
import { serveFiles } from './static.js';

/** Path of the packed package (`.tgz`), as `cargo xtask npm` prints it. */
export const PACKAGE = process.env.HOSTREEL_PACKAGE;

/** Options of `scenario` and `test` for tests that need the package: without it they are skipped, and say so. */
export const needsPackage = PACKAGE || process.env.HOSTREEL_REQUIRE === '1'
  ? {}
  : { skip: 'HOSTREEL_PACKAGE is not set: it is the path of the package, as `cargo xtask npm` builds it' };

/** What a page may do at least for the recorder to work; everything else is forbidden. */
export const STRICT_POLICY = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; worker-src 'self'; connect-src 'self'; "
  + "style-src 'self'; img-src 'self' blob:; media-src 'self' blob:";

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

/** As `serveFiles`, under the strict policy and kept by no cache; a header that is null is left out. */
export function serveStrictly(places, { headers = {}, ...options } = {}) {
  const all = { 'content-security-policy': STRICT_POLICY, 'cache-control': 'no-store', ...headers };
  return serveFiles(places, { ...options, headers: Object.fromEntries(Object.entries(all).filter(([, value]) => value !== null)) });
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
  const server = await serveStrictly({ pages: { '/': BLANK, ...pages }, folders: { '/pkg/': dist, ...folders } }, { headers, onRequest });
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
