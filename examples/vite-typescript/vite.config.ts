import { defineConfig } from "vite";

// In development, Vite must leave the package where its wasm and its worker are.
export default defineConfig({ optimizeDeps: { exclude: ["hostreel-recorder"] } });
