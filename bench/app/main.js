// `node main.js PART …`: measures one part of the web app, and prints what was found as one line of JSON.
// `cargo xtask bench app` calls it; progress goes to the error stream.
import { loadavg } from 'node:os';
import { parseArgs } from 'node:util';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    /** The folder with the built app. */
    dist: { type: 'string' },
    quick: { type: 'boolean', default: false },
  },
});

const [name] = positionals;
const { measure } = await import(`./parts/${name}.js`);
const before = loadavg()[0];
const found = await measure(values);
console.log(JSON.stringify({ ...found, load: [before, loadavg()[0]] }));
// Nothing of a browser that hangs may keep this from ending.
process.exit(0);
