// The app on a device: installed, without its server, and in its next version.
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { open, recordUntil } from '../lib/flows.js';
import { scenario } from '../lib/scenario.js';
import { needsServer, startServer } from '../lib/server.js';

/** Waits until the service worker has kept the whole app. */
const keptApp = (person) => person.until('the app to be kept', async () => {
  const names = (await caches.keys()).filter((name) => name.startsWith('hostreel-app-'));
  if (!navigator.serviceWorker.controller || names.length !== 1) return false;
  return Boolean(await (await caches.open(names[0])).match('/')) && names[0];
});

for (const kind of ['chromium', 'firefox']) {
  scenario(`${kind}: without its server the app loads, records and plays`, needsServer, async (stage) => {
    const server = await startServer();
    stage.after(() => server.stop());
    const person = await stage.browser(kind);
    await open(person, `${server.url}/`);
    await person.see('new-meeting');
    await keptApp(person);
    assert.deepEqual(person.unexpectedErrors(), [], 'keeping it breaks no rule of the page');
    await server.stop();
    await person.goto(`${server.url}/solo?lang=en`);
    await person.click('solo-video');
    await person.click('record');
    await person.see('recording-banner');
    await recordUntil(person, 3);
    await person.click('record-stop');
    await person.see('save');
    await person.reload();
    await person.goto(`${server.url}/recordings`);
    await person.click('play');
    await person.until('it to play', () => document.querySelector('[data-testid="player"]')?.currentTime > 0.5);
    // What needs the server says so.
    await person.goto(`${server.url}/`);
    await person.click('new-meeting');
    assert.match(await person.text('notice'), /server can't be reached/i);
  });
}

scenario('chromium: the app can be installed', needsServer, async (stage) => {
  const server = await startServer();
  stage.after(() => server.stop());
  const mina = await stage.browser('chromium');
  await open(mina, `${server.url}/`);
  await keptApp(mina);
  const session = await mina.page.createCDPSession();
  const { errors, url } = await session.send('Page.getAppManifest');
  assert.deepEqual(errors, []);
  assert.match(url, /\/manifest\.webmanifest$/);
  const { installabilityErrors } = await session.send('Page.getInstallabilityErrors');
  const real = installabilityErrors.filter(({ errorId }) => errorId !== 'in-incognito');
  assert.deepEqual(real, []);
});

scenario('chromium: a new version replaces the old one, is used at once, and is told to a page that was open', needsServer, async (stage) => {
  const folder = mkdtempSync(join(tmpdir(), 'hostreel-app-'));
  stage.after(() => rmSync(folder, { recursive: true, force: true }));
  const first = await startServer();
  stage.after(() => first.stop());
  // The app as it is served, then with another mark in its page.
  const mina = await stage.browser('chromium');
  await open(mina, `${first.url}/`);
  const before = await keptApp(mina);
  const page = await (await fetch(`${first.url}/`)).text();
  const paths = new Set(['/sw.js', '/store-worker.js', '/mix-worker.js', '/mix-colour.js', '/mix-draw.js', '/mix-pace.js', '/trim-worker_loader.js', '/trim-worker.js', '/trim-worker_bg.wasm', '/manifest.webmanifest', '/icon-180.png', '/icon-192.png', '/icon-512.png', '/icon-maskable.png']);
  for (const [, path] of page.matchAll(/["'](\/[\w./-]+\.\w+)["']/g)) paths.add(path);
  for (const path of paths) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), Buffer.from(await (await fetch(first.url + path)).arrayBuffer()));
  }
  writeFileSync(join(folder, 'index.html'), page.replace('</head>', '<meta name="next" content="1" /></head>'));
  await first.stop();
  const second = await startServer({ port: first.port, args: ['--app-folder', folder] });
  stage.after(() => second.stop());
  // Somebody comes back to the page that was open all the time.
  const other = await mina.browser.newPage();
  await other.bringToFront();
  await mina.page.bringToFront();
  await mina.evaluate(() => document.dispatchEvent(new Event('visibilitychange')));
  await mina.until('the message', () => [...document.querySelectorAll('[data-testid="toast"]')].some(({ textContent }) => /new version/i.test(textContent)));
  await mina.reload();
  assert.ok(await mina.evaluate(() => document.querySelector('meta[name="next"]') !== null), 'the new one is used at once');
  const after = await keptApp(mina);
  assert.notEqual(after, before, 'and the old one is gone');
});
