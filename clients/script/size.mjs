// How large the client is for whoever bundles it: minified and compressed, without what comes from elsewhere (idb).
// `--report` also lists what takes the most. Fails where a bundle is over its bound.
import { build } from 'esbuild';
import { brotliCompressSync, gzipSync } from 'node:zlib';

const bundles = [{ name: 'core', entry: 'core/dist/connect.js', external: ['idb'], most: 20 * 1024 }];
let over = false;

for (const { name, entry, external, most } of bundles) {
  const built = await build({
    entryPoints: [new URL(`../${entry}`, import.meta.url).pathname],
    bundle: true,
    minify: true,
    format: 'esm',
    target: 'es2022',
    external,
    write: false,
    metafile: true,
    legalComments: 'none',
    outfile: 'out.js',
  });
  const text = built.outputFiles[0].contents;
  const gzip = gzipSync(text, { level: 9 }).length;
  const brotli = brotliCompressSync(text).length;
  over ||= gzip > most;
  const kib = (bytes) => `${(bytes / 1024).toFixed(1)} KiB`;
  console.log(`${name}: ${kib(text.length)} minified, ${kib(gzip)} gzip (bound ${kib(most)}), ${kib(brotli)} brotli`);
  if (!process.argv.includes('--report')) continue;
  const [output] = Object.values(built.metafile.outputs);
  const parts = Object.entries(output.inputs).sort((a, b) => b[1].bytesInOutput - a[1].bytesInOutput);
  for (const [path, { bytesInOutput }] of parts) console.log(`  ${String(bytesInOutput).padStart(6)}  ${path}`);
}

if (over) {
  console.error('A bundle is larger than its bound.');
  process.exitCode = 1;
}
