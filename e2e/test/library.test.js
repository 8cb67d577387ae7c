// The recordings of a browser: played, renamed, deleted and taken back, saved together, and completed after a crash.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync, statSync } from 'node:fs';
import { SIZES, checkFile, coveredByMessages, open, recordUntil, startSolo } from '../lib/flows.js';
import { probe } from '../lib/analysis.js';
import { unpack } from '../lib/archive.js';
import { scenario } from '../lib/scenario.js';
import { needsServer, startServer } from '../lib/server.js';
import { after, before } from 'node:test';

let server;
if (!needsServer.skip) {
  before(async () => { server = await startServer(); });
  after(() => server?.stop());
}

const rows = (person) => person.count('recording-row');
const said = (person, pattern) => person.until(`a message like ${pattern}`, (source) => [...document.querySelectorAll('[data-testid="toast"]')]
  .some(({ textContent }) => new RegExp(source, 'i').test(textContent)), pattern.source);

/** Records a few seconds, with a mark after the second; leaves the page on the saved card. */
async function record(person, kind, seconds = 4) {
  await startSolo(person, server, kind);
  await recordUntil(person, 2);
  await person.click('record-mark');
  await recordUntil(person, seconds);
  await person.click('record-stop');
  await person.see('save');
}

/** Types a title over the one that is there: the dialog opens with it selected. */
async function retitle(person, title) {
  await person.click('rename');
  const field = await person.see('rename-title');
  await person.until('the title to be selected', () => {
    const field = document.activeElement;
    return field.dataset.testid === 'rename-title' && field.selectionEnd - field.selectionStart === field.value.length;
  });
  await field.type(title);
  await person.click('rename-save');
}

async function library(person) {
  await open(person, `${server.url}/recordings`);
  await person.see('recording-row');
}

for (const kind of ['chromium', 'firefox']) {
  scenario(`${kind}: a recording has a picture, is renamed, and plays from its chapter`, needsServer, async (stage) => {
    const person = await stage.browser(kind);
    await record(person, 'video');
    assert.match(await person.text('report'), /checked/i);
    await library(person);
    await person.until('a picture', () => document.querySelector('[data-testid="recording-row"] img')?.src.startsWith('data:image/jpeg'));
    await retitle(person, 'Stand-up <b>"1"</b>');
    await said(person, /renamed/);
    await person.until('the new title', () => document.querySelector('[data-testid="recording-row"] h2').textContent.includes('Stand-up <b>"1"</b>'));
    await person.reload();
    assert.match(await person.text('recording-row'), /Stand-up <b>"1"<\/b>/, 'it stays');
    await person.click('play');
    await person.click('chapter');
    const at = await person.until('to play from the mark on', () => {
      const { currentTime, paused, seeking } = document.querySelector('[data-testid="player"]');
      return !paused && !seeking && currentTime >= 1.5 && currentTime;
    });
    assert.ok(at < 4.5, `${at} s`);
    await person.until('its chapter to be marked', () => document.querySelector('[data-testid="chapter"]').getAttribute('aria-current') === 'true');
    assert.deepEqual(person.unexpectedErrors(), []);
  });
}

scenario('chromium: the chapter is in the file too, and a sound shows its waveform', needsServer, async (stage) => {
  const mina = await stage.browser('chromium');
  await startSolo(mina, server, 'audio');
  await recordUntil(mina, 2);
  await mina.click('record-mark');
  await recordUntil(mina, 4);
  await mina.click('record-stop');
  const file = await mina.save(() => mina.click('save'));
  const { chapters } = JSON.parse(execFileSync('ffprobe', ['-v', 'error', '-show_chapters', '-of', 'json', file]));
  assert.equal(chapters.length, 1);
  assert.equal(chapters[0].tags.title, 'Mark 1');
  const start = Number(chapters[0].start_time);
  assert.ok(start >= 1.5 && start < 4, `${start} s`);
  await library(mina);
  await mina.click('play');
  const path = await mina.until('the waveform', () => document.querySelector('[data-testid="waveform"] path')?.getAttribute('d'));
  assert.ok(path.split('M').length > 20, 'a bar for each tenth of a second');
  const box = await (await mina.see('waveform')).boundingBox();
  await mina.page.mouse.click(box.x + box.width * 0.75, box.y + box.height / 2);
  await mina.until('to play from there', () => document.querySelector('[data-testid="player"]').currentTime >= 2.5);
});

