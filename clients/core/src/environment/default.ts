// The surroundings as they are: of a browser, or of whatever runs this and has less. What is missing is left out, and
// its users do without (one connection for each tab, a queue in memory).
import type { ChannelLike, Environment, LocksLike, SocketLike, TimerHandle } from '../environment.js';
import { browserPage } from './page.js';
import type { FillRandom } from './uuid.js';
import { uuidMaker } from './uuid.js';

type Timeout = ReturnType<typeof setTimeout>;

/** `given` goes before what is found here. */
export function environmentOf(given: Partial<Environment> = {}): Environment {
  const now = given.now ?? (() => Date.now());
  const page = browserPage();
  const found: Environment = {
    now,
    monotonic: () => performance.now(),
    setTimer: (work: () => void, ms: number): TimerHandle => ({ id: setTimeout(work, ms) }),
    clearTimer: (timer: TimerHandle) => clearTimeout(timer.id as Timeout),
    random: () => Math.random(),
    newId: uuidMaker(now, fillRandom()),
    openSocket,
    fetch: (url, init) => fetch(url, init),
    page,
    log: (level, text, details) => {
      if (level === 'debug') return;
      if (details === undefined) console[level](`coterie: ${text}`);
      else console[level](`coterie: ${text}`, details);
    },
    ...(page.keep && sharing()),
  };
  if (typeof indexedDB !== 'undefined') found.indexedDB = indexedDB;
  return { ...found, ...given };
}

const NO_SOCKET =
  'There is no WebSocket here. Bring one: `environment: nodeEnvironment({ webSocket })` of @coterie/client/node.';

function openSocket(url: string, protocol: string): SocketLike {
  if (typeof WebSocket === 'undefined') throw new Error(NO_SOCKET);
  return new WebSocket(url, protocol) as SocketLike;
}

/**
 * Tabs find each other only in a secure context, where the browser has Web Locks. Where it keeps nothing for this site
 * (blocked site data, a sandboxed frame) they are there and refuse every request.
 */
function sharing(): Pick<Environment, 'openChannel' | 'locks'> {
  const inTab = typeof window !== 'undefined' && typeof navigator !== 'undefined';
  if (!inTab || typeof BroadcastChannel === 'undefined' || !('locks' in navigator)) return {};
  return {
    openChannel: (name) => new BroadcastChannel(name) as ChannelLike,
    locks: navigator.locks as LocksLike,
  };
}

function fillRandom(): FillRandom {
  const source = (globalThis as { crypto?: Crypto }).crypto;
  if (source?.getRandomValues) return (bytes) => void source.getRandomValues(bytes);
  return (bytes) => {
    for (let i = 0; i < bytes.length; i += 1) bytes[i] = Math.floor(Math.random() * 256);
  };
}
