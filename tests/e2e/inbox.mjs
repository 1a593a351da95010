// What needs a person, in Chromium: edits that were refused while somebody was away, conflicts that were put off, conflicts
// that the server keeps, and notices.
//   node tests/e2e/inbox.mjs        COTERIE_PROGRAM names the server; ONLY=words runs the steps whose name has them
import {
  browser,
  cell,
  edit,
  endAfter,
  expect,
  live,
  person,
  queueOf,
  Server,
  shot,
  Steps,
  storeStale,
  until,
} from './support.mjs';

const server = new Server();
const steps = new Steps();
await server.start();
const chromium = await browser();
const timer = endAfter(240_000);

const count = (page, place) => page.getByRole('link', { name: new RegExp(`^${place}`) }).locator('.count');
const visit = (page, path) => page.goto(`${server.url}/${path}`).then(() => live(page));
const own = (page) => page.getByRole('region', { name: 'Yours, to decide' });
const waiting = (page) => own(page).getByRole('listitem');
const noteOf = async (id) => (await server.vehicle(id)).data.note;

/** Edits without a network, and comes back to a page that knows of the edit only what was kept. */
async function editAway({ page, context }, id, field, text, meanwhile = async () => {}) {
  await visit(page, 'fleet');
  await cell(page, id, 'Name').waitFor({ state: 'attached' });
  await page.evaluate(() => navigator.serviceWorker.ready.then(() => true));
  await context.setOffline(true);
  await page.locator('[data-connection=live]').waitFor({ state: 'detached', timeout: 40_000 });
  await edit(page, id, field, text);
  await page.locator('.sync-text', { hasText: '1 waiting' }).waitFor();
  await page.reload();
  await page.locator('.sync-text', { hasText: '1 waiting' }).waitFor();
  await meanwhile();
  await context.setOffline(false);
}

