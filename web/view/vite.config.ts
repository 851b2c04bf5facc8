// SPDX-License-Identifier: Apache-2.0
import { readFileSync } from "node:fs";
import { defineConfig } from "vite";

// Three files of fixed names, which the program carries and serves. index.html names them as
// src/view/export.cpp looks for them.
export default defineConfig({
  base: "./",
  plugins: [
    {
      name: "index",
      generateBundle() {
        const source = readFileSync("index.html", "utf8");
        this.emitFile({ type: "asset", fileName: "index.html", source });
      },
    },
  ],
  esbuild: { jsx: "automatic", jsxImportSource: "preact" },
  build: {
    target: "es2021",
    assetsInlineLimit: 0,
    cssCodeSplit: false,
    modulePreload: false,
    rollupOptions: {
      input: { app: "src/app.tsx" },
      output: {
        entryFileNames: "app.js",
        assetFileNames: "app[extname]",
        inlineDynamicImports: true,
      },
    },
  },
});
