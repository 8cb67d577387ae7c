// Recordings in a page whose browser is about to be killed. The page tells the server how far each is: the last that it
// said before it was gone is what should be there.

/** For a page's server: keeps what the pages tell, by the recording's number, in seconds. */
export function listener() {
  const told = new Map();
  const onRequest = ({ pathname, searchParams }) => {
    if (pathname === '/told') told.set(searchParams.get('of'), Number(searchParams.get('seconds')));
  };
  return { told, onRequest, pages: { '/told': '' } };
}

/** In the page: starts so many recordings, each at another place of its slice. */
export async function start(count) {
  const { Recorder } = await import('/pkg/index.js');
  const stream = await navigator.mediaDevices.getUserMedia({ video: { width: 320, height: 240 }, audio: true });
  window.running = [];
  for (let number = 0; number < count; number += 1) {
    await new Promise((resolve) => setTimeout(resolve, Math.random() * 400));
    window.running.push(await Recorder.start({ stream, title: `recording ${number}`, warnOnClose: false }));
  }
  setInterval(() => {
    window.running.forEach(({ elapsed }, number) => fetch(`/told?of=${number}&seconds=${elapsed}`, { keepalive: true }).catch(() => {}));
  }, 50);
}
