// A part is cut out of a recording: by what is in it, packet by packet; and what is left when somebody thinks better of it.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before } from 'node:test';
import { checkSeeks, open, recordUntil, startSolo } from '../lib/flows.js';
import { decodeErrors, packets, placeOf, probe, webm } from '../lib/analysis.js';
import { byId } from '../lib/browser.js';
import { run } from '../lib/processes.js';
import { scenario } from '../lib/scenario.js';
import { needsServer, startServer } from '../lib/server.js';

let server;
if (!needsServer.skip) {
  before(async () => { server = await startServer(); });
  after(() => server?.stop());
}

const said = (person, pattern) => person.until(`a message like ${pattern}`, (source) => [...document.querySelectorAll('[data-testid="toast"]')]
  .some(({ textContent }) => new RegExp(source, 'i').test(textContent)), pattern.source);

/** Records, with a mark after each of `marks` seconds, and opens the library. */
async function record(person, kind, seconds, marks = []) {
  await startSolo(person, server, kind);
  for (const mark of marks) {
    await recordUntil(person, mark);
    // What the last one said lies over the button for a while.
    await person.until('no message', () => !document.querySelector('[data-testid="toast"]'));
    await person.click('record-mark');
    await person.page.mouse.move(1, 1);
  }
  await recordUntil(person, seconds);
  await person.click('record-stop');
  await person.see('save');
  await open(person, `${server.url}/recordings`);
  await person.see('recording-row');
}

/** Names of all recordings' files. */
const names = (person) => person.evaluate(async () => {
  const folder = await (await navigator.storage.getDirectory()).getDirectoryHandle('hostreel');
  const found = [];
  for await (const name of folder.keys()) found.push(name);
  return found;
});

/** Names, sizes and SHA-256 of all recordings' files, by name. */
const onDisk = (person) => person.evaluate(async () => {
  const folder = await (await navigator.storage.getDirectory()).getDirectoryHandle('hostreel');
  const files = {};
  for await (const [name, handle] of folder.entries()) {
    const file = await handle.getFile();
    const digest = name.endsWith('.media') && file.size < 64e6 ? await crypto.subtle.digest('SHA-256', await file.arrayBuffer()) : new ArrayBuffer(0);
    files[name] = { size: file.size, digest: [...new Uint8Array(digest)].join(' ') };
  }
  return files;
});

/** The chapters that a file states: `{ time, title }`, in milliseconds. */
async function chapters(file) {
  const { stdout } = await run('ffprobe', ['-v', 'error', '-show_chapters', '-of', 'json', file]);
  return JSON.parse(stdout).chapters.map(({ start_time: time, tags }) => ({ time: Math.round(Number(time) * 1000), title: tags.title }));
}

/** Presses a key on one of the handles so many times; gives where it is then, in milliseconds. */
async function press(person, handle, key, times) {
  await person.page.focus(byId(handle));
  for (let count = 0; count < times; count += 1) await person.page.keyboard.press(key);
  return Number(await person.text(handle));
}

