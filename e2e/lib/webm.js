// A small WebM/Matroska reader (RFC 8794 for EBML, RFC 9559 for Matroska) that checks what a player relies on when it seeks.
// It shares no code with the product: it is a second opinion. It reads whole files into memory; test recordings are small.
import { readFileSync } from 'node:fs';

const MASTERS = new Map([
  [0x1a45dfa3, 'EBML'], [0x18538067, 'Segment'], [0x114d9b74, 'SeekHead'], [0x4dbb, 'Seek'], [0x1549a966, 'Info'],
  [0x1654ae6b, 'Tracks'], [0xae, 'TrackEntry'], [0xe0, 'Video'], [0xe1, 'Audio'], [0x1f43b675, 'Cluster'], [0xa0, 'BlockGroup'],
  [0x1c53bb6b, 'Cues'], [0xbb, 'CuePoint'], [0xb7, 'CueTrackPositions'],
  [0x1254c367, 'Tags'], [0x7373, 'Tag'], [0x67c8, 'SimpleTag'], [0x63c0, 'Targets'],
]);

const UINT = { docType: 0x4282, seekId: 0x53ab, seekPosition: 0x53ac, scale: 0x2ad7b1, duration: 0x4489, muxer: 0x4d80, writer: 0x5741,
  number: 0xd7, type: 0x83, codec: 0x86, width: 0xb0, height: 0xba, rate: 0xb5, channels: 0x9f, timestamp: 0xe7,
  simpleBlock: 0xa3, block: 0xa1, reference: 0xfb, cueTime: 0xb3, cueTrack: 0xf7, cueCluster: 0xf1, cueRelative: 0xf0,
  cueBlockNumber: 0x5378, void: 0xec, tagName: 0x45a3, tagString: 0x4487 };

// Elements that end a Segment or Cluster of unknown size (RFC 8794 section 6.2): anything of its own level or above.
const TOP_LEVEL = new Set([0x114d9b74, 0x1549a966, 0x1654ae6b, 0x1f43b675, 0x1c53bb6b, 0x1254c367, 0x1043a770, 0x1941a469]);

/**
 * Reads a file and checks it. `problems` is a list of sentences, empty for a file that seeks rightly everywhere.
 * Positions are bytes from the start of the file; times and durations are milliseconds.
 *
 * @param {string} path the file
 * @param {{ durationTolerance?: number }} options how far (ms) Duration may be from the end of the last block; 250 by default
 */
export function webm(path, { durationTolerance = 250 } = {}) {
  const bytes = readFileSync(path);
  const problems = [];
  const roots = elements(bytes, 0, bytes.length, problems, null);
  const head = roots.find((element) => element.name === 'EBML');
  const segment = roots.find((element) => element.name === 'Segment');
  if (!head) problems.push('there is no EBML header');
  if (!segment) return { problems: [...problems, 'there is no Segment'], tracks: [], clusters: [], blocks: [], cues: [], seekHead: [], tags: {} };
  for (const root of roots) {
    if (root !== head && root !== segment && root.id !== UINT.void) problems.push(`element ${hex(root.id)} at ${root.start} is outside of the Segment`);
  }

  const info = child(segment, 'Info');
  const scale = number(leaf(info, UINT.scale)) ?? 1_000_000;
  const milliseconds = (ticks) => (ticks * scale) / 1e6;
  const durationLeaf = leaf(info, UINT.duration);
  const duration = durationLeaf ? milliseconds(float(durationLeaf)) : null;
  const tracks = children(child(segment, 'Tracks'), 'TrackEntry').map(track);
  const clusters = children(segment, 'Cluster').map((cluster) => readCluster(cluster, milliseconds, tracks, problems));
  const blocks = clusters.flatMap((cluster) => cluster.blocks);
  const cues = children(segment, 'Cues').flatMap((list) => children(list, 'CuePoint')).flatMap((point) => cuePoint(point, segment, milliseconds));
  const seekHead = children(segment, 'SeekHead').flatMap((list) => children(list, 'Seek')).map((seek) => ({
    id: number(leaf(seek, UINT.seekId)), position: segment.data + number(leaf(seek, UINT.seekPosition)),
  }));

  checkSeekHead(seekHead, segment, problems);
  checkCues(cues, segment, clusters, tracks, problems);
  checkDuration(duration, blocks, durationTolerance, problems);
  checkTimes(tracks, blocks, problems);

  const cuesElement = child(segment, 'Cues');
  const video = tracks.find(({ type }) => type === 'video');
  return {
    docType: text(leaf(head, UINT.docType)), muxer: text(leaf(info, UINT.muxer)), writer: text(leaf(info, UINT.writer)),
    duration, tracks, clusters, blocks, cues, seekHead, tags: tags(segment), problems,
    cuesInFront: Boolean(cuesElement && clusters.length && cuesElement.start < clusters[0].start),
    keyFrames: video ? blocks.filter(({ track, key }) => track === video.number && key).map(({ time }) => time) : [],
    size: bytes.length,
  };
}

