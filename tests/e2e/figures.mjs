// Figures of the application with 5,000 vehicles, for people to read: first paint, time to live data, what scrolling
// costs, and the memory while others change 20 records a second.
//   node tests/e2e/figures.mjs [SECONDS]        60 by default; COTERIE_PROGRAM names the server
import { browser, cell, live, person, Server, shot } from './support.mjs';

const seconds = Number(process.argv[2] ?? 60);
const server = new Server({ vehicles: 5000 });
await server.start();
const chromium = await browser();
const timer = setTimeout(() => process.exit(1), (seconds + 120) * 1000);
const round = (value) => Math.round(value);

try {
  const { page, context } = await person(chromium, server, 'ann');
  const began = Date.now();
  await page.goto(`${server.url}/fleet`);
  await live(page);
  await cell(page, 1, 'Name').waitFor({ state: 'attached' });
  const toLive = Date.now() - began;
  const paint = await page.evaluate(() => performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? NaN);
  console.log(`first contentful paint ${round(paint)} ms, live data after ${toLive} ms`);

  const frames = await page.evaluate(async () => {
    const grid = document.querySelector('.grid');
    const times = [];
    let last = performance.now();
    for (let at = 0; at < 240; at += 1) {
      grid.scrollTop += 600;
      await new Promise((done) => requestAnimationFrame(done));
      const now = performance.now();
      times.push(now - last);
      last = now;
    }
    return times.sort((a, b) => a - b);
  });
  const rows = await page.evaluate(() => [
    document.querySelectorAll('.grid-row').length,
    document.querySelector('.grid').scrollHeight,
  ]);
  console.log(
    `scrolling: p50 ${round(frames[120])} ms, p95 ${round(frames[228])} ms a frame; ${rows[0]} rows in the page, ${rows[1]} px high`,
  );

  const session = await context.newCDPSession(page);
  const heap = async () => {
    await session.send('HeapProfiler.collectGarbage');
    const { usedSize } = await session.send('Runtime.getHeapUsage');
    return (usedSize / 1024 / 1024).toFixed(1);
  };
  const change = (at) =>
    server.request(
      `/entities/Vehicle/${1 + (at % 5000)}`,
      {
        method: 'PATCH',
        body: JSON.stringify({ increment: { dailyRate: 1 } }),
      },
      'ben',
    );
  let sent = 0;
  let saved = 0;
  const ticking = setInterval(() => {
    sent += 1;
    void change(sent).then((answer) => (saved += answer.version ? 1 : 0));
  }, 50);
  for (let at = 0; at <= 6; at += 1) {
    console.log(`after ${round((at * seconds) / 6)} s: ${await heap()} MiB, ${saved} changes`);
    if (at < 6) await page.waitForTimeout((seconds * 1000) / 6);
  }
  clearInterval(ticking);
  await shot(page, 'figures');
} finally {
  clearTimeout(timer);
  await chromium.close();
  await server.end();
}
