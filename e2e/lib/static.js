// A web server for pages of the tests' own, on a free port of the loopback address.
import { createServer } from 'node:http';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { extname, join, normalize } from 'node:path';

const TYPES = { '.html': 'text/html; charset=utf-8', '.js': 'text/javascript; charset=utf-8', '.wasm': 'application/wasm' };

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
  return listen(server);
}

/** Serves the files of folders: `{ '/js/': 'path of a folder' }`; gives `{ url, stop() }`. */
export async function serveFolders(folders) {
  const server = createServer(async (request, response) => {
    const path = normalize(decodeURIComponent(new URL(request.url, 'http://localhost').pathname));
    const [prefix, folder] = Object.entries(folders).find(([start]) => path.startsWith(start)) ?? [];
    const body = folder && await readFile(join(folder, path.slice(prefix.length))).catch(() => undefined);
    if (!body) response.writeHead(path === '/favicon.ico' ? 204 : 404).end();
    else response.writeHead(200, { 'content-type': TYPES[extname(path)] ?? 'application/octet-stream' }).end(body);
  });
  return listen(server);
}

async function listen(server) {
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
