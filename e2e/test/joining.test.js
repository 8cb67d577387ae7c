// Between the page before the meeting and the meeting: what is made ready is seen by nobody, and whatever becomes of it, people get in.
import assert from 'node:assert/strict';
import { after, before } from 'node:test';
import { enter, everybodySeesEverybody, open, shown } from '../lib/flows.js';
import { scenario } from '../lib/scenario.js';
import { createRoom, needsServer, startServer } from '../lib/server.js';
import { Socket } from '../lib/socket.js';

let server;
before(async () => {
  if (!needsServer.skip) server = await startServer();
});
after(() => server?.stop());

/** Runs in the page before its own scripts: keeps every websocket, when it was made, and what was said on it; and the notices shown. */
function watchSockets() {
  window.sockets = [];
  window.WebSocket = class extends window.WebSocket {
    constructor(...args) {
      super(...args);
      this.madeAt = performance.now();
      this.said = [];
      window.sockets.push(this);
    }

    send(data) {
      this.said.push(String(data));
      window.beforeSend?.(this);
      super.send(data);
    }
  };
  window.notices = [];
  document.addEventListener('click', () => { window.clickedAt = performance.now(); }, { capture: true });
  new MutationObserver(() => {
    for (const notice of document.querySelectorAll('[data-testid="connection"], [data-testid="toast"]')) window.notices.push(notice.textContent);
  }).observe(document, { childList: true, subtree: true });
}

/** Opens the page before the meeting, and waits until the next sign opens a socket. */
async function approach(guest, on, room) {
  await guest.page.evaluateOnNewDocument(watchSockets);
  await open(guest, `${on.url}/r/${room}`);
  await guest.see('join');
  await signs(guest);
}

/** Moves the mouse until a socket is open. */
async function signs(guest) {
  let x = 0;
  for (let tries = 0; tries < 200; tries += 1) {
    x += 7;
    await guest.page.mouse.move(100 + (x % 300), 200);
    if (await guest.evaluate(() => window.sockets.some(({ readyState }) => readyState === WebSocket.OPEN))) return;
  }
  throw new Error('no socket was opened');
}

async function member(room, on = server) {
  const socket = await Socket.open(on.url);
  assert.equal((await socket.hello({ room })).type, 'welcome');
  return socket;
}

scenario('nobody hears of who has not joined, though the way is open', needsServer, async (stage) => {
  const { room } = await createRoom(server);
  const watcher = await member(room);
  const juno = await stage.browser('chromium', { name: 'juno' });
  await approach(juno, server, room);
  await juno.fill('name', shown(juno));
  assert.deepEqual(await juno.evaluate(() => window.sockets.flatMap(({ said }) => said)), []);
  const known = await (await fetch(`${server.url}/api/rooms/${room}`)).json();
  assert.equal(known.people, 1);
  await watcher.request('raise_hand');
  assert.deepEqual(watcher.events().map(({ what }) => what), ['hand_changed']);
  await enter(juno);
  await watcher.event('joined');
});

scenario('who joins does so by the socket that was open before the click', needsServer, async (stage) => {
  const [mina, juno] = await stage.browsers('mina', 'juno');
  const { room } = await createRoom(server);
  await open(mina, `${server.url}/r/${room}`);
  await enter(mina);
  await approach(juno, server, room);
  await enter(juno);
  await everybodySeesEverybody(mina, juno);
  const spoken = await juno.evaluate(() => window.sockets.filter(({ said }) => said.length).map(({ madeAt, said }) => ({ early: madeAt < window.clickedAt, hellos: said.filter((text) => text.includes('"hello"')).length })));
  assert.deepEqual(spoken, [{ early: true, hellos: 1 }]);
  assert.deepEqual(juno.unexpectedErrors(), []);
});

scenario('a socket that nobody uses is closed by the page, and the next sign opens another', needsServer, async (stage) => {
  const { room } = await createRoom(server);
  const juno = await stage.browser('chromium', { name: 'juno' });
  await approach(juno, server, room);
  await juno.until('the socket to be closed', () => window.sockets.every(({ readyState }) => readyState === WebSocket.CLOSED));
  assert.ok(!server.log.join('').includes('hello_timeout'), 'the server did not have to');
  await signs(juno);
  await enter(juno);
});

scenario('a socket that the server closes before the click does no harm', needsServer, async (stage) => {
  const hasty = await startServer({ args: ['--hello-ms', '250'] });
  stage.after(() => hasty.stop());
  const { room } = await createRoom(hasty);
  const juno = await stage.browser('chromium', { name: 'juno' });
  await approach(juno, hasty, room);
  await juno.until('the server to close it', () => window.sockets.every(({ readyState }) => readyState === WebSocket.CLOSED));
  await enter(juno);
  assert.deepEqual(await juno.evaluate(() => window.notices), []);
});

scenario('a socket that is closed while the click says hello is replaced at once, and nobody hears of it', needsServer, async (stage) => {
  const { room } = await createRoom(server);
  const watcher = await member(room);
  const juno = await stage.browser('chromium', { name: 'juno' });
  await approach(juno, server, room);
  await juno.evaluate(() => {
    // The hello goes out into nothing.
    window.beforeSend = (socket) => {
      window.beforeSend = null;
      socket.close();
    };
  });
  await enter(juno);
  assert.deepEqual(await juno.evaluate(() => window.notices), []);
  assert.equal(watcher.events('joined').length, 1);
});

scenario('who presses twice joins once', needsServer, async (stage) => {
  const { room } = await createRoom(server);
  const watcher = await member(room);
  const juno = await stage.browser('chromium', { name: 'juno' });
  await approach(juno, server, room);
  await juno.fill('name', shown(juno));
  await juno.evaluate(() => {
    const join = document.querySelector('[data-testid="join"]');
    join.click();
    // Whatever is drawn within the same task or just after it: the button may still be there.
    setTimeout(() => join.click());
  });
  await juno.see('leave');
  assert.equal(await juno.evaluate(() => window.sockets.flatMap(({ said }) => said).filter((text) => text.includes('"hello"')).length), 1);
  await juno.click('leave');
  await watcher.event('left');
  assert.equal(watcher.events('joined').length, 1);
});

scenario('a room that fills up while somebody looks at themselves says so when they join', needsServer, async (stage) => {
  const small = await startServer({ args: ['--people-per-room', '2'] });
  stage.after(() => small.stop());
  const { room } = await createRoom(small);
  const juno = await stage.browser('chromium', { name: 'juno' });
  await approach(juno, small, room);
  await member(room, small);
  await member(room, small);
  await juno.fill('name', shown(juno));
  await juno.click('join');
  await juno.until('the room to be full', () => /full/i.test(document.querySelector('main')?.textContent));
});

scenario('a room that ends while somebody looks at themselves says so when they join', needsServer, async (stage) => {
  const { room, host_key } = await createRoom(server);
  const host = await Socket.open(server.url);
  await host.hello({ room, host_key });
  const juno = await stage.browser('chromium', { name: 'juno' });
  await approach(juno, server, room);
  host.send({ type: 'end_room', id: 1 });
  await host.event('ended');
  await juno.fill('name', shown(juno));
  await juno.click('join');
  await juno.until('the end to be told', () => /ended/i.test(document.querySelector('main')?.textContent));
});
