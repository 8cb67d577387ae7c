// Draws a meeting's picture onto a 2D canvas. Used by the worker (frames from track processors) and by the page
// (frames from video elements), so that both make the same picture. Where each tile stands is decided in Rust.

const BACKGROUND = "#0f1216";
const TILE = "#1d232b";
const TEXT = "#f4f6f8";
const SENTENCE = "#aab4c0";
const ACCENT = ["#3f6fd8", "#2f8f83", "#8a5fc7", "#b0673a", "#4a7f3f", "#a8517d", "#5d6b7f", "#967b21"];

export class Painter {
  #canvas;
  #context;
  #tiles = [];
  #stale = true; // nothing that is on the canvas can stay
  #sprites = new Map(); // what is drawn once and stamped many times: name plates, placeholders, corners

  constructor(canvas) {
    this.#canvas = canvas;
    // Opaque: with alpha, the recorder would store a second picture for it.
    this.#context = canvas.getContext("2d", { alpha: false });
    canvas.addEventListener("contextrestored", () => {
      this.#stale = true;
    });
  }

  // `tiles`: [{ id, name, tint, x, y, width, height, plain, sentence }]. A plain tile has no name and no round corners.
  // With `sentence`, the name is one, and stands in the middle of the placeholder.
  setTiles(tiles) {
    const before = this.#sprites;
    this.#sprites = new Map();
    const sprite = (key, make) => {
      const kept = this.#sprites.get(key) ?? before.get(key) ?? make();
      this.#sprites.set(key, kept);
      return kept;
    };
    this.#tiles = tiles.map((tile) => {
      const { name, tint, width, height, plain } = tile;
      const radius = plain ? 0 : Math.floor(Math.min(14, height / 8));
      return {
        ...tile,
        corners: radius > 0 && sprite(`corners ${radius}`, () => corners(radius)),
        plate: !plain && name && sprite(`plate ${width} ${height} ${name}`, () => plate(tile)),
        // Made when it is needed first.
        placeholder: () => sprite(`placeholder ${plain} ${width} ${height} ${tint} ${name}`, () => placeholder(tile)),
        shown: undefined,
      };
    });
    this.#stale = true;
  }

  // The frame that is the whole picture as it is, if there is such a one.
  whole(frameOf) {
    const [tile] = this.#tiles;
    if (this.#tiles.length !== 1 || !tile.plain) return undefined;
    const frame = frameOf(tile.id);
    const { width, height } = this.#canvas;
    // A frame that must be turned when it is shown is not as it looks.
    const fits = frame?.width === width && frame.height === height && !frame.image.rotation && !frame.image.flip;
    return fits ? frame.image : undefined;
  }

  // Nothing is to be seen.
  isBlack(frameOf) {
    const [tile] = this.#tiles;
    return this.#tiles.length === 1 && tile.plain && !tile.name && !frameOf(tile.id);
  }

  // `frameOf(id)` gives { image, width, height } or nothing; `moves`: the same image may show something else each time.
  draw(frameOf) {
    const context = this.#context;
    if (this.#stale) {
      context.fillStyle = this.#tiles[0]?.plain ? "#000" : BACKGROUND;
      context.fillRect(0, 0, this.#canvas.width, this.#canvas.height);
      this.#stale = false;
      for (const tile of this.#tiles) tile.shown = undefined;
    }
    const drawn = [];
    for (const tile of this.#tiles) {
      const frame = frameOf(tile.id);
      const image = frame?.width > 0 && frame.height > 0 ? frame.image : null;
      // What is there already stays, unless what lies below it was drawn anew.
      if (tile.shown === image && !frame?.moves && !drawn.some((below) => overlap(below, tile))) continue;
      drawn.push(tile);
      tile.shown = image;
      if (image && drawFrame(context, tile, frame)) continue;
      tile.shown = null;
      context.drawImage(tile.placeholder(), tile.x, tile.y);
      stamp(context, tile);
    }
  }
}

function overlap(one, other) {
  return one.x < other.x + other.width && other.x < one.x + one.width && one.y < other.y + other.height && other.y < one.y + one.height;
}

// The whole frame is shown, with bars where the shapes differ.
function drawFrame(context, tile, { image, width, height }) {
  const scale = Math.min(tile.width / width, tile.height / height);
  const w = Math.min(tile.width, Math.round(width * scale));
  const h = Math.min(tile.height, Math.round(height * scale));
  const left = Math.floor((tile.width - w) / 2);
  const top = Math.floor((tile.height - h) / 2);
  context.fillStyle = tile.plain ? "#000" : TILE;
  if (w < tile.width) {
    context.fillRect(tile.x, tile.y, left, tile.height);
    context.fillRect(tile.x + left + w, tile.y, tile.width - left - w, tile.height);
  }
  if (h < tile.height) {
    context.fillRect(tile.x, tile.y, tile.width, top);
    context.fillRect(tile.x, tile.y + top + h, tile.width, tile.height - top - h);
  }
  // Two source pixels to one are blended well by the cheap way; with more, it would leave some out and flicker.
  context.imageSmoothingQuality = scale < 0.5 ? "medium" : "low";
  try {
    context.drawImage(image, tile.x + left, tile.y + top, w, h);
  } catch {
    // A frame that was taken back, or an element that has broken: the tile has its placeholder until the next one.
    return false;
  }
  stamp(context, tile);
  return true;
}

function stamp(context, { x, y, width, height, corners: sprite, plate: name }) {
  if (sprite) {
    const r = sprite.width / 2;
    for (const [right, low] of [[0, 0], [1, 0], [0, 1], [1, 1]]) {
      context.drawImage(sprite, right * r, low * r, r, r, x + right * (width - r), y + low * (height - r), r, r);
    }
  }
  if (name) context.drawImage(name, x + name.pad, y + height - name.height - name.pad);
}

function canvasOf(width, height) {
  const [w, h] = [Math.max(1, Math.ceil(width)), Math.max(1, Math.ceil(height))];
  if (self.OffscreenCanvas) return new OffscreenCanvas(w, h);
  return Object.assign(document.createElement("canvas"), { width: w, height: h });
}

// What is left of a square when a disc is cut out: its quarters are the four corners.
function corners(radius) {
  const sprite = canvasOf(2 * radius, 2 * radius);
  const context = sprite.getContext("2d");
  context.fillStyle = BACKGROUND;
  context.fillRect(0, 0, 2 * radius, 2 * radius);
  context.globalCompositeOperation = "destination-out";
  context.beginPath();
  context.arc(radius, radius, radius, 0, 2 * Math.PI);
  context.fill();
  return sprite;
}

function placeholder({ name, tint, width, height, plain, sentence }) {
  const sprite = canvasOf(width, height);
  const context = sprite.getContext("2d", { alpha: false });
  context.fillStyle = sentence ? BACKGROUND : plain ? "#000" : TILE;
  context.fillRect(0, 0, width, height);
  if (!name) return sprite;
  if (sentence) {
    write(context, name, width, height);
    return sprite;
  }
  const radius = Math.min(width, height) / 5;
  context.fillStyle = ACCENT[tint % ACCENT.length];
  context.beginPath();
  context.arc(width / 2, height / 2, radius, 0, 2 * Math.PI);
  context.fill();
  context.fillStyle = TEXT;
  context.font = `600 ${Math.round(radius)}px system-ui, sans-serif`;
  context.textAlign = "center";
  context.textBaseline = "middle";
  context.fillText([...name][0].toUpperCase(), width / 2, height / 2 + radius * 0.05);
  return sprite;
}

// A sentence in the middle, on one line.
function write(context, sentence, width, height) {
  const font = (size) => `400 ${size}px system-ui, sans-serif`;
  context.font = font(100);
  const fits = (80 * width) / context.measureText(sentence).width;
  context.font = font(Math.min(height / 18, fits));
  context.fillStyle = SENTENCE;
  context.textAlign = "center";
  context.textBaseline = "middle";
  context.fillText(sentence, width / 2, height / 2);
}

function plate({ name, width, height }) {
  const size = Math.max(13, Math.min(22, Math.round(height / 18)));
  const pad = Math.round(size * 0.5);
  const font = `500 ${size}px system-ui, sans-serif`;
  const ruler = canvasOf(1, 1).getContext("2d");
  ruler.font = font;
  const text = shorten(ruler, name, width - 6 * pad);
  const sprite = canvasOf(ruler.measureText(text).width + 2 * pad, size + pad * 1.2);
  const context = sprite.getContext("2d");
  context.fillStyle = "rgba(10, 12, 15, 0.72)";
  context.beginPath();
  context.roundRect(0, 0, sprite.width, sprite.height, sprite.height / 3);
  context.fill();
  context.font = font;
  context.textBaseline = "middle";
  context.fillStyle = TEXT;
  context.fillText(text, pad, sprite.height / 2 + 1);
  return Object.assign(sprite, { pad });
}

// Cuts a name by halving: names may be long.
function shorten(context, name, room) {
  if (context.measureText(name).width <= room) return name;
  const letters = [...name];
  const cut = (count) => `${letters.slice(0, count).join("")}…`;
  let [fits, tooMany] = [0, letters.length];
  while (tooMany - fits > 1) {
    const middle = (fits + tooMany) >> 1;
    if (context.measureText(cut(middle)).width <= room) fits = middle;
    else tooMany = middle;
  }
  return cut(Math.max(1, fits));
}

// The page's side, where the browser has no track processors: frames come from playing video elements.
// `elements`: Map of tile → video element.
export function drawElements(painter, elements) {
  painter.draw((id) => {
    const video = elements.get(id);
    return video?.readyState >= 2 && { image: video, width: video.videoWidth, height: video.videoHeight, moves: true };
  });
}
