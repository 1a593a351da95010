// What the tests in a browser share: a server of their own in a temporary folder, Chromium, and steps that are counted.
import { spawn, spawnSync } from 'node:child_process';
import {
  appendFileSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('../..', import.meta.url));
export const require = createRequire(join(root, 'clients/app/package.json'));
export const program = process.env.COTERIE_PROGRAM ?? join(root, 'build/release/coterie');
const app = process.env.COTERIE_APP ?? join(root, 'build/app');
export const pictures = join(root, 'build/e2e');

export async function until(what, holds, ms = 10_000) {
  const end = Date.now() + ms;
  for (;;) {
    const found = await holds();
    if (found) return found;
    if (Date.now() > end) throw new Error(`not within ${ms} ms: ${what}`);
    await new Promise((done) => setTimeout(done, 50));
  }
}

/** A fleet of `count`, each with three units. */
function fleet(count) {
  const names = ['bus', 'coupe', 'estate', 'roadster', 'van'];
  return Array.from({ length: count }, (_, at) => ({
    Name: `${names[at % names.length]} ${String(at + 1).padStart(4, '0')}`,
    Miles_per_Gallon: 15 + (at % 30),
    Cylinders: [4, 6, 8][at % 3],
    Horsepower: 60 + (at % 150),
    Year: `${1970 + (at % 13)}-01-01`,
    Origin: ['USA', 'Europe', 'Japan'][at % 3],
    units: 3,
    available: 3,
    dailyRate: 30 + (at % 60),
    status: 'ready',
    note: '',
  }));
}

export class Server {
  /** `demo`: the types, rules and vehicles of the rental desk; without them anything is stored as it comes. */
  constructor({ demo = true, vehicles = 60, flags = ['--dev'], rules = '', site = app } = {}) {
    if (!existsSync(program)) throw new Error(`${program} is not there: build it, or name another by COTERIE_PROGRAM`);
    this.folder = mkdtempSync(join(tmpdir(), 'coterie-e2e-'));
    this.flags = flags;
    this.site = site;
    this.port = 0;
    this.text = '';
    if (demo) this.fill(vehicles, rules);
    else writeFileSync(this.rules, `${rules}\n`);
  }

  fill(vehicles, rules) {
    for (const name of readdirSync(join(root, 'bench/demo')).filter((one) => /\.(toml|json)$/.test(one))) {
      copyFileSync(join(root, 'bench/demo', name), join(this.folder, name));
    }
    appendFileSync(this.rules, `\n${rules}\n`);
    const file = join(this.folder, 'vehicles.json');
    writeFileSync(file, JSON.stringify(fleet(vehicles)));
    const words = [
      'import',
      file,
      '--data',
      this.data,
      '--config',
      this.rules,
      '--type',
      'Vehicle',
      '--number-rows',
      '--quiet',
    ];
    const done = spawnSync(program, words, { encoding: 'utf8' });
    if (done.status !== 0) throw new Error(`import: ${done.stderr}`);
  }

  get data() {
    return join(this.folder, 'data');
  }

  get rules() {
    return join(this.folder, 'coterie.toml');
  }

  get url() {
    return `http://127.0.0.1:${this.port}`;
  }

  async start() {
    const words = [
      'serve',
      ...this.flags,
      '--listen',
      `127.0.0.1:${this.port}`,
      '--data',
      this.data,
      '--config',
      this.rules,
      '--app',
      this.site,
    ];
    this.text = '';
    this.child = spawn(program, words, { stdio: ['ignore', 'pipe', 'pipe'] });
    this.ended = new Promise((done) => this.child.once('exit', done));
    const hear = (bytes) => (this.text += bytes);
    this.child.stdout.on('data', hear);
    this.child.stderr.on('data', hear);
    const found = await until('the server says where it listens', () => /http:\/\/127\.0\.0\.1:(\d+)/.exec(this.text));
    this.port = Number(found[1]);
    await until('the server is ready', () =>
      fetch(`${this.url}/readyz`)
        .then((answer) => answer.ok)
        .catch(() => false),
    );
  }

  async kill() {
    this.child.kill('SIGKILL');
    await this.ended;
  }

  /** In good order. */
  async stop() {
    if (this.child?.exitCode !== null) return;
    this.child.kill('SIGTERM');
    const timer = setTimeout(() => this.child.kill('SIGKILL'), 5000);
    await this.ended;
    clearTimeout(timer);
  }

