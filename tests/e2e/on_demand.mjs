// Code that the page loads when it needs it, in Chromium: what happens where it does not come, because a new release has
// taken the old files away.
//   node tests/e2e/on_demand.mjs        COTERIE_PROGRAM names the server
import { browser, cell, edit, endAfter, expect, live, person, Server, Steps, until } from './support.mjs';

const server = new Server();
const steps = new Steps();
await server.start();
const chromium = await browser();
const timer = endAfter(360_000);

/** The file is not there any more; the service worker has not kept it either. */
const without = (name) => (context) =>
  context.route(`**/assets/${name}-*.js`, (route) => route.fulfill({ status: 404 }));

/** A network that lets no WebSocket through, until `openTheWay` is called in the page. */
const withoutSockets = (context) =>
  context.addInitScript(() => {
    const Real = WebSocket;
    let open = false;
    globalThis.openTheWay = () => (open = true);
    globalThis.WebSocket = function (...words) {
      if (open) return new Real(...words);
      const socket = { readyState: 3, send() {}, close() {} };
      setTimeout(() => socket.onclose?.({ code: 1006, reason: '' }), 10);
      return socket;
    };
  });

const enter = (name, prepare) => person(chromium, server, name, { serviceWorkers: 'block' }, prepare);
const fleet = async (page) => {
  await page.goto(`${server.url}/fleet`);
  await live(page);
  await cell(page, 1, 'Name').waitFor({ state: 'attached' });
};
const connectionsOf = async (name) =>
  (await server.request('/admin/connections')).connections.filter(({ userId }) => userId === name);
const arrives = (id, field, value) =>
  until(`${field} of ${id} is ${value}`, async () => (await server.vehicle(id)).data[field] === value);

try {
  await steps.step('without the code of the tabs each has a connection of its own', async () => {
    const { page, context } = await enter('ann', without('sharedCarrier'));
    await fleet(page);
    const second = await context.newPage();
    await fleet(second);
    const own = await connectionsOf('ann');
    expect(own.length === 2, `${own.length} connections: ${JSON.stringify(own)}`);
    await edit(second, 1, 'note', 'from the second');
    await until('the first shows it', async () => (await cell(page, 1, 'note').textContent())?.includes('the second'));
    await context.close();
  });

  await steps.step('without the code of the disk edits are made and arrive, and it is said aloud', async () => {
    const { page, context, complaints } = await enter('ben', without('indexedDb'));
    await fleet(page);
    await edit(page, 2, 'note', 'without a disk');
    await arrives(2, 'note', 'without a disk');
    expect(
      complaints.some((text) => text.includes('lost with this tab')),
      complaints.join('\n'),
    );
    await context.close();
  });

  await steps.step('where no WebSocket gets through, the code for Server-Sent Events comes', async () => {
    const { page, context } = await enter('cem', withoutSockets);
    await edit(page, 3, 'note', 'by events');
    await arrives(3, 'note', 'by events');
    const [own] = await connectionsOf('cem');
    expect(own?.transport === 'sse', JSON.stringify(own));
    await context.close();
  });

  await steps.step('without that code the page waits, and goes on without a reload once the way is open', async () => {
    const context = await chromium.newContext({ serviceWorkers: 'block' });
    const page = await context.newPage();
    await withoutSockets(context);
    const missed = [];
    await context.route('**/assets/sseTransport-*.js', (route) => {
      missed.push(route.request().url());
      return route.fulfill({ status: 404 });
    });
    await page.goto(server.url);
    await page.getByLabel('Your name').fill('dot');
    await page.getByRole('button', { name: 'Enter' }).click();
    await until('it was asked for', () => missed.length > 0, 30_000);
    await page.evaluate(() => globalThis.openTheWay());
    await page.locator('[data-connection=live]').waitFor({ timeout: 40_000 });
    await edit(page, 6, 'note', 'after all');
    await arrives(6, 'note', 'after all');
    await context.close();
  });
} finally {
  clearTimeout(timer);
  await chromium.close();
  await server.end();
  steps.finish();
}
