// A page for two that does nothing but show each the other's camera, and the least of a server that hands on what they say.
import { createServer } from 'node:http';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { text } from 'node:stream/consumers';

const PAGE = readFileSync(new URL('../pages/bare.html', import.meta.url));
const SCRIPT = readFileSync(new URL('../pages/bare.js', import.meta.url));

/** Serves the page on a free port of the loopback address; gives `{ url, stop() }`. What is said to nobody is not kept. */
export async function bareServer() {
  const listening = new Map();
  const server = createServer(async (request, response) => {
    const { pathname, searchParams } = new URL(request.url, 'http://localhost');
    if (pathname === '/listen') {
      response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' }).write(': here\n\n');
      listening.set(searchParams.get('me'), response);
    } else if (pathname === '/say') {
      listening.get(searchParams.get('to'))?.write(`data: ${await text(request)}\n\n`);
      response.writeHead(204).end();
    } else if (pathname === '/bare.js') {
      response.writeHead(200, { 'content-type': 'text/javascript' }).end(SCRIPT);
    } else {
      response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' }).end(PAGE);
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${server.address().port}`,
    stop: () => new Promise((resolve) => {
      server.close(resolve);
      server.closeAllConnections();
    }),
  };
}
