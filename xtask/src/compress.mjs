// Puts the compressed forms (.br, .gz) beside each file of a folder for which they are smaller.
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";

const folder = process.argv[2];
for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
  const path = join(entry.parentPath ?? entry.path, entry.name);
  if (!entry.isFile() || !/\.(html|m?js|css|wasm|json|webmanifest|svg|txt)$/.test(path)) continue;
  const content = readFileSync(path);
  if (content.length < 1024) continue;
  const brotli = brotliCompressSync(content, {
    params: { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: content.length },
  });
  for (const [end, small] of [[".br", brotli], [".gz", gzipSync(content, { level: 9 })]]) {
    if (small.length < content.length) writeFileSync(path + end, small);
  }
}
