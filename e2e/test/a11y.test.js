// What axe-core finds on each page and dialog, in both themes: nothing.
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { after, before } from 'node:test';
import { everybodySeesEverybody, joinMeeting, newMeeting, open, recordUntil, startSolo } from '../lib/flows.js';
import { scenario } from '../lib/scenario.js';
import { needsServer, startServer } from '../lib/server.js';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

let server;
before(async () => {
  if (!needsServer.skip) server = await startServer();
});
after(() => server?.stop());

/** Finds nothing on what is shown, light and dark. */
async function clean(person, where) {
  const found = [];
  for (const theme of ['light', 'dark']) {
    await person.page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: theme }, { name: 'prefers-reduced-motion', value: 'reduce' }]);
    await person.evaluate(async () => {
      for (let frame = 0; frame < 3; frame += 1) await new Promise(requestAnimationFrame);
      await Promise.allSettled(document.getAnimations().map((animation) => animation.finish()));
    });
    // The page's policy lets no script of others in; the browser's own tools do.
    if (!await person.evaluate(() => 'axe' in window)) await person.evaluate(AXE);
    const { violations } = await person.evaluate(() => window.axe.run(document, { resultTypes: ['violations'] }));
    for (const { id, help, nodes } of violations) {
      for (const { html, failureSummary } of nodes) found.push(`${where} (${theme}): ${id}: ${help}\n  ${html.slice(0, 300)}\n  ${failureSummary}`);
    }
  }
  assert.equal(found.join('\n'), '');
}

/** Where the keyboard is, seen from a part of the page: in it (and whether that can be seen), or else what has the focus. */
const keyboardAt = (person, part) => person.evaluate((selector) => {
  const at = document.activeElement;
  // The browser's own bars, between the last and the first.
  if (!at || at === document.body) return { bars: true };
  const called = (at.dataset.testid ?? at.getAttribute('aria-label') ?? at.textContent.trim().slice(0, 60)) || at.tagName;
  // A file field is out of sight: its label shows the focus.
  const shown = at.matches('.visually-hidden') ? at.closest('label').querySelector('.button') : at;
  const { outlineStyle, outlineWidth, boxShadow } = getComputedStyle(shown);
  return { called, inside: Boolean(at.closest(selector)), seen: (outlineStyle !== 'none' && parseFloat(outlineWidth) > 0) || boxShadow !== 'none' };
}, part);

/** Opens something by keyboard, from a button that is there. */
async function press(person, testId, more = '') {
  const button = await person.see(testId, more);
  await button.focus();
  await person.page.keyboard.press('Enter');
}

const focusedOn = (person, testId) => person.until(`the focus to be on ${testId}`, (id) => document.activeElement?.dataset.testid === id, testId);

/** Tab after Tab through a part of the page: each stop can be seen. In a modal none is outside. Gives how they are called. */
async function walk(person, part, { modal }) {
  const called = [];
  for (let stop = 0; stop < 40; stop += 1) {
    await person.page.keyboard.press('Tab');
    const at = await keyboardAt(person, part);
    if (at.bars && modal) continue;
    if (!at.inside) {
      assert.equal(modal, false, `the keyboard is out of ${part}: ${at.called}`);
      break;
    }
    assert.ok(at.seen, `${part}: it can't be seen that the keyboard is on ${at.called}`);
    called.push(at.called);
  }
  return called;
}