  async end() {
    await this.stop();
    rmSync(this.folder, { recursive: true, force: true });
  }

  async request(path, init = {}, user = 'tester') {
    const headers = {
      Authorization: `Bearer dev:${user}`,
      'Content-Type': 'application/json',
      ...init.headers,
    };
    const answer = await fetch(`${this.url}/api/v1${path}`, {
      ...init,
      headers,
    });
    return answer.status === 204 ? null : answer.json();
  }

  /** With a body as JSON. */
  send(user, method, path, body, headers = {}) {
    return this.request(path, { method, body: JSON.stringify(body), headers }, user);
  }

  vehicle(id) {
    return this.request(`/entities/Vehicle/${id}`);
  }
}

/** An edit of version 1 that clashes with what came since, and is kept in the server's inbox. */
export const storeStale = (server, user, entityType, entityId, set) =>
  server.send(user, 'POST', '/requests', {
    id: 1,
    type: 'mutate',
    mutationId: `stale-${entityType}-${entityId}`,
    strategy: 'merge',
    onConflict: 'store',
    ops: [{ op: 'update', entityType, entityId, baseVersion: 1, set }],
  });

export const flags = {
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking'],
};

export async function browser(more = {}) {
  const { chromium } = require('playwright-core');
  mkdirSync(pictures, { recursive: true });
  return chromium.launch({ ...flags, ...more });
}

/** A person with a browser of their own, at the fleet. Whatever the page complains of is kept. `prepare`: before it opens. */
export async function person(chromium, server, name, options = {}, prepare = async () => {}) {
  const context = await chromium.newContext({
    viewport: { width: 1280, height: 800 },
    ...options,
  });
  const page = await context.newPage();
  page.setDefaultTimeout(10_000);
  const complaints = [];
  page.on('pageerror', (error) => complaints.push(String(error)));
  page.on('console', (message) => {
    if (message.type() === 'error' && !/ERR_|WebSocket|Failed to load resource/.test(message.text()))
      complaints.push(message.text());
  });
  await prepare(context);
  await page.goto(server.url);
  await page.getByLabel('Your name').fill(name);
  await page.getByRole('button', { name: 'Enter' }).click();
  await live(page);
  return { name, context, page, complaints };
}

/** Nobody waits for a run that hangs: it ends, and says so. Give what it returns to `clearTimeout` at the end. */
export const endAfter = (ms) =>
  setTimeout(() => {
    console.log(`longer than ${ms / 1000} s: ended`);
    process.exit(1);
  }, ms);

/** The edits that stand on the disk of a page's browser. */
export const queueOf = (page, name = 'coterie') =>
  page.evaluate(async (database) => {
    const ended = (request) => new Promise((done) => (request.onsuccess = () => done(request.result)));
    const opened = await ended(indexedDB.open(database));
    const all = await ended(opened.transaction('queue').objectStore('queue').getAll());
    opened.close();
    return all;
  }, name);

export const live = (page) => page.locator('[data-connection=live]').waitFor();
export const cell = (page, id, field) => page.locator(`[data-id="${id}"] [data-field="${field}"]`);
export const shot = (page, name) => page.screenshot({ path: join(pictures, `${name}.png`), animations: 'disabled' });

export async function edit(page, id, field, text, key = 'Enter') {
  await cell(page, id, field).dblclick();
  const input = cell(page, id, field).locator('input, select');
  await input.fill(text);
  if (key) await input.press(key);
}

/** Runs each step, tells how it went, and ends with 1 where one has failed. */
export class Steps {
  failed = [];
  count = 0;

  async step(name, work, ms = 60_000) {
    if (process.env.ONLY && !name.includes(process.env.ONLY)) return;
    this.count += 1;
    const began = Date.now();
    try {
      await Promise.race([
        work(),
        new Promise((_, no) => setTimeout(() => no(new Error(`longer than ${ms} ms`)), ms).unref()),
      ]);
      console.log(`ok      ${name} (${Date.now() - began} ms)`);
    } catch (error) {
      this.failed.push(name);
      console.log(
        `FAILED  ${name}\n        ${String(error.stack ?? error)
          .split('\n')
          .slice(0, 12)
          .join('\n        ')}`,
      );
    }
  }

  finish() {
    console.log(`${this.count - this.failed.length} of ${this.count} passed`);
    process.exitCode = this.failed.length ? 1 : 0;
  }
}

export function expect(holds, what) {
  if (!holds) throw new Error(what);
}
