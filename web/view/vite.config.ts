// SPDX-License-Identifier: Apache-2.0
import { defineConfig } from "vite";

// Three files of fixed names, which the program carries and serves. index.html names them as
// src/view/export.cpp looks for them.
export default defineConfig({
  base: "./",
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
