// Pictures of the real product: the README's (docs/images, small JPEGs) and, in out/shots, every page at phone and desktop size, in
// both languages and themes, to look at. Needs HOSTREEL_SERVER; `cargo xtask shots` does it all.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { launch } from './lib/browser.js';
import { everybodySeesEverybody, joinMeeting, newMeeting, open, recordUntil, startRecording, startSolo } from './lib/flows.js';
import { OUT } from './lib/paths.js';
import { startServer } from './lib/server.js';

const FOLDER = join(OUT, 'shots');
const IMAGES = new URL('../docs/images/', import.meta.url).pathname;
const SIZES = { phone: { width: 390, height: 844 }, desktop: { width: 1440, height: 900 } };

mkdirSync(FOLDER, { recursive: true });
mkdirSync(IMAGES, { recursive: true });

async function look(participant, size, theme) {
  await participant.page.setViewport(SIZES[size]);
  await participant.page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: theme }]);
}

/** Waits until the page is laid out for its size and what moves has come to rest; what moves for ever is left alone. */
function atRest(participant) {
  return participant.evaluate(async () => {
    for (let frame = 0; frame < 4; frame += 1) await new Promise(requestAnimationFrame);
    await Promise.allSettled(document.getAnimations()
      .filter((animation) => animation.effect.getComputedTiming().endTime !== Infinity).map((animation) => animation.finished));
  });
}

async function shot(participant, name) {
  await atRest(participant);
  await participant.page.screenshot({ path: join(FOLDER, `${name}.png`) });
  console.log(`out/shots/${name}.png`);
}

async function image(participant, name) {
  await atRest(participant);
  await participant.page.screenshot({ path: join(IMAGES, `${name}.jpg`), type: 'jpeg', quality: 72 });
  console.log(`docs/images/${name}.jpg`);
}

/** Every size and theme of the page that is open. */
async function everyLook(participant, name) {
  for (const size of Object.keys(SIZES)) {
    for (const theme of ['light', 'dark']) {
      await look(participant, size, theme);
      await shot(participant, `${name}-${size}-${theme}`);
    }
  }
}

const server = await startServer();
const people = await Promise.all(['mina', 'juno', 'theo'].map((name) => launch('chromium', { name })));
const [mina, juno, theo] = people;
try {
  for (const language of ['en', 'ko']) {
    await open(mina, `${server.url}/?lang=${language}`);
    await mina.see('new-meeting');
    await everyLook(mina, `home-${language}`);
    await open(mina, `${server.url}/solo?lang=${language}`);
    await mina.see('solo-video');
    await everyLook(mina, `solo-${language}`);
  }
  await look(mina, 'desktop', 'light');
  await startSolo(mina, server, 'video');
  await recordUntil(mina, 2);
  await shot(mina, 'solo-recording-desktop');
  await mina.click('record-stop');
  await mina.see('save');
  await shot(mina, 'solo-saved-desktop');
  for (const language of ['en', 'ko']) {
    await open(mina, `${server.url}/recordings?lang=${language}`);
    await mina.see('recording-row');
    await everyLook(mina, `library-${language}`);
  }

  await look(mina, 'desktop', 'dark');
  await open(mina, `${server.url}/?lang=en`);
  const { guestLink } = await newMeeting(mina, server);
  await shot(mina, 'room-alone-desktop');
  await open(juno, guestLink);
  await juno.see('join');
  await everyLook(juno, 'prejoin-en');
  await joinMeeting(juno, guestLink);
  await joinMeeting(theo, guestLink);
  await everybodySeesEverybody(mina, juno, theo);
  await look(mina, 'desktop', 'dark');
  await mina.click('record');
  await mina.see('record-kind-video');
  await shot(mina, 'record-choice-desktop');
  await look(mina, 'phone', 'dark');
  await shot(mina, 'record-choice-phone');
  await look(mina, 'desktop', 'dark');
  await mina.page.keyboard.press('Escape');
  await startRecording(mina, 'video');
  await recordUntil(mina, 3);
  await mina.page.setViewport({ width: 1120, height: 700 });
  await image(mina, 'room-en');
  await look(mina, 'desktop', 'dark');
  await shot(mina, 'room-recording-desktop');
  await mina.click('people');
  await shot(mina, 'room-people-desktop');
  await look(mina, 'phone', 'dark');
  await shot(mina, 'room-people-phone');
  await mina.click('people');
  await shot(mina, 'room-recording-phone');
  await look(juno, 'phone', 'dark');
  await joinMeeting(juno, `${guestLink}?lang=ko`);
  await everybodySeesEverybody(juno, mina, theo);
  await juno.page.setViewport({ width: 390, height: 780 });
  await image(juno, 'room-ko-phone');
  await mina.click('record-stop');
  await mina.see('save');
  await look(mina, 'desktop', 'dark');
  await shot(mina, 'room-saved-desktop');
  await look(mina, 'phone', 'dark');
  await shot(mina, 'room-saved-phone');
} finally {
  await Promise.all(people.map((participant) => participant.close()));
  await server.stop();
}
