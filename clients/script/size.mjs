// What the packages cost an application, gzipped: each entry bundled and minified by esbuild, without what is named
// in `apart`. Names from there come by one import statement, not by one for each file.
//   node script/size.mjs [WORD]      those whose entry has the word in it; ends with 1 where one is over its limit
import { build } from 'esbuild';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';

const kib = 1024;
const ui = ['react', 'react-dom', '@coterie/client', '@coterie/protocol', '@tanstack/react-query'];
const entries = [
  { entry: 'core/src/index.ts', apart: ['idb'], limit: 20 * kib },
  { entry: 'react/src/index.ts', apart: ui, limit: 5 * kib },
  { entry: 'react/src/components.ts', apart: [...ui, '../index.js'], limit: 5 * kib },
  { entry: 'react/src/query.ts', apart: ui, limit: 2 * kib },
];

/** Where a name from outside comes from: one import statement for all files. */
const atOnce = (apart, names) => ({
  name: 'at-once',
  setup(build) {
    build.onResolve({ filter: /.*/ }, ({ path, kind, namespace }) => {
      if (kind === 'entry-point' || !apart.includes(path)) return undefined;
      return namespace === 'at-once' ? { path, external: true } : { path, namespace: 'at-once' };
    });
    build.onLoad({ filter: /.*/, namespace: 'at-once' }, ({ path }) => ({
      contents: `export { ${[...(names.get(path) ?? [])].join(', ')} } from ${JSON.stringify(path)};`,
      resolveDir: '/',
    }));
  },
});

/** The names that these sources take from each module that is left out. */
function namesIn(files) {
  const names = new Map();
  for (const file of files)
    for (const [, list, path] of readFileSync(file, 'utf8').matchAll(/import \{([^}]*)\} from '([^']*)'/g)) {
      const taken = names.get(path) ?? new Set();
      for (const name of list.split(',')) if (name.trim()) taken.add(name.trim().split(' as ')[0]);
      names.set(path, taken);
    }
  return names;
}

async function sizeOf({ entry, apart }) {
  const root = fileURLToPath(new URL('..', import.meta.url));
  const options = {
    absWorkingDir: root,
    entryPoints: [entry],
    bundle: true,
    minify: true,
    format: 'esm',
    write: false,
  };
  const first = await build({ ...options, external: apart, metafile: true });
  const names = namesIn(Object.keys(first.metafile.inputs).map((path) => root + path));
  const { outputFiles } = await build({ ...options, plugins: [atOnce(apart, names)] });
  return gzipSync(outputFiles[0].contents, { level: 9 }).length;
}

let over = false;
for (const one of entries.filter(({ entry }) => entry.includes(process.argv[2] ?? ''))) {
  const size = await sizeOf(one);
  over ||= size > one.limit;
  console.log(`${String(size).padStart(6)} of ${String(one.limit).padStart(6)} bytes gzipped  ${one.entry}`);
}
process.exit(over ? 1 : 0);
