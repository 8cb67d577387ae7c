// Starts real browsers: one process per participant, because fake devices belong to a process, and a throw-away profile for each.
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import puppeteer from 'puppeteer-core';
import { devices } from './devices.js';
import { allowChromiumDownloads, downloadFolder, firefoxDownloadPrefs } from './downloads.js';
import { Participant } from './participant.js';
import { startAudioServer } from './pulse.js';
import { LIMIT } from './limits.js';

export { byId, Participant } from './participant.js';

const CHROMIUM = process.env.HOSTREEL_CHROMIUM ?? 'chromium';
const FIREFOX = process.env.HOSTREEL_FIREFOX ?? 'firefox-esr';

const CHROMIUM_FLAGS = [
  '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update',
  '--disable-sync', '--disable-breakpad', '--use-fake-device-for-media-stream', '--autoplay-policy=no-user-gesture-required',
];
// Puppeteer's flags that would hide from a test what users see: throttled background pages, and sound.
const NOT_WANTED = ['--disable-background-timer-throttling', '--disable-backgrounding-occluded-windows', '--disable-renderer-backgrounding', '--mute-audio'];

/** The tone (Hz) of Firefox's own fake microphone unless `launchFirefox` is told otherwise. */
export const FIREFOX_TONE = 1130;

/**
 * Starts Chromium with the camera and microphone of one of the cast (see devices.js).
 *
 * @param {{ name?: string, language?: string, permission?: 'granted'|'ask', viewport?: object, args?: string[], profile?: string }} options
 *   `profile`: a folder to go on with, for instance that of a browser that was killed
 *   `permission: 'ask'` takes away the fake prompt that says yes; with the flag `--deny-permission-prompts` the answer is no.
 */
export async function launchChromium({ name = 'mina', language = 'en-US', permission = 'granted', viewport = { width: 960, height: 640 }, args = [], profile = profileFolder('chromium') } = {}) {
  const own = await devices(name);
  const downloads = downloadFolder(name);
  const cleanup = async () => removeFolder(profile);
  try {
    const browser = await puppeteer.launch({
      browser: 'chrome', executablePath: located(CHROMIUM), headless: true, userDataDir: profile, defaultViewport: viewport, ignoreDefaultArgs: NOT_WANTED,
      protocolTimeout: LIMIT * 2, timeout: LIMIT,
      args: [
        ...CHROMIUM_FLAGS, `--lang=${language}`, `--accept-lang=${language}`, ...(permission === 'granted' ? ['--use-fake-ui-for-media-stream'] : []),
        `--use-file-for-fake-video-capture=${own.video}`, `--use-file-for-fake-audio-capture=${own.audio}`, ...args,
      ],
    });
    const page = await firstPage(browser);
    await allowChromiumDownloads(browser, page, downloads);
    return new Participant({ kind: 'chromium', name, browser, page, downloads, profile, tone: own.tone, colour: own.colour, cleanup });
  } catch (error) {
    await cleanup();
    throw error;
  }
}

/**
 * Starts Firefox with its built-in fake devices: a picture of one colour that changes all the time, and a steady tone.
 *
 * @param {{ name?: string, tone?: number, language?: string, viewport?: object, prefs?: object, env?: object, headless?: boolean, profile?: string, downloads?: string }} options
 *   `headless: false` draws on the display that `env` names: only there is a screen to record
 */
export async function launchFirefox({ name = 'fay', tone = FIREFOX_TONE, language = 'en-US', viewport = { width: 1280, height: 800 }, prefs = {}, env = {}, headless = true, profile = profileFolder('firefox'), downloads = downloadFolder(name) } = {}) {
  const audio = await startAudioServer();
  const cleanup = async () => {
    await audio.stop();
    removeFolder(profile);
  };
  try {
    const browser = await puppeteer.launch({
      browser: 'firefox', executablePath: located(FIREFOX), headless, userDataDir: profile, defaultViewport: viewport,
      protocolTimeout: LIMIT * 2, timeout: LIMIT, env: { ...process.env, ...audio.env, HOME: profile, MOZ_CRASHREPORTER_DISABLE: '1', ...env },
      extraPrefsFirefox: {
        'media.navigator.streams.fake': true, 'media.navigator.permission.disabled': true, 'media.navigator.audio.fake_frequency': tone,
        'media.autoplay.default': 0, 'media.autoplay.blocking_policy': 0, 'media.autoplay.block-webaudio': false,
        'intl.accept_languages': language, ...firefoxDownloadPrefs(downloads), ...prefs,
      },
    });
    return new Participant({ kind: 'firefox', name, browser, page: await firstPage(browser), downloads, profile, tone, colour: null, plugIn: audio.plugIn, listen: audio.listen, cleanup });
  } catch (error) {
    await cleanup();
    throw error;
  }
}

/** Starts either browser: `launch('firefox', options)`. */
export const launch = (kind, options) => (kind === 'firefox' ? launchFirefox(options) : launchChromium(options));

function profileFolder(kind) {
  return mkdtempSync(join(tmpdir(), `hostreel-${kind}-`));
}

// A browser's last child may still write into the profile while it is being removed.
function removeFolder(folder) {
  rmSync(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 200 });
}

async function firstPage(browser) {
  const [page] = await browser.pages();
  return page ?? browser.newPage();
}

function located(program) {
  if (program.includes('/')) return program;
  const found = (process.env.PATH ?? '').split(':').map((folder) => join(folder, program)).find((path) => existsSync(path));
  if (!found) throw new Error(`${program} is not installed: install it, or name it in HOSTREEL_CHROMIUM or HOSTREEL_FIREFOX`);
  return found;
}
