// The page of the client alone, built from its sources: it holds nothing but `window.lab` (page.js).
import { mkdtempSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { root } from '../support.mjs';

const clients = join(root, 'clients');
const require = createRequire(join(clients, 'app/package.json'));

/** The page, built from the sources as they are, in a folder to be served at `/`. */
export async function buildLab() {
  const folder = mkdtempSync(join(tmpdir(), 'coterie-lab-'));
  const source = (name) => join(clients, name, 'src/index.ts');
  await require('esbuild').build({
    entryPoints: [join(root, 'tests/e2e/lab/page.js')],
    outdir: folder,
    bundle: true,
    splitting: true,
    format: 'esm',
    nodePaths: [join(clients, 'node_modules')],
    define: { 'process.env.NODE_ENV': '"development"' },
    alias: {
      '@coterie/client': source('core'),
      '@coterie/protocol': source('protocol'),
      '@coterie/react': source('react'),
    },
    logLevel: 'error',
  });
  const page =
    '<!doctype html><meta charset="utf-8"><title>lab</title><body><script type="module" src="/page.js"></script>';
  writeFileSync(join(folder, 'index.html'), page);
  return folder;
}
