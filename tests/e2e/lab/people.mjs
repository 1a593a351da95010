// Two people one after the other in one browser: nobody sees, or sends, what is the other's.
import { expect, until } from '../support.mjs';
import { serveOffline } from './world.mjs';

const password = 'a long password';

export async function peopleSteps(world) {
  for (const username of ['ann', 'ben']) {
    const body = JSON.stringify({ username, password, roles: ['editor'] });
    await world.server.request('/admin/users', { method: 'POST', body });
  }

  await world.step(
    "signing out in one tab signs the others out; another's data is not shown, nor sent",
    async () => {
      const [id, other] = [await world.note(), await world.note()];
      const context = await world.context();
      await serveOffline(context);
      const first = await world.blank(context);
      const second = await world.blank(context);
      for (const tab of [first, second]) await tab.call((ids) => void window.lab.desk(ids), [id, other]);
      await first.page.locator('#signed-out').waitFor();
      await first.login('ann', password);
      for (const tab of [first, second]) await tab.rowIs(id, 'live as it was');
      expect((await world.connectionsOf('ann')).length === 1, 'the tabs do not share');

      context.line.cut();
      await first.is('offline');
      await first.set(id, { text: "Ann's own" }, { strategy: 'latest-wins' });
      await second.set(other, { text: "Ann's second" }, { strategy: 'latest-wins' });
      await until('both are on the disk', async () => (await first.kept()).length === 2);
      await first.call(() => void window.lab.auth.logout());
      for (const tab of [first, second]) await tab.page.locator('#signed-out').waitFor({ timeout: 3000 });

      for (const tab of [first, second])
        await tab.call(() => {
          window.seen = new Set();
          const look = () => {
            for (const each of document.querySelectorAll('[data-note]')) window.seen.add(each.textContent);
          };
          new MutationObserver(look).observe(document.body, { subtree: true, childList: true, characterData: true });
        });
      context.line.mend();
      await first.login('ben', password);
      for (const tab of [first, second]) {
        await tab.rowIs(id, 'live as it was', 40_000);
        await tab.rowIs(other, 'live as it was');
        const seen = await tab.call(() => [...window.seen]);
        expect(
          seen.every((text) => !text.includes('Ann')),
          `Ben was shown ${seen}`,
        );
        expect((await tab.call(() => window.lab.sync().pending)) === 0, "Ann's edits wait in Ben's name");
      }
      await second.set(id, { by: 'Ben' });
      await until("Ben's edit arrives", async () => (await world.stored(id)).by === 'Ben');
      expect((await first.kept()).length === 2, "Ann's edits are not kept");
      expect((await world.stored(id)).text === 'as it was', "Ann's edit was sent");

      await first.call(() => void window.lab.auth.logout());
      await second.page.locator('#signed-out').waitFor({ timeout: 3000 });
      await second.login('ann', password);
      await until("Ann's edits arrive", async () => (await world.stored(other)).text === "Ann's second", 70_000);
      await until("Ann's edits arrive", async () => (await world.stored(id)).text === "Ann's own");
      const events = [...(await world.history(id)), ...(await world.history(other))];
      const people = events
        .filter(({ version }) => version > 1)
        .map(({ userId, set }) => `${userId}: ${Object.values(set)}`);
      expect(people.sort().join() === "ann: Ann's own,ann: Ann's second,ben: Ben", people.join());
      await context.close();
    },
    150_000,
  );

  await world.step('whoever signs in after a sign-in that was ended sees nothing of it, a moment long', async () => {
    const id = await world.note({ text: "Ann's secret" });
    const context = await world.context();
    const tab = await world.blank(context);
    const desk = (ids) => tab.call((of) => void window.lab.desk(of), ids);
    await desk([id]);
    await tab.page.locator('#signed-out').waitFor();
    await tab.login('ann', password);
    await tab.rowIs(id, "live Ann's secret");
    for (const way of ['at once', 'after the page was loaded again']) {
      const { sessions } = await world.server.request('/admin/sessions?userId=ann');
      for (const each of sessions) await world.server.request(`/admin/sessions/${each.id}`, { method: 'DELETE' });
      await tab.page.locator('#signed-out').waitFor({ timeout: 20_000 });
      await world.change(id, { text: `told to Ben ${way}` });
      if (way !== 'at once') {
        await tab.page.reload();
        await tab.ready();
        await desk([id]);
        await tab.page.locator('#signed-out').waitFor();
      }
      await tab.call(() => {
        window.seen = [];
        const look = () => {
          for (const each of document.querySelectorAll('[data-note]')) window.seen.push(each.textContent);
        };
        new MutationObserver(look).observe(document.body, { subtree: true, childList: true, characterData: true });
      });
      await tab.login('ben', password);
      await tab.rowIs(id, `live told to Ben ${way}`);
      const seen = await tab.call(() => window.seen);
      expect(!seen.some((text) => text.includes('Ann')), `${way} Ben was shown ${seen}`);
      await tab.call(() => window.lab.auth.logout());
      await tab.page.locator('#signed-out').waitFor();
      await world.change(id, { text: "Ann's secret" });
      await tab.login('ann', password);
      await tab.rowIs(id, "live Ann's secret");
    }
    await context.close();
  });
}