scenario('chromium: what is deleted can be taken back, until the message goes', needsServer, async (stage) => {
  const mina = await stage.browser('chromium');
  await record(mina, 'audio', 3);
  await record(mina, 'audio', 3);
  await library(mina);
  assert.equal(await rows(mina), 2);
  await mina.click('delete');
  await mina.until('one row less', () => document.querySelectorAll('[data-testid="recording-row"]').length === 1);
  await mina.click('undo');
  await mina.until('the row again', () => document.querySelectorAll('[data-testid="recording-row"]').length === 2);
  // A page that is closed in the meantime deletes nothing.
  await mina.click('delete');
  await mina.see('undo');
  await mina.reload();
  await mina.see('recording-row');
  assert.equal(await rows(mina), 2);
  // The message goes: now it is gone for good.
  await mina.click('delete');
  await mina.see('undo');
  await mina.page.click('.toast__close');
  await mina.until('its file to be gone', async () => {
    const folder = await (await navigator.storage.getDirectory()).getDirectoryHandle('hostreel');
    const names = [];
    for await (const name of folder.keys()) names.push(name);
    return names.filter((name) => name.endsWith('.media')).length === 1 && names.length === 3;
  });
  await mina.reload();
  await mina.see('recording-row');
  assert.equal(await rows(mina), 1);
});

scenario('chromium: two tabs of the library agree', needsServer, async (stage) => {
  const mina = await stage.browser('chromium');
  await record(mina, 'audio', 3);
  await library(mina);
  const first = mina.page;
  const second = await mina.browser.newPage();
  await second.goto(`${server.url}/recordings?lang=en`);
  await second.waitForSelector('[data-testid="recording-row"]');
  await first.bringToFront();
  await retitle(mina, 'Seen by both');
  await second.bringToFront();
  await second.waitForFunction(() => document.querySelector('[data-testid="recording-row"]')?.textContent.includes('Seen by both'));
  await second.click('[data-testid="delete"]');
  await second.waitForSelector('[data-testid="undo"]');
  await second.click('.toast__close');
  await first.bringToFront();
  await first.waitForFunction(() => !document.querySelector('[data-testid="recording-row"]'));
});

/** As if this had been written while all that there is was recorded. */
const writeChat = (person, text) => person.evaluate(async (line) => {
  const folder = await (await navigator.storage.getDirectory()).getDirectoryHandle('hostreel');
  for await (const [name, handle] of folder) {
    if (!name.endsWith('.notes.json')) continue;
    const notes = JSON.parse(await (await handle.getFile()).text());
    const writable = await handle.createWritable();
    await writable.write(JSON.stringify({ ...notes, chat: [{ at_ms: 1000, name: 'Juno', text: line }] }));
    await writable.close();
  }
}, text);

scenario('chromium: all recordings are saved as one archive, each with what was written meanwhile', needsServer, async (stage) => {
  const mina = await stage.browser('chromium');
  await record(mina, 'audio', 3);
  // Before the page that keeps them is left.
  await mina.until('its notes to be kept', async () => {
    const folder = await (await navigator.storage.getDirectory()).getDirectoryHandle('hostreel');
    for await (const [name, handle] of folder) {
      if (name.endsWith('.notes.json') && (await handle.getFile()).size > 2) return true;
    }
    return false;
  });
  await library(mina);
  await writeChat(mina, 'see you <there>');
  await record(mina, 'video', 3);
  await library(mina);
  const archive = await mina.save(() => mina.click('save-all'));
  assert.match(archive, /Recordings\.zip$/);
  const { folder, names } = await unpack(archive);
  const stem = names.find((name) => name.endsWith(' Audio.webm')).replace(/\.webm$/, '');
  const chat = names.filter((name) => !name.endsWith('.webm'));
  assert.deepEqual(chat, [`${stem} Chat.txt`, `${stem} Chat.vtt`], 'of the other one there is none');
  const [text, vtt] = chat.map((name) => readFileSync(`${folder}/${name}`, 'utf8'));
  assert.equal(text, '[00:00:01] Juno: see you <there>\n');
  assert.match(vtt, /^WEBVTT\n\n1\n00:00:01\.000 --> 00:00:0\d\.\d{3}\n<v Juno>see you &lt;there&gt;\n$/);
  const files = names.filter((name) => name.endsWith('.webm'));
  assert.equal(files.length, 2);
  for (const name of files) {
    assert.match(name, /^\d{4}-\d\d-\d\d \d\d\.\d\d\.\d\d (Audio|Video)\.webm$/);
    const { duration } = await probe(`${folder}/${name}`);
    assert.ok(duration > 2 && statSync(`${folder}/${name}`).size > 10_000, `${duration} s`);
  }
});

