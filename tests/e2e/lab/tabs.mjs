// Tabs that share one connection: whoever holds it may go in any way, and the others go on.
import { expect, until } from '../support.mjs';

export async function tabSteps(world) {
  for (const [how, gone] of [
    ['is closed', (tab) => tab.page.close()],
    ['crashes', (tab) => void tab.cdp.send('Page.crash').catch(() => {})],
    ['navigates away', (tab) => tab.page.goto('about:blank')],
  ]) {
    await world.step(`a leader that ${how} is followed at once`, async () => {
      const { context } = await goesOn(world, how, gone, 3000);
      await context.close();
    });
  }

  await world.step('a leader that is loaded again is followed at once, and follows', async () => {
    const { context, leader, follower, id } = await goesOn(world, 'reloaded', (tab) => tab.page.reload(), 3000);
    await leader.ready();
    await leader.connect('reloaded');
    await leader.is('live');
    await leader.watch(id);
    await leader.shows(id, 'count', 1);
    await roles(leader, follower);
    expect((await world.connectionsOf('reloaded')).length === 1, 'more than one connection');
    await context.close();
  });

  await world.step('a leader that is frozen is followed within 20 s, and follows when it wakes', async () => {
    const { context, leader, follower, id } = await goesOn(world, 'frozen', (tab) => tab.freeze(), 20_000);
    await leader.thaw();
    await leader.shows(id, 'count', 1);
    await until('one leads', async () => (await leader.state()).role === 'follower');
    await roles(leader, follower);
    await leader.set(id, { text: 'awake' });
    await follower.shows(id, 'text', 'awake');
    expect((await world.history(id)).length === 4, 'the edit arrived twice');
    await until('there is one connection', async () => (await world.connectionsOf('frozen')).length === 1);
    await context.close();
  });

  await world.step(
    'edits made while leader after leader freezes arrive once each',
    async () => {
      const id = await world.note();
      const { context, tabs } = await world.tabs('frosty', 4, id);
      const [first, second, third, fourth] = tabs;
      await first.increment(id);
      await first.freeze();
      for (const tab of [second, third, fourth]) await tab.increment(id);
      await until('the others go on', async () => (await world.stored(id)).count === 4, 30_000);
      const heirs = await Promise.all([second, third, fourth].map(async (tab) => [tab, (await tab.state()).role]));
      const next = heirs.find(([, role]) => role === 'leader')[0];
      await next.increment(id);
      await next.freeze();
      await first.thaw();
      await first.increment(id);
      await until('the others go on again', async () => (await world.stored(id)).count === 6, 40_000);
      await next.thaw();
      for (const tab of tabs) {
        await tab.shows(id, 'count', 6, 20_000);
        await tab.saved();
      }
      await until('one leads', async () => {
        const all = await Promise.all(tabs.map((tab) => tab.state()));
        return all.filter(({ role }) => role === 'leader').length === 1 && all.every(({ state }) => state === 'live');
      });
      await until('there is one connection', async () => (await world.connectionsOf('frosty')).length === 1);
      expect((await world.history(id)).length === 7, 'an edit arrived twice');
      await context.close();
    },
    120_000,
  );

  await world.step('five tabs edit one record at once: each edit arrives once, and all show the same', async () => {
    const id = await world.note();
    const { context, tabs } = await world.tabs('five', 5, id);
    await Promise.all(
      tabs.map((tab, at) =>
        tab.call(
          async ([which, own]) => {
            for (let each = 0; each < 20; each += 1) {
              const op = { op: 'update', entityType: 'Note', entityId: which };
              void window.lab.client.mutate([{ ...op, increment: { count: 1, [`of${own}`]: 1 } }]);
              void window.lab.client.record('Note', which).set({ [`text${own}`]: `${each}` }, { strategy: 'merge' });
              await new Promise((done) => setTimeout(done, 5));
            }
          },
          [id, at],
        ),
      ),
    );
    for (const tab of tabs) await tab.saved(30_000);
    const data = await world.stored(id);
    expect(data.count === 100, `${data.count} of 100`);
    for (let at = 0; at < 5; at += 1)
      expect(data[`of${at}`] === 20 && data[`text${at}`] === '19', JSON.stringify(data));
    for (const tab of tabs) {
      await until(
        'all show the same',
        async () => JSON.stringify(sorted(await tab.data(id))) === JSON.stringify(sorted(data)),
      );
      expect((await tab.call(() => window.lab.conflicts())).length === 0, 'a conflict');
      expect(tab.complaints.length === 0, tab.complaints.join('\n'));
    }
    await context.close();
  });

  await world.step(
    'five tabs at one field: each edit is committed or a conflict, and conflicts outlive their tab',
    async () => {
      const id = await world.note();
      const { context, tabs } = await world.tabs('clash', 5, id);
      const ends = await Promise.all(
        tabs.map((tab, at) =>
          tab.call(
            async ([which, own]) => {
              const results = [];
              for (let each = 0; each < 10; each += 1) {
                results.push(window.lab.client.record('Note', which).set({ text: `${own} ${each}` }));
                await new Promise((done) => setTimeout(done, 20 * Math.random()));
              }
              const told = await Promise.all(results);
              return told.map((each) => [each.status, each.mutationId ?? each.conflict?.mutationId]);
            },
            [id, at],
          ),
        ),
      );
      const of = (list, status) =>
        new Set(list.filter(([each]) => each === status).map(([, mutationId]) => mutationId)).size;
      const all = ends.flat();
      const [committed, conflicts] = [of(all, 'committed'), of(all, 'conflict')];
      console.log(`        ${committed} committed, ${conflicts} conflicts`);
      expect(
        all.every(([status]) => ['committed', 'conflict'].includes(status)),
        JSON.stringify(all),
      );
      expect((await world.version(id)) === 1 + committed, `version ${await world.version(id)}`);
      const { text } = await world.stored(id);
      for (const [at, tab] of tabs.entries()) {
        await tab.shows(id, 'text', text);
        const listed = (await tab.call(() => window.lab.conflicts())).length;
        expect(listed === of(ends[at], 'conflict'), `${listed} conflicts are listed in tab ${at}`);
      }
      for (const tab of tabs.slice(0, 4)) await tab.page.close();
      const [, , , , last] = tabs;
      await last.is('live');
      // In place of the minute after which it looks by itself.
      await last.call(() => window.lab.client.syncNow());
      await until(
        'the last tab lists them all',
        async () => (await last.call(() => window.lab.conflicts())).length === conflicts,
      );
      await last.call(async () => {
        for (const each of window.lab.client.conflicts.get()) each.dismiss();
      });
      await until('the queue is empty', async () => (await last.kept()).length === 0);
      await context.close();
    },
  );
}

const sorted = (data) => Object.fromEntries(Object.entries(data).sort());

async function goesOn(world, name, gone, most) {
  const id = await world.note();
  const user = name.replace(/ /g, '-');
  const { context, tabs } = await world.tabs(user, 2, id);
  const [leader, follower] = tabs;
  const before = (await follower.state()).sessionId;
  await gone(leader);
  const began = Date.now();
  await world.change(id, { text: 'meanwhile' });
  const took = await follower.shows(id, 'text', 'meanwhile', most);
  await follower.set(id, { count: 1 });
  await until('the edit arrives', async () => (await world.stored(id)).count === 1, most);
  const all = Date.now() - began;
  const { sessionId } = await follower.state();
  console.log(`        seen after ${took} ms, written after ${all} ms`);
  expect(sessionId === before, 'another session');
  const events = await world.history(id);
  expect(events.length === 3, `${events.length} changes: ${JSON.stringify(events)}`);
  return { context, leader, follower, id };
}

async function roles(leader, follower) {
  const both = [(await leader.state()).role, (await follower.state()).role];
  expect(both.join() === 'follower,leader', `the roles are ${both}`);
}
