// Pictures of the real product: the README's (docs/images, small JPEGs) and, in out/shots, every page at phone, tablet and desktop
// size, in both languages and themes, with a gallery (index.html) to look at. Needs HOSTREEL_SERVER; `cargo xtask shots` does it all.
// With names as arguments only those parts are taken: `node shots.js home settings`.
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { launch } from './lib/browser.js';
import { enter, everybodySeesEverybody, joinMeeting, open, recordUntil, startSolo } from './lib/flows.js';
import { OUT } from './lib/paths.js';
import { startServer } from './lib/server.js';

const FOLDER = join(OUT, 'shots');
const IMAGES = new URL('../docs/images/', import.meta.url).pathname;
const SIZES = { phone: { width: 390, height: 844 }, tablet: { width: 820, height: 1180 }, desktop: { width: 1440, height: 900 } };
const THEMES = ['light', 'dark'];
const LANGUAGES = ['en', 'ko'];

mkdirSync(FOLDER, { recursive: true });
mkdirSync(IMAGES, { recursive: true });

async function look(participant, size, theme) {
  await participant.page.setViewport(SIZES[size]);
  // A headless browser has no mouse; a desktop has one.
  const pointer = size === 'phone' || size === 'tablet' ? ['none', 'coarse'] : ['hover', 'fine'];
  const features = { 'prefers-color-scheme': theme, hover: pointer[0], pointer: pointer[1] };
  participant.session ??= await participant.page.createCDPSession();
  await participant.session.send('Emulation.setEmulatedMedia', { features: Object.entries(features).map(([name, value]) => ({ name, value })) });
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
  // A page that scrolls is taken as a whole.
  const fullPage = await participant.evaluate(() => !document.querySelector('.room, dialog[open]') && document.documentElement.scrollHeight < 4000);
  await participant.page.screenshot({ path: join(FOLDER, `${name}.png`), fullPage });
}

async function image(participant, name) {
  await atRest(participant);
  await participant.page.screenshot({ path: join(IMAGES, `${name}.jpg`), type: 'jpeg', quality: 72 });
  console.log(`docs/images/${name}.jpg`);
}

/** Every size (and theme) of what is open. */
async function everyLook(participant, name, themes = THEMES) {
  for (const size of Object.keys(SIZES)) {
    for (const theme of themes) {
      await look(participant, size, theme);
      await shot(participant, `${name}-${size}-${theme}`);
    }
  }
  await look(participant, 'desktop', themes[0]);
  console.log(`out/shots/${name}-*.png`);
}

// The room is always dark.
const inRoom = (participant, name) => everyLook(participant, name, ['dark']);

