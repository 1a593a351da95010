// The stage of a conversation: people with connections, who ask and are told, and a record of all that they heard.
import type { JsonObject } from '@coterie/protocol';
import type { Target } from './target.js';
import type { Wire } from './webSocket.js';

/** Long enough for any answer; only a failing test waits so long. */
const PATIENCE_MS = 3000;

export type Heard = JsonObject;

/** One connection. */
export class Person {
  readonly heard: Heard[] = [];
  readonly frames: Heard[][] = [];
  closed: number | null = null;
  /** Of the last event; undefined: it is no stream. */
  lastEventId: JsonObject | null | undefined;
  private ids = 0;
  private waiting: (() => void)[] = [];
  private wire: Wire | null = null;

  constructor(
    readonly name: string,
    private readonly target: Target,
  ) {}

  async connect(): Promise<void> {
    this.wire = await this.target.open({
      frame: (text) => {
        const messages = text.split('\n').map((line) => JSON.parse(line) as Heard);
        this.frames.push(messages);
        this.heard.push(...messages);
        this.wake();
      },
      closed: (code) => {
        this.closed = code;
        this.wake();
      },
    });
  }

  /** Server-Sent Events instead of a socket; what is asked then goes over HTTP. */
  async stream(hello: JsonObject, headers: { [name: string]: string }): Promise<void> {
    const leave = new AbortController();
    const body = JSON.stringify(hello);
    const init = { method: 'POST', body, headers: { 'Content-Type': 'application/json', ...headers } };
    const response = await this.target.fetch('/events', { ...init, signal: leave.signal });
    this.wire = { send: () => undefined, close: () => leave.abort(), drop: () => leave.abort() };
    void this.read(response).then(
      () => this.end(1000),
      () => this.end(1006),
    );
  }

  private async read(response: Response): Promise<void> {
    const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
    let text = '';
    for (let part = await reader?.read(); part && !part.done; part = await reader?.read()) {
      const events = (text + part.value).split('\n\n');
      text = events.pop() ?? '';
      for (const event of events) this.event(event.split('\n'));
      this.wake();
    }
  }

  private event(lines: readonly string[]): void {
    const of = (field: string) =>
      lines
        .filter((line) => line.startsWith(`${field}: `))
        .map((line) => JSON.parse(line.slice(field.length + 2)) as Heard);
    const messages = of('data');
    this.frames.push(messages);
    this.heard.push(...messages);
    this.lastEventId = of('id')[0] ?? null;
  }

  private end(code: number): void {
    this.closed = code;
    this.wake();
  }

  private wake(): void {
    for (const look of this.waiting.splice(0)) look();
  }

  async until<T>(look: () => T | undefined | null | false): Promise<T> {
    const late = Date.now() + PATIENCE_MS;
    for (;;) {
      const found = look();
      if (found) return found;
      if (Date.now() > late)
        throw new Error(`${this.name} waits in vain; heard ${JSON.stringify(this.heard.slice(-3))}`);
      await new Promise<void>((wake) => {
        const timer = setTimeout(wake, 200);
        this.waiting.push(() => {
          clearTimeout(timer);
          wake();
        });
      });
    }
  }

  say(line: string): void {
    this.wire?.send(line);
  }

  /** Asks, and waits for the answer. */
  async ask(request: JsonObject): Promise<Heard> {
    const id = ++this.ids;
    this.say(JSON.stringify({ id, ...request }));
    return this.until(() => this.heard.find((message) => message['id'] === id));
  }

  /** The so many-th push of a kind. */
  push(type: string, number = 1): Promise<Heard> {
    return this.until(() => this.heard.filter((one) => one['type'] === type && one['id'] === undefined)[number - 1]);
  }

  hello(more: JsonObject = {}): Promise<Heard> {
    return this.ask({ type: 'hello', token: `dev:${this.name}`, clientId: `${this.name}'s`, ...more });
  }

  close(code = 1000): Promise<unknown> {
    this.wire?.close(code);
    return this.until(() => this.closed !== null);
  }

  drop(): Promise<unknown> {
    this.wire?.drop();
    return this.until(() => this.closed !== null);
  }
}

export class Stage {
  readonly people: Person[] = [];
  private readonly httpHeard: JsonObject[] = [];

  constructor(readonly target: Target) {}

  /** Somebody with an open connection, who has not said hello. */
  async visitor(name: string): Promise<Person> {
    const person = new Person(name, this.target);
    this.people.push(person);
    await person.connect();
    return person;
  }

  /** Somebody who reads a stream of events. */
  async reader(name: string, hello: JsonObject, headers: { [name: string]: string } = {}): Promise<Person> {
    const person = new Person(name, this.target);
    this.people.push(person);
    await person.stream(hello, { Authorization: `Bearer dev:${name}`, ...headers });
    return person;
  }

