// A browser without a disk, with a full one, with one that somebody else empties or has written nonsense to.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, flags, root, until } from '../support.mjs';
import { serveOffline } from './world.mjs';

const require = createRequire(join(root, 'clients/app/package.json'));

export async function diskSteps(world) {
  await world.step('where the browser keeps nothing for the site, it is live all the same', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'coterie-profile-'));
    mkdirSync(join(folder, 'Default'));
    const blocked = { profile: { default_content_setting_values: { cookies: 2 } } };
    writeFileSync(join(folder, 'Default/Preferences'), JSON.stringify(blocked));
    const own = await require('playwright-core').chromium.launchPersistentContext(folder, flags);
    const context = await world.connect(own);
    try {
      const id = await world.note();
      const tab = await world.tab(context, 'blocked', [id]);
      const has = await tab.call(async () => {
        const tried = async (work) => {
          try {
            await work();
            return true;
          } catch {
            return false;
          }
        };
        return [await tried(() => localStorage.length), await tried(() => navigator.locks.request('x', () => {}))];
      });
      console.log(`        localStorage ${has[0]}, locks ${has[1]}, ${(await tab.state()).role}`);
      await tab.set(id, { text: 'without a disk' });
      await until('the edit arrives', async () => (await world.stored(id)).text === 'without a disk');
      const second = await world.tab(context, 'blocked', [id]);
      await second.shows(id, 'text', 'without a disk');
    } finally {
      await context.close();
      rmSync(folder, { recursive: true, force: true });
    }
  });

  for (const [how, script] of [
    ['has no database', () => Object.defineProperty(window, 'indexedDB', { value: undefined })],
    [
      'refuses the database',
      () => {
        IDBFactory.prototype.open = () => {
          throw new DOMException('The user denied permission.', 'SecurityError');
        };
      },
    ],
    [
      'fails to open the database',
      () => {
        const open = IDBFactory.prototype.open;
        IDBFactory.prototype.open = function (name) {
          const request = open.call(this, `${name} elsewhere`, 1);
          request.addEventListener('upgradeneeded', () => request.transaction.abort());
          return request;
        };
      },
    ],
    ['never answers for the database', () => (IDBFactory.prototype.open = () => new EventTarget())],
  ]) {
    await world.step(
      `where the browser ${how}, edits are kept in memory, and the page asks before it goes`,
      async () => {
        const id = await world.note();
        const context = await world.context();
        await context.addInitScript(script);
        const tab = await world.tab(context, 'memory', [id], { preventUnsavedChanges: true });
        context.line.cut();
        await tab.is('offline');
        await tab.set(id, { text: 'in memory' });
        // Longer than a database that does not answer is waited for.
        await tab.page.waitForTimeout(6000);
        const asked = await asks(tab);
        context.line.mend();
        await until('the edit arrives', async () => (await world.stored(id)).text === 'in memory', 40_000);
        await tab.saved();
        expect(asked, 'the page would have gone without a word');
        expect(!(await asks(tab)), 'the page asks though all is saved');
        await context.close();
      },
    );
  }

  // Chromium's own switch for a quota does nothing to a database; what a full disk throws is thrown by hand.
  await world.step('where the disk is full, the page asks before it goes, and the edit arrives', async () => {
    const id = await world.note();
    const context = await world.context();
    await context.addInitScript(() => {
      const { put } = IDBObjectStore.prototype;
      IDBObjectStore.prototype.put = function (...values) {
        if (window.isFull) throw new DOMException('The disk is full.', 'QuotaExceededError');
        return put.apply(this, values);
      };
    });
    await serveOffline(context);
    const tab = await world.tab(context, 'full', [id], { preventUnsavedChanges: true });
    await tab.call(() => (window.isFull = true));
    context.line.cut();
    await tab.is('offline');
    await tab.set(id, { text: 'on a full disk' });
    await until('the page would ask', () => asks(tab), 2000);
    await tab.call(() => (window.isFull = false));
    await tab.call(() => window.lab.client.syncNow());
    await until('the page would go', async () => !(await asks(tab)), 2000);
    await tab.page.reload();
    await tab.ready();
    await tab.connect('full');
    context.line.mend();
    await until('the edit arrives', async () => (await world.stored(id)).text === 'on a full disk', 40_000);
    await context.close();
  });

  for (const [how, empty] of [
    [
      'deleted by a script',
      (tab) =>
        tab.call(
          () =>
            new Promise((done, fail) => {
              const request = indexedDB.deleteDatabase('coterie');
              request.onsuccess = done;
              request.onerror = fail;
            }),
        ),
    ],
    [
      'cleared with the site data',
      (tab) =>
        tab.cdp.send('Storage.clearDataForOrigin', {
          origin: tab.url,
          storageTypes: 'indexeddb',
        }),
    ],
  ]) {
    await world.step(`where the database is ${how}, edits before and after outlive a reload`, async () => {
      const [id, other] = [await world.note(), await world.note()];
      const context = await world.context();
      await serveOffline(context);
      const tab = await world.tab(context, 'emptied', [id, other]);
      context.line.cut();
      await tab.is('offline');
      await tab.set(id, { text: 'before' });
      await tab.page.waitForTimeout(300);
      await empty(tab);
      await tab.page.waitForTimeout(300);
      await tab.set(other, { text: 'after' });
      // In place of the minute after which it looks by itself.
      await tab.call(() => window.lab.client.syncNow());
      await until('both are on the disk', async () => (await tab.kept()).length === 2);
      await tab.page.reload();
      await tab.ready();
      await tab.connect('emptied');
      context.line.mend();
      await until('the later edit arrives', async () => (await world.stored(other)).text === 'after', 40_000);
      await until('the earlier edit arrives', async () => (await world.stored(id)).text === 'before', 5000);
      await context.close();
    });
  }

  await world.step('nonsense in the queue and in the cache keeps nothing else from being taken up', async () => {
    const [id, other] = [await world.note(), await world.note()];
    const context = await world.context();
    await serveOffline(context);
    const tab = await world.tab(context, 'nonsense', [id, other]);
    context.line.cut();
    await tab.is('offline');
    await tab.set(id, { text: 'good' });
    await tab.page.waitForTimeout(500);
    await tab.call(async () => {
      const database = await new Promise(
        (done) => (indexedDB.open('coterie').onsuccess = (e) => done(e.target.result)),
      );
      const write = database.transaction(['queue', 'cache'], 'readwrite');
      const queue = write.objectStore('queue');
      queue.put({ mutationId: '0' });
      queue.put({ mutationId: '1', userId: 'nonsense', ops: null, queuedAt: 0, owner: 'x' });
      queue.put({ mutationId: '2', userId: 'nonsense', ops: [null], queuedAt: 1, owner: 'x' });
      queue.put({ mutationId: '3', userId: 'nonsense', ops: [], queuedAt: 'now', owner: 7 });
      queue.put({
        mutationId: '4',
        userId: 'nonsense',
        ops: [{ op: 'burn', entityType: 'Note', entityId: 'x' }],
        queuedAt: 2,
        owner: 'x',
      });
      queue.put({
        mutationId: '5',
        userId: 'nonsense',
        ops: [],
        attention: { reason: 'conflict' },
        queuedAt: 2,
        owner: 'x',
      });
      const cache = write.objectStore('cache');
      const keys = await new Promise((done) => (cache.getAllKeys().onsuccess = (e) => done(e.target.result)));
      for (const key of keys) cache.put({ key, usedAt: 1, room: 7, entities: [null, { entityId: 3 }] });
      await new Promise((done) => (write.oncomplete = done));
      database.close();
    });
    await tab.page.reload();
    await tab.ready();
    await tab.connect('nonsense');
    await tab.watch(id);
    await tab.watch(other);
    context.line.mend();
    await until('the good edit arrives', async () => (await world.stored(id)).text === 'good', 40_000);
    await tab.shows(other, 'text', 'as it was');
    await tab.shows(id, 'text', 'good');
    await tab.saved();
    await context.close();
  });

  await world.step('a newer release in another tab takes the database over, and neither loses an edit', async () => {
    const [id, other] = [await world.note(), await world.note()];
    const context = await world.context();
    await serveOffline(context);
    const tab = await world.tab(context, 'release', [id, other]);
    context.line.cut();
    await tab.is('offline');
    await tab.set(id, { text: 'before' });
    await tab.page.waitForTimeout(300);
    const newer = await world.blank(context);
    const took = await newer.call(async () => {
      const began = performance.now();
      window.newer = await new Promise((done, fail) => {
        const request = indexedDB.open('coterie', 9);
        request.onupgradeneeded = () => {
          request.result.deleteObjectStore('cache');
          request.result.createObjectStore('more');
        };
        request.onsuccess = () => done(request.result);
        request.onerror = () => fail(request.error);
      });
      return performance.now() - began;
    });
    expect(took < 2000, `the newer release waited ${took} ms`);
    await tab.set(other, { text: 'after' });
    await tab.page.waitForTimeout(1000);
    expect((await tab.kept()).length === 2, JSON.stringify(await tab.kept()));
    await tab.page.reload();
    await tab.ready();
    await tab.connect('release');
    await tab.watch(id);
    context.line.mend();
    await until('the earlier edit arrives', async () => (await world.stored(id)).text === 'before', 40_000);
    await until('the later edit arrives', async () => (await world.stored(other)).text === 'after');
    await context.close();
  });
}

/** Whether the browser would ask before the page goes. */
function asks(tab) {
  return tab.call(() => !window.dispatchEvent(new Event('beforeunload', { cancelable: true })));
}
