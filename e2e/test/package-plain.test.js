// What of the npm package's own scripts can be tried without a browser: options, words, and the order of events.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';

const npm = new URL('../../recorder-wasm/npm/', import.meta.url);
const { wanted } = await import(new URL('js/options.js', npm));
const { Teller } = await import(new URL('js/events.js', npm));
const { languageTag } = await import(new URL('js/element/attributes.js', npm));
const { moment, size, textsFor } = await import(new URL('js/element/texts.js', npm));
const declared = readFileSync(new URL('types/index.d.ts', npm), 'utf8');

test('an option that is none is refused, whatever it would become', () => {
  const bad = {
    maxDuration: [NaN, null, -1, 0, '10m', '60'], maxBytes: ['1000000', NaN, 0], maxMemoryBytes: [NaN, null], minFreeBytes: [NaN, '1', -1],
    timeslice: [Infinity, NaN, '1'], keyFrameInterval: [-1, {}], videoBitsPerSecond: ['1000000', Infinity], audioBitsPerSecond: [null],
    countdown: ['3', -1, Infinity], store: ['Disk', null], atLimit: ['Split', true], container: ['mkv', ''], preset: ['best'], onTrackEnd: ['Stop'],
  };
  for (const [name, values] of Object.entries(bad)) {
    for (const value of values) assert.throws(() => wanted({ [name]: value }), { name: 'TypeError', message: new RegExp(`^${name} must be `) }, `${name}: ${value}`);
  }
  assert.throws(() => wanted({ file: {}, atLimit: 'split' }), { name: 'RecorderError', code: 'unsupported', message: /\bfile\b/ });
  const good = { maxDuration: Infinity, maxBytes: 1, minFreeBytes: 0, countdown: 0, container: 'mp4', preset: undefined, timeslice: 0.25, onTrackEnd: 'fallback' };
  assert.deepEqual(
    { ...wanted(good) },
    { ...good, timeslice: 250, keyFrameInterval: undefined, tags: [], participants: [] },
  );
});

test('what is told early is told in its order, also what that brings about', async () => {
  const target = new EventTarget();
  const teller = new Teller(target);
  const heard = [];
  teller.tell('recording');
  teller.tell('warning');
  for (const type of ['recording', 'warning', 'paused']) target.addEventListener(type, () => heard.push(type));
  target.addEventListener('recording', () => teller.tell('paused'));
  teller.open();
  await new Promise((resolve) => target.addEventListener('paused', resolve));
  assert.deepEqual(heard, ['recording', 'warning', 'paused']);
});

test('a language tag of any kind is one that the browser takes', () => {
  for (const [written, tag] of [['en_US', 'en-US'], ['ko_KR', 'ko-KR'], ['pt-BR', 'pt-BR'], ['not a tag', 'en'], ['', 'en']]) {
    assert.equal(languageTag(written), tag);
    assert.match(size(2_500_000, languageTag(written)), /^2[.,]5 MB$/);
    assert.ok(moment(new Date(0), languageTag(written)));
  }
  assert.equal(textsFor(languageTag('ko_KR'), true).stop, '끝내기');
});

test('everything that can be told has words in both languages', () => {
  const words = (text) => [...text.matchAll(/"(\w+)"/g)].map(([, word]) => word);
  const between = (from, to) => declared.slice(declared.indexOf(from)).split(to)[0];
  // What the element never does: other sources, a part.
  const errors = words(between('export type ErrorCode', ';')).filter((code) => !['not_switchable', 'not_cuttable', 'nothing_there'].includes(code));
  const warnings = words([...between('export type Warning', ';\n\n').matchAll(/code: ([^;}]*)/g)].map(([, codes]) => codes).join());
  const healths = words(between('export type Health', ';\n\n').replaceAll(/"\w+_back"/g, '').replaceAll(/.*\*.*/g, ''));
  assert.ok(errors.length > 15 && warnings.length === 8 && healths.length === 5, JSON.stringify({ errors, warnings, healths }));
  for (const [language, script] of [['en', /[a-z]{3}/], ['ko', /[가-힣]{2}/]]) {
    for (const hasPicture of [true, false]) {
      const texts = textsFor(language, hasPicture);
      for (const code of errors) assert.match(texts.error[code] ?? '', script, `${language}: error ${code}`);
      for (const code of warnings) assert.match(texts.warning[code] ?? '', script, `${language}: warning ${code}`);
      for (const kind of healths) assert.match(texts[kind] ?? '', script, `${language}: health ${kind}`);
    }
  }
});