for (const kind of ['chromium', 'firefox']) {
  scenario(`${kind}: a part is cut out on key frames, and the recording stays as it was`, needsServer, async (stage) => {
    const person = await stage.browser(kind);
    // Chromium makes a key frame when it is asked to, Firefox every five to ten seconds.
    await record(person, 'video', kind === 'firefox' ? 26 : 14, [2, 9]);
    await person.until('a picture', () => document.querySelector('[data-testid="recording-row"] img'));
    const whole = await person.save(() => person.click('save'));
    const before = await onDisk(person);
    const all = await packets(whole);
    const keys = all.filter(({ stream, key }) => stream === 'video' && key).map(({ time }) => time);
    assert.ok(keys.length >= 3, `a recording of ${keys.length} key frames says nothing about cutting`);
    // Both between two key frames: in the second stretch, and in the third.
    const wanted = { start: (Math.floor(keys[1] / 1000) + 1) * 1000, end: keys[2] + 500 };

    await person.click('trim');
    await person.see('trim-dialog');
    assert.equal(await person.evaluate(() => document.querySelector('[data-testid="trim-go"]').disabled), true, 'nothing is cut off yet');
    // A second each press.
    assert.equal(await press(person, 'trim-start', 'ArrowRight', wanted.start / 1000), wanted.start);
    const spoken = await person.evaluate(() => document.querySelector('[data-testid="trim-start"]').getAttribute('aria-valuetext'));
    assert.equal(spoken, `0:${String(wanted.start / 1000).padStart(2, '0')}`);
    await person.until('the player to be there', (start) => Math.abs(document.querySelector('[data-testid="trim-dialog"] video').currentTime * 1000 - start) < 100, wanted.start);
    // The end by the player's place.
    await person.evaluate((end) => { document.querySelector('[data-testid="trim-dialog"] video').currentTime = end / 1000; }, wanted.end);
    await person.until('the player to be there', () => !document.querySelector('[data-testid="trim-dialog"] video').seeking);
    await person.click('trim-end-here');
    await person.until('the end to be taken', (end) => Math.abs(Number(document.querySelector('[data-testid="trim-end"]').value) - end) <= 1, wanted.end);
    await person.click('trim-go');
    await said(person, /new recording/);
    await person.gone('trim-dialog');
    await person.until('the new row', () => document.querySelectorAll('[data-testid="recording-row"]').length === 2);
    assert.match(await person.text('recording-row'), /\(trimmed\)/, 'the newer one, on top');
    await person.until('its own picture', () => [...document.querySelectorAll('[data-testid="recording-row"] img')].length === 2);
    await person.reload();
    await person.see('recording-row');
    const file = await person.save(() => person.click('save'));

    // The files on the disk: the old ones byte for byte, and three new ones.
    const now = await onDisk(person);
    const media = Object.keys(before).filter((name) => name.endsWith('.media'));
    assert.equal(media.length, 1);
    assert.deepEqual(now[media[0]], before[media[0]]);
    assert.equal(Object.keys(now).length, Object.keys(before).length + 3, Object.keys(now).join(' '));

    // What is in the part: all packets of a span, and no other, each bit for bit.
    const cut = await packets(file);
    const of = (list, stream) => list.filter((packet) => packet.stream === stream);
    const pictures = of(all, 'video');
    const [first, last] = [cut.filter(({ stream }) => stream === 'video')[0], of(cut, 'video').at(-1)];
    assert.equal(first.key, true);
    const at = placeOf(of(cut, 'video').map(({ hash }) => hash), pictures.map(({ hash }) => hash));
    assert.ok(at >= 0, 'the pictures are those of the recording, without a gap');
    const start = pictures[at].time;
    assert.equal(start, keys.filter((time) => time <= wanted.start).at(-1), `it begins with the last key frame before ${wanted.start} ms, of ${keys}`);
    const behind = pictures[at + of(cut, 'video').length]?.time ?? Infinity;
    assert.equal(behind, keys.find((time) => time >= wanted.end) ?? Infinity, `it ends before the first key frame after ${wanted.end} ms, of ${keys}`);
    assert.ok(start > 0 && of(cut, 'video').length < pictures.length, 'something was cut off');
    const sounds = of(cut, 'audio');
    const from = placeOf(sounds.map(({ hash }) => hash), of(all, 'audio').map(({ hash }) => hash));
    assert.ok(from >= 0, 'the sound is that of the recording, without a gap');
    // Both moved by the same time: they are in sync as they were.
    const moved = pictures[at].time - first.time;
    assert.ok(Math.abs(of(all, 'audio')[from].time - sounds[0].time - moved) <= 2, 'pictures and sound moved alike');
    assert.ok(Math.abs(moved - start) < 100, `time zero is the start: ${moved} ms, ${start} ms`);

    // A good file by itself.
    const structure = webm(file);
    assert.deepEqual(structure.problems, []);
    assert.equal(structure.cuesInFront, true);
    assert.deepEqual(structure.cues.filter(({ time }) => !structure.keyFrames.includes(time)), [], 'cues lead to key frames');
    assert.equal(await decodeErrors(file), '');
    await checkSeeks(file);
    const { duration } = await probe(file);
    assert.ok(Math.abs(duration - (last.time + 100) / 1000) < 0.25, `${duration} s, the last picture is at ${last.time} ms`);

    // What is known of it moved too: the marks within, and the one before lasts into it.
    const [marks, moves] = [await chapters(whole), await chapters(file)];
    const within = marks.filter(({ time }) => time >= start && time < behind).map(({ time, title }) => ({ time: time - start, title }));
    const earlier = marks.filter(({ time }) => time < start).at(-1);
    const expected = [...(earlier ? [{ ...earlier, time: 0 }] : []), ...within];
    assert.ok(expected.length > 0 && marks.length === 2, JSON.stringify(marks));
    assert.deepEqual(moves.map(({ title }) => title), expected.map(({ title }) => title));
    moves.forEach(({ time }, index) => assert.ok(Math.abs(time - expected[index].time) <= 2, `${time} ms, ${expected[index].time} ms`));
    await person.click('play');
    const shown = await person.until('its chapters', (count) => {
      const found = [...document.querySelectorAll('[data-testid="chapter"]')].map(({ textContent }) => textContent);
      return found.length === count && found;
    }, expected.length);
    const told = ({ time, title }) => [-5, 5].map((off) => `0:${String(Math.floor(Math.max(time + off, 0) / 1000)).padStart(2, '0')}${title}`);
    shown.forEach((text, index) => assert.ok(told(moves[index]).includes(text), `${text}: ${JSON.stringify(moves[index])}`));
    await person.evaluate(() => [...document.querySelectorAll('[data-testid="chapter"]')].at(-1).click());
    await person.until('it to play from the last mark', (least) => {
      const { currentTime, paused, seeking, error } = document.querySelector('[data-testid="player"]');
      return !error && !paused && !seeking && currentTime * 1000 >= least;
    }, moves.at(-1).time);
    // A player that is gone needs no more of its file.
    assert.deepEqual(person.unexpectedErrors(/blob:.*ERR_ABORTED/), []);
  });

  scenario(`${kind}: one that is cancelled leaves nothing, however long it is`, needsServer, async (stage) => {
    const person = await stage.browser(kind);
    await record(person, 'video', 4);
    const short = await person.save(() => person.click('save'));
    // The same over and over: about 300 MB, hours long.
    const long = join(person.downloads, 'long.webm');
    const { size, duration } = await probe(short);
    await run('ffmpeg', ['-v', 'error', '-nostdin', '-stream_loop', String(Math.ceil(300e6 / size)), '-i', short, '-map', '0', '-c', 'copy', long]);
    await keepInLibrary(person, long, duration * Math.ceil(300e6 / size) * 1000);
    await person.reload();
    await person.until('both rows, with their pictures', () => document.querySelectorAll('[data-testid="recording-row"] img').length === 2);
    const before = await onDisk(person);

    const begin = async () => {
      await person.click('trim');
      await person.see('trim-dialog');
      await press(person, 'trim-end', 'PageDown', 1);
      await person.click('trim-go');
    };
    const isFarther = (least) => person.until(`${least} %`, (least) => Number(document.querySelector('[role="progressbar"]')?.getAttribute('aria-valuenow')) >= least, least);
    // While it is looked through: nothing is there yet. While it is written: a part is. And by Escape.
    for (const [least, leave] of [[1, 'trim-cancel'], [40, 'trim-cancel'], [40, 'Escape']]) {
      await begin();
      await isFarther(least);
      if (least > 33) {
        assert.ok((await names(person)).length > Object.keys(before).length, 'it is being written');
        const { held } = await person.evaluate(() => navigator.locks.query());
        assert.match(held.map(({ name }) => name).join(), /^hostreel-recording-\d+-\d+$/, 'no tab offers it as interrupted');
      }
      if (leave === 'Escape') await person.page.keyboard.press('Escape');
      else await person.click(leave);
      await person.gone('trim-progress');
      await person.until('all that was written to be gone', async (names) => {
        const folder = await (await navigator.storage.getDirectory()).getDirectoryHandle('hostreel');
        const found = [];
        for await (const name of folder.keys()) found.push(name);
        const { held } = await navigator.locks.query();
        return found.sort().join() === names && held.length === 0;
      }, Object.keys(before).sort().join());
      // What was chosen is still there, until somebody closes it.
      if (leave !== 'Escape') await person.see('trim-go');
      if (await person.has('trim-dialog')) await person.page.keyboard.press('Escape');
      await person.gone('trim-dialog');
    }
    assert.deepEqual(await onDisk(person), before);
    assert.equal(await person.count('recording-row'), 2);
    // A page that goes in the middle leaves what a crash leaves: it is offered, and nothing else has changed.
    await begin();
    await isFarther(60);
    await person.reload();
    await person.click('recover');
    await said(person, /recovered/);
    await person.gone('recover');
    // It begins when the whole one began: which of the two stands on top is not said.
    const title = await person.evaluate(() => {
      const row = [...document.querySelectorAll('[data-testid="recording-row"]')].find(({ textContent }) => textContent.includes('(trimmed)'));
      row?.querySelector('[data-testid="delete"]').click();
      return row?.querySelector('h2').textContent;
    });
    assert.match(title, /^Long \(trimmed\)/);
    await person.until('the row to go', () => document.querySelectorAll('[data-testid="recording-row"]').length === 2);
    await person.page.click('.toast__close');
    await person.until('its files to go', async (count) => {
      const folder = await (await navigator.storage.getDirectory()).getDirectoryHandle('hostreel');
      let found = 0;
      for await (const name of folder.keys()) found += name ? 1 : 0;
      return found === count;
    }, Object.keys(before).length);
    assert.deepEqual(await onDisk(person), before);
    // The page answers while it is cut, and in the end it is there.
    await begin();
    const slowest = await person.evaluate(() => new Promise((resolve) => {
      let [last, slowest] = [performance.now(), 0];
      const look = () => {
        const now = performance.now();
        [last, slowest] = [now, Math.max(slowest, now - last)];
        if (document.querySelector('[data-testid="trim-progress"]')) setTimeout(look, 10);
        else resolve(slowest);
      };
      look();
    }));
    await said(person, /new recording/);
    await person.until('the new row', () => document.querySelectorAll('[data-testid="recording-row"]').length === 3);
    assert.ok(slowest < 1_000, `the page stood still for ${Math.round(slowest)} ms`);
    assert.deepEqual(person.unexpectedErrors(/blob:.*ERR_ABORTED/), []);
  });
}

