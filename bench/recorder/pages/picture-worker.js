// A moving picture of 640x360, 30 times a second, as a remote participant's would come: the page itself captures nothing, which would
// keep Chromium from slowing it down while it is hidden.
onmessage = async ({ data: writable }) => {
  const canvas = new OffscreenCanvas(640, 360);
  const pen = canvas.getContext('2d', { alpha: false });
  const writer = writable.getWriter();
  const began = performance.now();
  for (let number = 0; ; number += 1) {
    pen.fillStyle = `hsl(${(number * 3) % 360} 60% 50%)`;
    pen.fillRect(0, 0, 640, 360);
    pen.fillStyle = '#fff';
    pen.fillRect((number * 8) % 640, 300, 48, 40);
    const frame = new VideoFrame(canvas, { timestamp: Math.round((number * 1e6) / 30) });
    await writer.write(frame);
    const wait = began + ((number + 1) * 1000) / 30 - performance.now();
    await new Promise((resolve) => setTimeout(resolve, Math.max(0, wait)));
  }
};
