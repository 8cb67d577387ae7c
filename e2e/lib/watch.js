// Looks over the page's shoulder from its very first moment: what came when, by the page's own clock.

/**
 * Runs in every new document of a page, before the page's own scripts. `window.watched` then holds milliseconds of
 * `performance.now()`, or null for what has not happened: the last click that led to a recording, the recording banner's first and last
 * appearance and its last going, the last click on stop, the first picture of somebody else. `window.watched.me` is set by `enter`.
 */
function watch(language) {
  try {
    localStorage.setItem('hostreel.lang', language);
  } catch {
    // about:blank and the like have no storage.
  }
  const watched = { me: null, recordClicked: null, bannerFirst: null, bannerSeen: null, stopClicked: null, bannerGone: null, firstRemotePicture: null };
  window.watched = watched;
  let there = false;
  const look = () => {
    const banner = document.querySelector('[data-testid="recording-banner"]');
    const now = Boolean(banner && banner.getClientRects().length);
    if (now === there) return;
    there = now;
    watched[there ? 'bannerSeen' : 'bannerGone'] = performance.now();
    watched.bannerFirst ??= watched.bannerSeen;
  };
  new MutationObserver(look).observe(document, { subtree: true, childList: true, attributes: true });
  document.addEventListener('click', ({ target }) => {
    const id = target.closest?.('[data-testid]')?.dataset.testid ?? '';
    if (/^(record|record-kind-\w+|solo-\w+)$/.test(id)) watched.recordClicked = performance.now();
    if (id === 'record-stop') watched.stopClicked = performance.now();
  }, { capture: true });
  // Media events don't bubble, but they can be captured.
  document.addEventListener('loadeddata', ({ target }) => {
    const tile = target.closest?.('[data-testid="tile"]');
    if (tile && target.videoWidth > 0 && tile.dataset.name !== watched.me) watched.firstRemotePicture ??= performance.now();
  }, { capture: true });
}

/**
 * Switches the browser's voice processing off. It takes a steady tone for noise, and one's own tone for the echo of the others', and
 * turns them down within seconds: what it does to a voice is not what these tests are about.
 */
function plainSound() {
  const devices = navigator.mediaDevices;
  if (!devices) return;
  const real = devices.getUserMedia.bind(devices);
  devices.getUserMedia = (constraints) => {
    const { audio } = constraints ?? {};
    const plain = { ...(typeof audio === 'object' ? audio : {}), echoCancellation: false, noiseSuppression: false, autoGainControl: false };
    return real(audio ? { ...constraints, audio: plain } : constraints);
  };
}

/** Puts `watch` and the language into every page that the participant opens from now on. */
export async function watchPages(participant, language = 'en') {
  await participant.page.evaluateOnNewDocument(watch, language);
  await participant.page.evaluateOnNewDocument(plainSound);
}
