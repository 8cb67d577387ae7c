// The examples of examples/, built from the packed package and used in a real browser: each is right by what it recorded.
import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { colours, decodeErrors, frameAt, probe, tones, webm } from '../lib/analysis.js';
import { PALETTE } from '../lib/devices.js';
import { EXAMPLES, installed, tool } from '../lib/examples.js';
import { needsPackage, serveStrictly, STRICT_POLICY, unpackedPackage } from '../lib/package.js';
import { scenario } from '../lib/scenario.js';

const NO_POLICY = { 'content-security-policy': null };

/** Serves, opens, presses the button, records for some seconds, presses again and saves; gives the saved file. */
async function use(stage, participant, places, { headers = {}, seconds = 3 } = {}) {
  const server = await serveStrictly(places, { headers });
  stage.after(() => server.stop());
  const { page } = participant;
  await participant.goto(server.url);
  const reads = (words) => participant.until(`a button "${words}"`, (wanted) => {
    const button = document.querySelector('button');
    return button && !button.disabled && new RegExp(wanted).test(button.textContent);
  }, words);
  const press = () => page.click('button');
  await reads('^Record');
  await press();
  await reads('^Stop');
  await new Promise((resolve) => setTimeout(resolve, seconds * 1000));
  await press();
  await reads('^Save');
  const file = await participant.save(press);
  assert.deepEqual(participant.unexpectedErrors(), []);
  return file;
}

/** What every file must be. */
async function isSound(file, { least = 2 } = {}) {
  assert.equal(await decodeErrors(file), '');
  const found = await probe(file);
  assert.ok(found.duration > least && found.duration < 15, `${found.duration} s`);
  assert.deepEqual(webm(file).problems, []);
  return found;
}

/** Somebody of the cast is seen and heard. */
async function shows(file, name, tone) {
  assert.ok(colours(await frameAt(file, 1.5), PALETTE)[name] > 0.2, `${name} is seen`);
  assert.ok((await tones(file, [tone])).get(tone).present, `${tone} Hz is heard`);
}

test('each example is under forty lines of its own', () => {
  const files = readdirSync(EXAMPLES, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.(js|ts|tsx|rs)$/.test(entry.name) && !/node_modules|target|dist|config/.test(join(entry.parentPath ?? entry.path, entry.name)));
  const lines = new Map();
  for (const entry of files) {
    const path = join(entry.parentPath ?? entry.path, entry.name);
    // Stands for somebody else's page.
    if (/peer-connection\/page\.js$/.test(path)) continue;
    const example = path.slice(EXAMPLES.length + 1).split('/')[0];
    // Records nothing: a client of the signaling protocol, written from its document.
    if (example === 'protocol-client') continue;
    const code = readFileSync(path, 'utf8').split('\n').filter((line) => line.trim() && !/^\s*(\/\/|\/\*\*)/.test(line));
    lines.set(example, (lines.get(example) ?? 0) + code.length);
  }
  assert.ok(lines.size >= 6, [...lines.keys()].join());
  for (const [example, count] of lines) assert.ok(count < 40, `${example}: ${count} lines`);
});

scenario('a plain page under a strict policy', needsPackage, async (stage) => {
  const mina = await stage.browser('chromium', { name: 'mina' });
  const folders = { '/': join(EXAMPLES, 'plain'), '/hostreel-recorder/': join(await unpackedPackage(), 'dist') };
  const file = await use(stage, mina, { folders }, { headers: { 'content-security-policy': STRICT_POLICY } });
  assert.match(file, /my recording\.webm$/);
  await isSound(file);
  await shows(file, 'mina', mina.tone);
});

scenario('Vite and TypeScript: a screen', needsPackage, async (stage) => {
  const folder = await installed('vite-typescript');
  await tool(folder, 'typescript/bin/tsc', '-p', '.');
  await tool(folder, 'vite/bin/vite.js', 'build', '--logLevel', 'warn');
  const mina = await stage.browser('chromium', { name: 'mina' });
  const file = await use(stage, mina, { folders: { '/': join(folder, 'dist') } });
  assert.match(file, /Demo\.webm$/);
  const { video } = await isSound(file);
  assert.equal(video.width, await mina.evaluate(() => screen.width));
});

scenario('a React hook: a voice', needsPackage, async (stage) => {
  const folder = await installed('react');
  await tool(folder, 'typescript/bin/tsc', '-p', '.');
  await tool(folder, 'vite/bin/vite.js', 'build', '--logLevel', 'warn');
  const mina = await stage.browser('chromium', { name: 'mina' });
  const file = await use(stage, mina, { folders: { '/': join(folder, 'dist') } });
  const { video } = await isSound(file);
  assert.equal(video, undefined);
  assert.ok((await tones(file, [mina.tone])).get(mina.tone).present);
});

scenario('a page rendered on a server, that loads the recorder at the first click', needsPackage, async (stage) => {
  const folder = await installed('server-import');
  await tool(folder, 'vite/bin/vite.js', 'build', '--logLevel', 'warn');
  const { page } = await import(join(folder, 'src/page.js'));
  assert.equal(globalThis.window, undefined);
  const html = page();
  assert.match(html, /loaded when it is needed/);
  const mina = await stage.browser('chromium', { name: 'mina' });
  const file = await use(stage, mina, { pages: { '/': html }, folders: { '/': join(folder, 'dist') } });
  await isSound(file);
  await shows(file, 'mina', mina.tone);
});

scenario('a call of a page that is not ours: both people are in it', needsPackage, async (stage) => {
  const mina = await stage.browser('chromium', { name: 'mina' });
  const folders = { '/': join(EXAMPLES, 'peer-connection'), '/hostreel-recorder/': join(await unpackedPackage(), 'dist') };
  const file = await use(stage, mina, { folders }, { headers: NO_POLICY, seconds: 5 });
  await isSound(file);
  const shares = colours(await frameAt(file, 4), PALETTE);
  assert.ok(shares.mina > 0.15 && shares.theo > 0.15, JSON.stringify(shares));
  const heard = await tones(file, [mina.tone, 850], { from: 1.5 });
  assert.ok(heard.get(mina.tone).present && heard.get(850).present, 'both are heard');
});

const yew = process.env.HOSTREEL_YEW_EXAMPLE;
const needsYew = yew || process.env.HOSTREEL_REQUIRE === '1' ? {} : { skip: 'HOSTREEL_YEW_EXAMPLE is not set: it is the folder that trunk built' };
scenario('a Yew page, with the crate', needsYew, async (stage) => {
  const mina = await stage.browser('chromium', { name: 'mina' });
  const file = await use(stage, mina, { folders: { '/': yew } }, { headers: NO_POLICY });
  assert.match(file, /yew\.webm$/);
  await isSound(file);
  await shows(file, 'mina', mina.tone);
});
