// The golden vectors of the repository: the same files that the server's tests read.
import { readFileSync } from 'node:fs';

export function vectors<T>(name: string): (T & { name: string })[] {
  const file = new URL(`../../../protocol/vectors/${name}.json`, import.meta.url);
  return (JSON.parse(readFileSync(file, 'utf8')) as { cases: (T & { name: string })[] }).cases;
}
