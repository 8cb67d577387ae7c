// A web server for pages of the tests' own, on a free port of the loopback address.
import { createServer } from 'node:http';
import { once } from 'node:events';

/** Serves `{ '/path': 'html or text' }`; gives `{ url, stop() }`. Loopback counts as a secure origin, so devices work. */
export async function serve(pages) {
  const server = createServer((request, response) => {
    const body = pages[new URL(request.url, 'http://localhost').pathname];
    if (body === undefined) {
      response.writeHead(request.url === '/favicon.ico' ? 204 : 404).end();
      return;
    }
    response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' }).end(body);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${server.address().port}`,
    async stop() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
