// One browser with one page: what a person does in it, and what went wrong in it.
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { download } from './downloads.js';
import { LIMIT, within } from './limits.js';
import { OUT } from './paths.js';
import { groupGone, groupMembers } from './processes.js';

/** The selector of a stable test hook; a second argument narrows it: `byId('tile', '[data-name="Juno"]')`. */
export const byId = (testId, more = '') => `[data-testid="${testId}"]${more}`;

/** The hosts that tests serve pages from: nothing of the product asks anybody else. */
const OWN_HOSTS = ['127.0.0.1', 'localhost'];

function isElsewhere(address) {
  const { protocol, hostname } = new URL(address);
  return /^(https?|wss?):$/.test(protocol) && !OWN_HOSTS.includes(hostname);
}

/** A browser of the tests' own. Every wait ends by a condition in the page and gives up after `LIMIT`. */
export class Participant {
  /** Console errors, uncaught exceptions, failed requests and those to other hosts, oldest first: `{ kind, text }`. */
  errors = [];
  /** Everything the page wrote to the console, as text. */
  console = [];
  #cleanup;

  constructor({ kind, name, browser, page, downloads, profile, tone, colour, plugIn, listen, cleanup }) {
    Object.assign(this, { kind, name, browser, page, downloads, profile, tone, colour, plugIn, listen });
    this.#cleanup = cleanup;
    this.pid = browser.process()?.pid;
    page.setDefaultTimeout(LIMIT);
    page.on('console', (message) => {
      const text = message.text();
      this.console.push(`${message.type()}: ${text}`);
      if (message.type() === 'error') this.errors.push({ kind: 'console', text });
    });
    page.on('pageerror', (error) => this.errors.push({ kind: 'exception', text: String(error?.stack ?? error) }));
    page.on('requestfailed', (request) => this.errors.push({ kind: 'request', text: `${request.url()}: ${request.failure()?.errorText}` }));
    page.on('request', (request) => {
      if (isElsewhere(request.url())) this.errors.push({ kind: 'elsewhere', text: `asked somebody else: ${request.url()}` });
    });
    // A page that asks before it is left, as it must while recording, may be left by a test.
    page.on('dialog', (dialog) => dialog.accept().catch(() => {}));
  }

  async goto(url) {
    await this.page.goto(url, { waitUntil: 'load', timeout: LIMIT });
  }

  async reload() {
    await this.page.reload({ waitUntil: 'load', timeout: LIMIT });
  }

  /** Runs a function in the page and gives its result. */
  evaluate(inPage, ...args) {
    return this.page.evaluate(inPage, ...args);
  }

  /** Waits until a function in the page gives something true, looking again at every change of the page and ten times a second. */
  async until(what, inPage, ...args) {
    try {
      const handle = await this.page.waitForFunction(inPage, { polling: 100, timeout: LIMIT }, ...args);
      return await handle.jsonValue();
    } catch (error) {
      throw new Error(`${this.name} (${this.kind}) waited for ${what}: ${error.message}`);
    }
  }

  /** Waits until the element is there and visible; gives its handle. */
  async see(testId, more = '') {
    try {
      return await this.page.waitForSelector(byId(testId, more), { visible: true, timeout: LIMIT });
    } catch (error) {
      throw new Error(`${this.name} (${this.kind}) waited to see ${byId(testId, more)}: ${error.message}`);
    }
  }

  /** Waits until the element is gone or hidden. */
  async gone(testId, more = '') {
    try {
      await this.page.waitForSelector(byId(testId, more), { hidden: true, timeout: LIMIT });
    } catch (error) {
      throw new Error(`${this.name} (${this.kind}) waited for ${byId(testId, more)} to go: ${error.message}`);
    }
  }

  /** Is it in the page now? No waiting: for saying that something is not there, once the page is known to be complete. */
  async has(testId, more = '') {
    return (await this.page.$(byId(testId, more))) !== null;
  }

  /** How many of it are in the page now. */
  async count(testId, more = '') {
    return (await this.page.$$(byId(testId, more))).length;
  }

