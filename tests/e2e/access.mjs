// Whether everyone can use it, in Chromium: axe-core on every page, light and dark, with its dialogs and menus open; the
// keyboard alone; where the focus goes; what is read out.
//   node tests/e2e/access.mjs        COTERIE_PROGRAM names the server; ONLY=words runs the steps whose name has them
import { readFileSync } from 'node:fs';
import { fill } from './operated.mjs';
import {
  browser,
  cell,
  endAfter,
  expect,
  live,
  person,
  require,
  Server,
  shot,
  Steps,
  storeStale,
  until,
} from './support.mjs';

const axe = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');
const steps = new Steps();
const desk = new Server({ vehicles: 40 });
const operated = new Server({ demo: false });
const fresh = new Server({ vehicles: 1, flags: [] });
await Promise.all([desk, operated, fresh].map((server) => server.start()));
const chromium = await browser();
let connected = {};
const timer = endAfter(300_000);

/** Throws what is serious or critical, with the places. */
async function check(page, what) {
  // Colours that fade in or out have no contrast to be measured.
  await page.evaluate(() => document.getAnimations().forEach((one) => one.finish()));
  const found = await page.evaluate(
    async ([source, name]) => {
      if (!window.axe) window.eval(source);
      const { violations } = await window.axe.run(document, { resultTypes: ['violations'] });
      return violations
        .filter(({ impact }) => impact === 'serious' || impact === 'critical')
        .flatMap(({ id, nodes }) =>
          nodes.map(({ target, any }) => `${name}: ${id} at ${target.join(' ')} (${any[0]?.message ?? ''})`),
        );
    },
    [axe, what],
  );
  return found;
}

/** Runs all looks and tells all that was found at once. */
async function checkAll(page, looks) {
  const found = [];
  for (const [name, arrange, undo] of looks) {
    await arrange();
    await page.waitForFunction(() => !document.querySelector('main .skeleton'));
    found.push(...(await check(page, name)));
    await undo?.();
  }
  expect(found.length === 0, `${found.length} found:\n${found.join('\n')}`);
}

const visit = (page, server, path) => page.goto(`${server.url}/${path}`).then(() => live(page));
const escape = (page) => () => page.keyboard.press('Escape');

async function deskLooks(page) {
  const go = (path) => () => visit(page, desk, path);
  const fleet = async () => {
    await visit(page, desk, 'fleet');
    await cell(page, 1, 'Name').waitFor({ state: 'attached' });
  };
  const open = (before, name) => async () => {
    await before();
    await page.getByRole('button', { name }).first().click();
  };
  return [
    ['fleet', fleet],
    ['fleet, a cell edited', async () => (await fleet(), cell(page, 1, 'Name').dblclick()), escape(page)],
    ['fleet, nothing fits', go('fleet?search=zzzz')],
    ['vehicle', go('fleet/1')],
    ['booking dialog', open(go('fleet/1'), 'Book'), escape(page)],
    [
      'locked field',
      async () => (await go('fleet/6')(), page.getByRole('button', { name: 'ben' }).click()),
      escape(page),
    ],
    ['a record that is not there', go('fleet/nobody')],
    ['bookings', go('bookings')],
    ['booking', async () => (await go('bookings')(), page.getByRole('link', { name: 'Elm Grove Choir' }).click())],
    ['conflicts', go('conflicts')],
    ['conflict dialog', open(go('conflicts'), 'Decide'), escape(page)],
    ['notices', go('notifications')],
    ['people', go('people')],
    ['no such page', go('nowhere')],
    ['menu of saving', open(go('people'), /^Saving/), escape(page)],
    ['menu of colours', open(go('people'), 'Colours'), escape(page)],
    ['menu of the user', open(go('people'), /^Signed in/), escape(page)],
  ];
}

