// The operator's dashboard in a real Chromium against a real server: every page is opened, a connection is cut, a user
// is added and disabled, a lock is released. Leaves pictures in build/e2e. Needs the built application and server:
//   node tests/e2e/admin.mjs [SERVER] [FOLDER OF THE APPLICATION]
// Bounded in time; ends what it started, and nothing else.
import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));
const { chromium } = createRequire(join(root, 'clients/package.json'))('playwright-core');
const binary = process.argv[2] ?? process.env.COTERIE_PROGRAM ?? join(root, 'build/dev/coterie');
const app = process.argv[3] ?? process.env.COTERIE_APP ?? join(root, 'build/app');
const pictures = join(root, 'build/e2e');
mkdirSync(pictures, { recursive: true });
const folder = mkdtempSync(join(tmpdir(), 'coterie-admin-'));
const ending = [() => rmSync(folder, { recursive: true, force: true })];
const deadline = setTimeout(() => void finish(new Error('This took longer than three minutes.')), 180_000);

async function finish(error) {
  clearTimeout(deadline);
  for (const end of ending.splice(0).reverse()) await Promise.resolve(end()).catch(() => {});
  if (error) console.error(error);
  process.exit(error ? 1 : 0);
}

function check(holds, what) {
  if (!holds) throw new Error(`It does not hold: ${what}`);
  console.log(`ok: ${what}`);
}

async function startServer() {
  const arguments_ = ['serve', '--dev', '--listen', '127.0.0.1:0', '--data', join(folder, 'data'), '--app', app];
  const server = spawn(binary, arguments_, { stdio: ['ignore', 'pipe', 'pipe'] });
  ending.push(() => new Promise((done) => (server.once('exit', done), server.kill('SIGTERM'))));
  return new Promise((found, failed) => {
    let said = '';
    const read = (bytes) => {
      said += bytes;
      const address = /listening on (http:\/\/[^\s]+)/.exec(said);
      if (address) found(address[1]);
    };
    server.stdout.on('data', read);
    server.stderr.on('data', read);
    server.once('exit', (code) => failed(new Error(`The server ended with ${code}: ${said}`)));
  });
}

const url = await startServer().catch(finish);

async function call(user, method, path, body, headers = {}) {
  const answer = await fetch(url + path, {
    method,
    headers: { Authorization: `Bearer dev:${user}`, 'Content-Type': 'application/json', ...headers },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await answer.text();
  return { status: answer.status, body: text ? JSON.parse(text) : null };
}

/** Somebody who is connected, by an event stream; `ended` resolves when the stream does. */
async function connect(user, entityType) {
  const stop = new AbortController();
  ending.push(() => stop.abort());
  const answer = await fetch(`${url}/events`, {
    method: 'POST',
    signal: stop.signal,
    headers: { 'Content-Type': 'application/json', 'User-Agent': `Desk/1.0 (${user})` },
    body: JSON.stringify({
      token: `dev:${user}`,
      clientId: `${user}-tab`,
      subscriptions: [{ subscription: 1, entityType }],
    }),
  });
  const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
  let said = '';
  while (!said.includes('"resume"')) said += (await reader.read()).value ?? '';
  const resume = /"resume":"([^"]+)"/.exec(said)[1];
  const ended = (async () => {
    while (!(await reader.read()).done);
  })().catch(() => {});
  return { resume, ended };
}

async function fill() {
  const people = {};
  for (const [user, type] of [
    ['bert', 'Booking'],
    ['cleo', 'Booking'],
    ['dora', 'Tent'],
  ])
    people[user] = await connect(user, type);
  for (let at = 1; at <= 8; at += 1) {
    const user = Object.keys(people)[at % 3];
    const data = { status: 'open', price: at * 10, customer: `Customer ${at}`, note: '' };
    await call(user, 'POST', '/api/v1/entities/Booking', { entityId: `b${at}`, data });
    const change = { set: { status: 'approved', price: at * 11 }, baseVersion: 1 };
    await call('cleo', 'PATCH', `/api/v1/entities/Booking/b${at}`, change);
  }
  for (const entityId of ['b1', 'b2']) {
    const ops = [
      { op: 'update', entityType: 'Booking', entityId, baseVersion: 1, set: { price: 99, note: 'by phone' } },
    ];
    await call('dora', 'POST', '/api/v1/requests', {
      id: 1,
      type: 'mutate',
      mutationId: `stale-${entityId}`,
      strategy: 'merge',
      onConflict: 'store',
      ops,
    });
  }
  for (const [user, entityId, field] of [
    ['bert', 'b3', 'price'],
    ['cleo', 'b4', 'note'],
  ]) {
    const lock = { id: 1, type: 'lock', entityType: 'Booking', entityId, field, ttlMs: 300_000 };
    const got = await call(user, 'POST', '/api/v1/requests', lock, { 'Coterie-Session': people[user].resume });
    check(got.body.type === 'locked', `${user} holds ${entityId}`);
  }
  const user = { username: 'eva', name: 'Eva Stone', roles: ['sales', 'editor'], password: 'a long password' };
  await call('ann', 'POST', '/api/v1/admin/users', user);
  await call('', 'POST', '/api/v1/auth/login', { username: 'eva', password: 'a long password' }, { Authorization: '' });
  await call('', 'POST', '/api/v1/auth/login', { username: 'eva', password: 'wrong wrong' }, { Authorization: '' });
  return people;
}

