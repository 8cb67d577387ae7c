// The app's pages, and a new browser before each of them.
import { byId, launch } from '../../../e2e/lib/browser.js';
import { createRoom, startServer } from '../../../e2e/lib/server.js';

/** Prints what is going on. */
export const say = (text) => process.stderr.write(`  ${text}\n`);

/** What says that a page can be used, by the page's name: the one thing that people came for. */
export const PAGES = {
  home: { path: () => '/', ready: byId('new-meeting') },
  prejoin: { path: ({ room }) => `/r/${room}`, ready: byId('join') },
  recordings: { path: () => '/recordings', ready: '.empty a' },
  solo: { path: () => '/solo', ready: byId('solo-video') },
  settings: { path: () => '/settings', ready: byId('settings-export') },
};

/** Calls `body` with a server and a room in it. */
export async function onServer(body) {
  const server = await startServer();
  try {
    return await body(server, await createRoom(server));
  } finally {
    await server.stop();
  }
}

/** Calls `body` with a browser that has never been anywhere. */
export async function inNewBrowser(options, body) {
  const participant = await launch('chromium', options);
  try {
    return await body(participant);
  } finally {
    await participant.close();
  }
}

/** Opens a page of the app; gives the milliseconds from the start of its loading until it could be used. */
export async function openPage(participant, server, room, name) {
  const { path, ready } = PAGES[name];
  await participant.page.evaluateOnNewDocument(watch, ready);
  await participant.goto(new URL(path(room), server.url).href);
  return participant.until(`${name} to be ready`, () => window.readyAfter);
}

// In the page: notes when `ready` can be pressed and the page has time for it, and all that moves without being asked.
function watch(ready) {
  window.shifts = [];
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) if (!entry.hadRecentInput) window.shifts.push(entry.value);
  }).observe({ type: 'layout-shift', buffered: true });
  const watcher = new MutationObserver(() => {
    const found = document.querySelector(ready);
    if (!found || found.disabled) return;
    watcher.disconnect();
    // Drawn, and whatever waited behind the drawing is done.
    requestAnimationFrame(() => setTimeout(() => {
      window.readyAfter = performance.now();
    }));
  });
  watcher.observe(document, { childList: true, subtree: true, attributes: true });
}
