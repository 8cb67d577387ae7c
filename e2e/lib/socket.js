// A client without a browser: says what the tests tell it to, right or wrong, and keeps everything it hears.
import { once } from 'node:events';
import WebSocket from 'ws';
import { within } from './limits.js';

/** The protocol of docs/PROTOCOL.md. */
export const SUBPROTOCOL = 'hostreel.v1';
export const VERSION = 1;

/** One websocket to a server. */
export class Socket {
  /** Every message received, oldest first, as objects. */
  messages = [];
  /** Resolves to `{ code, reason }` when the connection is closed. */
  closed;
  #socket;
  #listeners = new Set();
  #nextId = 1;

  /** Opens a connection; with `origin` as if a page from there had done it. Rejects with the HTTP status when it is refused. */
  static async open(url, { origin = url, subprotocol = SUBPROTOCOL } = {}) {
    const raw = new WebSocket(`${url.replace(/^http/, 'ws')}/ws`, subprotocol ? [subprotocol] : [], { origin });
    const socket = new Socket(raw);
    const refused = new Promise((_, reject) => {
      raw.once('unexpected-response', (_, response) => reject(Object.assign(new Error(`refused with ${response.statusCode}`), { status: response.statusCode })));
      raw.once('error', reject);
    });
    refused.catch(() => {});
    await within(Promise.race([once(raw, 'open'), refused]), `a websocket to ${url}`);
    return socket;
  }

  constructor(raw) {
    this.#socket = raw;
    raw.on('message', (data, binary) => {
      const message = binary ? { type: 'binary', data } : JSON.parse(data.toString());
      this.messages.push(message);
      // Browsers answer for themselves; so does this, or the server would call it silent.
      if (message.type === 'ping') this.send({ type: 'pong' });
      for (const listener of this.#listeners) listener();
    });
    raw.on('error', () => {});
    this.closed = new Promise((resolve) => {
      raw.once('close', (code, reason) => {
        resolve({ code, reason: reason.toString() });
        for (const listener of this.#listeners) listener();
      });
    });
  }

  /** Which subprotocol the server agreed to. */
  get subprotocol() {
    return this.#socket.protocol;
  }

  /** Sends an object as JSON. */
  send(message) {
    this.#socket.send(JSON.stringify(message));
  }

  /** Sends text or bytes as they are. */
  sendRaw(data) {
    this.#socket.send(data);
  }

  /** Joins a room and gives the answer: `welcome` or `refused`. */
  async hello({ room, name = 'Socket', host_key, ...more }) {
    this.send({ type: 'hello', version: VERSION, features: [], room, name, ...(host_key && { host_key }), ...more });
    return this.next(({ type }) => type === 'welcome' || type === 'refused');
  }

  /** Sends a command and gives its answer, `done` or `denied`. */
  async request(type, fields = {}) {
    const id = this.#nextId++;
    this.send({ type, id, ...fields });
    return this.next((message) => (message.type === 'done' || message.type === 'denied') && message.id === id);
  }

  /** The first message, from `since` (an index into `messages`) on, that fits; waits for it when it has not come yet. */
  async next(fits, { since = 0 } = {}) {
    let listener;
    const found = new Promise((resolve, reject) => {
      let closed = false;
      listener = () => {
        const message = this.messages.slice(since).find(fits);
        if (message) resolve(message);
        else if (closed) reject(new Error(`the connection was closed after ${JSON.stringify(this.messages.slice(-5))}`));
      };
      this.closed.then(() => {
        closed = true;
        listener();
      });
      this.#listeners.add(listener);
      listener();
    });
    try {
      return await within(found, 'a message');
    } finally {
      this.#listeners.delete(listener);
    }
  }

  /** Waits for an event of the room. */
  event(what, options) {
    return this.next((message) => message.type === 'event' && message.what === what, options);
  }

  /** The events heard so far, or only those of one kind. */
  events(what) {
    return this.messages.filter((message) => message.type === 'event' && (!what || message.what === what));
  }

  /** Closes politely; `terminate` cuts the line. */
  async close() {
    this.#socket.close();
    return within(this.closed, 'the connection to close');
  }

  terminate() {
    this.#socket.terminate();
    return this.closed;
  }
}