/** Puts so many copies of the one recording that there is beside it. */
const copyRecording = (person, copies) => person.evaluate(async (wanted) => {
  const folder = await (await navigator.storage.getDirectory()).getDirectoryHandle('hostreel');
  const files = [];
  // At once: a file that is written later can't be read any more.
  for await (const [name, handle] of folder) files.push({ name, bytes: await (await handle.getFile()).arrayBuffer() });
  const id = files.find(({ name }) => name.endsWith('.media')).name.slice(0, -'.media'.length);
  const [began, ...rest] = id.split('-');
  for (let copy = 1; copy <= wanted; copy += 1) {
    const other = [Number(began) + copy, ...rest].join('-');
    for (const { name, bytes } of files.filter(({ name }) => name.startsWith(id))) {
      const writable = await (await folder.getFileHandle(name.replace(id, other), { create: true })).createWritable();
      await writable.write(name.endsWith('.media') ? bytes : new TextDecoder().decode(bytes).replaceAll(id, other));
      await writable.close();
    }
  }
}, copies);

/** Goes by keyboard to everything that can be pressed in the rows; gives what lies under a message then. */
const coveredWhenReached = (person) => person.evaluate(async () => {
  const covered = [];
  for (const button of document.querySelectorAll('[data-testid="recording-row"] button:not([tabindex="-1"])')) {
    button.focus();
    await new Promise(requestAnimationFrame);
    const { left, right, top, bottom } = button.getBoundingClientRect();
    const under = [...document.querySelectorAll('[data-testid="toast"]')].map((message) => message.getBoundingClientRect())
      .some((box) => left < box.right && right > box.left && top < box.bottom && bottom > box.top);
    if (under || top < 0 || bottom > innerHeight) covered.push(button.dataset.testid ?? button.textContent.trim());
  }
  return covered;
});

scenario('chromium: in a long list a message covers no button that somebody comes to', needsServer, async (stage) => {
  const mina = await stage.browser('chromium');
  await record(mina, 'audio', 3);
  // What is written beside it is there.
  await library(mina);
  await copyRecording(mina, 11);
  for (const size of [...SIZES, { width: 844, height: 390 }]) {
    await mina.page.setViewport(size);
    await library(mina);
    assert.equal(await rows(mina), 12);
    for (let deleted = 1; deleted <= 3; deleted += 1) {
      await mina.click('delete');
      await mina.until('a message more', (wanted) => document.querySelectorAll('[data-testid="toast"]').length === wanted, deleted);
    }
    assert.deepEqual(await coveredWhenReached(mina), [], `${size.width} px wide`);
    // All the way down nothing lies under a message, not even for the moment; where there is room beside the list, nowhere.
    for (const part of size.width < 1400 ? [1] : [0, 0.3, 0.7, 1]) {
      await mina.evaluate((share) => scrollTo(0, share * document.documentElement.scrollHeight), part);
      assert.deepEqual(await coveredByMessages(mina), [], `${size.width} px wide, scrolled to ${part}`);
    }
    // A page that is left before the messages go deletes nothing.
  }
});

for (const kind of ['chromium', 'firefox']) {
  scenario(`${kind}: an interrupted recording is recovered with one press, or discarded`, needsServer, async (stage) => {
    const person = await stage.browser(kind);
    for (const seconds of [8, 4]) {
      await startSolo(person, server, 'video');
      await recordUntil(person, seconds);
      await person.goto(`${server.url}/?lang=en`);
      await person.see('interrupted');
    }
    await person.goto(`${server.url}/recordings?lang=en`);
    await person.see('recover');
    assert.equal(await rows(person), 2);
    await person.click('discard');
    await person.click('discard-confirm');
    await person.until('one row less', () => document.querySelectorAll('[data-testid="recording-row"]').length === 1);
    await person.click('recover');
    await said(person, /recovered/);
    await person.gone('recover');
    const file = await person.save(() => person.click('save'));
    await checkFile({ file, least: 5, most: 11 }, { video: true });
  });
}
