// Where the application is: the address bar, as a value that changes. Small, as there are a dozen pages.
import { useSyncExternalStore } from 'react';

const listeners = new Set<() => void>();
const tell = () => listeners.forEach((listener) => listener());

export function navigate(to: string, options: { replace?: boolean } = {}): void {
  if (to === location.pathname + location.search) return;
  history[options.replace ? 'replaceState' : 'pushState'](null, '', to);
  tell();
}

function subscribe(listener: () => void): () => void {
  if (listeners.size === 0) addEventListener('popstate', tell);
  listeners.add(listener);
  return () => {
    listeners.delete(listener);
    if (listeners.size === 0) removeEventListener('popstate', tell);
  };
}

export const usePath = (): string => useSyncExternalStore(subscribe, () => location.pathname);
export const useQuery = (): string => useSyncExternalStore(subscribe, () => location.search);

/** The named parts of `path` where it fits `pattern` (`/fleet/:id`), else null. A `*` at the end takes the rest. */
export function match(pattern: string, path: string): { [name: string]: string } | null {
  const wanted = pattern.split('/').filter(Boolean);
  const given = path.split('/').filter(Boolean);
  const rest = wanted.at(-1) === '*';
  if (rest) wanted.pop();
  if (rest ? given.length < wanted.length : given.length !== wanted.length) return null;
  const found: { [name: string]: string } = {};
  for (const [at, part] of wanted.entries()) {
    const value = given[at] ?? '';
    if (part.startsWith(':')) found[part.slice(1)] = decode(value);
    else if (part !== value) return null;
  }
  return found;
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
