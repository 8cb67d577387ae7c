// What the camera of the bench sees.
import { existsSync, mkdirSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { OUT } from '../../../e2e/lib/paths.js';
import { run } from '../../../e2e/lib/processes.js';

/** A moving picture at 30 frames a second; gives its path. Raw frames: no decoder costs time in the browser. */
export async function film(size) {
  const path = join(OUT, 'devices', `bench-30-${size}.y4m`);
  if (existsSync(path)) return path;
  mkdirSync(join(OUT, 'devices'), { recursive: true });
  const unfinished = `${path}.${process.pid}`;
  await run('ffmpeg', ['-v', 'error', '-nostdin', '-f', 'lavfi', '-i', `testsrc2=s=${size}:r=30:d=2`, '-pix_fmt', 'yuv420p', '-f', 'yuv4mpegpipe', '-y', unfinished]);
  renameSync(unfinished, path);
  return path;
}
