// What axe-core finds on each page and dialog, in both themes: nothing.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
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
    await clean(juno, 'being recorded');
    await recordUntil(mina, 2);
    await mina.click('record-stop');
    await mina.see('save');
    await clean(mina, 'saved in the room');
    await mina.click('delete');
    await mina.see('delete-confirm');
    await clean(mina, 'delete?');
    await mina.page.keyboard.press('Escape');
    await mina.click('leave');
    await mina.see('problem');
    await clean(mina, 'after the meeting');
  });
}
