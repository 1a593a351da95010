// A whole Coterie server within the test: no sockets, no disk, and time that the test may keep in its own hand.
import type { Environment, SocketLike } from '@coterie/client';
import { type Entity, type EntityKey, type JsonObject, type MutationOperation } from '@coterie/protocol';
import { decodeOperation, DEFAULT_LIMITS } from '@coterie/protocol/decode';
import { realClock, type Clock } from './clock.js';
import { Conflicts } from './conflicts.js';
import { Desk } from './desk.js';
import type { Outcome } from './decide/mutate.js';
import { FakeHttp } from './http/fetch.js';
import { keyOf, type TypeRules } from './model.js';
import { failure, Requests, type Reply } from './requests.js';
import type { RightsRule } from './rights.js';
import { Connection, type Hall } from './session/connection.js';
import type { Outgoing } from './session/live.js';
import { FakeSocket, type Network } from './socket.js';
import type { FakeUser } from './users.js';

export interface FakeServerOptions {
  /** What is configured of the types; all others have no rules. */
  types?: { readonly [entityType: string]: TypeRules };
  /** How the numbers of sequences are written: `{order: 'ORD-{year}-{number:6}'}`. */
  sequences?: { readonly [sequence: string]: string };
  /** Who there is, with roles and passwords. Besides, the token `dev:NAME` is good for anybody. */
  users?: { readonly [id: string]: FakeUser };
  /** The machine's by default; `handClock()` stands still until it is told to go on. */
  clock?: Clock;
  /** How long the tokens live that signing in gives out, 15 minutes by default. */
  tokenLifeMs?: number;
}

export interface FakeConnection {
  readonly userId: string | undefined;
  readonly sessionId: string | undefined;
  readonly transport: 'websocket' | 'sse';
  /** The server ends it with this code. */
  close(code: number, reason?: string): void;
  /** The line is cut. */
  drop(): void;
}

export interface LogEntry {
  /** ms on the clock. */
  readonly at: number;
  readonly direction: 'in' | 'out';
  readonly userId: string | undefined;
  readonly message: JsonObject;
}

export interface RefusedNext {
  code: string;
  message?: string;
  member?: string;
  retry?: boolean;
  retryAfterMs?: number;
}

/** The operation as one writes it in a test: the version it rests on is the newest where none is named. */
export type Edit = MutationOperation | (Omit<MutationOperation, 'baseVersion'> & JsonObject);

export class FakeServer {
  private readonly desk: Desk;
  private readonly hall: Hall;
  private readonly network: Network;
  private readonly http: FakeHttp;
  private readonly refusals: { type: string | undefined; answer: Reply }[] = [];
  private delayMs: () => number = () => 0;
  private isUp = true;
  private duplicates = 0;
  private edits = 0;
  /** Every message that came and went, in order. */
  readonly log: LogEntry[] = [];

  constructor(options: FakeServerOptions = {}) {
    const { types = {}, sequences = {}, users = {}, clock = realClock(), tokenLifeMs } = options;
    this.desk = new Desk({ types, sequences, users, clock, ...(tokenLifeMs === undefined ? {} : { tokenLifeMs }) });
    this.network = {
      delay: () => this.delayMs(),
      isUp: () => this.isUp,
      takeDuplicate: () => this.duplicates > 0 && this.duplicates-- > 0,
      sent: ({ userId }, messages) => messages.forEach((message) => this.note('out', userId, message)),
    };
    this.hall = {
      desk: this.desk,
      requests: new Requests(this.desk, new Conflicts(this.desk)),
      connections: new Set<Connection>(),
      refuseNext: (type) => this.takeRefusal(type),
      heard: ({ userId }, message) => this.note('in', userId, message),
    };
    this.http = new FakeHttp(this.hall, this.network);
  }

  // ---- for the client ----

  /** What to hand to `connect({environment})`: the network and the clock of this server, and what else one says. */
  environment(overrides: Partial<Environment> = {}): Partial<Environment> & Pick<Environment, 'openSocket' | 'fetch'> {
    const { clock } = this.desk;
    return {
      now: () => clock.now(),
      monotonic: () => clock.monotonic(),
      setTimer: (work, ms) => clock.setTimer(work, ms),
      clearTimer: (timer) => clock.clearTimer(timer),
      openSocket: (url, protocol) => this.openSocket(url, protocol),
      fetch: (url, init) => this.fetch(url, init),
      ...overrides,
    };
  }

  openSocket(url: string, protocol: string): SocketLike {
    return new FakeSocket(this.hall, this.network, url, protocol);
  }

  /** Cuts the line of one socket that was opened here. */
  dropSocket(socket: SocketLike): void {
    if (socket instanceof FakeSocket) socket.cut();
  }

  fetch(url: string, init?: RequestInit): Promise<Response> {
    return this.http.fetch(url, init);
  }

  // ---- records ----

  /** The live records, of a type or of all. */
  records(entityType?: string): readonly Entity[] {
    return this.desk.store.live(entityType);
  }

  record(entityType: string, entityId: string): Entity | undefined {
    return this.desk.store.find(keyOf({ entityType, entityId }));
  }

  /** Puts records there, one commit each. */
  seed(records: readonly (EntityKey & { data: JsonObject })[], as = 'seed'): void {
    for (const { entityType, entityId, data } of records) {
      const outcome = this.edit(as, { op: 'create', entityType, entityId, data });
      if (outcome.type !== 'committed') throw new Error(`${entityType} ${entityId}: ${outcome.message}`);
    }
  }

