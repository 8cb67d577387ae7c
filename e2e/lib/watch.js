// Looks over the page's shoulder from its very first moment: what came when, by the page's own clock.

/**
 * Runs in every new document of a page, before the page's own scripts. `window.watched` then holds milliseconds of
 * `performance.now()`, or null for what has not happened: when the recording banner was first seen (and when it last appeared or
 * went), when somebody clicked on stop, when the first picture of somebody else was there. `window.watched.me` is set by `join`.
 */
function watch(language) {
  try {
    localStorage.setItem('hostreel.lang', language);
  } catch {
    // about:blank and the like have no storage.
  }
  const watched = { me: null, bannerFirst: null, bannerSince: null, stopClicked: null, firstRemotePicture: null };
  window.watched = watched;
  const look = () => {
    const banner = document.querySelector('[data-testid="recording-banner"]');
    const there = Boolean(banner && banner.getClientRects().length);
    if (there && watched.bannerSince === null) {
      watched.bannerSince = performance.now();
      watched.bannerFirst ??= watched.bannerSince;
      watched.stopClicked = null;
    }
    if (!there) watched.bannerSince = null;
  };
  new MutationObserver(look).observe(document, { subtree: true, childList: true, attributes: true });
  document.addEventListener('click', ({ target }) => {
    if (target.closest?.('[data-testid="record-stop"]')) {
      watched.recordedFor = performance.now() - (watched.bannerSince ?? NaN);
      watched.stopClicked = performance.now();
    }
  }, { capture: true });
  // Media events don't bubble, but they can be captured.
  document.addEventListener('loadeddata', ({ target }) => {
    const tile = target.closest?.('[data-testid="tile"]');
    if (tile && target.videoWidth > 0 && tile.dataset.name !== watched.me) watched.firstRemotePicture ??= performance.now();
  }, { capture: true });
}

/** Puts `watch` and the language into every page that the participant opens from now on. */
export async function watchPages(participant, language = 'en') {
  await participant.page.evaluateOnNewDocument(watch, language);
}