  /** Somebody who has said hello. */
  async enter(name: string, hello: JsonObject = {}): Promise<Person> {
    const person = await this.visitor(name);
    await person.hello(hello);
    return person;
  }

  /** A request over HTTP: its status, and what was answered. */
  async http(path: string, init: RequestInit = {}): Promise<JsonObject> {
    const response = await this.target.fetch(path, init);
    const text = await response.text();
    const body = text === '' ? null : (JSON.parse(text) as JsonObject);
    this.httpHeard.push({ status: response.status, body });
    return body ?? {};
  }

  post(path: string, body: JsonObject | string, headers: { [name: string]: string } = {}): Promise<JsonObject> {
    const text = typeof body === 'string' ? body : JSON.stringify(body);
    return this.http(path, { method: 'POST', body: text, headers: { 'Content-Type': 'application/json', ...headers } });
  }

  /** Until everyone has heard all that was to be heard of what has happened. */
  async settle(): Promise<void> {
    for (const person of this.people)
      if (person.closed === null && person.lastEventId === undefined) await person.ask({ type: 'ping' });
  }

  async end(): Promise<void> {
    for (const person of this.people) if (person.closed === null) await person.close();
    await this.target.end();
  }

  /** What everyone heard, in order; of each only what does not depend on the day. */
  record(): { [who: string]: JsonObject[] } {
    const clean = cleaner();
    const http = this.httpHeard.length > 0 ? [['http', this.httpHeard.map(clean)]] : [];
    return Object.fromEntries([
      ...http,
      ...this.people.map((person, i) => [
        `${person.name} ${i + 1}`,
        [
          ...inOrder(person.heard.filter((message) => !standsApart(message))).map(clean),
          ...person.heard.filter(standsApart).map(clean),
          ...(person.lastEventId === undefined ? [] : [clean({ lastEventId: person.lastEventId })]),
          ...(person.closed === null ? [] : [{ type: 'closed', code: person.closed }]),
        ],
      ]),
    ]);
  }
}

/** Who comes and goes, and notifications, stand in no order with the rest: other threads of a real server say them. */
function standsApart(message: JsonObject): boolean {
  return message['type'] === 'presence' || message['type'] === 'notification';
}

/** Snapshots that follow each other, by their room: each is read by itself, and which is first is chance. */
function inOrder(heard: readonly JsonObject[]): JsonObject[] {
  const ordered: JsonObject[] = [];
  let run: JsonObject[] = [];
  const end = () => {
    ordered.push(...run.sort((a, b) => Number(a['subscription']) - Number(b['subscription'])));
    run = [];
  };
  for (const message of heard) {
    if (message['type'] === 'snapshot') run.push(message);
    else {
      end();
      ordered.push(message);
    }
  }
  end();
  return ordered;
}

/** Gives ids, times, secrets and cursors names by their order, so that two records can be equal. */
function cleaner(): (message: JsonObject) => JsonObject {
  const names = new Map<string, string>();
  const named = (kind: string, text: string) => {
    const name = names.get(text) ?? `${kind} ${[...names.values()].filter((one) => one.startsWith(kind)).length + 1}`;
    names.set(text, name);
    return name;
  };
  const clean = (value: unknown, member: string): unknown => {
    // Which filters a record came into stands in no order.
    if (member === 'subscriptions' && Array.isArray(value) && value.every((item) => typeof item === 'number'))
      return [...(value as number[])].sort((a, b) => a - b);
    if (Array.isArray(value)) return value.map((item) => clean(item, member));
    if (typeof value === 'number') return /ttlMs|Ms$/.test(member) ? Math.ceil(value / 1000) * 1000 : value;
    if (typeof value === 'object' && value !== null) {
      // The words of an error are free; the limits are the installation's.
      const { limits: _, ...rest } = value as JsonObject;
      const isError = rest['type'] === 'error' || 'detail' in rest;
      const members = Object.entries(rest).filter(([name]) => !(isError && /^(message|detail)$/.test(name)));
      return Object.fromEntries(members.map(([name, inner]) => [name, clean(inner, name)]).sort());
    }
    if (typeof value !== 'string') return value;
    if (/^\d{4}-\d\d-\d\dT[\d:.]+Z$/.test(value)) return 'TIME';
    if (/^ORDER-\d{4}-\d+$/.test(value)) return value.replace(/\d{4}/, 'YEAR');
    if (member === 'epoch' || member === 'rights') return member.toUpperCase();
    if (member === 'sessionId') return named('session', value);
    if (member === 'resume' || member === 'cursor') return member.toUpperCase();
    return /^([0-9a-f]{8}-[0-9a-f-]{27}|id-\d{6})$/.test(value) ? named('id', value) : value;
  };
  return (message) => clean(message, '') as JsonObject;
}
