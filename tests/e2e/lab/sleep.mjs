// A machine that sleeps longer than what the server keeps, a page out of the back/forward cache, a server that comes back
// with another history.
import { copyFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { browser, expect, until } from '../support.mjs';
import { serveOffline } from './world.mjs';

export async function sleepSteps(world) {
  await world.step(
    'slept longer than session and history last, it has a fresh token, is up to date, and its edits arrive',
    async () => {
      const [id, other] = [await world.note(), await world.note()];
      const context = await world.context();
      await serveOffline(context);
      const tab = await world.tab(context, 'sleeper', [id, other]);
      await tab.call(() => void window.lab.client.list('Note', { pageSize: 5 }).subscribe(() => {}));
      const before = (await tab.state()).sessionId;
      context.line.cut();
      await tab.is('offline');
      await tab.set(id, { text: 'made before it slept' }, { strategy: 'merge' });
      await until('it is on the disk', async () => (await tab.kept()).length === 1);
      const asked = await tab.call(() => window.lab.tokens.length);
      await tab.freeze();
      // More than --resume-events, and longer than a session waits.
      await world.changes(other, 1100);
      await world.change(id, { count: 5 });
      await new Promise((done) => setTimeout(done, 16_000));
      context.line.mend();
      await tab.thaw();
      const began = Date.now();
      await tab.call(() => document.dispatchEvent(new Event('visibilitychange')));
      await tab.is('live', 5000);
      await tab.shows(other, 'count', 1100);
      await until('the edit arrives', async () => (await world.stored(id)).text === 'made before it slept');
      console.log(`        up to date ${Date.now() - began} ms after waking`);
      await tab.shows(id, 'count', 5);
      expect((await tab.call(() => window.lab.tokens.length)) > asked, 'the token is the old one');
      expect((await tab.state()).sessionId !== before, 'the session has lived on');
      expect((await world.history(id)).length === 3, 'the edit arrived twice');
      await context.close();
    },
    90_000,
  );

  await world.step(
    'a page out of the back/forward cache is live again, over WebSocket and Server-Sent Events',
    async () => {
      const caching = await browser({ ignoreDefaultArgs: ['--disable-back-forward-cache'] });
      try {
        for (const transport of ['websocket', 'sse']) {
          const id = await world.note();
          const context = await world.context({}, caching);
          const tab = await world.tab(context, 'back', [id], { transport });
          await goAndComeBack(world, tab, id);
          await tab.shows(id, 'text', 'meanwhile');
          await tab.set(id, { count: 1 });
          await until('the edit arrives', async () => (await world.stored(id)).count === 1);
          await world.change(id, { text: 'later' });
          await tab.shows(id, 'text', 'later');
          await context.close();
        }
      } finally {
        await caching.close();
      }
    },
  );

  await world.step('a leader that goes into the back/forward cache is followed at once', async () => {
    const caching = await browser({ ignoreDefaultArgs: ['--disable-back-forward-cache'] });
    try {
      const id = await world.note();
      const { context, tabs } = await world.tabs('cached', 2, id, caching);
      const [leader, follower] = tabs;
      await goAndComeBack(world, leader, id, async () => {
        const took = await follower.shows(id, 'text', 'meanwhile', 3000);
        console.log(`        followed within ${took} ms`);
      });
      if (!(await leader.state())) {
        await leader.connect('cached');
        await leader.watch(id);
      }
      await leader.shows(id, 'text', 'meanwhile');
      await leader.set(id, { count: 1 });
      await follower.shows(id, 'count', 1);
      expect((await world.history(id)).length === 3, 'the edit arrived twice');
      await until('there is one connection', async () => (await world.connectionsOf('cached')).length === 1);
      await context.close();
    } finally {
      await caching.close();
    }
  });

  for (const [how, go] of [
    ['navigates away', (tab) => tab.page.goto(`${tab.url}/healthz`)],
    ['is closed', (tab) => tab.page.close({ runBeforeUnload: false })],
    ['is loaded again', (tab) => tab.page.reload()],
  ])
    await world.step(
      `what is being typed when a page ${how} arrives, alone, as a leader and as a follower`,
      async () => {
        const caching = await browser({ ignoreDefaultArgs: ['--disable-back-forward-cache'] });
        try {
          for (const [count, at] of [
            [1, 0],
            [2, 0],
            [2, 1],
          ]) {
            const id = await world.note();
            const { context, tabs } = await world.tabs(`typing-${count}-${at}`, count, id, caching);
            await tabs[at].call((which) => window.lab.client.record('Note', which).draft().set('text', 'typed'), id);
            await go(tabs[at]);
            await until(
              `it arrives of tab ${at + 1} of ${count}`,
              async () => (await world.stored(id)).text === 'typed',
              5000,
            );
            expect((await world.version(id)) === 2, 'it arrived twice');
            await context.close();
          }
        } finally {
          await caching.close();
        }
      },
    );

  await world.step(
    'a server that was restored from a backup is believed, and the queue is not applied to another past',
    async () => {
      const [id, other] = [await world.note(), await world.note()];
      const { server } = world;
      const context = await world.context();
      await serveOffline(context);
      const tab = await world.tab(context, 'restored', [id, other]);
      await tab.set(id, { text: 'in the backup' });
      await tab.saved();
      await server.stop();
      const backup = {};
      for (const name of readdirSync(server.data).filter((one) => one.startsWith('coterie.db')))
        copyFileSync(join(server.data, name), (backup[name] = join(server.folder, `backup-${name}`)));
      await server.start();
      await tab.is('live', 40_000);
      await tab.set(id, { text: 'after the backup', count: 2 });
      await tab.saved();
      await world.change(other, { text: 'after the backup' });
      await tab.shows(other, 'text', 'after the backup');
      context.line.cut();
      await tab.is('offline');
      await tab.set(id, { text: 'rests on what is lost' }, { strategy: 'merge' });
      await tab.set(other, { count: 7 }, { strategy: 'merge' });
      await tab.increment(other, 'more');
      await until('they are on the disk', async () => (await tab.kept()).length === 3);
      await server.stop();
      for (const [name, copy] of Object.entries(backup)) copyFileSync(copy, join(server.data, name));
      await server.start();
      context.line.mend();
      await tab.call(() => window.lab.client.reconnect());
      await tab.is('live', 40_000);
      await until('all is decided', async () => (await tab.call(() => window.lab.sync().pending)) === 0);
      const conflicts = await tab.call(() => window.lab.client.conflicts.get().map((each) => ({ ...each })));
      console.log(
        `        ${JSON.stringify(conflicts.map(({ entityId, base, baseUnavailable, message }) => [entityId, base, baseUnavailable, message]))}`,
      );
      expect((await world.stored(id)).text === 'in the backup', `${(await world.stored(id)).text} was applied`);
      expect((await world.stored(other)).count === 0, 'an edit of another past was applied');
      expect((await world.stored(other)).more === 1, 'an edit that rests on nothing was not');
      expect(conflicts.length === 2 && conflicts.every(({ base }) => base === null), 'there are not two conflicts');
      await tab.shows(id, 'text', 'in the backup');
      await tab.shows(other, 'text', 'as it was');
      await tab.call(() => Promise.all(window.lab.client.conflicts.get().map((each) => each.resolve('use-mine'))));
      await until('what was decided arrives', async () => (await world.stored(id)).text === 'rests on what is lost');
      await tab.shows(other, 'count', 7);
      expect((await tab.call(() => window.lab.conflicts())).length === 0, 'a conflict is left');
      await context.close();
    },
    90_000,
  );
}

/** Away to another page, and back; playwright's waiting for that knows nothing of the cache. */
async function goAndComeBack(world, tab, id, meanwhile = () => {}) {
  await tab.page.goto(`${tab.url}/healthz`);
  await world.change(id, { text: 'meanwhile' });
  await meanwhile();
  await tab.page.goBack({ waitUntil: 'commit', timeout: 3000 }).catch(() => {});
  await tab.ready();
}
