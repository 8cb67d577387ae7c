// A web server for pages of the tests' own, on a free port of the loopback address.
import { createReadStream, existsSync, statSync } from 'node:fs';
import { createServer } from 'node:http';
import { once } from 'node:events';
import { extname, join, normalize } from 'node:path';

const TYPES = {
  '.html': 'text/html; charset=utf-8', '.js': 'text/javascript', '.css': 'text/css', '.wasm': 'application/wasm', '.json': 'application/json',
  '.map': 'application/json', '.svg': 'image/svg+xml', '.webm': 'video/webm', '.mp4': 'video/mp4',
};

/**
 * Serves what is in memory and in folders; gives `{ url, stop() }`. Loopback counts as a secure origin, so devices work.
 *
 * @param {{ pages?: Record<string, string>, folders?: Record<string, string> }} places  Content by path (`'/': '<!doctype …'`),
 *   and folders by how a path begins (`'/pkg/': …`): the longest that fits.
 * @param {{ headers?: Record<string, string>, onRequest?: (url: URL) => void }} options  Headers of every answer.
 */
export async function serveFiles({ pages = {}, folders = {} }, { headers = {}, onRequest = () => {} } = {}) {
  const prefixes = Object.keys(folders).sort((one, other) => other.length - one.length);
  const server = createServer((request, response) => {
    const url = new URL(request.url, 'http://localhost');
    const path = normalize(decodeURIComponent(url.pathname));
    onRequest(url);
    if (pages[path] !== undefined) {
      response.writeHead(200, { 'content-type': TYPES[extname(path)] ?? TYPES['.html'], ...headers }).end(pages[path]);
      return;
    }
    const prefix = prefixes.find((one) => path.startsWith(one));
    const wanted = path.endsWith('/') ? `${path}index.html` : path;
    const file = prefix && join(folders[prefix], wanted.slice(prefix.length));
    if (!file || !existsSync(file) || !statSync(file).isFile()) {
      response.writeHead(path === '/favicon.ico' ? 204 : 404).end();
      return;
    }
    response.writeHead(200, { 'content-type': TYPES[extname(file)] ?? 'application/octet-stream', ...headers });
    createReadStream(file).pipe(response);
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
