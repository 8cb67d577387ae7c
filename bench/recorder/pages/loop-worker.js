// A bare drawing loop: four pictures on one canvas, 30 times a second, each drawn frame into a track. What a mix costs at the least.
let drawn = 0;
let due = 0;

onmessage = async ({ data: { readables, writable, width, height, frameRate } }) => {
  const canvas = new OffscreenCanvas(width, height);
  const pen = canvas.getContext('2d', { alpha: false });
  const frames = readables.map(() => null);
  readables.forEach(async (readable, index) => {
    const reader = readable.getReader();
    for (let next = await reader.read(); !next.done; next = await reader.read()) {
      frames[index]?.close();
      frames[index] = next.value;
    }
  });
  const writer = writable.getWriter();
  const began = performance.now();
  const turn = () => {
    const now = performance.now();
    const number = Math.floor(((now - began) * frameRate) / 1000);
    if (number >= due) {
      due = number + 1;
      frames.forEach((frame, index) => {
        if (frame) pen.drawImage(frame, (index % 2) * (width / 2), index < 2 ? 0 : height / 2, width / 2, height / 2);
      });
      // A track that does not take frames as fast as they are drawn leaves them out.
      if (writer.desiredSize > 0) {
        drawn += 1;
        writer.write(new VideoFrame(canvas, { timestamp: Math.round((number * 1e6) / frameRate) })).catch(() => {});
      }
    }
    postMessage({ due, drawn });
    setTimeout(turn, Math.max(0, began + (due * 1000) / frameRate - performance.now()));
  };
  turn();
};
