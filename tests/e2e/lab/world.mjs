// What the steps at the lab share: records of their own, and what the server knows of them.
import { join } from 'node:path';
import { expect } from '../support.mjs';
import { Line } from './line.mjs';
import { Tab } from './tab.mjs';

/** The page itself comes also without a network, as from a service worker. */
export async function serveOffline(context) {
  await context.route(
    (url) => url.href.startsWith(context.line.url) && /^\/([\w.-]+\.js)?$/.test(url.pathname),
    (route) => {
      const name = new URL(route.request().url()).pathname.slice(1) || 'index.html';
      return route.fulfill({ path: join(context.site, name) });
    },
  );
}

export class World {
  notes = 0;

  constructor(server, chromium, steps) {
    this.server = server;
    this.chromium = chromium;
    this.steps = steps;
  }

  step(name, work, ms) {
    return this.steps.step(name, work, ms);
  }

  /** A new record. */
  async note(data = { text: 'as it was', count: 0 }) {
    const id = `note-${++this.notes}`;
    await this.server.request('/entities/Note', { method: 'POST', body: JSON.stringify({ data, entityId: id }) });
    return id;
  }

  async stored(id) {
    return (await this.server.request(`/entities/Note/${id}`)).data;
  }

  async version(id) {
    return (await this.server.request(`/entities/Note/${id}`)).version;
  }

  async history(id) {
    return (await this.server.request(`/entities/Note/${id}/history?after=0&limit=1000`)).events;
  }

  /** Somebody else changes it. */
  change(id, set) {
    const body = JSON.stringify({ set, strategy: 'latest-wins', baseVersion: 1 });
    return this.server.request(`/entities/Note/${id}`, { method: 'PATCH', body }, 'ben');
  }

  /** Many changes, a few hundred a second; `count` is then how many. */
  async changes(id, count) {
    const body = JSON.stringify({ increment: { count: 1 } });
    for (let at = 0; at < count; at += 50)
      await Promise.all(
        Array.from({ length: 50 }, () => this.server.request(`/entities/Note/${id}`, { method: 'PATCH', body }, 'ben')),
      );
  }

  async connectionsOf(name) {
    const { connections } = await this.server.request('/admin/connections');
    return connections.filter(({ userId }) => userId === name);
  }

  /** A browser of their own on a line of its own, without a tab yet. */
  async context(options, chromium = this.chromium) {
    return this.connect(await chromium.newContext(options));
  }

  async connect(context) {
    const line = await Line.open(this.server);
    context.line = line;
    context.site = this.server.site;
    context.once('close', () => line.close());
    return context;
  }

  /** A tab in which no client is open. */
  blank(context) {
    return Tab.open(context);
  }

  async tab(context, name, ids = [], options = {}) {
    const tab = await Tab.open(context);
    await tab.connect(name, options);
    await tab.is('live');
    for (const id of ids) {
      await tab.watch(id);
      await tab.live(id);
    }
    return tab;
  }

  /** Tabs of one browser at one record; the first leads. */
  async tabs(name, count, id, chromium) {
    const context = await this.context({}, chromium);
    const tabs = [];
    for (let at = 0; at < count; at += 1) tabs.push(await this.tab(context, name, [id]));
    const roles = await Promise.all(tabs.map(async (tab) => (await tab.state()).role));
    const leaders = roles.filter((role) => role === 'leader').length;
    expect(roles[0] === 'leader' && leaders === 1, `the roles are ${roles}`);
    return { context, tabs };
  }
}
