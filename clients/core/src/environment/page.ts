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

const listen: Page['listen'] = (listener) => {
  const shown = () => listener(document.visibilityState === 'hidden' ? 'hidden' : 'visible');
  const online = () => listener('online');
  const offline = () => listener('offline');
  const leaving = () => listener('leaving');
  // `pageshow`: out of the back/forward cache, where sockets are dead.
  const back = (event: PageTransitionEvent) => event.persisted && listener('visible');
  document.addEventListener('visibilitychange', shown);
  window.addEventListener('online', online);
  window.addEventListener('offline', offline);
  window.addEventListener('pagehide', leaving);
  window.addEventListener('pageshow', back);
  return () => {
    document.removeEventListener('visibilitychange', shown);
    window.removeEventListener('online', online);
    window.removeEventListener('offline', offline);
    window.removeEventListener('pagehide', leaving);
    window.removeEventListener('pageshow', back);
  };
};

const guardLeaving: Page['guardLeaving'] = (holds) => {
  const ask = (event: BeforeUnloadEvent) => {
    if (holds()) event.preventDefault();
  };
  window.addEventListener('beforeunload', ask);
  return () => window.removeEventListener('beforeunload', ask);
};

/** Undefined where the browser refuses it (private mode, blocked cookies). */
function keepIn(name: 'localStorage' | 'sessionStorage'): KeepLike | undefined {
  try {
    const storage = window[name];
    storage.getItem('coterie');
    return {
      get: (key) => storage.getItem(key),
      set: (key, value) => (value === null ? storage.removeItem(key) : storage.setItem(key, value)),
      listen: (listener) => {
        const heard = (event: StorageEvent) => event.storageArea === storage && listener(event.key);
        window.addEventListener('storage', heard);
        return () => window.removeEventListener('storage', heard);
      },
    };
  } catch {
    return undefined;
  }
}
