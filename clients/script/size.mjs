// What the packages cost an application, gzipped and, beside that, by brotli: bundled by Vite and minified as in an
// application, without what is named in `apart`.
//   npm run size [-- WORD]      those whose name has the word in it; ends with 1 where one is over its limit
//
// Of the client it is told what a page loads first, and each chunk that is loaded on demand: beside the connection (the
// tabs, the disk), or only where it is needed (Server-Sent Events).
import { transform } from 'esbuild';
import { fileURLToPath } from 'node:url';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { build } from 'vite';

const root = fileURLToPath(new URL('..', import.meta.url));
const kib = 1024;
const ui = [/^react\b/, '@coterie/client', '@coterie/protocol', '@tanstack/react-query'];
// The client was meant to be 20 KiB. It is not, and docs/decisions/0017-clients.md says why; so these limits stand a little
// above what is: they are here to notice growth.
const entries = [
  {
    name: 'client, connect',
    code: "import { connect } from '@coterie/client'; globalThis.made = [connect];",
    apart: ['idb'],
    first: 34.25 * kib,
    later: { sharedCarrier: 3.75 * kib, indexedDb: 1.5 * kib, sseTransport: 1.5 * kib },
    whole: 40.75 * kib,
  },
  {
    name: 'client, connect and createAuth',
    code: "import { connect, createAuth } from '@coterie/client'; globalThis.made = [connect, createAuth];",
    apart: ['idb'],
    first: 36 * kib,
  },
  { name: 'react, hooks', code: "export * from '@coterie/react';", apart: ui, first: 5 * kib },
  {
    name: 'react, components',
    code: "export * from '@coterie/react/components';",
    apart: [...ui, /dist\/index\.js$/],
    first: 5 * kib,
  },
  { name: 'react, query', code: "export * from '@coterie/react/query';", apart: ui, first: 2 * kib },
];

/** An application that is this line of code. */
const application = (code) => ({
  name: 'application',
  resolveId: (id) => (id.endsWith('/application') ? '\0application' : undefined),
  load: (id) => (id === '\0application' ? code : undefined),
});

async function chunksOf({ code, apart }) {
  const [{ output }] = await build({
    root,
    configFile: false,
    logLevel: 'error',
    plugins: [application(code)],
    build: {
      write: false,
      target: 'es2022',
      lib: { entry: 'application', formats: ['es'] },
      rollupOptions: { external: apart, preserveEntrySignatures: 'allow-extension' },
    },
  });
  return Promise.all(
    output.map(async ({ name, isEntry, code }) => ({
      name,
      isEntry,
      text: (await transform(code, { minify: true, format: 'esm', target: 'es2022' })).code,
    })),
  );
}

let over = false;
function tell(name, chunks, limit = 0) {
  const sum = (compress) => chunks.reduce((bytes, { text }) => bytes + compress(text).length, 0);
  const size = sum((text) => gzipSync(text, { level: 9 }));
  const columns = [size, limit, sum(brotliCompressSync)].map((number) => String(number).padStart(6));
  over ||= size > limit;
  console.log(`${columns[0]} of ${columns[1]} bytes gzipped, ${columns[2]} by brotli: ${name}`);
}

for (const one of entries.filter(({ name }) => name.includes(process.argv[2] ?? ''))) {
  const chunks = await chunksOf(one);
  tell(
    one.name,
    chunks.filter(({ isEntry }) => isEntry),
    one.first,
  );
  if (!one.later) continue;
  for (const chunk of chunks.filter(({ isEntry }) => !isEntry))
    tell(`  ${chunk.name}, on demand`, [chunk], one.later[chunk.name]);
  tell('  all together', chunks, one.whole);
}
process.exit(over ? 1 : 0);
