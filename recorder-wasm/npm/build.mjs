// Makes the package out of the wasm modules: `node build.mjs WASM_FOLDER PACKAGE_FOLDER`. `cargo xtask npm` calls it.
import { execFileSync } from "node:child_process";
import { copyFileSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { brotliCompressSync } from "node:zlib";
import { build } from "esbuild";

const here = dirname(fileURLToPath(import.meta.url));
const [wasm, out] = process.argv.slice(2).map((path) => resolve(path));
const manifest = JSON.parse(readFileSync(join(here, "package.json"), "utf8"));
const dist = join(out, "dist");
const banner = `/*! ${manifest.name} ${manifest.version} | ${manifest.license} */`;
const workers = join(here, "../js");

// What is declared must be what is there, and must be usable as its documentation says.
execFileSync(process.execPath, [join(here, "node_modules/typescript/bin/tsc"), "-p", here], { stdio: "inherit" });

rmSync(out, { recursive: true, force: true });
mkdirSync(dist, { recursive: true });

const usual = {
  bundle: true,
  format: "esm",
  minify: true,
  sourcemap: true,
  sourcesContent: true,
  target: ["es2022", "chrome105", "firefox111", "safari16.4"],
  legalComments: "none",
  banner: { js: banner },
  outdir: dist,
  absWorkingDir: here,
  logLevel: "warning",
};

const engines = {
  name: "engines",
  setup({ onResolve }) {
    onResolve({ filter: /^#(small|full|trim)$/ }, ({ path }) => ({ path: join(wasm, path.slice(1), "recorder.js") }));
  },
};

// Workers are single files: no bundler follows a worker's own imports in the same way as another.
const single = { "store-worker": join(workers, "store-worker.js"), "mix-worker": join(workers, "mix-worker.js"), "trim-worker": "js/trim-worker.js" };
await build({ ...usual, entryPoints: single, plugins: [engines] });
await build({
  ...usual,
  entryPoints: { index: "js/index.js", element: "js/element.js" },
  splitting: true,
  chunkNames: "[name]-[hash]",
  plugins: [engines],
});

copyFileSync(join(wasm, "small/recorder_bg.wasm"), join(dist, "recorder_bg.wasm"));
copyFileSync(join(wasm, "full/recorder_bg.wasm"), join(dist, "full_bg.wasm"));
copyFileSync(join(wasm, "trim/recorder_bg.wasm"), join(dist, "trim-worker_bg.wasm"));
for (const name of readdirSync(join(here, "types")).filter((name) => name.endsWith(".d.ts"))) {
  copyFileSync(join(here, "types", name), join(dist, name));
}
for (const name of ["README.md", "CHANGELOG.md"]) copyFileSync(join(here, name), join(out, name));
for (const name of ["LICENSE-APACHE", "LICENSE-MIT"]) copyFileSync(join(here, "../..", name), join(out, name));
copyFileSync(join(wasm, "versions.json"), join(out, "versions.json"));
const { devDependencies, scripts, ...published } = manifest;
writeFileSync(join(out, "package.json"), `${JSON.stringify(published, null, 2)}\n`);

const names = readdirSync(dist).filter((name) => /\.(js|wasm)$/.test(name));
const rows = names.map((name) => {
  const bytes = readFileSync(join(dist, name));
  return { name, bytes: bytes.length, brotli: brotliCompressSync(bytes).length };
});
for (const { name, bytes, brotli } of rows) console.log(`${name.padEnd(28)} ${String(bytes).padStart(8)} ${String(brotli).padStart(8)}`);