try {
  const ann = await person(chromium, server, 'ann');
  const ben = await person(chromium, server, 'ben');
  const { page } = ann;
  page.on('dialog', (dialog) => void dialog.accept());

  await steps.step('an edit that was refused is tried again, and is saved when nothing is in its way', async () => {
    await visit(ben.page, 'fleet');
    await editAway(ann, 6, 'note', 'kept for later', async () => {
      await cell(ben.page, 6, 'note').dblclick();
      await cell(ben.page, 6, 'note').locator('input').waitFor();
      await until('Ben holds it', async () => (await server.request('/admin/locks')).total === 1);
    });
    await page.getByText('An edit was not saved').waitFor({ timeout: 40_000 });
    await count(page, 'Conflicts').waitFor();
    await page.getByRole('button', { name: 'Show', exact: true }).click();
    expect((await waiting(page).count()) === 1, 'the edit is not in the list');
    await shot(page, 'inbox-refused');

    await ben.page.keyboard.press('Escape');
    await until('Ben leaves it', async () => (await server.request('/admin/locks')).total === 0);
    await waiting(page).getByRole('button', { name: 'Try again' }).click();
    await own(page).getByText('Nothing waits for you').waitFor();
    await until('it is saved', async () => (await noteOf(6)) === 'kept for later');
    await count(page, 'Conflicts').waitFor({ state: 'detached' });
  });

  await steps.step('an edit that was refused is discarded, for good', async () => {
    await editAway(ann, 11, 'Name', '');
    await count(page, 'Conflicts').waitFor({ timeout: 40_000 });
    await visit(page, 'conflicts');
    await waiting(page).getByRole('button', { name: 'Discard' }).click();
    await own(page).getByText('Nothing waits for you').waitFor();
    await until('the disk has let it go', async () => (await queueOf(page, 'coterie-desk')).length === 0);
    await page.reload();
    await live(page);
    await own(page).getByText('Nothing waits for you').waitFor();
    await visit(page, 'fleet');
    await until('the name is as it was', async () =>
      (await cell(page, 11, 'Name').textContent())?.includes('bus 0011'),
    );
  });

  for (const [side, button, id, kept] of [
    ['mine', 'Use all of mine', 16, 'what Ann wants'],
    ['theirs', 'Use all of theirs', 21, 'what Ben wants'],
  ]) {
    await steps.step(`a conflict is put off, and decided from the list for ${side}`, async () => {
      await editAway(ann, id, 'note', 'what Ann wants', () =>
        server.send(
          'ben',
          'PATCH',
          `/entities/Vehicle/${id}`,
          { set: { note: 'what Ben wants' } },
          { 'If-Match': '"1"' },
        ),
      );
      const dialog = page.getByRole('dialog', { name: /^Two changes to bus/ });
      await dialog.waitFor({ timeout: 40_000 });
      await dialog.getByRole('button', { name: 'Decide later' }).click();
      await dialog.waitFor({ state: 'detached' });
      await page.getByRole('link', { name: /^Conflicts/ }).click();
      await waiting(page).getByRole('button', { name: 'Decide' }).click();
      await shot(page, `inbox-${side}`);
      await dialog.getByRole('button', { name: button }).click();
      await dialog.waitFor({ state: 'detached' });
      await own(page).getByText('Nothing waits for you').waitFor();
      await until('it is decided', async () => (await noteOf(id)) === kept);
      await count(page, 'Conflicts').waitFor({ state: 'detached' });
    });
  }

  await steps.step('a conflict that the server keeps is decided field by field', async () => {
    await server.send('ben', 'PATCH', '/entities/Vehicle/26', { set: { note: 'now', dailyRate: 90 }, baseVersion: 1 });
    await storeStale(server, 'cleo', 'Vehicle', '26', { note: 'then', Origin: 'Japan' });
    await visit(page, 'conflicts');
    const inbox = page.getByRole('region', { name: 'Inbox of the server' });
    await inbox.getByRole('button', { name: 'Decide' }).click();
    await page.getByRole('radio', { name: 'Note, Yours: then' }).check();
    await shot(page, 'inbox-stored');
    await page.getByRole('button', { name: 'Save these choices' }).click();
    await inbox.getByText('No stored conflicts are open').waitFor();
    const { data } = await server.vehicle(26);
    const is = [data.note, data.dailyRate, data.Origin].join();
    expect(is === 'then,90,Japan', is);
  });

  await steps.step('notices are marked read, one and all, in every tab, and stay so', async () => {
    const ids = ['31', '36', '41'];
    for (const id of ids) {
      await server.send('ben', 'PATCH', `/entities/Vehicle/${id}`, { set: { note: 'now' }, baseVersion: 1 });
      await storeStale(server, 'cleo', 'Vehicle', id, { note: 'then' });
    }
    const { conflicts } = await server.request('/conflicts?state=open');
    expect(conflicts.length === 3, `${conflicts.length} conflicts are open`);
    for (const { conflictId } of conflicts)
      await server.send('ben', 'POST', `/conflicts/${conflictId}/assign`, { assignee: 'ann' });

    const second = await ann.context.newPage();
    second.setDefaultTimeout(10_000);
    const tabs = [page, second];
    const says = (words) => Promise.all(tabs.map((tab) => tab.getByText(words, { exact: true }).waitFor()));
    for (const tab of tabs) await visit(tab, 'notifications');
    await says('3 unread');
    await shot(page, 'notices');

    await page
      .getByRole('button', { name: /^Mark as read/ })
      .first()
      .click();
    await says('2 unread');
    expect((await page.locator('.lines .unread').count()) === 2, 'it is shown as unread');
    for (const tab of tabs)
      expect((await count(tab, 'Notices').textContent()).startsWith('2'), 'the rail says another');
    for (const tab of tabs) await tab.reload();
    await says('2 unread');

    await second.getByRole('button', { name: 'Mark all as read' }).click();
    await says('All read');
    for (const tab of tabs) await count(tab, 'Notices').waitFor({ state: 'detached' });
    for (const tab of tabs) await tab.reload();
    await says('All read');
    await second.close();
  });

  await steps.step('no page complained', async () => {
    for (const one of [ann, ben]) expect(one.complaints.length === 0, `${one.name}: ${one.complaints.join('\n')}`);
  });
} finally {
  clearTimeout(timer);
  await chromium.close();
  await server.end();
  steps.finish();
}
