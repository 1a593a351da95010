// What is done with the built files: the list of them goes into the service worker, so that the application opens
// without a network; and each text gets packed twins beside it, which the server sends to browsers that take them.
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import type { Plugin } from 'vite';

const text = /\.(html|js|css|svg|json|webmanifest|txt|map)$/;
const least = 1024;

function filesOf(folder: string, prefix = ''): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) =>
    entry.isDirectory() ? filesOf(join(folder, entry.name), `${prefix}${entry.name}/`) : [`${prefix}${entry.name}`],
  );
}

/** As small as they get: packed once, sent many times. */
function packings(bytes: Buffer): { br: Buffer; gz: Buffer } {
  const params = {
    [constants.BROTLI_PARAM_MODE]: constants.BROTLI_MODE_TEXT,
    [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length,
  };
  return { br: brotliCompressSync(bytes, { params }), gz: gzipSync(bytes, { level: 9 }) };
}

export function pack(outDir: string): Plugin {
  return {
    name: 'coterie-pack',
    apply: 'build',
    closeBundle() {
      const files = filesOf(outDir).filter((file) => file !== 'sw.js' && !/\.(br|gz)$/.test(file));
      const hash = createHash('sha256');
      for (const file of files) hash.update(file).update(readFileSync(join(outDir, file)));
      const worker = join(outDir, 'sw.js');
      const source = readFileSync(worker, 'utf8');
      const list = files.filter((file) => file !== 'index.html').map((file) => `/${file}`);
      writeFileSync(
        worker,
        source
          .replace('__RELEASE__', hash.digest('hex').slice(0, 12))
          .replace('[/* __FILES__ */]', JSON.stringify(['/', ...list])),
      );
      for (const file of [...files, 'sw.js']) {
        const bytes = readFileSync(join(outDir, file));
        if (!text.test(file) || bytes.length <= least) continue;
        for (const [ending, packed] of Object.entries(packings(bytes))) {
          if (packed.length < bytes.length) writeFileSync(join(outDir, `${file}.${ending}`), packed);
        }
      }
    },
  };
}