// --- the element tree -----------------------------------------------------------------------------------------------

function elements(bytes, from, to, problems, parent) {
  const list = [];
  let at = from;
  while (at < to) {
    const id = variableInteger(bytes, at, to, true);
    const size = id && variableInteger(bytes, at + id.length, to, false);
    if (!size) {
      problems.push(`the bytes from ${at} to ${to} in ${parent?.name ?? 'the file'} are not an element`);
      break;
    }
    const element = { id: id.value, name: MASTERS.get(id.value), bytes, start: at, data: at + id.length + size.length, known: !size.unknown, parent };
    if (parent?.name === 'Cluster' && !parent.known && TOP_LEVEL.has(element.id)) break;
    element.end = size.unknown ? to : element.data + size.value;
    if (size.unknown) problems.push(`${element.name ?? hex(element.id)} at ${at} has an unknown size`);
    if (element.end > to) {
      problems.push(`${element.name ?? hex(element.id)} at ${at} claims to end at ${element.end}, beyond ${to}`);
      element.end = to;
    }
    if (element.name) {
      element.children = elements(bytes, element.data, element.end, problems, element);
      if (size.unknown) element.end = element.children.at(-1)?.end ?? element.data;
    }
    list.push(element);
    at = element.end;
  }
  return list;
}

// RFC 8794 section 4: the number of leading zero bits says how many bytes follow. All data bits set: unknown size.
function variableInteger(bytes, at, to, keepMarker) {
  if (at >= to || bytes[at] === 0) return null;
  const length = Math.clz32(bytes[at]) - 23;
  if (at + length > to) return null;
  let value = keepMarker ? bytes[at] : bytes[at] & (0xff >> length);
  let unknown = (bytes[at] & (0xff >> length)) === 0xff >> length;
  for (let index = 1; index < length; index += 1) {
    value = value * 256 + bytes[at + index];
    unknown &&= bytes[at + index] === 0xff;
  }
  return { value, length, unknown: unknown && !keepMarker };
}

const child = (parent, name) => parent?.children.find((element) => element.name === name);
const children = (parent, name) => parent?.children.filter((element) => element.name === name) ?? [];
const leaf = (parent, id) => parent?.children.find((element) => element.id === id);
const hex = (id) => `0x${id.toString(16)}`;
const content = (element) => element.bytes.subarray(element.data, element.end);
const number = (element) => (element ? content(element).reduce((sum, byte) => sum * 256 + byte, 0) : undefined);
const text = (element) => (element ? content(element).toString('utf8').replace(/\0+$/, '') : undefined);
const float = (element) => (element.end - element.data === 4 ? element.bytes.readFloatBE(element.data) : element.bytes.readDoubleBE(element.data));

// --- what the elements mean -----------------------------------------------------------------------------------------

function track(entry) {
  const video = child(entry, 'Video');
  const audio = child(entry, 'Audio');
  return {
    number: number(leaf(entry, UINT.number)), type: { 1: 'video', 2: 'audio' }[number(leaf(entry, UINT.type))] ?? 'other', codec: text(leaf(entry, UINT.codec)),
    ...(video && { width: number(leaf(video, UINT.width)), height: number(leaf(video, UINT.height)) }),
    ...(audio && { rate: leaf(audio, UINT.rate) && float(leaf(audio, UINT.rate)), channels: number(leaf(audio, UINT.channels)) ?? 1 }),
  };
}

function readCluster(cluster, milliseconds, tracks, problems) {
  const base = number(leaf(cluster, UINT.timestamp));
  if (base === undefined) problems.push(`the cluster at ${cluster.start} has no Timestamp`);
  const blocks = cluster.children.flatMap((element) => {
    const simple = element.id === UINT.simpleBlock;
    const block = simple ? element : element.name === 'BlockGroup' && leaf(element, UINT.block);
    if (!block) return [];
    const id = variableInteger(block.bytes, block.data, block.end, false);
    const at = block.data + id.length;
    const payload = block.bytes.subarray(at + 3, block.end);
    const found = {
      track: id.value, time: milliseconds((base ?? 0) + block.bytes.readInt16BE(at)), start: element.start, relative: element.start - cluster.data,
      key: simple ? (block.bytes[at + 2] & 0x80) !== 0 : !leaf(element, UINT.reference), size: payload.length,
    };
    const codec = tracks.find((entry) => entry.number === found.track)?.codec;
    const truth = intraFrame(codec, payload);
    if (truth !== null && truth !== found.key) problems.push(`the block at ${found.start} is ${truth ? '' : 'not '}a ${codec} key frame, but is flagged otherwise`);
    return [found];
  });
  return { start: cluster.start, end: cluster.end, known: cluster.known, time: milliseconds(base ?? 0), blocks };
}

