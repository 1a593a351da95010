// Figures of the application with 5,000 vehicles, for people to read: first paint, time to live data, what scrolling
// costs, and the memory while others change 20 records a second.
//   node tests/e2e/figures.mjs [SECONDS]        60 by default; COTERIE_PROGRAM names the server
import { browser, cell, endAfter, live, person, Server, shot } from './support.mjs';

const seconds = Number(process.argv[2] ?? 60);
const server = new Server({ vehicles: 5000 });
await server.start();
const chromium = await browser();
const timer = endAfter((seconds + 120) * 1000);
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

  const session = await context.newCDPSession(page);
  await session.send('Performance.enable', { timeDomain: 'threadTicks' });
  const worked = async () =>
    (await session.send('Performance.getMetrics')).metrics.find(({ name }) => name === 'TaskDuration').value * 1000;
  /** Scrolls by `step` px a frame, `count` times: how long the frames took, and what of it the page worked. */
  const scroll = async (count, step) => {
    const before = await worked();
    const frames = await page.evaluate(
      async ([times, by]) => {
        const grid = document.querySelector('.grid');
        const took = [];
        let last = performance.now();
        for (let at = 0; at < times; at += 1) {
          grid.scrollTop += by;
          await new Promise((done) => requestAnimationFrame(done));
          const now = performance.now();
          took.push(now - last);
          last = now;
        }
        return took;
      },
      [count, step],
    );
    return `${spread(frames)} a frame, ${(((await worked()) - before) / count).toFixed(1)} ms of it work of the page`;
  };
  const at = (values, part) => [...values].sort((a, b) => a - b)[Math.floor(values.length * part)];
  const spread = (values) => `p50 ${at(values, 0.5).toFixed(1)}, p95 ${at(values, 0.95).toFixed(1)} ms`;
  const rows = () =>
    page.evaluate(() => [document.querySelectorAll('.grid-row').length, document.querySelector('.grid').scrollHeight]);
  console.log(`leaping through pages as they come: ${await scroll(300, 700)}`);
  await page.waitForTimeout(2000);
  console.log(`leaping through what is there: ${await scroll(240, -700)}`);
  console.log(`scrolling through what is there: ${await scroll(240, 120)}`);
  const [inPage, high] = await rows();
  console.log(`${inPage} rows in the page, ${high} px high`);

  // From a key to the frame that shows it, and from the last key to the rows that fit.
  const search = page.getByRole('searchbox');
  await search.focus();
  await page.evaluate(() => {
    window.keys = [];
    document
      .querySelector('[type=search]')
      .addEventListener('keydown', ({ timeStamp }) =>
        requestAnimationFrame(() => setTimeout(() => window.keys.push(performance.now() - timeStamp))),
      );
  });
  const began2 = Date.now();
  await search.pressSequentially('roadster', { delay: 40 });
  const typed = Date.now();
  await page.waitForFunction(() => {
    const names = [...document.querySelectorAll('.grid-row [data-field=Name]')];
    return names.length > 0 && names.every((one) => one.textContent.includes('roadster'));
  });
  console.log(
    `typing a filter: ${spread(await page.evaluate(() => window.keys))} a key; the rows that fit ${Date.now() - typed} ms after the last key (${typed - began2} ms of typing)`,
  );
  await search.fill('');
  await cell(page, 1, 'Name').waitFor({ state: 'attached' });
  await page.waitForTimeout(1000);

  // From sending a change elsewhere to the frame that shows it here. Both clocks are those of this machine.
  const delays = [];
  for (let turn = 0; turn < 30; turn += 1) {
    const value = String(900 - turn);
    const seen = page.evaluate(
      (wanted) =>
        new Promise((done) => {
          const look = () => {
            if (!document.querySelector('[data-id="1"] [data-field=dailyRate]')?.textContent.includes(wanted))
              return false;
            observer.disconnect();
            requestAnimationFrame(() => setTimeout(() => done(Date.now())));
            return true;
          };
          const observer = new MutationObserver(look);
          observer.observe(document.querySelector('.grid'), { subtree: true, childList: true, characterData: true });
          look();
        }),
      value,
    );
    const sent = Date.now();
    await server.request(
      '/entities/Vehicle/1',
      {
        method: 'PATCH',
        body: JSON.stringify({ set: { dailyRate: Number(value) } }),
        headers: { 'If-Match': `"${1 + turn}"` },
      },
      'ben',
    );
    delays.push((await seen) - sent);
  }
  console.log(`a change of somebody else is shown after ${spread(delays)}`);

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
  console.log(`scrolling while 20 a second change: ${await scroll(240, 120)}`);
  clearInterval(ticking);
  await shot(page, 'figures');
} finally {
  clearTimeout(timer);
  await chromium.close();
  await server.end();
}
