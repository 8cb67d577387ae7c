// The page of pages/mix.html in a browser: a mix whose sources are known, and what was recorded of it.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { colours, frameAt } from './analysis.js';
import { within } from './limits.js';
import { OUT } from './paths.js';
import { serveFiles } from './static.js';

const folder = (path) => fileURLToPath(new URL(path, import.meta.url));

/** Options for a test that needs the page: it is skipped when HOSTREEL_MIX_PAGE does not say where it was built. */
export const needsMixPage = process.env.HOSTREEL_MIX_PAGE || process.env.HOSTREEL_REQUIRE === '1'
  ? {}
  : { skip: 'HOSTREEL_MIX_PAGE is not set: it is the folder of the page of the mix, as `cargo xtask test` builds it' };

/** One browser with the page, its mix made. Each call of `do` runs a method of the page's `mixing`. */
export class MixPage {
  /** `start: null` opens a page that has made its mix before any test touched it, and waits for `event`. */
  static async open(stage, kind = 'chromium', { start = {}, event, ...options } = {}) {
    const server = await serveFiles({
      folders: { '/js/': folder('../../recorder-wasm/js'), '/pages/': folder('../pages'), '/wasm/': process.env.HOSTREEL_MIX_PAGE ?? '' },
    });
    stage.after(() => server.stop());
    const participant = await stage.browser(kind, options);
    const page = new MixPage();
    page.participant = participant;
    if (start) {
      await participant.goto(`${server.url}/pages/mix.html`);
      await participant.until('the page of the mix', () => Boolean(self.mixing));
      await page.do('start', start);
    } else {
      const told = new Promise((resolve) => {
        participant.page.on('console', (message) => message.text() === `mix: ${event}` && resolve());
      });
      await participant.goto(`${server.url}/pages/mix.html?start`);
      await within(told, `the event ${event}`);
    }
    return page;
  }

  do(method, ...args) {
    return this.participant.evaluate((name, given) => self.mixing[name](...given), method, args);
  }

  /** Calls the mix itself; nothing stands for what is not given. */
  mix(method, ...args) {
    return this.participant.evaluate((name, given) => self.mix[name](...given.map((value) => value ?? undefined)), method, args);
  }

  /** Waits until so many seconds are recorded; gives the time. */
  async at(seconds) {
    await this.participant.until(`${seconds} s of recording`, (least) => self.mixing.now() >= least, seconds);
    return this.do('now');
  }

  /** Waits for an event that begins so, counted from the `from`th. */
  event(text, from = 0) {
    return this.participant.until(`the event ${text}`, (start, first) => self.mixing.events.slice(first).some((event) => event.startsWith(start)), text, from);
  }

  /** Puts another tab in front. */
  async hide() {
    const other = await this.participant.browser.newPage();
    await other.bringToFront();
    await this.participant.until('the page to be hidden', () => document.hidden);
  }

  /** Ends the recording; gives the path of the file. */
  async file(name) {
    const bytes = Buffer.from(await this.do('stop'), 'base64');
    mkdirSync(join(OUT, 'mix'), { recursive: true });
    const path = join(OUT, 'mix', `${name}.webm`);
    writeFileSync(path, bytes);
    return path;
  }
}

/** The share of a picture's part that each colour fills; `part` is [left, top, right, bottom] as shares of the picture. */
export async function coloursAt(file, seconds, palette, part = [0, 0, 1, 1]) {
  const frame = await frameAt(file, seconds);
  const [left, right] = [part[0], part[2]].map((share) => Math.round(share * frame.width));
  const [top, bottom] = [part[1], part[3]].map((share) => Math.round(share * frame.height));
  const rows = [];
  for (let row = top; row < bottom; row += 1) rows.push(frame.rgb.subarray((row * frame.width + left) * 3, (row * frame.width + right) * 3));
  return colours({ width: right - left, height: bottom - top, rgb: Buffer.concat(rows) }, palette);
}
