// A world in which nothing happens by itself: a clock turned by hand, sockets that a test opens, answers and breaks.
import type { Environment, SocketLike, TimerHandle } from '../../src/environment.js';
import { pageOfNone } from '../../src/environment/page.js';
// What is loaded when it is needed is at hand here: its coming is a promise like any other, and no matter of the disk's.
import '../../src/link/sseTransport.js';
import '../../src/link/tabs/sharedCarrier.js';

type PageEvent = 'online' | 'offline' | 'visible' | 'hidden' | 'leaving';

export class Clock {
  now = Date.UTC(2026, 10, 27);
  private timers: { at: number; work: () => void; id: number }[] = [];
  private last = 0;

  set(work: () => void, ms: number): TimerHandle {
    this.last += 1;
    this.timers.push({ at: this.now + ms, work, id: this.last });
    return { id: this.last };
  }

  clear({ id }: TimerHandle): void {
    this.timers = this.timers.filter((timer) => timer.id !== id);
  }

  /** Lets so much time go by, with all that becomes due in it, in order. */
  async pass(ms: number): Promise<void> {
    const until = this.now + ms;
    for (;;) {
      await settled();
      const next = this.timers.filter(({ at }) => at <= until).sort((a, b) => a.at - b.at || a.id - b.id)[0];
      if (!next) break;
      this.clear(next);
      this.now = Math.max(this.now, next.at);
      next.work();
    }
    this.now = until;
    await settled();
  }

  /** The machine sleeps: time goes by, and nothing is done. */
  sleep(ms: number): void {
    this.now += ms;
  }
}

/** All that is ready to happen without time has happened. */
export async function settled(): Promise<void> {
  for (let i = 0; i < 3; i += 1) await new Promise((resolve) => setImmediate(resolve));
}

export class FakeSocket implements SocketLike {
  readyState = 0;
  sent: { [name: string]: unknown }[] = [];
  closedWith: number | undefined;
  onopen: (() => void) | null = null;
  onmessage: ((event: { data: unknown }) => void) | null = null;
  onclose: ((event: { code: number; reason: string }) => void) | null = null;
  onerror: (() => void) | null = null;

  constructor(readonly url: string) {}

  send(text: string): void {
    this.sent.push(...text.split('\n').map((line) => JSON.parse(line) as { [name: string]: unknown }));
  }

  close(code?: number): void {
    this.readyState = 3;
    this.closedWith ??= code;
  }

  // ---- the server's side ----

  accept(): void {
    this.readyState = 1;
    this.onopen?.();
  }

  say(...messages: object[]): void {
    this.onmessage?.({ data: messages.map((message) => JSON.stringify(message)).join('\n') });
  }

  break(code = 1006, reason = ''): void {
    this.readyState = 3;
    this.onclose?.({ code, reason });
  }

  get hello(): { [name: string]: unknown } {
    const [hello] = this.sent;
    if (hello?.['type'] !== 'hello') throw new Error('no hello was said');
    return hello;
  }

  welcome(more: object = {}): void {
    this.accept();
    this.say(welcomeOf(this.hello, more));
  }

  of(type: string): { [name: string]: unknown }[] {
    return this.sent.filter((message) => message['type'] === type);
  }
}

export function welcomeOf(hello: { [name: string]: unknown }, more: object = {}): object {
  const rooms = (hello['subscriptions'] ?? []) as { subscription: number }[];
  return {
    id: hello['id'],
    type: 'welcome',
    sessionId: 's1',
    resume: 'secret-1',
    user: { id: 'ann', name: 'Ann' },
    position: { epoch: 'e1', seq: 10 },
    heartbeatMs: 30_000,
    limits: { messageBytes: 65_536, bodyBytes: 1_048_576 },
    features: [],
    subscriptions: rooms.map(({ subscription }) => ({ subscription, status: 'recovered' })),
    ...more,
  };
}

export class World {
  readonly sockets: FakeSocket[] = [];
  readonly logged: string[] = [];
  random = 0.5;
  fetches: { url: string; init: RequestInit }[] = [];
  answer: (url: string, init: RequestInit) => Promise<Response> = () => Promise.reject(new Error('no network'));
  private readonly listeners = new Set<(what: PageEvent) => void>();
  readonly environment: Environment;

  constructor(
    readonly clock = new Clock(),
    more: Partial<Environment> = {},
  ) {
    let ids = 0;
    this.environment = {
      now: () => clock.now,
      monotonic: () => clock.now - Date.UTC(2026, 0, 1),
      setTimer: (work, ms) => clock.set(work, ms),
      clearTimer: (timer) => clock.clear(timer),
      random: () => this.random,
      newId: () => `id-${(ids += 1)}-${Math.random()}`,
      openSocket: (url) => {
        const socket = new FakeSocket(url);
        this.sockets.push(socket);
        return socket;
      },
      fetch: (url, init = {}) => {
        this.fetches.push({ url, init });
        return this.answer(url, init);
      },
      page: {
        ...pageOfNone(),
        listen: (listener) => {
          this.listeners.add(listener);
          return () => void this.listeners.delete(listener);
        },
      },
      log: (level, text) => void this.logged.push(`${level}: ${text}`),
      ...more,
    };
  }

  get socket(): FakeSocket {
    const socket = this.sockets.at(-1);
    if (!socket) throw new Error('no socket was opened');
    return socket;
  }

  page(what: PageEvent): void {
    for (const listener of [...this.listeners]) listener(what);
  }
}
