// The surroundings as a browser offers them, also one that refuses most of it.
import { afterEach, expect, test, vi } from 'vitest';
import { environmentOf } from '../src/environment/default.js';

afterEach(() => vi.unstubAllGlobals());

/** As much of a page as is looked at. `blocked`: the browser keeps nothing for this site. */
function pageOf(blocked: boolean): void {
  const storage = { getItem: () => null };
  const local = () => {
    if (blocked) throw new DOMException('Access is denied for this document.', 'SecurityError');
    return storage;
  };
  vi.stubGlobal('window', {
    get localStorage() {
      return local();
    },
    get sessionStorage() {
      return local();
    },
  });
  vi.stubGlobal('document', {});
  vi.stubGlobal('location', { href: 'https://desk.example/' });
  vi.stubGlobal('navigator', { locks: { request: () => Promise.reject(new DOMException('', 'SecurityError')) } });
}

test('Environment: tabs of a browser find each other', () => {
  pageOf(false);

  const { locks, openChannel, page } = environmentOf();

  expect(locks).toBeDefined();
  expect(openChannel).toBeDefined();
  expect(page.keep).toBeDefined();
});

test('Environment: where the browser keeps nothing for this site, a tab is on its own', () => {
  pageOf(true);

  const { locks, openChannel, page } = environmentOf();

  expect(locks).toBeUndefined();
  expect(openChannel).toBeUndefined();
  expect(page.keep).toBeUndefined();
});

test('Environment: where there is no WebSocket, it is said how to bring one', () => {
  vi.stubGlobal('WebSocket', undefined);

  const { openSocket } = environmentOf();

  expect(() => openSocket('ws://desk.example/ws', 'coterie.v1')).toThrow('nodeEnvironment({ webSocket })');
});
