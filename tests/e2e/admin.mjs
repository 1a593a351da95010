// The operator's dashboard in Chromium: every page is opened, a connection is cut, a user is added and disabled, a lock is
// released, a conflict decided, rules set.
//   node tests/e2e/admin.mjs        COTERIE_PROGRAM names the server; ONLY=words runs the steps whose name has them
import { fill } from './operated.mjs';
import { browser, endAfter, expect, person, Server, shot, Steps, until } from './support.mjs';

const server = new Server({ demo: false });
const steps = new Steps();
await server.start();
const chromium = await browser();
const timer = endAfter(240_000);

const pages = [
  'overview',
  'connections',
  'rooms',
  'users',
  'sessions',
  'locks',
  'conflicts',
  'rules',
  'changes',
  'activity',
  'announcements',
  'configuration',
];
const picture = (page, name) => shot(page, `admin-${name}`);
const open = (page, name) => page.goto(`${server.url}/admin${name === 'overview' ? '' : `/${name}`}`);
const opened = [];
let connected = {};

async function operator(options, name = 'ann') {
  const one = await person(chromium, server, name, options);
  opened.push(one);
  return one.page;
}

async function lookAround(page, suffix) {
  for (const name of pages) {
    await open(page, name);
    const title = name[0].toUpperCase() + name.slice(1);
    await page.getByRole('heading', { level: 1, name: title }).waitFor();
    await page.waitForFunction(() => document.querySelectorAll('main .skeleton').length === 0);
    await page.waitForTimeout(250);
    await picture(page, `${name}${suffix}`);
    const wide = await page.evaluate(() => {
      const main = document.querySelector('.main');
      return main.scrollWidth - main.clientWidth;
    });
    expect(wide <= 0, `${title}${suffix} is ${wide} px wider than the window`);
  }
}

