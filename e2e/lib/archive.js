// ZIP archives as others read them.
import { run } from './processes.js';

const UNPACK = 'import sys, zipfile\nz = zipfile.ZipFile(sys.argv[1])\nassert z.testzip() is None\nz.extractall(sys.argv[2])\nprint("\\n".join(z.namelist()))';

/** Checks every file of an archive by its sum and writes all beside it; gives `{ folder, names }`, the names in the archive's order. */
export async function unpack(archive) {
  const folder = `${archive}.files`;
  const { stdout } = await run('python3', ['-c', UNPACK, archive, folder]);
  return { folder, names: stdout.toString().trim().split('\n') };
}
