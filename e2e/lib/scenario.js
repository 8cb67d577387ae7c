// A test with browsers in it: whatever happens, they are photographed on failure and ended afterwards.
import { test } from 'node:test';
import { launch } from './browser.js';
import { SCENARIO_LIMIT } from './limits.js';

/** Starts and owns the browsers and other things of one test. */
class Stage {
  participants = [];
  keepFiles = process.env.HOSTREEL_KEEP === '1';
  #endings = [];

  /** Starts a browser that lives as long as the test. */
  async browser(kind, options) {
    const participant = await launch(kind, options);
    this.participants.push(participant);
    return participant;
  }

  /** Starts several Chromiums at once, one per name of the cast. */
  browsers(...names) {
    return Promise.all(names.map((name) => this.browser('chromium', { name })));
  }

  /** Runs `ending` after the test, last one first. */
  after(ending) {
    this.#endings.push(ending);
  }

  async failed(label, error) {
    this.keepFiles = true;
    for (const participant of this.participants) {
      const picture = await participant.screenshot(label).catch((reason) => `no screenshot: ${reason.message}`);
      error.message += `\n  ${participant.name} (${participant.kind}): ${picture}`;
      error.message += `\n    shows: ${await participant.words().catch((reason) => reason.message)}`;
      for (const { kind, text } of participant.errors.slice(-8)) error.message += `\n    ${kind}: ${text.slice(0, 400)}`;
    }
  }

  async end() {
    await Promise.all(this.participants.map((participant) => participant.close({ keepFiles: this.keepFiles })));
    for (const ending of this.#endings.reverse()) await ending();
  }
}

/** `test(name, …)` with a `Stage`; `options` are those of node:test. */
export function scenario(name, options, body) {
  test(name, { timeout: SCENARIO_LIMIT, ...options }, async (context) => {
    const stage = new Stage();
    try {
      await body(stage, context);
    } catch (error) {
      await stage.failed(name, error);
      throw error;
    } finally {
      await stage.end();
    }
  });
}
