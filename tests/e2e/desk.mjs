// Two people at the rental desk, in Chromium, against a server of their own.
//   node tests/e2e/desk.mjs        COTERIE_PROGRAM names the server; ONLY=words runs the steps whose name has them
import { browser, cell, edit, endAfter, expect, live, person, Server, shot, Steps, until } from './support.mjs';

const server = new Server();
const steps = new Steps();
await server.start();
const chromium = await browser();
const timer = endAfter(360_000);

/** Counts the mutations that the pages of a context send from now on. */
function countMutations(page) {
  const sent = [];
  page.on('websocket', (socket) => socket.on('framesent', ({ payload }) => note(String(payload))));
  const note = (text) => {
    for (const line of text.split('\n')) if (line.includes('"type":"mutate"')) sent.push(line);
  };
  return sent;
}

try {
  const ann = await person(chromium, server, 'ann');
  const ben = await person(chromium, server, 'ben');
  const fleet = (page) =>
    page
      .goto(`${server.url}/fleet`)
      .then(() => live(page))
      .then(() => cell(page, 1, 'Name').waitFor({ state: 'attached' }));

  await steps.step('an edit appears in the other browser, with who did it', async () => {
    await fleet(ann.page);
    await fleet(ben.page);
    await edit(ann.page, 1, 'dailyRate', '77');
    await until('the other sees it', async () => (await cell(ben.page, 1, 'dailyRate').textContent())?.includes('77'));
    await cell(ben.page, 1, 'dailyRate').locator('[data-flash=ann]').waitFor({ state: 'attached' });
    await shot(ben.page, 'fleet-live-edit');
  });

  await steps.step('a locked field shows its holder and refuses', async () => {
    await cell(ann.page, 6, 'note').dblclick();
    await cell(ann.page, 6, 'note').locator('input').fill('Ann is writing');
    await cell(ben.page, 6, 'note').locator('.held-by', { hasText: 'ann' }).waitFor();
    await cell(ben.page, 6, 'note').dblclick();
    await ben.page.getByRole('dialog').getByText('ann is editing Note').waitFor();
    await shot(ben.page, 'locked-field');
    const refused = await server.request(
      '/entities/Vehicle/6',
      {
        method: 'PATCH',
        headers: { 'If-Match': '"1"' },
        body: JSON.stringify({ set: { note: 'over it' } }),
      },
      'ben',
    );
    expect(refused.code === 'locked', `the server answers ${JSON.stringify(refused)}`);
    await ben.page.getByRole('button', { name: 'Ask ann' }).click();
    await ann.page.getByText('ben is waiting for Note').waitFor();
    await cell(ann.page, 6, 'note').locator('input').press('Enter');
    await cell(ben.page, 6, 'note').locator('.held-by').waitFor({ state: 'detached' });
  });

  await steps.step('rapid typing makes one request', async () => {
    await ann.page.reload();
    const alone = await ann.context.newPage();
    await ann.page.close();
    ann.page = alone;
    const sent = countMutations(alone);
    await fleet(alone);
    await cell(alone, 11, 'note').dblclick();
    await cell(alone, 11, 'note').locator('input').pressSequentially('forty letters, typed as fast as can be', {
      delay: 15,
    });
    await until('it is saved', async () => (await server.vehicle(11)).data.note.endsWith('can be'));
    await cell(alone, 11, 'note').locator('input').press('Enter');
    await alone.waitForTimeout(1500);
    expect(sent.length === 1, `${sent.length} requests`);
  });

  await steps.step('a booking takes stock, and says how many are left where there are too few', async () => {
    await fleet(ben.page);
    const book = async (customer, units) => {
      await ben.page.locator('[data-id="16"]').getByRole('button', { name: /^Book/ }).click();
      await ben.page.getByLabel('Customer').fill(customer);
      await ben.page.getByLabel('Units').fill(units);
      await ben.page.getByRole('dialog').getByRole('button', { name: 'Book', exact: true }).click();
    };
    await book('Elm Grove Choir', '2');
    await until('one is left', async () => (await server.vehicle(16)).data.available === 1);
    await ben.page.getByRole('dialog').waitFor({ state: 'detached' });
    await book('Film Unit Nine', '2');
    await ben.page.getByText('Only 1 is left.').waitFor();
    await shot(ben.page, 'booking-refused');
    await ben.page.keyboard.press('Escape');
    await ben.page.goto(`${server.url}/bookings`);
    const row = ben.page.locator('tr', { hasText: 'Elm Grove Choir' });
    await row.getByRole('button', { name: 'Hand over' }).click();
    await row.getByRole('button', { name: 'Take back' }).click();
    await until('all are there again', async () => (await server.vehicle(16)).data.available === 3);
    await shot(ben.page, 'bookings');
  });

  await steps.step('a refused edit rolls back with its reason', async () => {
    await fleet(ben.page);
    await edit(ben.page, 21, 'Name', '');
    await ben.page.getByText('Name was not saved').waitFor();
    expect((await cell(ben.page, 21, 'Name').textContent())?.includes('bus 0021'), 'the old name is shown again');
    await shot(ben.page, 'refused-edit-toast');
    await ann.page.goto(`${server.url}/fleet/21`);
    await live(ann.page);
    await ann.page.getByLabel('Name').fill('');
    await ann.page.getByLabel('Name').blur();
    await ann.page.locator('.error[role=alert]').first().waitFor();
    await shot(ann.page, 'refused-edit');
    expect((await server.vehicle(21)).data.Name !== '', 'the name is kept');
  });

  await steps.step('a conflict is decided in the dialog', async () => {
    await ann.page.goto(`${server.url}/fleet/26`);
    await live(ann.page);
    await ann.page.getByLabel('Note').waitFor();
    await ann.context.setOffline(true);
    await ann.page.locator('[data-connection=live]').waitFor({ state: 'detached', timeout: 40_000 });
    await ann.page.getByLabel('Note').fill('what Ann wants');
    await ann.page.getByLabel('Note').blur();
    await ann.page.locator('[data-save=queued]').waitFor();
    await shot(ann.page, 'offline');
    const { version } = await server.vehicle(26);
    await server.request(
      '/entities/Vehicle/26',
      {
        method: 'PATCH',
        headers: { 'If-Match': `"${version}"` },
        body: JSON.stringify({
          set: { note: 'what Ben wants', dailyRate: 99 },
        }),
      },
      'ben',
    );
    await ann.context.setOffline(false);
    const dialog = ann.page.getByRole('dialog');
    await dialog.waitFor({ timeout: 40_000 });
    await shot(ann.page, 'conflict');
    await dialog.getByRole('radio', { name: 'Note, Yours: what Ann wants' }).check();
    await dialog.getByRole('button', { name: 'Save these choices' }).click();
    await dialog.waitFor({ state: 'detached' });
    const { data } = await server.vehicle(26);
    expect(data.note === 'what Ann wants' && data.dailyRate === 99, JSON.stringify(data));
    await shot(ann.page, 'conflict-decided');
  });

  await steps.step('offline, edit, reload, online: the edit arrives', async () => {
    await fleet(ann.page);
    await ann.page.evaluate(() => navigator.serviceWorker.ready.then(() => true));
    await ann.context.setOffline(true);
    await ann.page.locator('[data-connection=live]').waitFor({ state: 'detached', timeout: 40_000 });
    await edit(ann.page, 31, 'note', 'made without a network');
    await ann.page.locator('.sync-text', { hasText: '1 waiting' }).waitFor();
    ann.page.on('dialog', (dialog) => void dialog.accept());
    await ann.page.reload();
    await until('what was typed is shown', async () =>
      (await cell(ann.page, 31, 'note').textContent())?.includes('without a network'),
    );
    await shot(ann.page, 'offline-reloaded');
    await ann.context.setOffline(false);
    await until(
      'the edit arrives',
      async () => (await server.vehicle(31)).data.note === 'made without a network',
      40_000,
    );
  });

  await steps.step('killing and restarting the server under both loses nothing and needs no reload', async () => {
    await fleet(ann.page);
    await fleet(ben.page);
    await ann.page.evaluate(() => (window.notReloaded = true));
    await ben.page.evaluate(() => (window.notReloaded = true));
    await server.kill();
    await edit(ann.page, 36, 'note', 'while it was down');
    await edit(ben.page, 41, 'dailyRate', '123');
    await shot(ben.page, 'server-down');
    await server.start();
    await until("Ann's edit arrives", async () => (await server.vehicle(36)).data.note === 'while it was down', 40_000);
    await until("Ben's edit arrives", async () => (await server.vehicle(41)).data.dailyRate === 123, 40_000);
    await until(
      'Ben sees it',
      async () => (await cell(ben.page, 36, 'note').textContent())?.includes('while it was down'),
      40_000,
    );
    await until(
      'Ann sees it',
      async () => (await cell(ann.page, 41, 'dailyRate').textContent())?.includes('123'),
      40_000,
    );
    expect(
      (await ann.page.evaluate(() => window.notReloaded)) && (await ben.page.evaluate(() => window.notReloaded)),
      'a page was loaded anew',
    );
  });

  await steps.step('two tabs share one connection', async () => {
    const second = await ann.context.newPage();
    await fleet(second);
    await live(ann.page);
    const { connections } = await server.request('/admin/connections');
    const own = connections.filter(({ userId }) => userId === 'ann');
    expect(own.length === 1, `${own.length} connections of ann: ${JSON.stringify(own)}`);
    await edit(second, 46, 'note', 'from the second tab');
    await until('the first tab shows it', async () =>
      (await cell(ann.page, 46, 'note').textContent())?.includes('second tab'),
    );
    await second.close();
  });

  await steps.step('the table is worked by keyboard alone', async () => {
    const { page } = ben;
    await fleet(page);
    await page.getByRole('grid').focus();
    for (const key of ['ArrowDown', 'ArrowRight', 'ArrowRight', 'ArrowRight', 'Enter']) await page.keyboard.press(key);
    await page.locator('.cell-input').waitFor();
    await page.keyboard.type('12x');
    await page.getByText('That is no number.').waitFor();
    await shot(page, 'invalid-number');
    await page.keyboard.press('Escape');
    await page.locator('.cell-input').waitFor({ state: 'detached' });
    await page.keyboard.press('Enter');
    await page.keyboard.type('64');
    await page.keyboard.press('Enter');
    await until('it is saved', async () => (await server.vehicle(6)).data.dailyRate === 64);
    await page.keyboard.press('Home');
    await page.keyboard.press(' ');
    await page.getByRole('heading', { level: 1, name: 'bus 0011' }).waitFor();
  });

  await steps.step('an old state comes back from the history', async () => {
    await ben.page.goto(`${server.url}/fleet/6`);
    await live(ben.page);
    await ben.page.getByRole('button', { name: 'Restore version 1' }).click();
    await until('it is as it was', async () => (await server.vehicle(6)).data.dailyRate === 35);
    await ben.page.getByText('Back as it was in version 1').waitFor();
    await shot(ben.page, 'history');
  });

  await steps.step('whoever loses a lock is told, and so is everyone who should hear an announcement', async () => {
    await fleet(ann.page);
    await fleet(ben.page);
    await cell(ann.page, 51, 'note').dblclick();
    await cell(ben.page, 51, 'note').locator('.held-by').waitFor();
    await cell(ben.page, 51, 'note').dblclick();
    await ben.page.getByRole('button', { name: 'Take over' }).click();
    await cell(ben.page, 51, 'note').locator('input').waitFor();
    await ann.page.locator('.place .count').waitFor();
    await ann.page.getByText('ben has taken this over.').waitFor();
    await server.request('/announcements', {
      method: 'POST',
      body: JSON.stringify({ text: 'The desk closes at six.', severity: 'warning', ttlMs: 5000 }),
    });
    for (const { page } of [ann, ben]) await page.getByText('The desk closes at six.').waitFor();
    await shot(ann.page, 'announcement');
    await ben.page.keyboard.press('Escape');
  });

  await steps.step('every page opens, wide and on a phone, light and dark', async () => {
    const phone = await person(chromium, server, 'cleo', {
      viewport: { width: 360, height: 740 },
      colorScheme: 'dark',
    });
    for (const path of ['fleet', 'fleet/1', 'bookings', 'conflicts', 'notifications', 'people']) {
      await ann.page.goto(`${server.url}/${path}`);
      await phone.page.goto(`${server.url}/${path}`);
      await live(ann.page);
      await live(phone.page);
      await ann.page.waitForTimeout(400);
      await shot(ann.page, `wide-${path.replace('/', '-')}`);
      await shot(phone.page, `phone-${path.replace('/', '-')}`);
      const over = await phone.page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
      expect(over <= 0, `${path} is ${over} px too wide on a phone`);
    }
    for (const one of [ann, ben, phone])
      expect(one.complaints.length === 0, `${one.name}: ${one.complaints.join('\n')}`);
  });
} finally {
  clearTimeout(timer);
  await chromium.close();
  await server.end();
  steps.finish();
}
