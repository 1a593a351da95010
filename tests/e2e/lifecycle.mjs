// The client in a browser that sleeps, crashes, loses its disk and its network: nothing is lost, nothing is sent twice,
// and whoever still looks at a page stays live.
//   node tests/e2e/lifecycle.mjs        COTERIE_PROGRAM names the server; ONLY a part of a step's name
import { rmSync } from 'node:fs';
import { buildLab } from './lab/build.mjs';
import { diskSteps } from './lab/disk.mjs';
import { peopleSteps } from './lab/people.mjs';
import { queueSteps } from './lab/queue.mjs';
import { leftoverSteps } from './lab/react.mjs';
import { sleepSteps } from './lab/sleep.mjs';
import { tabSteps } from './lab/tabs.mjs';
import { World } from './lab/world.mjs';
import { browser, endAfter, Server, Steps } from './support.mjs';

const site = await buildLab();
const flags = ['--dev', '--messages-per-s', '2000', '--messages-burst', '4000', '--resume-events', '1000'];
const server = new Server({ vehicles: 1, site, flags });
const steps = new Steps();
await server.start();
const chromium = await browser();
const timer = endAfter(880_000);

try {
  const world = new World(server, chromium, steps);
  await tabSteps(world);
  await diskSteps(world);
  await queueSteps(world);
  await peopleSteps(world);
  await sleepSteps(world);
  await leftoverSteps(world);
} finally {
  clearTimeout(timer);
  await chromium.close();
  await server.end();
  rmSync(site, { recursive: true, force: true });
  steps.finish();
}
