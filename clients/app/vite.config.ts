// Builds the application to build/app at the root of the repository, where `coterie serve` looks for it.
// `npm run -w app dev` serves it with what belongs to the server passed on to COTERIE_URL.
import { fileURLToPath } from 'node:url';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';
import { pack } from './tooling/pack.js';

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const server = process.env.COTERIE_URL ?? 'http://127.0.0.1:8787';
const outDir = process.env.COTERIE_APP_OUT ?? here('../../build/app');

export default defineConfig({
  root: here('.'),
  plugins: [react(), pack(outDir)],
  resolve: {
    alias: [
      { find: /^@coterie\/protocol$/, replacement: here('../protocol/src/index.ts') },
      { find: /^@coterie\/client$/, replacement: here('../core/src/index.ts') },
      { find: /^@coterie\/react$/, replacement: here('../react/src/index.ts') },
      { find: /^@coterie\/react\/components$/, replacement: here('../react/src/components.ts') },
      { find: /^@coterie\/react\/styles\.css$/, replacement: here('../react/src/styles.css') },
    ],
    dedupe: ['react', 'react-dom'],
  },
  build: { outDir, emptyOutDir: true, target: 'es2022', assetsInlineLimit: 0, cssCodeSplit: true },
  server: {
    proxy: {
      '/api': server,
      '/events': server,
      '/healthz': server,
      '/readyz': server,
      '/metrics': server,
      '/ws': { target: server, ws: true },
    },
  },
});