/** Puts a file beside the only recording, as if it had been recorded a minute before. */
async function keepInLibrary(person, path, durationMs) {
  const input = await person.page.evaluateHandle(() => Object.assign(document.createElement('input'), { type: 'file' }));
  await input.uploadFile(path);
  await input.evaluate(async (input, durationMs) => {
    const folder = await (await navigator.storage.getDirectory()).getDirectoryHandle('hostreel');
    const write = async (name, content) => {
      const writable = await (await folder.getFileHandle(name, { create: true })).createWritable();
      await writable.write(content);
      await writable.close();
    };
    let facts;
    for await (const [name, handle] of folder.entries()) {
      if (/^[\d-]+\.json$/.test(name)) facts = JSON.parse(await (await handle.getFile()).text());
    }
    const [file] = input.files;
    const started = facts.started_at_ms + 60_000;
    const id = `${started}-123456789`;
    await write(`${id}.media`, file);
    await write(`${id}.json`, JSON.stringify({ ...facts, id, title: 'Long', started_at_ms: started, duration_ms: Math.round(durationMs), bytes: file.size, report: undefined }));
  }, durationMs);
}

scenario('chromium: a sound is cut too', needsServer, async (stage) => {
  const mina = await stage.browser('chromium');
  await record(mina, 'audio', 5);
  await mina.click('trim');
  await press(mina, 'trim-start', 'ArrowRight', 2);
  await mina.click('trim-go');
  await said(mina, /new recording/);
  await mina.until('the new row', () => document.querySelectorAll('[data-testid="recording-row"]').length === 2);
  const file = await mina.save(() => mina.click('save'));
  const found = await probe(file);
  assert.equal(found.video, undefined);
  assert.ok(found.duration > 2 && found.duration < 4.5, `${found.duration} s`);
  assert.deepEqual(webm(file).problems, []);
});
