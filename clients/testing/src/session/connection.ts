// One connection, from its first line to its end: hello, requests, the end of its token, silence.
import { Refusal, type ClientRequest, type Hello, type JsonObject } from '@coterie/protocol';
import { decode } from '@coterie/protocol/decode';
import type { TimerHandle } from '@coterie/client';
import type { Desk } from '../desk.js';
import { HEARTBEAT_MS, HELLO_MS, TOKEN_GRACE_MS } from '../limits.js';
import type { Author } from '../model.js';
import { failure, type Reply, type Requests } from '../requests.js';
import type { Identity } from '../users.js';
import { welcome } from './welcome.js';
import { Live, type Outgoing, type Sink } from './live.js';

const MOST_WARNING_MS = 5 * 60 * 1000;

/** A request that the test wants refused: what it is told instead. */
export type RefuseNext = (type: string) => Reply | null;

/** What the connections have in common. */
export interface Hall {
  readonly desk: Desk;
  readonly requests: Requests;
  readonly connections: Set<Connection>;
  readonly refuseNext: RefuseNext;
  readonly heard: (connection: Connection, request: JsonObject) => void;
}

export class Connection {
  live: Live | null = null;
  private secret = '';
  private over = false;
  private heardAt: number;
  private saidAt: number;
  private timers: { [name: string]: TimerHandle } = {};

  constructor(
    private readonly hall: Hall,
    private readonly sink: Sink,
  ) {
    this.heardAt = this.saidAt = hall.desk.clock.monotonic();
    hall.connections.add(this);
    if (sink.transport === 'websocket')
      this.after('hello', HELLO_MS, () => this.live ?? this.close(4201, 'no hello in time'));
  }

  get transport(): Sink['transport'] {
    return this.sink.transport;
  }

  get userId(): string | undefined {
    return this.live?.author.userId;
  }

  // ---- what comes ----

  /** A frame of the client: messages, one a line. */
  receive(text: string): void {
    if (this.over) return;
    this.heardAt = this.hall.desk.clock.monotonic();
    for (const line of text.split('\n')) if (!this.over) this.line(line);
    this.hall.desk.flush();
  }

  private line(line: string): void {
    const decoded = decode(line);
    if (!decoded.ok) {
      const { code, message, member } = decoded.error;
      const error = { ...failure(code, message, member), ...(decoded.id === undefined ? {} : { id: decoded.id }) };
      return this.say(error as Outgoing);
    }
    this.hall.heard(this, decoded.source);
    const { message, source } = decoded;
    if (message.type === 'pong') return;
    this.handle(message, source);
  }

  /** A request, of a line or over HTTP on behalf of this session. */
  handle(request: ClientRequest, source: JsonObject): void {
    const reply = (answer: Reply) => this.say({ id: request.id, ...answer } as Outgoing);
    const refusal = this.hall.refuseNext(request.type);
    if (refusal) return reply(refusal);
    const { live } = this;
    if (request.type === 'hello' && !live) return this.hello(request.id, request);
    if (!live) return reply(failure('unauthorized', 'Say hello first.'));
    if (request.type === 'refresh') return reply(this.refresh(request.token));
    this.hall.requests.handle({ author: live.author, live, reply }, request, source);
  }

  // ---- hello, and the token ----

  private hello(id: number, hello: Omit<Hello, 'type'>): void {
    const identity = this.hall.desk.users.authenticate(hello.token ?? '');
    if (!identity) {
      this.say({ id, ...failure('unauthorized', 'This token is not accepted.', 'token') } as Outgoing);
      return this.close(4001, 'token not accepted');
    }
    const refused = this.begin(id, hello, identity);
    if (refused) this.say({ id, ...refused } as Outgoing);
  }

  /** Begins the session, or says why not. */
  begin(id: number, hello: Omit<Hello, 'type'>, identity: Identity): Reply | null {
    const { desk } = this.hall;
    const author: Author = { ...named(identity), ...(hello.clientId ? { clientId: hello.clientId } : {}) };
    const opened = desk.sessions.open(author, hello.resume);
    if (opened === 'foreign') return failure('unauthorized', 'This session belongs to another user.', 'resume');
    const rights = desk.rightsOf(author);
    const live = new Live({ ...author, sessionId: opened.sessionId }, this.sink, rights);
    live.rights = rights?.fingerprint ?? '';
    this.live = live;
    this.secret = opened.secret;
    const before = desk.sessions.attach(opened.secret, live);
    welcome({ desk, requests: this.hall.requests, live }, id, hello, { ...opened, identity });
    if (before) this.replace(before);
    this.watchToken(identity.expiresInMs);
    this.beat();
    return null;
  }