  /** Waits until the element can be used, then clicks it as a person does. */
  async click(testId, more = '') {
    const element = await this.see(testId, more);
    await this.until(`${testId} to be enabled`, (selector) => {
      const found = document.querySelector(selector);
      return found && !found.disabled && found.getAttribute('aria-disabled') !== 'true';
    }, byId(testId, more));
    // What slides in is somewhere else by the time that the mouse is there.
    await element.evaluate((moving, most) => new Promise((resolve) => {
      let [last, looks] = ['', 0];
      const look = () => {
        const { x, y } = moving.getBoundingClientRect();
        const now = `${x},${y}`;
        looks += 1;
        if (now === last || looks === most) return resolve();
        last = now;
        return setTimeout(look, 20);
      };
      look();
    }), 50);
    for (let tries = 1; ; tries += 1) {
      const landed = await this.#landing(element);
      if (landed === 'it') return;
      // Of a press that the browser drops no element hears anything: a person presses again.
      if (landed || tries === 3) throw new Error(`${this.name} (${this.kind}) clicked on ${byId(testId, more)}, but it came to ${landed || 'nothing'}`);
    }
  }

  /** Clicks on an element, and says where that came to: `it`, the markup of something else, or nothing. */
  async #landing(element) {
    const seen = await element.evaluateHandle((wanted) => {
      const click = { on: null };
      const hear = (event) => {
        const [target] = event.composedPath();
        click.on = wanted.contains(target) ? 'it' : String(target.outerHTML).slice(0, 200);
      };
      addEventListener('click', hear, { capture: true, once: true });
      return click;
    });
    await element.click();
    // A page that the click has left can't say.
    return seen.evaluate(({ on }) => on).catch(() => 'it');
  }

  /** Empties a field and types into it. */
  async fill(testId, value) {
    const element = await this.see(testId);
    await element.click({ clickCount: 3 });
    await this.page.keyboard.press('Backspace');
    await element.type(value);
    await this.until(`${testId} to hold "${value}"`, (selector, wanted) => document.querySelector(selector)?.value === wanted, byId(testId), value);
  }

  /** The text of an element, or the value of a field. */
  async text(testId, more = '') {
    await this.see(testId, more);
    return this.page.$eval(byId(testId, more), (element) => ('value' in element && element.value) || element.href || element.textContent.trim());
  }

  /** Clicks on something that saves a file, and gives the path of the complete file. */
  async save(action, options) {
    return download(this.downloads, action, options);
  }

  /** The errors so far, without those whose text matches one of `expected`. */
  unexpectedErrors(...expected) {
    return this.errors.filter(({ text }) => !expected.some((pattern) => pattern.test(text)));
  }

  /** Writes a picture of the page, and what its console said, into e2e/out/failures; gives the picture's path. */
  async screenshot(label) {
    const folder = join(OUT, 'failures');
    mkdirSync(folder, { recursive: true });
    const path = join(folder, `${label}-${this.name}-${this.kind}.png`.replace(/[^\w.-]+/g, '_'));
    await within(this.page.screenshot({ path }), 'a screenshot', 15_000);
    return path;
  }

  /** What a person reads on the page, in one line: for the report of a failure. */
  words() {
    const read = () => document.body.innerText.replace(/\s+/g, ' ').slice(0, 800);
    return within(this.page.evaluate(read), 'the words of the page', 15_000);
  }

  /** Ends the browser with all its processes and removes its profile and, unless told to keep them, what it saved. Never throws. */
  async close({ keepFiles = false } = {}) {
    await within(this.browser.close(), 'the browser to close', 15_000).catch(() => {});
    await groupGone(this.pid, 5_000).catch(() => this.kill());
    await this.#cleanup().catch(() => {});
    if (!keepFiles) rmSync(this.downloads, { recursive: true, force: true });
  }

  /** What a crash does: the whole browser is gone at once. Its profile stays until `close`. */
  async kill() {
    // Puppeteer starts browsers as leaders of a process group of their own: this ends their children too, and nothing else.
    if (groupMembers(this.pid).length) process.kill(-this.pid, 'SIGKILL');
    await groupGone(this.pid);
  }
}
