// `node repair.js PEER INPUT OUTPUT`: what others do to a live WebM recording, as their own documentation shows it.
// They were made for browsers: what Node lacks is shimmed here, in a way that costs no more than the browser's own.
import { createWriteStream, openAsBlob, readFileSync, statSync, writeFileSync } from 'node:fs';
import Module, { createRequire } from 'node:module';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

const require = createRequire(import.meta.url);
const [peer, input, output, milliseconds] = process.argv.slice(2);

// What was made for browsers counts on the npm package that bundlers put in place of Node's own: Node's shares its memory between
// small buffers, and refuses integers of seven bytes.
function useBufferOfBrowsers() {
  globalThis.Buffer = require('buffer/').Buffer;
  const load = Module._load;
  Module._load = (name, ...rest) => load(name === 'buffer' ? require.resolve('buffer/') : name, ...rest);
}

const peers = {
  // As RecordRTC's getSeekableBlob does it: the whole file in memory, its head made anew.
  'ts-ebml'() {
    useBufferOfBrowsers();
    const { Decoder, Reader, tools } = require('ts-ebml');
    const file = readFileSync(input);
    const bytes = file.buffer.slice(file.byteOffset, file.byteOffset + file.length);
    const reader = new Reader();
    reader.logging = false;
    // Chromium's newer elements are unknown to it.
    for (const element of new Decoder().decode(bytes)) if (element.type !== 'unknown') reader.read(element);
    reader.stop();
    const head = tools.makeMetadataSeekable(reader.metadatas, reader.duration, reader.cues);
    writeFileSync(output, new Uint8Array(head));
    writeFileSync(output, new Uint8Array(bytes, reader.metadataSize), { flag: 'a' });
  },

  async 'webm-duration-fix'() {
    useBufferOfBrowsers();
    const fixWebmDuration = require('webm-duration-fix').default;
    await save(await fixWebmDuration(await openAsBlob(input, { type: 'video/webm' })));
  },

  async 'fix-webm-duration'() {
    globalThis.FileReader = class {
      readAsArrayBuffer(blob) {
        blob.arrayBuffer().then((buffer) => {
          this.result = buffer;
          this.onloadend();
        });
      }
    };
    const fixWebmDuration = require('fix-webm-duration');
    await save(await fixWebmDuration(await openAsBlob(input), Number(milliseconds), { logger: false }));
  },

  async mediabunny() {
    const { ALL_FORMATS, Conversion, FilePathSource, FilePathTarget, Input, Mp4OutputFormat, Output, WebMOutputFormat } = await import('mediabunny');
    const format = output.endsWith('.mp4') ? new Mp4OutputFormat() : new WebMOutputFormat();
    const conversion = await Conversion.init({
      input: new Input({ source: new FilePathSource(input), formats: ALL_FORMATS }),
      output: new Output({ format, target: new FilePathTarget(output) }),
    });
    await conversion.execute();
  },
};

const save = (blob) => pipeline(Readable.fromWeb(blob.stream()), createWriteStream(output));

await peers[peer]();
if (statSync(output).size < statSync(input).size / 2) throw new Error(`${peer} lost half of the file`);