  /** An edit by somebody else, from elsewhere. All operations commit together, or none. */
  edit(as: string, ...edits: Edit[]): Outcome {
    const ops = edits.map((edit) => decodeOperation(this.withBase(edit) as JsonObject, DEFAULT_LIMITS));
    const mutation = { mutationId: `edit-${++this.edits}`, ops };
    const author = { userId: as, roles: [] };
    const decision = this.desk.decide(author, mutation, { ops: ops as unknown as JsonObject[] });
    this.desk.publish(author, decision);
    this.desk.flush();
    return decision.outcome;
  }

  private withBase(edit: Edit): object {
    if (edit.op === 'create' || 'baseVersion' in edit || typeof edit.entityId !== 'string') return edit;
    const head = this.desk.store.heads.get(keyOf({ entityType: edit.entityType, entityId: edit.entityId }));
    return head ? { ...edit, baseVersion: head.entity.version } : edit;
  }

  /** Where the log begins: who comes back from before is `trimmed`. All that happened so far by default. */
  trim(upTo: number = this.desk.store.seq): void {
    this.desk.store.floor = upTo;
  }

  /** As a restored backup: the records as they are, another history. */
  newEpoch(epoch = `${this.desk.store.epoch}+`): void {
    this.desk.store.epoch = epoch;
    for (const connection of [...this.hall.connections]) connection.drop();
  }

  // ---- people ----

  /** A new access token; `null`: it does not end. */
  tokenFor(userId: string, expiresInMs?: number | null): string {
    return this.desk.users.token(userId, expiresInMs);
  }

  /** The user's access tokens end, and connections with them (4205): what a client cures by refreshing. */
  expireToken(userId: string): void {
    this.desk.users.expire(userId);
    this.closeOf(userId, 4205, 'token expired');
  }

  /** Nothing that the user signed in with holds any more (4010). */
  revoke(userId: string): void {
    this.desk.users.revoke(userId);
    this.closeOf(userId, 4010, 'access revoked');
    this.desk.sessions.endOf(userId);
  }

  /** Null: everything, as before. Each room of the user is sent anew, or ended. */
  setRights(userId: string, rule: RightsRule | null): void {
    this.desk.setRights(userId, rule);
  }

  announce(text: string, options: { severity?: 'info' | 'warning'; ttlMs?: number; as?: string } = {}): number {
    const { severity, ttlMs, as = 'operator' } = options;
    const announcement = this.desk.inbox.announce(as, text, severity, ttlMs);
    for (const live of this.desk.sessions.live()) live.say({ type: 'announcement', ...announcement });
    this.desk.flush();
    return announcement.announcementId;
  }

  // ---- the network, and its troubles ----

  get connections(): readonly FakeConnection[] {
    return [...this.hall.connections].map((connection) => ({
      userId: connection.userId,
      sessionId: connection.live?.author.sessionId,
      transport: connection.transport,
      close: (code, reason = '') => connection.close(code, reason),
      drop: () => connection.drop(),
    }));
  }

  /** Cuts the lines of all, or of one user: nobody is told why, and what was on its way is lost. */
  drop(userId?: string): void {
    for (const connection of [...this.hall.connections])
      if (userId === undefined || connection.userId === userId) connection.drop();
  }

  /** How long everything is on its way, each way. */
  delay(ms: number | (() => number)): void {
    this.delayMs = typeof ms === 'number' ? () => ms : ms;
  }

  /** The next frame to whomever comes twice. */
  duplicateNextFrame(): void {
    ++this.duplicates;
  }

  /** The next request (of this type) is told this instead, and nothing is done. */
  refuseNext(error: RefusedNext | Reply, type?: string): void {
    const answer = 'type' in error ? error : refusedNext(error);
    this.refusals.push({ type, answer });
  }

  /** Everyone is sent away politely; they may come right back. */
  goodbye(code = 4203, reason = 'shutting down', retryMs: [number, number] = [0, 1000]): void {
    for (const connection of [...this.hall.connections]) connection.goodbye(code, reason, retryMs);
  }

  /** The process dies: lines are cut, sessions, locks and presence forgotten; what was committed stays. */
  kill(): void {
    this.isUp = false;
    this.drop();
    this.desk.sessions.forget();
    this.desk.locks.forget();
    this.desk.presence.forget();
  }

  restart(): void {
    if (this.isUp) this.kill();
    this.isUp = true;
  }

  /** What clients have asked, of one type or of all. */
  requests(type?: string): readonly JsonObject[] {
    return this.log
      .filter(({ direction, message }) => direction === 'in' && (type === undefined || message['type'] === type))
      .map(({ message }) => message);
  }

  private closeOf(userId: string, code: number, reason: string): void {
    for (const connection of [...this.hall.connections])
      if (connection.userId === userId) connection.close(code, reason);
  }

  private takeRefusal(type: string): Reply | null {
    const at = this.refusals.findIndex((one) => one.type === type || (one.type === undefined && type !== 'hello'));
    return at < 0 ? null : (this.refusals.splice(at, 1)[0]?.answer ?? null);
  }

  private note(direction: 'in' | 'out', userId: string | undefined, message: JsonObject | Outgoing): void {
    this.log.push({ at: this.desk.clock.now(), direction, userId, message: message as JsonObject });
  }
}

function refusedNext({ code, message, member, retry, retryAfterMs }: RefusedNext): Reply {
  const refusal = failure(code, message ?? `The test wants this refused: ${code}.`, member, retry);
  return retryAfterMs === undefined ? refusal : ({ ...refusal, retryAfterMs } as Reply);
}

export function createFakeServer(options?: FakeServerOptions): FakeServer {
  return new FakeServer(options);
}
