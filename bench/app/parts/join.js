// From the click that joins to the first picture of the other one, beside a bare page that does nothing else: two browsers
// each, the same fake cameras, in turns.
import { createRoom } from '../../../e2e/lib/server.js';
import { duration, median } from '../../recorder/lib/figures.js';
import { inNewBrowser, onServer, openPage, say } from '../lib/pages.js';
import { bareServer } from '../lib/bare.js';
import { wait } from '../lib/wait.js';

const LIMIT = 1.2;
/** Until the fake cameras are steady and the rest of the app has come. */
const SETTLED = 3;

export async function measure({ quick }) {
  const rounds = quick ? 3 : 7;
  const times = { hostreel: [], bare: [] };
  await onServer(async (server) => {
    const bare = await bareServer();
    const by = { hostreel: (host, guest) => joinOurs(server, host, guest), bare: (host, guest) => joinBare(bare, host, guest) };
    for (let round = 0; round < rounds; round += 1) {
      // The other way round each time: who comes first should not matter.
      for (const kind of round % 2 ? ['hostreel', 'bare'] : ['bare', 'hostreel']) {
        const took = await inNewBrowser({ name: 'mina' }, (host) => inNewBrowser({ name: 'juno' }, (guest) => by[kind](host, guest)));
        say(`${kind}: ${duration(took)}`);
        times[kind].push(took);
      }
    }
    await bare.stop();
  });
  const ratio = median(times.hostreel) / median(times.bare);
  const rows = [['page', 'median', 'each']];
  for (const kind of Object.keys(times)) rows.push([kind, duration(median(times[kind])), times[kind].map((took) => duration(took)).join(', ')]);
  return {
    tables: [{ title: 'From the click on join to the first picture of the other one', rows }],
    goals: [{
      what: 'join to first picture, over a bare page', goal: `≤ ${LIMIT} ×`, ours: `${ratio.toFixed(2)} × (medians of ${rounds})`,
      peers: `bare ${duration(median(times.bare))}`, reached: ratio <= LIMIT,
    }],
  };
}

async function joinOurs(server, host, guest) {
  const room = await createRoom(server, {});
  await openPage(host, server, room, 'prejoin');
  await host.fill('name', 'Mina');
  await host.click('join');
  await host.see('leave');
  await guest.page.evaluateOnNewDocument(watchPictures);
  await openPage(guest, server, room, 'prejoin');
  await guest.fill('name', 'Juno');
  return clickAndWait(guest, '[data-testid="join"]', '[data-testid="tile"][data-name="Mina"] video');
}

async function joinBare(bare, host, guest) {
  await host.goto(`${bare.url}/?me=host`);
  await host.until('the host to be ready', () => window.ready);
  await guest.page.evaluateOnNewDocument(watchPictures);
  await guest.goto(`${bare.url}/?me=guest`);
  await guest.until('the guest to be ready', () => window.ready);
  return clickAndWait(guest, '#join', '#remote');
}

/** Milliseconds from the click until a frame in `picture` was shown, both by the page's clock. */
async function clickAndWait(guest, button, picture) {
  await guest.page.bringToFront();
  await wait(guest, SETTLED);
  await guest.evaluate((selector, shown) => window.watchPicture(selector, shown), button, picture);
  await guest.page.click(button);
  return guest.until('the first picture', () => window.pictureAfter);
}

function watchPictures() {
  window.watchPicture = (button, picture) => {
    let clicked;
    document.querySelector(button).addEventListener('click', () => { clicked = performance.now(); }, { capture: true, once: true });
    const watched = new WeakSet();
    const look = () => {
      const video = document.querySelector(picture);
      if (!video || watched.has(video)) return;
      watched.add(video);
      video.requestVideoFrameCallback(() => { window.pictureAfter ??= performance.now() - clicked; });
    };
    look();
    new MutationObserver(look).observe(document, { childList: true, subtree: true });
  };
}
