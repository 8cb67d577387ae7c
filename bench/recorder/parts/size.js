// What a page loads to record a seekable WebM.
import { join } from 'node:path';
import { unpackedPackage } from '../../../e2e/lib/package.js';
import { brotli, bundlePeers } from '../lib/bundle.js';
import { kilobytes } from '../lib/figures.js';
import { onStage, say } from '../lib/stage.js';

const LIMIT = 40_000;

export async function measure({ folder }) {
  const dist = join(await unpackedPackage(), 'dist');
  const loaded = new Set();
  say('recording WebM, and watching what is loaded');
  const mimeType = await onStage({ onRequest: ({ pathname }) => loaded.add(pathname) }, async (participant, url) => {
    await participant.goto(url);
    return participant.evaluate(async () => {
      const { Recorder } = await import('/pkg/index.js');
      const recorder = await Recorder.start({ camera: true, microphone: true, container: 'webm' });
      await new Promise((resolve) => {
        recorder.addEventListener('progress', ({ bytes }) => bytes > 0 && resolve());
      });
      const recording = await recorder.stop();
      await (await recording.file()).arrayBuffer();
      return recording.mimeType;
    });
  });
  if (!mimeType.startsWith('video/webm')) throw new Error(`recorded ${mimeType}`);
  const files = [...loaded].filter((path) => path.startsWith('/pkg/')).map((path) => path.slice('/pkg/'.length));
  const rows = [['file', 'brotli'], ...files.map((name) => [name, kilobytes(brotli(join(dist, name)))])];
  const ours = files.reduce((sum, name) => sum + brotli(join(dist, name)), 0);

  say('bundling the others');
  const peers = await bundlePeers(folder, { external: ['react', 'react-dom'], into: 'sizes' });
  const of = (name) => brotli(join(peers, `${name}.js`));
  const others = [
    ['RecordRTC, not seekable', of('recordrtc')],
    ['RecordRTC with getSeekableBlob', of('recordrtc') + of('ebml')],
    ['mediabunny, recording only', of('mediabunny')],
    ['react-media-recorder without React, not seekable', of('react-media-recorder')],
  ].map(([name, bytes]) => `${name} ${kilobytes(bytes)}`);
  return {
    tables: [{ title: 'What a page loads to record WebM', rows }],
    goals: [{
      what: 'loaded to record seekable WebM (js + wasm, brotli)', goal: `≤ ${LIMIT / 1e3} KB`, ours: kilobytes(ours), peers: others.join('; '), reached: ours <= LIMIT,
    }],
  };
}