const parts = {
  async home({ mina, server }, language) {
    await open(mina, `${server.url}/?lang=${language}`);
    await mina.see('new-meeting');
    await everyLook(mina, `home-${language}`);
  },

  async settings({ mina, server }, language) {
    await open(mina, `${server.url}/settings?lang=${language}`);
    await mina.see('settings-name');
    await everyLook(mina, `settings-${language}`);
  },

  async verify({ mina, server }, language) {
    await open(mina, `${server.url}/consent-log?lang=${language}`);
    await mina.see('verify-drop');
    await everyLook(mina, `verify-${language}`);
  },

  async trouble({ mina, server }, language) {
    await open(mina, `${server.url}/r/abcd-efgh-jkmn?lang=${language}`);
    await mina.see('problem');
    await everyLook(mina, `trouble-${language}`);
  },

  async solo({ mina, server }, language) {
    await open(mina, `${server.url}/recordings?lang=${language}`);
    await mina.until('the list', () => document.querySelector('.empty, [data-testid="recording-row"]'));
    await everyLook(mina, `library-empty-${language}`);
    await open(mina, `${server.url}/solo?lang=${language}`);
    await mina.see('solo-video');
    await everyLook(mina, `solo-${language}`);
    await mina.click('solo-video');
    await mina.see('record');
    await everyLook(mina, `solo-ready-${language}`);
    await mina.click('record');
    await mina.see('recording-banner');
    await recordUntil(mina, 2);
    await mina.click('record-mark');
    await everyLook(mina, `solo-recording-${language}`);
    await mina.click('record-stop');
    await mina.see('save');
    await mina.until('its picture', () => document.querySelector('.player--closed img'));
    await everyLook(mina, `solo-saved-${language}`);
    await startSolo(mina, server, 'audio');
    await recordUntil(mina, 3);
    await mina.click('record-mark');
    await mina.click('record-stop');
    await mina.see('save');
    // One that is interrupted.
    await startSolo(mina, server, 'video');
    await recordUntil(mina, 3);
    await open(mina, `${server.url}/recordings?lang=${language}`);
    await mina.see('recover');
    await everyLook(mina, `library-${language}`);
    await mina.click('play');
    await mina.see('chapter');
    await everyLook(mina, `library-playing-${language}`);
    await mina.click('rename');
    await mina.see('rename-title');
    await everyLook(mina, `rename-${language}`);
    await mina.page.keyboard.press('Escape');
    await mina.click('delete');
    await mina.see('undo');
    await everyLook(mina, `undo-${language}`);
    await mina.click('discard');
    await mina.click('discard-confirm');
    await mina.gone('discard');
  },

  async meeting({ mina, juno, theo, server }, language) {
    await look(mina, 'desktop', 'dark');
    await open(mina, `${server.url}/?lang=${language}`);
    await mina.click('new-meeting');
    await mina.see('join');
    await everyLook(mina, `prejoin-host-${language}`);
    await mina.page.evaluate((tag) => localStorage.setItem('hostreel.lang', tag), language);
    await enter(mina);
    await mina.see('record');
    await inRoom(mina, `room-alone-${language}`);
    await mina.click('invite-qr');
    await inRoom(mina, `room-code-${language}`);
    const guestLink = await mina.text('join-link');
    await joinMeeting(juno, `${guestLink}?lang=${language}`);
    await joinMeeting(theo, `${guestLink}?lang=${language}`);
    await everybodySeesEverybody(mina, juno, theo);
    await mina.click('record');
    await mina.see('record-kind-video');
    await inRoom(mina, `record-choice-${language}`);
    await mina.click('record-kind-video');
    await mina.see('countdown');
    await look(mina, 'desktop', 'dark');
    await shot(mina, `countdown-${language}`);
    await mina.see('recording-banner');
    await recordUntil(mina, 3);
    if (language === 'en') {
      await mina.page.setViewport({ width: 1120, height: 700 });
      await image(mina, 'room-en');
    }
    await inRoom(mina, `room-recording-${language}`);
    await mina.click('people');
    await inRoom(mina, `room-people-${language}`);
    await mina.click('rename-me');
    await mina.see('own-name');
    await inRoom(mina, `own-name-${language}`);
    await mina.page.keyboard.press('Escape');
    await mina.click('people');
    await mina.page.keyboard.press('?');
    await mina.see('shortcuts');
    await inRoom(mina, `shortcuts-${language}`);
    await mina.page.keyboard.press('Escape');
    await inRoom(juno, `guest-recorded-${language}`);
    if (language === 'ko') {
      await juno.page.setViewport({ width: 390, height: 780 });
      await image(juno, 'room-ko-phone');
    }
    await mina.click('record-stop');
    await mina.see('save');
    await inRoom(mina, `room-saved-${language}`);
    await mina.click('leave');
    await mina.see('problem');
    await everyLook(mina, `after-${language}`);
  },
};

/** A page with all pictures, for one look over everything. */
function gallery() {
  const names = readdirSync(FOLDER).filter((name) => name.endsWith('.png')).sort();
  const figures = names.map((name) => `<figure><a href="${name}"><img loading="lazy" src="${name}" alt=""></a><figcaption>${name.replace('.png', '')}</figcaption></figure>`);
  const style = 'body{font:14px system-ui;margin:24px;background:#888;display:flex;flex-wrap:wrap;gap:20px;align-items:flex-start}figure{margin:0;width:min(420px,100%)}img{width:100%;box-shadow:0 2px 12px #0006}figcaption{padding:4px 0}';
  writeFileSync(join(FOLDER, 'index.html'), `<!doctype html><meta charset="utf-8"><title>Hostreel, every page</title><style>${style}</style>${figures.join('\n')}\n`);
  console.log(`out/shots/index.html: ${names.length} pictures`);
}

const wanted = process.argv.slice(2);
const server = await startServer();
const people = await Promise.all(['mina', 'juno', 'theo'].map((name) => launch('chromium', { name })));
const [mina, juno, theo] = people;
try {
  for (const language of LANGUAGES) {
    for (const [name, take] of Object.entries(parts)) {
      if (wanted.length === 0 || wanted.includes(name)) await take({ mina, juno, theo, server }, language);
    }
  }
  gallery();
} finally {
  await Promise.all(people.map((participant) => participant.close()));
  await server.stop();
}
