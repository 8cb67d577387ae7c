// How a file that the page saves reaches the test.
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readdirSync, renameSync, statSync, watch } from 'node:fs';
import { join } from 'node:path';
import { within } from './limits.js';
import { OUT } from './paths.js';

// What browsers call a download that still runs.
const UNFINISHED = /\.(crdownload|part|tmp)$/;

/** A new, empty folder for the downloads of one browser, kept under e2e/out so that files of failed tests can be looked at. */
export function downloadFolder(name) {
  mkdirSync(join(OUT, 'downloads'), { recursive: true });
  return mkdtempSync(join(OUT, 'downloads', `${name}-`));
}

/** Firefox's preferences to save into a folder without asking. */
export function firefoxDownloadPrefs(folder) {
  return {
    'browser.download.folderList': 2,
    'browser.download.dir': folder,
    'browser.download.useDownloadDir': true,
    'browser.download.always_ask_before_handling_new_types': false,
    'browser.download.alwaysOpenPanel': false,
    'browser.download.manager.showWhenStarting': false,
    'browser.helperApps.neverAsk.saveToDisk': 'video/webm,audio/webm,video/mp4,audio/mp4,audio/ogg,application/octet-stream,text/plain,application/json',
  };
}

/**
 * Tells Chromium to save into a folder, and takes its file picker away: no automation can answer it, and without it a page saves
 * by a link, as it must in every other browser.
 */
export async function allowChromiumDownloads(browser, page, folder) {
  const session = await browser.target().createCDPSession();
  await session.send('Browser.setDownloadBehavior', { behavior: 'allow', downloadPath: folder });
  await page.evaluateOnNewDocument(() => {
    delete window.showSaveFilePicker;
  });
}

/**
 * Runs `action` (a click on "save") and gives the path of the file that it leaves in the folder, once it is complete. The file is moved
 * into a folder of its own, under its own name: Chromium overwrites what has the same name, Firefox adds a number.
 * With `match` only a file whose name matches counts, for a page that saves more than one.
 */
export async function download(folder, action, { match = /./ } = {}) {
  const watcher = watch(folder);
  const finished = () => {
    const names = readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isFile()).map(({ name }) => name);
    if (names.some((name) => UNFINISHED.test(name))) return null;
    // Firefox reserves the name with an empty file first, and gives a file its name when it is whole.
    return names.find((name) => match.test(name) && (statSync(join(folder, name), { throwIfNoEntry: false })?.size ?? 0) > 0) ?? null;
  };
  const settled = async () => {
    for (;;) {
      const name = finished();
      if (name) return name;
      await once(watcher, 'change');
    }
  };
  try {
    const [name] = await Promise.all([within(settled(), `a download in ${folder}`), action()]);
    const own = mkdtempSync(join(folder, 'saved-'));
    renameSync(join(folder, name), join(own, name));
    return join(own, name);
  } finally {
    watcher.close();
  }
}
