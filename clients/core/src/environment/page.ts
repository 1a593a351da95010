// The page as a client sees it: shown or hidden, with a network or without, about to go. Where there is no page
// (Node), it is always shown and the network is always there.
import type { Environment, KeepLike } from '../environment.js';

type Page = Environment['page'];

export function browserPage(): Page {
  if (typeof window === 'undefined' || typeof document === 'undefined') return pageOfNone();
  const page: Page = {
    // `onLine` false is certain; true says little.
    online: () => navigator.onLine !== false,
    visible: () => document.visibilityState !== 'hidden',
    listen,
    guardLeaving,
  };
  // The folder of a page, not the page: what a relative url is meant against.
  if (location.href.startsWith('http')) page.base = location.href;
  const local = keepIn('localStorage');
  const tab = keepIn('sessionStorage');
  if (local) page.keep = local;
  if (tab) page.keepForTab = tab;
  return page;
}

export function pageOfNone(): Page {
  return { online: () => true, visible: () => true, listen: () => () => {}, guardLeaving: () => () => {} };
}

/** Returns how to stop. */
function on<E extends Event>(target: EventTarget, type: string, heard: (event: E) => void): () => void {
  target.addEventListener(type, heard as (event: Event) => void);
  return () => target.removeEventListener(type, heard as (event: Event) => void);
}

const listen: Page['listen'] = (listener) => {
  const stops = [
    on(document, 'visibilitychange', () => listener(document.visibilityState === 'hidden' ? 'hidden' : 'visible')),
    on(window, 'online', () => listener('online')),
    on(window, 'offline', () => listener('offline')),
    on(window, 'pagehide', () => listener('leaving')),
    // Out of the back/forward cache, where sockets are dead.
    on<PageTransitionEvent>(window, 'pageshow', ({ persisted }) => persisted && listener('visible')),
  ];
  return () => {
    for (const stop of stops) stop();
  };
};

const guardLeaving: Page['guardLeaving'] = (holds) =>
  on(window, 'beforeunload', (event) => {
    if (holds()) event.preventDefault();
  });

/** Undefined where the browser refuses it (private mode, blocked cookies). */
function keepIn(name: 'localStorage' | 'sessionStorage'): KeepLike | undefined {
  try {
    const storage = window[name];
    storage.getItem('coterie');
    return {
      get: (key) => storage.getItem(key),
      set: (key, value) => (value === null ? storage.removeItem(key) : storage.setItem(key, value)),
      listen: (listener) =>
        on<StorageEvent>(window, 'storage', (event) => event.storageArea === storage && listener(event.key)),
    };
  } catch {
    return undefined;
  }
}
