// Keeps the code in the documentation the code that is checked: after a line `<!-- snippet: FILE -->` a page shows
// that file of examples/src/snippets, whole.
//   node script/snippets.mjs            brings the pages up to date
//   node script/snippets.mjs --check    names those that differ, and ends with 1
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, extname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

const clients = fileURLToPath(new URL('..', import.meta.url));
const root = dirname(clients.replace(/\/$/, ''));
const snippets = join(clients, 'examples/src/snippets');

function* pagesIn(folder) {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) yield* pagesIn(path);
    else if (extname(path) === '.md') yield path;
  }
}

const pages = [...pagesIn(join(root, 'docs')), join(clients, 'react/README.md')];
const marker = /^(<!-- snippet: (\S+) -->\n)(?:```\w*\n[\s\S]*?\n```\n)?/gm;
const shown = (page) =>
  page.replace(marker, (_, line, file) => {
    const code = readFileSync(join(snippets, file), 'utf8').trimEnd();
    return `${line}\`\`\`${extname(file).slice(1)}\n${code}\n\`\`\`\n`;
  });

let differ = false;
for (const path of pages) {
  const page = readFileSync(path, 'utf8');
  const wanted = shown(page);
  if (page === wanted) continue;
  differ = true;
  console.log(relative(root, path));
  if (!process.argv.includes('--check')) writeFileSync(path, wanted);
}
process.exit(differ && process.argv.includes('--check') ? 1 : 0);