for (const language of ['en', 'ko']) {
  scenario(`axe finds nothing on the pages: ${language}`, needsServer, async (stage) => {
    const mina = await stage.browser('chromium');
    const visit = async (path, testId, where = path) => {
      await open(mina, `${server.url}${path}?lang=${language}`, { language });
      await mina.see(testId);
      await clean(mina, where);
    };
    await visit('/', 'new-meeting');
    await visit('/solo', 'solo-video');
    await visit('/settings', 'settings-name');
    await visit('/consent-log', 'verify-drop');
    await visit('/r/abcd-efgh-jkmn', 'problem');
    await visit('/nowhere', 'problem');
    await visit('/consent-log', 'verify-drop');
    const log = join(mina.downloads, 'log.json');
    writeFileSync(log, '{"version":1,"room":"abcd-efgh-jkmn","entries":[]}');
    await (await mina.page.$('[data-testid="verify-files"]')).uploadFile(log);
    await mina.see('consent-log-entries');
    await clean(mina, 'consent log, shown');
    await mina.evaluate(() => document.activeElement.blur());
    const stops = await walk(mina, 'body', { modal: true });
    for (const wanted of ['verify-files', 'consent-log-entries']) assert.ok(stops.includes(wanted), `${wanted} by keyboard: ${stops}`);
    await open(mina, `${server.url}/recordings?lang=${language}`, { language });
    await mina.until('the empty library', () => document.querySelector('.empty'));
    await clean(mina, 'empty library');
    await startSolo(mina, server, 'audio', { language });
    await recordUntil(mina, 1);
    await mina.click('record-mark');
    await clean(mina, 'solo, recording');
    await mina.click('record-stop');
    await mina.see('save');
    await clean(mina, 'saved card');
    await visit('/recordings', 'recording-row', 'library');
    await mina.click('play');
    await mina.see('chapter');
    await clean(mina, 'library, playing');
    await mina.click('rename');
    await mina.see('rename-title');
    await clean(mina, 'rename');
    await mina.page.keyboard.press('Escape');
    await mina.click('trim');
    await mina.see('trim-start');
    await clean(mina, 'trim');
    await mina.page.keyboard.press('Escape');
    await mina.click('delete');
    await mina.see('undo');
    await clean(mina, 'undo');
  });

  scenario(`axe finds nothing in a meeting: ${language}`, needsServer, async (stage) => {
    const [mina, juno] = await stage.browsers('mina', 'juno');
    await open(mina, `${server.url}/?lang=${language}`, { language });
    await mina.click('new-meeting');
    await mina.see('join');
    await clean(mina, 'before joining');
    const { guestLink } = await newMeeting(mina, server);
    await mina.click('invite-qr');
    await mina.see('qr');
    await clean(mina, 'alone, with the code');
    await joinMeeting(juno, guestLink);
    await everybodySeesEverybody(mina, juno);
    await clean(mina, 'room');
    await mina.click('people');
    await mina.click('person-menu');
    await clean(mina, 'people');
    await mina.click('people');

    // The people by keyboard: lend the right to record, and a question that gives the way back.
    await press(mina, 'people');
    await mina.see('person-menu');
    await press(mina, 'person-menu', '[data-name="Juno"]');
    await mina.see('grant-record-10');
    await clean(mina, 'lending');
    await press(mina, 'grant-record-10');
    await focusedOn(mina, 'person-menu');
    await mina.page.keyboard.press('Enter');
    await mina.see('remove-person');
    await press(mina, 'remove-person');
    await mina.see('remove-person-confirm');
    await clean(mina, 'remove?');
    await walk(mina, 'dialog', { modal: true });
    await mina.page.keyboard.press('Escape');
    await focusedOn(mina, 'person-menu');
    assert.ok((await walk(mina, '.panel', { modal: false })).length > 1, 'the panel goes on by keyboard');
    await (await mina.see('person-menu', '[data-name="Juno"]')).focus();
    await mina.page.keyboard.press('Escape');
    await focusedOn(mina, 'people');
    await mina.gone('person-menu');

    // The own name, from the list and from the menu.
    await press(mina, 'people');
    await press(mina, 'rename-me');
    await focusedOn(mina, 'own-name');
    await clean(mina, 'the own name');
    assert.ok((await walk(mina, 'dialog', { modal: true })).includes('own-name-save'));
    await mina.fill('own-name', ' ');
    await mina.page.keyboard.press('Enter');
    await mina.until('the refusal', () => document.querySelector('[data-testid="own-name"]').getAttribute('aria-invalid') === 'true');
    await clean(mina, 'a name that is none');
    await mina.page.keyboard.press('Escape');
    await focusedOn(mina, 'rename-me');
    await mina.page.keyboard.press('Escape');
    await focusedOn(mina, 'people');
    await press(mina, 'more');
    await press(mina, 'menu-rename-me');
    await focusedOn(mina, 'own-name');
    await mina.page.keyboard.press('Escape');
    await focusedOn(mina, 'more');

    // The chat.
    await press(mina, 'chat');
    await focusedOn(mina, 'chat-input');
    await mina.page.keyboard.type('https://example.com');
    await mina.page.keyboard.press('Enter');
    await mina.until('the line', () => document.querySelector('[data-testid="chat-log"] a'));
    await juno.see('chat-unread');
    await clean(juno, 'unread');
    await clean(mina, 'chat');
    assert.ok((await walk(mina, '.panel', { modal: false })).includes('chat-send'));
    await (await mina.see('chat-input')).focus();
    await mina.page.keyboard.press('Escape');
    await focusedOn(mina, 'chat');

    // The rules.
    await press(mina, 'more');
    await press(mina, 'policies');
    await mina.see('policy-consent');
    await clean(mina, 'rules');
    const stops = await walk(mina, 'dialog', { modal: true });
    for (const wanted of ['policy-lobby', 'policy-consent', 'policy-history', 'policy-succession']) assert.ok(stops.includes(wanted), `${wanted} by keyboard: ${stops}`);
    await (await mina.see('policy-consent')).focus();
    await mina.page.keyboard.press('Space');
    await mina.page.keyboard.press('Escape');
    await mina.gone('policy-consent');
    await focusedOn(mina, 'more');

    await mina.click('more');
    await mina.see('end-room');
    await clean(mina, 'menu');
    await mina.click('show-shortcuts');
    await mina.see('shortcuts');
    await clean(mina, 'shortcuts');
    await mina.page.keyboard.press('Escape');
    await mina.gone('shortcuts');
    await mina.click('record');
    await mina.see('record-kind-tracks');
    await clean(mina, 'what to record');
    await mina.click('record-kind-video');
    await mina.see('countdown');
    await clean(mina, 'countdown');
    await mina.see('recording-banner');
    await clean(mina, 'recording');
    await juno.see('consent-dialog');
    await clean(juno, 'asked for consent');
    const answers = await walk(juno, '[data-testid="consent-dialog"]', { modal: true });
    for (const wanted of ['consent-all', 'consent-voice', 'consent-none', 'consent-leave']) assert.ok(answers.includes(wanted), `${wanted} by keyboard: ${answers}`);
    await press(juno, 'consent-all');
    await juno.gone('consent-dialog');
    await press(juno, 'consent-change');
    await juno.see('consent-dialog');
    await clean(juno, 'another answer');
    await juno.page.keyboard.press('Escape');
    await juno.gone('consent-dialog');
    await focusedOn(juno, 'consent-change');
    await clean(juno, 'being recorded');
    await recordUntil(mina, 2);
    await mina.click('record-stop');
    await mina.see('save');
    await clean(mina, 'saved in the room');
    await mina.see('consent-log');
    await press(mina, 'consent-log');
    await mina.see('consent-log-entries');
    await clean(mina, 'the consent log of a recording');
    assert.ok((await walk(mina, 'dialog', { modal: true })).includes('consent-log-entries'));
    await mina.page.keyboard.press('Escape');
    await focusedOn(mina, 'consent-log');
    await mina.click('delete');
    await mina.see('delete-confirm');
    await clean(mina, 'delete?');
    await mina.page.keyboard.press('Escape');
    await mina.click('leave');
    await mina.see('problem');
    await clean(mina, 'after the meeting');
  });
}
