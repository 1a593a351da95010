// Serves the examples; what belongs to the server is passed on to it (COTERIE_URL names another one).
import { defineConfig } from 'vite';

const target = process.env.COTERIE_URL ?? 'http://127.0.0.1:8787';

export default defineConfig({
  esbuild: { jsx: 'automatic' },
  server: { proxy: { '/api': target, '/events': target, '/ws': { target, ws: true } } },
});