// Whether the frame itself can be decoded alone: RFC 6386 section 9.1 (VP8), VP9 bitstream specification section 6.2. Null: not known.
function intraFrame(codec, payload) {
  if (!payload.length) return null;
  if (codec === 'V_VP8') return (payload[0] & 1) === 0;
  if (codec !== 'V_VP9' || payload[0] >> 6 !== 2) return null;
  const profile3 = (payload[0] & 0x30) === 0x30;
  const flags = profile3 ? payload[0] >> 1 : payload[0] >> 2;
  return (flags & 2) === 0 && (flags & 1) === 0;
}

function cuePoint(point, segment, milliseconds) {
  const time = milliseconds(number(leaf(point, UINT.cueTime)));
  return children(point, 'CueTrackPositions').map((positions) => ({
    time, track: number(leaf(positions, UINT.cueTrack)), cluster: segment.data + number(leaf(positions, UINT.cueCluster)),
    relative: number(leaf(positions, UINT.cueRelative)) ?? null, blockNumber: number(leaf(positions, UINT.cueBlockNumber)) ?? null,
  }));
}

function tags(segment) {
  const simple = children(segment, 'Tags').flatMap((list) => children(list, 'Tag')).flatMap((tag) => children(tag, 'SimpleTag'));
  return Object.fromEntries(simple.map((tag) => [text(leaf(tag, UINT.tagName)), text(leaf(tag, UINT.tagString))]));
}

// --- the checks -----------------------------------------------------------------------------------------------------

function checkSeekHead(entries, segment, problems) {
  if (!entries.length) problems.push('there is no SeekHead');
  for (const { id, position } of entries) {
    if (!segment.children.some((element) => element.id === id && element.start === position)) {
      problems.push(`SeekHead says ${hex(id)} is at ${position}: it is not`);
    }
  }
  for (const name of ['Info', 'Tracks', 'Cues']) {
    const element = child(segment, name);
    if (element && entries.length && !entries.some(({ position }) => position === element.start)) problems.push(`SeekHead leaves ${name} out`);
  }
}

function checkCues(cues, segment, clusters, tracks, problems) {
  if (!cues.length) problems.push('there are no Cues');
  if (children(segment, 'Cues').length > 1) problems.push('there is more than one Cues element');
  const video = tracks.find(({ type }) => type === 'video');
  if (video && cues.length && !cues.some(({ track: of }) => of === video.number)) problems.push('no cue is for the video track');
  let last = -1;
  for (const cue of cues) {
    const label = `the cue at ${cue.time} ms`;
    if (cue.time < last) problems.push(`${label} comes after one of ${last} ms`);
    last = cue.time;
    const cluster = clusters.find(({ start }) => start === cue.cluster);
    if (!cluster) {
      problems.push(`${label} points to ${cue.cluster}, where no cluster is`);
      continue;
    }
    if (cue.relative === null && video) problems.push(`${label} has no relative position`);
    const block = cue.relative === null
      ? cluster.blocks.filter((candidate) => candidate.track === cue.track)[(cue.blockNumber ?? 1) - 1]
      : cluster.blocks.find(({ relative }) => relative === cue.relative);
    if (!block) problems.push(`${label} points to ${cue.cluster} + ${cue.relative}, where no block is`);
    else if (block.track !== cue.track) problems.push(`${label} is for track ${cue.track}, but leads to a block of track ${block.track}`);
    else if (Math.abs(block.time - cue.time) > 0.5) problems.push(`${label} leads to a block of ${block.time} ms`);
    // Sound starts anywhere; Firefox does not even flag its audio blocks.
    else if (cue.track === video?.number && !block.key) problems.push(`${label} leads to a block that is not a key frame`);
  }
}

function checkDuration(duration, blocks, tolerance, problems) {
  if (duration === null) return problems.push('there is no Duration');
  const end = blocks.reduce((latest, { time }) => Math.max(latest, time), 0);
  if (Math.abs(duration - end) > tolerance) problems.push(`Duration is ${duration} ms, the last block is at ${end} ms`);
}

function checkTimes(tracks, blocks, problems) {
  for (const { number: of } of tracks) {
    let last = -Infinity;
    for (const { time, start } of blocks.filter((block) => block.track === of)) {
      if (time < last) problems.push(`the block at ${start} (track ${of}, ${time} ms) comes after one of ${last} ms`);
      last = time;
    }
  }
}
