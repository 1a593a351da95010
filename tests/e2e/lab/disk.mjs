// A browser without a disk, with a full one, with one that somebody else empties or has written nonsense to.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, flags, root, until } from '../support.mjs';

const require = createRequire(join(root, 'clients/app/package.json'));

export async function diskSteps(world) {
  await world.step('where the browser keeps nothing for the site, it is live all the same', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'coterie-profile-'));
    mkdirSync(join(folder, 'Default'));
    const blocked = { profile: { default_content_setting_values: { cookies: 2 } } };
    writeFileSync(join(folder, 'Default/Preferences'), JSON.stringify(blocked));
    const context = await require('playwright-core').chromium.launchPersistentContext(folder, flags);
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
}
