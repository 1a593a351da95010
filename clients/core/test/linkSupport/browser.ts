// A browser with tabs: channels between them, locks among them, and tabs that die, freeze and wake.
import type { ChannelLike, Environment, LocksLike } from '../../src/environment.js';
import { Clock, World } from './world.js';

interface Held {
  tab: Tab;
  steal(): void;
}

interface Waiting {
  tab: Tab;
  grant(): void;
}

export class Browser {
  readonly clock = new Clock();
  readonly tabs: Tab[] = [];
  readonly channels = new Set<Channel>();
  readonly held = new Map<string, Held>();
  readonly waiting = new Map<string, Waiting[]>();

  open(random: number): Tab {
    const tab = new Tab(this, random);
    this.tabs.push(tab);
    return tab;
  }

  next(name: string): void {
    if (this.held.has(name)) return;
    const [first, ...rest] = this.waiting.get(name) ?? [];
    this.waiting.set(name, rest);
    first?.grant();
  }
}

export class Channel implements ChannelLike {
  onmessage: ((event: { data: unknown }) => void) | null = null;

  constructor(
    readonly name: string,
    readonly tab: Tab,
  ) {
    tab.browser.channels.add(this);
  }

  postMessage(message: unknown): void {
    if (this.tab.dead) return;
    const data: unknown = structuredClone(message);
    for (const other of this.tab.browser.channels) {
      if (other === this || other.name !== this.name) continue;
      queueMicrotask(() => other.tab.whenAwake(() => other.onmessage?.({ data })));
    }
  }

  close(): void {
    this.tab.browser.channels.delete(this);
  }
}

export class Tab {
  readonly world: World;
  readonly environment: Environment;
  dead = false;
  private frozen: (() => void)[] | null = null;

  constructor(
    readonly browser: Browser,
    random: number,
  ) {
    const { clock } = browser;
    this.world = new World(clock, {
      setTimer: (work, ms) => clock.set(() => this.whenAwake(work), ms),
      openChannel: (name) => new Channel(name, this),
      locks: this.locks(),
    });
    this.world.random = random;
    this.environment = this.world.environment;
  }

  whenAwake(work: () => void): void {
    if (this.dead) return;
    if (this.frozen) this.frozen.push(work);
    else work();
  }

  freeze(): void {
    this.frozen = [];
  }

  thaw(): void {
    const due = this.frozen ?? [];
    this.frozen = null;
    for (const work of due) work();
  }

  /** Closed, or crashed: nothing is said any more, and its locks are free. */
  die(): void {
    this.dead = true;
    const { held, waiting, channels } = this.browser;
    for (const channel of channels) if (channel.tab === this) channels.delete(channel);
    for (const [name, list] of waiting)
      waiting.set(
        name,
        list.filter((one) => one.tab !== this),
      );
    for (const [name, one] of held) {
      if (one.tab !== this) continue;
      held.delete(name);
      this.browser.next(name);
    }
  }

  private locks(): LocksLike {
    const { browser } = this;
    return {
      request: (name, { signal, steal }, work) =>
        new Promise((resolve, reject) => {
          const grant = () => {
            const own: Held = { tab: this, steal: () => reject(new Error('stolen')) };
            browser.held.set(name, own);
            this.whenAwake(() => {
              void work({}).then((value) => {
                resolve(value);
                if (browser.held.get(name) !== own) return;
                browser.held.delete(name);
                browser.next(name);
              });
            });
          };
          const one: Waiting = { tab: this, grant };
          if (steal) {
            const stolen = browser.held.get(name);
            stolen?.tab.whenAwake(() => stolen.steal());
            return grant();
          }
          browser.waiting.set(name, [...(browser.waiting.get(name) ?? []), one]);
          signal?.addEventListener('abort', () => {
            browser.waiting.set(
              name,
              (browser.waiting.get(name) ?? []).filter((other) => other !== one),
            );
            reject(new Error('aborted'));
          });
          queueMicrotask(() => browser.next(name));
        }),
    };
  }
}
