// A small plot as SVG: lines with their names at their ends, legible on light and on dark pages.
const WIDTH = 720;
const HEIGHT = 360;
const MARGIN = { left: 64, right: 168, top: 44, bottom: 48 };
const COLOURS = ['#0a7d5a', '#c2410c', '#6d28d9', '#0369a1'];

const escaped = (text) => String(text).replaceAll('&', '&amp;').replaceAll('<', '&lt;');

/** `lines`: `{ name, points: [[x, y], …] }`. */
export function plot({ title, x, y, lines }) {
  const all = lines.flatMap(({ points }) => points);
  const right = Math.max(...all.map(([at]) => at));
  const top = nice(Math.max(...all.map(([, value]) => value), 1));
  const across = (at) => (MARGIN.left + (at / right) * (WIDTH - MARGIN.left - MARGIN.right)).toFixed(1);
  const down = (value) => (HEIGHT - MARGIN.bottom - (Math.max(value, 0) / top) * (HEIGHT - MARGIN.top - MARGIN.bottom)).toFixed(1);
  const parts = [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" font-family="system-ui, sans-serif" font-size="13">`,
    `<rect width="${WIDTH}" height="${HEIGHT}" rx="8" fill="#fff"/>`,
    `<text x="${MARGIN.left}" y="26" font-size="15" font-weight="600" fill="#111">${escaped(title)}</text>`,
  ];
  for (let step = 0; step <= 4; step += 1) {
    const [value, at] = [(top * step) / 4, (right * step) / 4];
    parts.push(
      `<line x1="${across(0)}" x2="${across(right)}" y1="${down(value)}" y2="${down(value)}" stroke="#ddd"/>`,
      `<text x="${MARGIN.left - 8}" y="${Number(down(value)) + 4}" text-anchor="end" fill="#444">${Math.round(value)}</text>`,
      `<text x="${across(at)}" y="${HEIGHT - MARGIN.bottom + 18}" text-anchor="middle" fill="#444">${Math.round(at)}</text>`,
    );
  }
  parts.push(
    `<text x="${across(right / 2)}" y="${HEIGHT - 10}" text-anchor="middle" fill="#444">${escaped(x)}</text>`,
    `<text transform="translate(16 ${(HEIGHT + MARGIN.top - MARGIN.bottom) / 2}) rotate(-90)" text-anchor="middle" fill="#444">${escaped(y)}</text>`,
  );
  // Names that would stand on each other are moved apart.
  const ends = lines.map(({ points }, index) => ({ index, at: Number(down(points.at(-1)[1])) })).sort((one, other) => one.at - other.at);
  ends.forEach((end, place) => {
    if (place > 0) end.at = Math.max(end.at, ends[place - 1].at + 16);
  });
  lines.forEach(({ name, points }, index) => {
    const colour = COLOURS[index % COLOURS.length];
    const path = points.map(([at, value]) => `${across(at)},${down(value)}`).join(' ');
    parts.push(`<polyline points="${path}" fill="none" stroke="${colour}" stroke-width="2.5" stroke-linejoin="round"/>`);
    parts.push(`<text x="${Number(across(right)) + 8}" y="${ends.find((end) => end.index === index).at + 4}" fill="${colour}" font-weight="600">${escaped(name)}</text>`);
  });
  return `${parts.join('\n')}\n</svg>\n`;
}

// The next number that divides well by four.
function nice(value) {
  const unit = 10 ** Math.floor(Math.log10(value));
  return [1, 2, 4, 6, 8, 10].map((factor) => factor * unit).find((one) => one >= value);
}
