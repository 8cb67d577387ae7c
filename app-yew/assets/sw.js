// Keeps the app for when there is no server: recording without a meeting, and the library, work all the same.
//
// The page names everything it needs (styles, scripts, all parts of the wasm, each with a hash in its name), so a version
// is the page and what it names, kept together or not at all. Online, the page always comes from the server: nobody sees an old version.
// Offline, the newest version that is whole is used. Nothing else is kept: no answers of the server, no media.

const PREFIX = "hostreel-app-";
// What the page does not name, at fixed addresses.
const FIXED = [
  "/store-worker.js",
  "/mix-worker.js",
  "/mix-colour.js",
  "/mix-draw.js",
  "/mix-pace.js",
  "/trim-worker_loader.js",
  "/trim-worker.js",
  "/trim-worker_bg.wasm",
  "/manifest.webmanifest",
  "/icon-192.png",
  "/icon-512.png",
];
// A network that does not answer in this time is not there, in milliseconds.
const PATIENCE = 4_000;

// The files that a page names, of this origin only.
function named(html) {
  const found = new Set(FIXED);
  for (const [, path] of html.matchAll(/(?:href|src)=["']?(\/[\w./-]+\.\w+)/g)) found.add(path);
  for (const [, path] of html.matchAll(/["'](\/[\w./-]+\.(?:js|wasm))["']/g)) found.add(path);
  return [...found];
}

async function digest(text) {
  const hash = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
  return [...new Uint8Array(hash).slice(0, 8)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

const versions = async () => (await caches.keys()).filter((name) => name.startsWith(PREFIX));

// Keeps the version of a page that has just come. True when it is a new one.
async function keep(response) {
  const html = await response.clone().text();
  const name = PREFIX + (await digest(html));
  const before = await versions();
  const known = before.includes(name) && (await (await caches.open(name)).match("/"));
  // Of the other one nothing is read any more, unless a page of it is still open: those bring all they need at the start.
  const others = before.filter((other) => other !== name);
  if (!known) {
    const cache = await caches.open(name);
    try {
      await cache.addAll(named(html));
      // The page comes last: a version that has one is whole.
      await cache.put("/", response);
    } catch (error) {
      await caches.delete(name);
      throw error;
    }
  }
  for (const other of others) await caches.delete(other);
  return !known && others.length > 0;
}

async function kept(path) {
  for (const name of (await versions()).reverse()) {
    const found = await (await caches.open(name)).match(path);
    if (found) return found;
  }
  return undefined;
}

const fetchPage = () => fetch("/", { cache: "no-cache", credentials: "same-origin" });

function patiently(promise) {
  return new Promise((resolve, reject) => {
    setTimeout(() => reject(new Error("the network does not answer")), PATIENCE);
    promise.then(resolve, reject);
  });
}

// The page, from the server where there is one.
async function page(event) {
  const asked = fetch(event.request);
  try {
    const response = await patiently(asked);
    const whole = response.ok && response.headers.get("content-type")?.startsWith("text/html");
    if (whole) event.waitUntil(keep(response.clone()).catch(() => {}));
    return response;
  } catch (error) {
    // The page is the same at every address of the app.
    return (await kept("/")) ?? asked;
  }
}

async function file(request, path) {
  const hashed = /-[0-9a-f]{8,}(_bg)?\.\w+$/.test(path);
  if (hashed) return (await kept(path)) ?? fetch(request);
  try {
    return await patiently(fetch(request));
  } catch (error) {
    const found = await kept(path);
    if (found) return found;
    throw error;
  }
}

self.addEventListener("install", (event) => {
  event.waitUntil(fetchPage().then((response) => response.ok && keep(response)).then(() => self.skipWaiting()));
});

self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== self.location.origin) return;
  if (request.mode === "navigate") {
    event.respondWith(page(event));
    return;
  }
  // Only files of the app: what the server answers to questions is never kept.
  if (/\.(?:js|css|wasm|svg|png|webmanifest)$/.test(url.pathname)) event.respondWith(file(request, url.pathname));
});

// A page that has been open for long asks whether there is a newer version; it is told when there is.
self.addEventListener("message", (event) => {
  if (event.data !== "look") return;
  event.waitUntil(
    fetchPage()
      .then((response) => response.ok && keep(response))
      .then((isNew) => isNew && event.source?.postMessage("updated"))
      .catch(() => {}),
  );
});