function adminLooks(page) {
  const go = (path) => () => visit(page, operated, `admin/${path}`);
  const open = (path, name) => async () => {
    await go(path)();
    await page.getByRole('button', { name }).first().click();
    await page.getByRole('dialog').waitFor();
  };
  const tab = (name) => async () => {
    await go('rules')();
    await page.getByRole('tab', { name }).click();
  };
  const plain = ['', 'connections', 'rooms', 'users', 'sessions', 'locks', 'conflicts', 'rules', 'changes', 'activity'];
  return [
    ...[...plain, 'announcements', 'configuration'].map((path) => [`admin/${path}`, go(path)]),
    ['disconnect', open('connections', /^Disconnect/), escape(page)],
    ['add user', open('users', 'Add user'), escape(page)],
    ['edit user', open('users', 'Edit eva'), escape(page)],
    ['release', open('locks', /^Release/), escape(page)],
    ['decide', open('conflicts', 'Decide Booking/b1'), escape(page)],
    ['rules, edit', tab('Edit')],
    ['rules, versions', tab('Versions')],
    ['no connection fits', async () => (await go('connections')(), page.getByRole('searchbox').fill('zzzz'))],
  ];
}

try {
  connected = await fill(operated);
  const booking = { customer: 'Elm Grove Choir', vehicle: '1', vehicleName: 'bus 0001', units: 1, status: 'booked' };
  const data = { ...booking, number: 'BKG-1', from: '2026-11-27', to: '2026-11-29', note: '' };
  await desk.send('ben', 'POST', '/entities/Booking', { entityId: 'b1', data });
  await desk.send('ben', 'PATCH', '/entities/Vehicle/2', { set: { note: 'now' }, baseVersion: 1 });
  await storeStale(desk, 'cleo', 'Vehicle', '2', { note: 'then' });
  const { conflicts } = await desk.request('/conflicts?state=open');
  await desk.send('ben', 'POST', `/conflicts/${conflicts[0].conflictId}/assign`, { assignee: 'ann' });
  await desk.send('ben', 'POST', '/announcements', {
    text: 'The desk closes at six.',
    severity: 'warning',
    ttlMs: 3_600_000,
  });
  const ben = await person(chromium, desk, 'ben');
  await visit(ben.page, desk, 'fleet/6');
  await ben.page.getByLabel('Note').focus();

  for (const colorScheme of ['light', 'dark']) {
    await steps.step(`the desk has no serious fault, ${colorScheme}`, async () => {
      const { page, context } = await person(chromium, desk, 'ann', { colorScheme });
      await checkAll(page, await deskLooks(page));
      await context.close();
    });
    await steps.step(`the dashboard has no serious fault, ${colorScheme}`, async () => {
      const { page, context } = await person(chromium, operated, 'ann', { colorScheme });
      await checkAll(page, adminLooks(page));
      await context.close();
    });
    await steps.step(`nothing has a serious fault on a phone, ${colorScheme}`, async () => {
      const { page, context } = await person(chromium, desk, 'ann', {
        colorScheme,
        viewport: { width: 360, height: 740 },
      });
      await checkAll(page, await deskLooks(page));
      await context.close();
    });
    await steps.step(`signing in has no serious fault, ${colorScheme}`, async () => {
      const context = await chromium.newContext({ colorScheme });
      const page = await context.newPage();
      await checkAll(page, [
        ['sign-in', async () => (await page.goto(operated.url), page.getByLabel('Password').waitFor())],
        ['first administrator', () => page.goto(`${fresh.url}/first-administrator`)],
      ]);
      await context.close();
    });
  }

  await steps.step('all that a mouse can do at the fleet, the keyboard can', async () => {
    const { page, context } = await person(chromium, desk, 'ann');
    const press = async (...keys) => {
      for (const key of keys) await page.keyboard.press(key);
    };
    const tabTo = (name) =>
      until(`Tab leads to ${name}`, async () => {
        await page.keyboard.press('Tab');
        return page.evaluate(
          (wanted) => (document.activeElement.ariaLabel ?? document.activeElement.textContent).startsWith(wanted),
          name,
        );
      });
    await visit(page, desk, 'fleet');
    await cell(page, 1, 'Name').waitFor({ state: 'attached' });
    await tabTo('Skip to the page');
    await press('Enter', 'Tab');
    await page.keyboard.type('bus');
    await page.waitForURL(/search=bus/);
    await tabTo('Status');
    await page.keyboard.type('ready');
    await page.waitForURL(/status=ready/);
    await tabTo('Origin');
    await page.keyboard.type('USA');
    await page.waitForURL(/origin=USA/);
    await tabTo('Some left');
    await press('Space');
    await page.waitForURL(/left=/);
    await tabTo('Fleet. Arrows');
    await tabTo('Rate per day');
    await press('Enter');
    await page.waitForURL(/sort=dailyRate/);

    await page.getByRole('grid').focus();
    await press('Control+End', 'Control+Home', 'End', 'ArrowLeft', 'Enter');
    await page.getByRole('dialog', { name: /^Book bus/ }).waitFor();
    await press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    await until('the grid has the focus', () => page.evaluate(() => document.activeElement.role === 'grid'));
    await press('ArrowRight', 'Enter');
    await page.getByRole('heading', { level: 1, name: /^bus/ }).waitFor();

    await visit(page, desk, 'fleet?search=bus+0006');
    await cell(page, 6, 'note').locator('.held-by').waitFor();
    await page.getByRole('grid').focus();
    await press('End', 'ArrowLeft', 'ArrowLeft', 'Enter');
    await page.getByRole('dialog', { name: 'ben is editing Note' }).waitFor();
    await shot(page, 'keyboard-locked');
    await press('Escape');
    await until('the grid has the focus', () => page.evaluate(() => document.activeElement.role === 'grid'));
    await context.close();
  });

  await steps.step('the focus goes back to where a dialog or a menu was opened', async () => {
    const { page, context } = await person(chromium, desk, 'ann');
    const back = async (name) =>
      until(`"${name}" has the focus again`, () =>
        page.evaluate(
          (text) => (document.activeElement.ariaLabel ?? document.activeElement.textContent).trim() === text,
          name,
        ),
      );
    const roundTrip = async (name) => {
      await page.getByRole('button', { name, exact: true }).focus();
      await page.keyboard.press('Enter');
      await page.locator('dialog, [role=menu]').first().waitFor();
      const inside = () => page.evaluate(() => Boolean(document.activeElement.closest('dialog, [role=menu]')));
      await until(`"${name}" takes the focus`, inside);
      await page.keyboard.press('Escape');
      await page.locator('dialog, [role=menu]').first().waitFor({ state: 'detached' });
      await back(name);
    };
    await visit(page, desk, 'fleet/1');
    for (const name of ['Book', 'Colours', 'Saving: All saved', 'Signed in as ann']) await roundTrip(name);
    await visit(page, desk, 'conflicts');
    await roundTrip('Decide');
    await context.close();
    const operator = await person(chromium, operated, 'ann');
    const { page: other } = operator;
    await visit(other, operated, 'admin/users');
    await other.getByRole('button', { name: 'Add user' }).focus();
    await other.keyboard.press('Enter');
    await other.getByRole('dialog').waitFor();
    await other.keyboard.press('Escape');
    await until('Add user has the focus', () =>
      other.evaluate(() => document.activeElement.textContent.includes('Add user')),
    );
    await operator.context.close();
  });

  await steps.step('the state of the connection and what needs a person are read out', async () => {
    const { page, context } = await person(chromium, desk, 'ann');
    await visit(page, desk, 'fleet/11');
    await page.getByLabel('Note').waitFor();
    // What a screen reader would say: the texts of live regions, as they change.
    await page.evaluate(() => {
      window.said = [];
      const look = () => {
        for (const one of document.querySelectorAll('[role=status], [role=alert], [aria-live=polite]')) {
          const text = one.textContent.trim();
          if (text && window.said.at(-1) !== text) window.said.push(text);
        }
      };
      new MutationObserver(look).observe(document.body, { subtree: true, childList: true, characterData: true });
    });
    const says = (words) =>
      until(`"${words}" is said`, () => page.evaluate((text) => window.said.includes(text), words), 40_000);
    await context.setOffline(true);
    await says('Offline');
    await page.getByLabel('Note').fill('mine');
    await page.getByLabel('Note').blur();
    await desk.send('cleo', 'PATCH', '/entities/Vehicle/11', { set: { note: 'theirs' } }, { 'If-Match': '"1"' });
    await context.setOffline(false);
    await says('Live');
    await says('1 change needs you');
    const dialog = page.getByRole('dialog', { name: 'Two changes to bus 0011' });
    await dialog.waitFor();
    await until('the dialog has the focus', () =>
      page.evaluate(() => Boolean(document.activeElement.closest('dialog'))),
    );
    await dialog.getByRole('button', { name: 'Use all of mine' }).click();
    await says('Decided');
    await context.close();
  });
} finally {
  clearTimeout(timer);
  await chromium.close();
  for (const one of Object.values(connected)) one.stop();
  await Promise.all([desk, operated, fresh].map((server) => server.end()));
  steps.finish();
}