  private replace(before: Live): void {
    const rooms = [...(this.live?.subscriptions.values() ?? [])].map(({ room }) => room);
    this.hall.desk.presence.connectionGone(before.author.sessionId, true, rooms);
    for (const other of this.hall.connections)
      if (other.live === before) other.close(4103, 'replaced by a newer connection');
  }

  private refresh(token: string): Reply {
    const identity = this.hall.desk.users.authenticate(token);
    if (!identity) return failure('unauthorized', 'This token is not accepted.', 'token');
    if (identity.id !== this.userId)
      return failure('unauthorized', 'This token is of another user; connect anew with it.', 'token');
    this.watchToken(identity.expiresInMs);
    const { expiresInMs } = identity;
    return { type: 'refreshed', ...(expiresInMs === undefined ? {} : { tokenExpiresInMs: expiresInMs }) };
  }

  /** A warning in time to refresh, and the end some time after the token's. */
  private watchToken(expiresInMs: number | undefined): void {
    this.clear('warning');
    this.clear('expiry');
    if (expiresInMs === undefined) return;
    const before = Math.min(MOST_WARNING_MS, expiresInMs / 3);
    this.after('warning', expiresInMs - before, () => {
      this.say({ type: 'authExpiring', inMs: Math.floor(before) });
      this.hall.desk.flush();
    });
    this.after('expiry', expiresInMs + TOKEN_GRACE_MS, () => this.close(4205, 'token expired'));
  }

  // ---- silence ----

  private beat(): void {
    this.after('beat', HEARTBEAT_MS, () => {
      const now = this.hall.desk.clock.monotonic();
      if (this.transport === 'websocket' && now >= this.heardAt + 2 * HEARTBEAT_MS)
        return this.close(4202, 'no answer and no progress');
      const quiet = this.transport === 'sse' ? this.saidAt : Math.min(this.heardAt, this.saidAt);
      if (now >= quiet + HEARTBEAT_MS) this.say({ type: 'ping', seq: this.hall.desk.store.seq });
      this.hall.desk.flush();
      this.beat();
    });
  }

  // ---- the way out ----

  private say(message: Outgoing): void {
    this.saidAt = this.hall.desk.clock.monotonic();
    if (this.live) this.live.say(message);
    else this.sink.frame([message]);
  }

  /** The server ends it. */
  close(code: number, reason: string): void {
    if (this.over) return;
    this.live?.flush();
    this.sink.close(code, reason);
    this.gone(false);
  }

  drop(): void {
    this.sink.drop();
    this.gone(false);
  }

  goodbye(code: number, reason: string, retryMs: [number, number]): void {
    if (this.over) return;
    this.say({ type: 'goodbye', code, reason, retryMs });
    this.close(code, reason);
  }

  /** It is over: `clean` where the client left by 1000. */
  gone(clean: boolean): void {
    if (this.over) return;
    this.over = true;
    this.hall.connections.delete(this);
    for (const name of Object.keys(this.timers)) this.clear(name);
    const { live } = this;
    if (!live) return;
    const { sessions, presence } = this.hall.desk;
    if (!sessions.isLive(live)) return;
    if (!clean) presence.connectionGone(live.author.sessionId, false);
    sessions.detach(live, clean);
    this.hall.desk.flush();
  }

  endSession(): void {
    this.close(1000, 'ended by its client');
    this.hall.desk.sessions.end(this.secret);
  }

  private after(name: string, ms: number, work: () => unknown): void {
    this.timers[name] = this.hall.desk.clock.setTimer(() => {
      if (!this.over) work();
    }, ms);
  }

  private clear(name: string): void {
    const timer = this.timers[name];
    if (timer) this.hall.desk.clock.clearTimer(timer);
    delete this.timers[name];
  }
}

export function named({ id, name, colour, initials, roles }: Identity): Author {
  return { userId: id, name, ...(colour ? { colour } : {}), ...(initials ? { initials } : {}), roles };
}

/** Whose request it is, by the token; throws where it is missing or not accepted. */
export function identityOf(desk: Desk, token: string | undefined): Identity {
  if (token === undefined)
    throw new Refusal('unauthorized', 'This needs to know who asks: send the header Authorization: Bearer TOKEN.');
  const identity = desk.users.authenticate(token);
  if (!identity) throw new Refusal('unauthorized', 'This token is not accepted.', 'token');
  return identity;
}
