// `node main.js PART …`: measures one part of the recorder beside others, and prints what was found as one line of JSON.
// `cargo xtask bench recorder` calls it; progress goes to the error stream.
import { loadavg } from 'node:os';
import { parseArgs } from 'node:util';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    quick: { type: 'boolean', default: false },
    /** Minutes that sound and picture are watched. */
    minutes: { type: 'string', default: '0.5' },
    /** Recordings are grown to this (bytes) out of the `sample`. */
    bytes: { type: 'string', default: '1000000000' },
    sample: { type: 'string' },
    /** What it lasts. */
    milliseconds: { type: 'string' },
    /** Takes what is built and thrown away. */
    folder: { type: 'string' },
    /** Takes the plots. */
    images: { type: 'string' },
  },
});

const [name] = positionals;
const { measure } = await import(`./parts/${name}.js`);
const settings = { ...values, minutes: Number(values.minutes), bytes: Number(values.bytes), milliseconds: Number(values.milliseconds) };
const before = loadavg()[0];
const found = await measure(settings);
console.log(JSON.stringify({ ...found, load: [before, loadavg()[0]] }));
// Nothing of a browser that hangs may keep this from ending.
process.exit(0);