const sleep = (ms) => new Promise((done) => setTimeout(done, ms));

/** A condition that the server will meet soon. */
async function soon(holds, what) {
  for (let tries = 0; tries < 50; tries += 1) {
    if (await holds()) return check(true, what);
    await sleep(100);
  }
  check(false, what);
}

async function openBrowser() {
  const executablePath = process.env.CHROMIUM ?? '/usr/bin/chromium';
  const browser = await chromium.launch({
    executablePath,
    args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking'],
  });
  ending.push(() => browser.close());
  return browser;
}

async function signedIn(browser, options, user = 'ann') {
  const context = await browser.newContext(options);
  await context.addInitScript((name) => localStorage.setItem('coterie.dev-name', name), user);
  const page = await context.newPage();
  page.setDefaultTimeout(10_000);
  page.on('pageerror', (error) => troubles.push(String(error)));
  page.on('console', (message) => {
    if (message.type() === 'error' && !/404|409|403/.test(message.text())) troubles.push(message.text());
  });
  return page;
}
const troubles = [];
const picture = (page, name) => page.screenshot({ path: join(pictures, `admin-${name}.png`) });

const pages = [
  '',
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

async function lookAround(page, suffix) {
  for (const name of pages) {
    await page.goto(`${url}/admin${name === '' ? '' : `/${name}`}`);
    const title = name === '' ? 'Overview' : name[0].toUpperCase() + name.slice(1);
    await page.getByRole('heading', { level: 1, name: title }).waitFor();
    await page.waitForFunction(() => document.querySelectorAll('main .skeleton').length === 0);
    await sleep(250);
    await picture(page, `${name || 'overview'}${suffix}`);
    const wide = await page.evaluate(
      () => document.querySelector('.main').scrollWidth - document.querySelector('.main').clientWidth,
    );
    check(wide <= 0, `${title}${suffix} is not wider than the window`);
  }
}

async function disconnects(page, people) {
  await page.goto(`${url}/admin/connections`);
  await page.getByLabel('User, address, program, room').fill('dora');
  await page.getByRole('button', { name: /^Disconnect dora/ }).click();
  await picture(page, 'disconnect-asks');
  await page.getByRole('dialog').getByRole('button', { name: 'Disconnect' }).click();
  await Promise.race([
    people.dora.ended,
    sleep(5000).then(() => Promise.reject(new Error('Dora is still connected.'))),
  ]);
  check(true, 'a connection is cut from the page');
  await page.getByText('dora was disconnected').waitFor();
}

async function keepsUsers(page) {
  await page.goto(`${url}/admin/users`);
  await page.getByRole('button', { name: 'Add user' }).click();
  await page.getByLabel('User name').fill('fred');
  await page.getByLabel('Shown as').fill('Fred Hill');
  await page.getByLabel('Roles').fill('sales');
  await page.getByLabel('Password').fill('another long one');
  await picture(page, 'user-add');
  await page.getByRole('button', { name: 'Add', exact: true }).click();
  await page.getByRole('button', { name: 'Edit fred' }).click();
  const user = async () => (await call('ann', 'GET', '/api/v1/admin/users/fred')).body;
  check((await user()).roles.join() === 'sales', 'a user is added');

  // Somebody else is faster: nothing is changed, and what they did is shown.
  await call('ben', 'PATCH', '/api/v1/admin/users/fred', { roles: ['sales', 'stock'] }, { 'If-Match': '"1"' });
  await page.getByRole('button', { name: 'Disable' }).click();
  await page.getByRole('button', { name: /Really/ }).click();
  await page.getByText(/ben changed this user/).waitFor();
  await picture(page, 'user-stale');
  check(!(await user()).disabled, 'a stale change is not made');
  await page.getByRole('button', { name: 'Disable' }).click();
  await page.getByRole('button', { name: /Really/ }).click();
  await soon(async () => (await user()).disabled, 'a user is disabled');
  await page.getByRole('button', { name: 'Close' }).last().click();
}

async function releases(page) {
  await page.goto(`${url}/admin/locks`);
  await page.getByRole('button', { name: 'Release Booking/b3 price' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Release' }).click();
  const held = async () => (await call('ann', 'GET', '/api/v1/admin/locks')).body.total;
  await soon(async () => (await held()) === 1, 'a lock is released');
}

async function decides(page) {
  await page.goto(`${url}/admin/conflicts`);
  await page.getByRole('button', { name: 'Look at Booking/b1' }).click();
  await page.getByRole('radio', { checked: false }).first().waitFor();
  await picture(page, 'conflict');
  await page.getByRole('radio').nth(1).check();
  await page.getByRole('button', { name: 'Save what is chosen' }).click();
  await page.getByText('is decided').waitFor();
  check((await call('ann', 'GET', '/api/v1/conflicts?state=open')).body.open === 1, 'a conflict is decided');
}

async function announces(page) {
  await page.goto(`${url}/admin/announcements`);
  await page.getByLabel('What to say').fill('We move the server at noon.');
  await page.getByRole('button', { name: 'Announce' }).click();
  await page.getByRole('button', { name: /Withdraw: We move/ }).waitFor();
  await picture(page, 'announced');
  await page.getByRole('button', { name: /Withdraw: We move/ }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Withdraw' }).click();
  await soon(
    async () => (await call('ann', 'GET', '/api/v1/announcements')).body.announcements.length === 0,
    'an announcement is withdrawn',
  );
}

async function setsRules(page) {
  const { status } = await call('ann', 'GET', '/api/v1/admin/rules');
  await page.goto(`${url}/admin/rules`);
  if (status === 404) {
    await page.getByText('This server keeps its rules in').waitFor();
    return check(true, 'a server without such rules is told apart');
  }
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
  check(true, 'rules are checked, saved and tried');
}

async function turnsOthersAway(browser) {
  const page = await (await browser.newContext({ viewport: { width: 1000, height: 700 } })).newPage();
  page.setDefaultTimeout(10_000);
  await page.goto(`${url}/sign-in`);
  await page.getByLabel('User name').fill('eva');
  await page.getByLabel('Password').fill('a long password');
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.waitForURL(`${url}/fleet`);
  await page.goto(`${url}/admin`);
  await page.getByText('This is for administrators').waitFor();
  await picture(page, 'not-for-others');
  check(true, 'who is no administrator is told so');
}

async function growsOld(browser) {
  const page = await signedIn(browser, { viewport: { width: 1000, height: 700 } });
  await page.route('**/metrics', (route) =>
    route.fulfill({
      status: 403,
      contentType: 'application/problem+json',
      body: '{"code":"forbidden","message":"no"}',
    }),
  );
  await page.goto(`${url}/admin`);
  await page.getByText('tells its metrics to its own machine only').waitFor();
  await sleep(5500);
  await picture(page, 'no-metrics');
  check(true, 'without metrics the lists tell what they can');
  await page.route('**/api/v1/**', (route) => route.abort());
  await page.getByText(/Stale: /).waitFor({ timeout: 30_000 });
  await picture(page, 'stale');
  check(true, 'figures that grow old are marked');
}

try {
  const people = await fill();
  const browser = await openBrowser();
  const page = await signedIn(browser, { viewport: { width: 1440, height: 900 }, colorScheme: 'light' });
  await page.goto(`${url}/admin`);
  for (let at = 0; at < 4; at += 1) {
    for (const id of ['b5', 'b6', 'b7'])
      await call('cleo', 'PATCH', `/api/v1/entities/Booking/${id}`, { increment: { price: 1 } });
    await sleep(3000);
  }
  await page.locator('.adm-plot .u-over').first().hover();
  await picture(page, 'overview-live');
  check((await page.locator('.adm-plot canvas').count()) >= 10, 'the figures have plots');
  await lookAround(page, '');
  await disconnects(page, people);
  await keepsUsers(page);
  await releases(page);
  await decides(page);
  await announces(page);
  await setsRules(page);
  const dark = await signedIn(browser, { viewport: { width: 1280, height: 800 }, colorScheme: 'dark' });
  await lookAround(dark, '-dark');
  const phone = await signedIn(browser, {
    viewport: { width: 390, height: 844 },
    colorScheme: 'light',
    hasTouch: true,
  });
  await lookAround(phone, '-phone');
  await turnsOthersAway(browser);
  await growsOld(browser);
  const real = troubles.filter((text) => !/Failed to load resource|net::ERR/.test(text));
  check(real.length === 0, `no page broke or was blocked ${real.join(' | ')}`);
  await finish();
} catch (error) {
  await finish(error);
}
