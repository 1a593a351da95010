// A tab at the lab, and what a test asks of it.
import { queueOf, until } from '../support.mjs';

/** A tab at the lab. Whatever it complains of is kept in `tab.complaints`, what it warns of in `tab.warnings`. */
export class Tab {
  complaints = [];
  warnings = [];

  static async open(context) {
    const tab = new Tab();
    tab.page = await context.newPage();
    tab.page.setDefaultTimeout(10_000);
    tab.page.on('pageerror', (error) => tab.complaints.push(String(error)));
    tab.page.on('console', (message) => {
      if (/ERR_|WebSocket|Failed to load resource/.test(message.text())) return;
      if (message.type() === 'error') tab.complaints.push(message.text());
      if (message.type() === 'warning') tab.warnings.push(message.text());
    });
    tab.url = context.line.url;
    await tab.load();
    return tab;
  }

  async load() {
    await this.page.goto(this.url);
    await this.ready();
  }

  async ready() {
    await this.page.waitForFunction(() => Boolean(window.lab));
    this.cdp = await this.page.context().newCDPSession(this.page);
  }

  call(work, argument) {
    return this.page.evaluate(work, argument);
  }

  connect(name, options = {}) {
    return this.call(([who, more]) => void window.lab.open(who, more), [name, options]);
  }

  /** What the React page shows of a record. */
  async row(id) {
    const row = this.page.locator(`[data-note="${id}"]`);
    return (await row.count()) === 0
      ? null
      : [await row.getAttribute('data-status'), await row.textContent()].join(' ');
  }

  async rowIs(id, wanted, ms = 10_000) {
    await until(`${id} is ${wanted}`, async () => (await this.row(id)) === wanted, ms).catch(async (error) => {
      throw new Error(`${error.message}; it is ${await this.row(id)}`);
    });
  }

  async login(name, password) {
    const answer = await this.call(([user, word]) => window.lab.auth.login(user, word), [name, password]);
    if (!answer.ok) throw new Error(JSON.stringify(answer));
  }

  state() {
    return this.call(() => window.lab.state());
  }

  /** Waits for a state of the connection, and tells how long it took. */
  async is(wanted, ms = 10_000) {
    const began = Date.now();
    await until(`the connection is ${wanted}`, async () => (await this.state())?.state === wanted, ms);
    return Date.now() - began;
  }

  watch(id, type = 'Note') {
    return this.call(([which, of]) => void window.lab.watch(of, which), [id, type]);
  }

  live(id) {
    return until(`${id} is live`, () => this.call((which) => window.lab.status('Note', which) === 'live', id));
  }

  data(id, type = 'Note') {
    return this.call(([which, of]) => window.lab.data(of, which), [id, type]);
  }

  /** Without waiting for how it ends. */
  set(id, values, options = {}) {
    return this.call(
      ([which, set, more]) => void window.lab.client.record('Note', which).set(set, more),
      [id, values, options],
    );
  }

  increment(id, field = 'count') {
    return this.call(
      ([entityId, of]) =>
        void window.lab.client.mutate([{ op: 'update', entityType: 'Note', entityId, increment: { [of]: 1 } }]),
      [id, field],
    );
  }

  /** What stands in the queue on disk. */
  kept() {
    return queueOf(this.page);
  }

  async shows(id, field, value, ms = 10_000) {
    const began = Date.now();
    await until(
      `${field} of ${id} is shown as ${JSON.stringify(value)}`,
      async () => (await this.data(id))?.[field] === value,
      ms,
    ).catch(async (error) => {
      throw new Error(`${error.message}; it is ${JSON.stringify(await this.data(id))}`);
    });
    return Date.now() - began;
  }

  saved(ms = 10_000) {
    return until('all is saved', async () => (await this.call(() => window.lab.sync().pending)) === 0, ms);
  }

  /** As a browser does to a tab that nobody looks at (a headless one holds every page for looked at): no script runs. */
  async freeze() {
    await this.cdp.send('Debugger.enable');
    const paused = new Promise((done) => this.cdp.once('Debugger.paused', done));
    await this.cdp.send('Debugger.pause');
    void this.cdp.send('Runtime.evaluate', { expression: '0' }).catch(() => {});
    await paused;
  }

  async thaw() {
    await this.cdp.send('Debugger.resume');
    await this.cdp.send('Debugger.disable');
  }
}
