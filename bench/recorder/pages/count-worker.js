// Counts the frames that a track delivers.
let count = 0;

onmessage = async ({ data: readable }) => {
  const reader = readable.getReader();
  for (let next = await reader.read(); !next.done; next = await reader.read()) {
    next.value.close();
    count += 1;
    postMessage(count);
  }
};
