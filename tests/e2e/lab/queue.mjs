// Many edits without a network, in one tab and in two, loaded again in the middle, under a clock that is wrong.
import { expect, until } from '../support.mjs';
import { serveOffline } from './world.mjs';

export async function queueSteps(world) {
  await world.step(
    '500 edits without a network, loaded again while they are sent, arrive once each and in order',
    async () => {
      const id = await world.note({ list: [], count: 0 });
      const context = await world.context();
      await serveOffline(context);
      const tab = await world.tab(context, 'many', [id]);
      context.line.cut();
      await tab.is('offline');
      await tab.call(async (entityId) => {
        for (let at = 0; at < 500; at += 1)
          void window.lab.client.mutate([
            { op: 'update', entityType: 'Note', entityId, append: { list: [at] }, increment: { count: 1 } },
          ]);
      }, id);
      await until('all are on the disk', async () => (await tab.kept()).length === 500, 30_000);
      for (let round = 0; round < 3; round += 1) {
        const before = (await world.stored(id)).count;
        context.line.mend();
        await tab.call(() => window.lab.client.reconnect());
        await until('some have arrived', async () => (await world.stored(id)).count > before + 40, 40_000);
        const { count } = await world.stored(id);
        expect(count < 500, 'all were sent before it could be loaded again');
        await tab.page.reload();
        await tab.ready();
        if (round === 1) context.line.cut();
        await tab.connect('many');
        await tab.page.waitForTimeout(200);
        context.line.cut();
      }
      context.line.mend();
      await tab.call(() => window.lab.client.reconnect());
      await until('all have arrived', async () => (await world.stored(id)).count === 500, 60_000);
      await tab.saved();
      const { list } = await world.stored(id);
      expect(list.length === 500 && list.every((value, at) => value === at), `not in order: ${list}`);
      expect((await world.version(id)) === 501, 'an edit arrived twice');
      expect((await tab.kept()).length === 0, 'the queue is not empty');
      await context.close();
    },
    120_000,
  );

  await world.step(
    'two tabs without a network, one closed: the edits of both arrive once each',
    async () => {
      const id = await world.note({ list: [], count: 0 });
      const context = await world.context();
      await serveOffline(context);
      const first = await world.tab(context, 'two', [id]);
      const second = await world.tab(context, 'two', [id]);
      context.line.cut();
      await first.is('offline');
      await second.is('offline');
      for (const tab of [first, second]) for (let at = 0; at < 5; at += 1) await tab.increment(id);
      await until('all are on the disk', async () => (await second.kept()).length === 10);
      await first.page.close();
      context.line.mend();
      await second.call(() => window.lab.client.reconnect());
      await until('all have arrived', async () => (await world.stored(id)).count === 10, 70_000);
      await second.saved();
      expect((await world.version(id)) === 11, 'an edit arrived twice');
      await context.close();
    },
    100_000,
  );

  await world.step('a clock that is set back keeps edits in the order in which they were made', async () => {
    const [id, other] = [await world.note(), await world.note({ list: [] })];
    const context = await world.context();
    await context.addInitScript(() => {
      const { now } = Date;
      window.skew = Number(sessionStorage.getItem('skew') ?? 0);
      Date.now = () => now() + window.skew;
    });
    await serveOffline(context);
    const tab = await world.tab(context, 'clock', [id, other]);
    const skew = (ms) => tab.call((by) => sessionStorage.setItem('skew', (window.skew = by)), ms);
    const append = (value) =>
      tab.call(
        ([entityId, each]) =>
          void window.lab.client.mutate([{ op: 'update', entityType: 'Note', entityId, append: { list: [each] } }]),
        [other, value],
      );
    context.line.cut();
    await tab.is('offline');
    for (const [at, ms] of [0, -3_600_000, -7_200_000, 3_600_000, -60_000].entries()) {
      await skew(ms);
      await append(at);
      await tab.set(id, { text: `edit ${at}` });
    }
    await until('all are on the disk', async () => (await tab.kept()).length === 6);
    await tab.page.reload();
    await tab.ready();
    await tab.connect('clock');
    context.line.mend();
    await tab.call(() => window.lab.client.reconnect());
    await until('all have arrived', async () => (await world.stored(other)).list.length === 5, 40_000);
    await tab.saved();
    const { list } = await world.stored(other);
    expect(list.join() === '0,1,2,3,4', `the order was ${list}`);
    expect((await world.stored(id)).text === 'edit 4', (await world.stored(id)).text);
    await context.close();
  });

  await world.step('a clock that is an hour wrong, or jumps, leaves a client live', async () => {
    const id = await world.note();
    const context = await world.context();
    await context.addInitScript(() => {
      const { now } = Date;
      window.skew = -3_600_000;
      Date.now = () => now() + window.skew;
    });
    const tab = await world.tab(context, 'jump', [id]);
    for (const skew of [3_600_000, -86_400_000, 86_400_000]) {
      await tab.call((by) => (window.skew = by), skew);
      await tab.call(() => document.dispatchEvent(new Event('visibilitychange')));
      await tab.set(id, { text: `under ${skew}` });
      await until('the edit arrives', async () => (await world.stored(id)).text === `under ${skew}`);
      await tab.is('live');
    }
    await context.close();
  });
}
