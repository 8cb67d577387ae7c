// Draws a meeting's picture onto a 2D canvas. Used by the worker (frames from track processors) and by the page
// (frames from video elements), so that both make the same picture. Where each tile stands is decided in Rust.

const BACKGROUND = "#0f1216";
const TILE = "#1d232b";
const TEXT = "#f4f6f8";
const ACCENT = ["#3f6fd8", "#2f8f83", "#8a5fc7", "#b0673a", "#4a7f3f", "#a8517d", "#5d6b7f", "#967b21"];

// `tiles`: [{ id, name, x, y, width, height, cover, tint }]; `frameOf(id)` gives { image, width, height } or nothing.
export function drawScene(context, width, height, tiles, frameOf) {
  context.fillStyle = BACKGROUND;
  context.fillRect(0, 0, width, height);
  for (const tile of tiles) {
    context.save();
    context.beginPath();
    context.roundRect(tile.x, tile.y, tile.width, tile.height, Math.min(14, tile.height / 8));
    context.clip();
    context.fillStyle = TILE;
    context.fillRect(tile.x, tile.y, tile.width, tile.height);
    const frame = frameOf(tile.id);
    if (frame && frame.width > 0 && frame.height > 0) {
      drawInside(context, tile, frame);
    } else {
      drawInitial(context, tile);
    }
    drawName(context, tile);
    context.restore();
  }
}

// The whole frame is shown, with bars where the shapes differ.
function drawInside(context, tile, { image, width, height }) {
  const scale = Math.min(tile.width / width, tile.height / height);
  const w = Math.round(width * scale);
  const h = Math.round(height * scale);
  const x = tile.x + Math.round((tile.width - w) / 2);
  const y = tile.y + Math.round((tile.height - h) / 2);
  context.drawImage(image, x, y, w, h);
}

function drawInitial(context, tile) {
  const radius = Math.min(tile.width, tile.height) / 5;
  const x = tile.x + tile.width / 2;
  const y = tile.y + tile.height / 2;
  context.fillStyle = ACCENT[tile.tint % ACCENT.length];
  context.beginPath();
  context.arc(x, y, radius, 0, 2 * Math.PI);
  context.fill();
  context.fillStyle = TEXT;
  context.font = `600 ${Math.round(radius)}px system-ui, sans-serif`;
  context.textAlign = "center";
  context.textBaseline = "middle";
  context.fillText([...tile.name][0]?.toUpperCase() ?? "", x, y + radius * 0.05);
}

function drawName(context, tile) {
  if (!tile.name) return;
  const size = Math.max(13, Math.min(22, Math.round(tile.height / 18)));
  const pad = Math.round(size * 0.5);
  context.font = `500 ${size}px system-ui, sans-serif`;
  context.textAlign = "left";
  context.textBaseline = "middle";
  const room = tile.width - 6 * pad;
  const name = shorten(context, tile.name, room);
  const boxHeight = size + pad * 1.2;
  const boxWidth = context.measureText(name).width + 2 * pad;
  const x = tile.x + pad;
  const y = tile.y + tile.height - boxHeight - pad;
  context.fillStyle = "rgba(10, 12, 15, 0.72)";
  context.beginPath();
  context.roundRect(x, y, boxWidth, boxHeight, boxHeight / 3);
  context.fill();
  context.fillStyle = TEXT;
  context.fillText(name, x + pad, y + boxHeight / 2 + 1);
}

function shorten(context, name, room) {
  if (context.measureText(name).width <= room) return name;
  const letters = [...name];
  while (letters.length > 1 && context.measureText(`${letters.join("")}…`).width > room) letters.pop();
  return `${letters.join("")}…`;
}

// The page's side, where the browser has no track processors: frames come from playing video elements.
// `elements`: Map of participant → video element.
export function drawPage(context, width, height, tiles, elements) {
  drawScene(context, width, height, tiles, (id) => {
    const video = elements.get(id);
    return video && video.readyState >= 2 && { image: video, width: video.videoWidth, height: video.videoHeight };
  });
}
