// What is left behind: of components that come and go, and of changes that are over.
import { expect, until } from '../support.mjs';

export async function leftoverSteps(world) {
  for (const strict of [true, false]) {
    const how = strict ? 'under StrictMode' : 'in a production tree';
    await world.step(`components that come and go 20 times ${how} leave no rooms and no connections`, async () => {
      const ids = [];
      for (let at = 0; at < 5; at += 1) ids.push(await world.note());
      const user = strict ? 'strict' : 'loose';
      const context = await world.context();
      const tab = await world.tab(context, user);
      const rooms = async () => (await world.connectionsOf(user)).map((each) => each.rooms.length).join();
      await until('nobody is in a room', async () => (await rooms()) === '0');
      const others = await world.tab(context, user, [ids[0]]);
      for (let round = 0; round < 20; round += 1) {
        await tab.call(
          ([who, which, twice]) => (window.away = window.lab.mount(who, which, twice)),
          [user, ids, strict],
        );
        // Some go before they are live, some after, some come again at once.
        if (round % 3 === 0) for (const id of ids) await tab.rowIs(id, 'live as it was');
        if (round % 3 === 1) await tab.page.waitForTimeout(50);
        await tab.call(() => window.away());
      }
      await until('the rooms are left', async () => (await rooms()) === '1', 15_000).catch(async (error) => {
        throw new Error(`${error.message}: ${await rooms()}`);
      });
      await world.change(ids[0], { text: 'still told' });
      await others.shows(ids[0], 'text', 'still told');
      const held = await tab.call(async () => (await navigator.locks.query()).held.map(({ name }) => name));
      // For each of the two clients its life, its queue, and the lead of one.
      expect(held.length === 5, `locks are left: ${held.join(', ')}`);
      const presence = await world.server.request('/admin/connections');
      expect(presence.connections.filter(({ userId }) => userId === user).length === 1, 'connections are left');
      expect(tab.complaints.length === 0, tab.complaints.join('\n'));
      await context.close();
    });
  }

  await world.step(
    '10,000 changes of a list of 100 rows leave the memory as it was',
    async () => {
      const body = (at) => JSON.stringify({ data: { text: `row ${at}`, count: 0 }, entityId: `row-${at}` });
      for (let at = 0; at < 100; at += 1)
        await world.server.request('/entities/Row', { method: 'POST', body: body(at) });
      const context = await world.context();
      const tab = await world.tab(context, 'memory');
      await tab.call(() => {
        const list = window.lab.client.list('Row', { pageSize: 100, sort: '-count' });
        window.told = 0;
        list.subscribe(() => (window.told += list.get().items.length > 0 ? 1 : 0));
        window.total = () => list.get().items.reduce((sum, { data }) => sum + data.count, 0);
      });
      const increment = JSON.stringify({ increment: { count: 1 } });
      let done = 0;
      const change = async (many) => {
        for (const end = done + many; done < end;)
          await Promise.all(
            Array.from({ length: 50 }, () =>
              world.server.request(
                `/entities/Row/row-${(done += 1) % 100}`,
                { method: 'PATCH', body: increment },
                `m${done % 8}`,
              ),
            ),
          );
        await until('all are shown', async () => (await tab.call(() => window.total())) === done, 20_000);
      };
      const heap = async () => {
        for (let round = 0; round < 3; round += 1) await tab.cdp.send('HeapProfiler.collectGarbage');
        return (await tab.cdp.send('Runtime.getHeapUsage')).usedSize / 1024;
      };
      await change(1000);
      const before = await heap();
      const grown = [];
      for (let round = 0; round < 4; round += 1) {
        await change(2500);
        grown.push(Math.round((await heap()) - before));
      }
      console.log(`        ${Math.round(before)} KiB; after each 2,500 changes more: ${grown.join(', ')} KiB`);
      expect(grown[3] < 256, `${grown[3]} KiB more after 10,000 changes`);
      await context.close();
    },
    120_000,
  );
}