try {
  connected = await fill(server);
  const page = await operator({ viewport: { width: 1440, height: 900 }, colorScheme: 'light' });

  await steps.step('the figures have plots, with the figures of the moment that is pointed at', async () => {
    await open(page, 'overview');
    for (let at = 0; at < 4; at += 1) {
      for (const id of ['b5', 'b6', 'b7'])
        await server.send('cleo', 'PATCH', `/entities/Booking/${id}`, { increment: { price: 1 } });
      await page.waitForTimeout(3000);
    }
    await page.locator('.adm-plot .u-over').first().hover();
    await page.getByText(/^at \d/).waitFor();
    await picture(page, 'overview-live');
    const plots = await page.locator('.adm-plot canvas').count();
    expect(plots >= 10, `${plots} plots`);
  });

  await steps.step('every page opens, and none is wider than the window', () => lookAround(page, ''));

  await steps.step('a connection is cut', async () => {
    await open(page, 'connections');
    await page.getByLabel('User, address, program, room').fill('dora');
    await page.getByRole('button', { name: /^Disconnect dora/ }).click();
    await picture(page, 'disconnect-asks');
    await page.getByRole('dialog').getByRole('button', { name: 'Disconnect' }).click();
    await until('Dora is gone', () => connected.dora.hasEnded, 5000);
    await page.getByText('dora was disconnected').waitFor();
  });

  await steps.step('a user is added, and disabled on the version that was seen', async () => {
    await open(page, 'users');
    await page.getByRole('button', { name: 'Add user' }).click();
    await page.getByLabel('User name').fill('fred');
    await page.getByLabel('Shown as').fill('Fred Hill');
    await page.getByLabel('Roles').fill('sales');
    await page.getByLabel('Password').fill('another long one');
    await picture(page, 'user-add');
    await page.getByRole('button', { name: 'Add', exact: true }).click();
    await page.getByRole('button', { name: 'Edit fred' }).click();
    const user = () => server.request('/admin/users/fred');
    expect((await user()).roles.join() === 'sales', 'the roles are others');

    // Somebody else is faster: nothing is changed, and what they did is shown.
    await server.send('ben', 'PATCH', '/admin/users/fred', { roles: ['sales', 'stock'] }, { 'If-Match': '"1"' });
    await page.getByRole('button', { name: 'Disable' }).click();
    await page.getByRole('button', { name: /Really/ }).click();
    await page.getByText(/ben changed this user/).waitFor();
    await picture(page, 'user-stale');
    expect(!(await user()).disabled, 'a stale change was made');
    await page.getByRole('button', { name: 'Disable' }).click();
    await page.getByRole('button', { name: /Really/ }).click();
    await until('the user is disabled', async () => (await user()).disabled);
    await page.getByRole('button', { name: 'Close' }).last().click();
  });

  await steps.step('a lock is released', async () => {
    await open(page, 'locks');
    await page.getByRole('button', { name: 'Release Booking/b3 price' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Release' }).click();
    await until('one is held', async () => (await server.request('/admin/locks')).total === 1);
  });

  await steps.step('a conflict is decided field by field, and may be looked at afterwards', async () => {
    await open(page, 'conflicts');
    await page.getByRole('button', { name: 'Decide Booking/b1' }).click();
    await page.getByRole('radio', { name: 'price, As dora wants it: 99' }).check();
    await picture(page, 'conflict');
    await page.getByRole('button', { name: 'Save what is chosen' }).click();
    await page.getByText('is decided').waitFor();
    expect((await server.request('/conflicts?state=open')).open === 1, 'it is still open');
    const { data } = await server.request('/entities/Booking/b1');
    expect(data.price === 99 && data.note === 'by phone' && data.status === 'approved', JSON.stringify(data));
    await page.getByLabel('State').selectOption('decided');
    await page.getByRole('button', { name: 'Look at Booking/b1' }).click();
    await page.getByRole('dialog').getByText('As dora wanted it').waitFor();
    await picture(page, 'conflict-decided');
    await page.keyboard.press('Escape');
  });

  await steps.step('an announcement is made and withdrawn', async () => {
    await open(page, 'announcements');
    await page.getByLabel('What to say').fill('We move the server at noon.');
    await page.getByRole('button', { name: 'Announce' }).click();
    await page.getByRole('button', { name: /Withdraw: We move/ }).waitFor();
    await picture(page, 'announced');
    await page.getByRole('button', { name: /Withdraw: We move/ }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Withdraw' }).click();
    await until('none stands', async () => (await server.request('/announcements')).announcements.length === 0);
  });

  await steps.step('rules are checked, saved and tried', async () => {
    await open(page, 'rules');
    await page.getByRole('tab', { name: 'Edit' }).click();
    const access = { Booking: { read: ['sales'], update: [{ role: 'sales', where: { status: 'open' } }] } };
    const editor = page.getByLabel(/^Rules, on version/);
    await editor.fill('{"access": {"Booking": {"raed": "sales"}}}');
    await page.getByRole('button', { name: 'Check' }).click();
    await page.locator('.field > .error').waitFor();
    await editor.fill(JSON.stringify({ access }, null, 2));
    await page.getByRole('button', { name: 'Check' }).click();
    await page.getByText('finds these rules good').waitFor();
    await picture(page, 'rules-edit');
    await page.getByRole('button', { name: 'Save and put in force' }).click();
    await page.getByText('is in force').waitFor();
    await page.getByRole('tab', { name: 'Try' }).click();
    await page.getByLabel('Roles').fill('sales');
    await page.getByRole('button', { name: 'What may they do?' }).click();
    await page.getByText('some records').first().waitFor();
    await picture(page, 'rules-try');
  });

  await steps.step('every page opens in the dark', async () =>
    lookAround(await operator({ viewport: { width: 1280, height: 800 }, colorScheme: 'dark' }), '-dark'),
  );
  await steps.step('every page opens on a phone', async () =>
    lookAround(
      await operator({ viewport: { width: 360, height: 740 }, colorScheme: 'light', hasTouch: true }),
      '-phone',
    ),
  );

  await steps.step('who is no administrator is told so', async () => {
    const other = await (await chromium.newContext({ viewport: { width: 1000, height: 700 } })).newPage();
    other.setDefaultTimeout(10_000);
    await other.goto(`${server.url}/sign-in`);
    await other.getByLabel('User name').fill('eva');
    await other.getByLabel('Password').fill('a long password');
    await other.getByRole('button', { name: 'Sign in' }).click();
    await other.waitForURL(`${server.url}/fleet`);
    await other.goto(`${server.url}/admin`);
    await other.getByText('This is for administrators').waitFor();
    await picture(other, 'not-for-others');
  });

  await steps.step('without metrics the lists tell what they can, and figures that grow old are marked', async () => {
    const far = await operator({ viewport: { width: 1000, height: 700 } });
    const body = '{"code":"forbidden","message":"no"}';
    await far.route('**/metrics', (route) =>
      route.fulfill({ status: 403, contentType: 'application/problem+json', body }),
    );
    await open(far, 'overview');
    await far.getByText('tells its metrics to its own machine only').waitFor();
    await far.waitForTimeout(5500);
    await picture(far, 'no-metrics');
    await far.route('**/api/v1/**', (route) => route.abort());
    await far.getByText(/Stale: /).waitFor({ timeout: 30_000 });
    await picture(far, 'stale');
  });

  await steps.step('no page broke or was blocked', async () => {
    for (const { name, complaints } of opened) expect(complaints.length === 0, `${name}: ${complaints.join('\n')}`);
  });
} finally {
  clearTimeout(timer);
  await chromium.close();
  for (const one of Object.values(connected)) one.stop();
  await server.end();
  steps.finish();
}
