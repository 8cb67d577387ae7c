// A browser and the pages of the bench in it.
import { fileURLToPath } from 'node:url';
import { join } from 'node:path';
import { launch } from '../../../e2e/lib/browser.js';
import { serveStrictly, unpackedPackage } from '../../../e2e/lib/package.js';

const PAGES = fileURLToPath(new URL('../pages', import.meta.url));
const BLANK = '<!doctype html><html lang="en"><meta charset="utf-8"><title>bench</title><main></main></html>';

/** Prints what is going on. */
export const say = (text) => process.stderr.write(`  ${text}\n`);

/**
 * Calls `body` with a browser and the address of a blank page that has the package below `/pkg/`, the bench's own scripts below
 * `/bench/`, and other recorders below `/peers/`.
 */
export async function onStage({ kind = 'chromium', peers, pages = {}, folders = {}, onRequest, ...options }, body) {
  const dist = join(await unpackedPackage(), 'dist');
  const server = await serveStrictly(
    { pages: { '/': BLANK, ...pages }, folders: { '/pkg/': dist, '/bench/': PAGES, ...(peers && { '/peers/': peers }), ...folders } },
    // Some of the peers make workers out of blobs.
    { headers: { 'content-security-policy': null }, onRequest },
  );
  let participant;
  try {
    participant = await launch(kind, options);
    return await body(participant, server.url);
  } finally {
    await participant?.close();
    await server.stop();
  }
}
