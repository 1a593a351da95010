// One session with the server, over as many connections as it takes.
//
//                  start, retry, wake                welcome              all rooms caught up
//     offline ───────────────────────► connecting ──────────► catching-up ──────────────────► live
//        ▲                                │  ▲                     │                            │
//        │  lost, refused for now         │  └── token at hand     │  lost, silent, unanswered  │
//        └────────────────────────────────┴────────────────────────┴────────────────────────────┘
//     needs-auth: no token, or refused twice; left by `authChanged` or `reconnect`
//     stopped: closed by the application for good, or by the server (4000-4099) until `authChanged` or `reconnect`
//
// Before each connection the token is taken anew; with it go the secret of the last welcome, the position and all rooms.
import { advance, readFrame } from '@coterie/protocol';
import type { Answer, ClientMessage, Position, SubscriptionRequest, Welcome } from '@coterie/protocol';
import type { ConnectionState } from '../api/status.js';
import { Alarm } from '../base/alarm.js';
import { given } from '../base/given.js';
import type { Environment } from '../environment.js';
import { afterClose, closeSentence, namedDelay, PUT_OUT } from './afterClose.js';
import { Backoff } from './backoff.js';
import { TAB_RANGE } from './carrier.js';
import { Connection } from './connection.js';
import { helloOf } from './helloOf.js';
import { makeTransport } from './makeTransport.js';
import type { Message } from './message.js';
import { answerId } from './message.js';
import { Requests } from './requests.js';
import type { Inheritance, SessionOptions, SessionUser, Told, TokenReason } from './sessionTypes.js';
import { tokenSubject } from './subject.js';
import { tellRefused, TokenKeeper } from './tokenKeeper.js';
import { TransportChoice } from './transportChoice.js';

const TOKEN_MS = 30_000;
const PROBE_MS = 5_000;
const WAKE_JITTER_MS = 300;
/** In place of 1000, which would end the session. */
const GOING_AWAY = 3000;

export class Session {
  private readonly environment: Environment;
  private readonly backoff: Backoff;
  private readonly choice: TransportChoice;
  /** On the session's own account, in the range of numbers that belongs to no tab. */
  private readonly own: Requests;
  private readonly stopListening: () => void;
  private state: ConnectionState;

  private connection: Connection | null = null;
  /** Counts attempts, so that what was asked for an older one is left aside. */
  private attempt = 0;
  private readonly retry: Alarm;
  /** Not before this moment: the server asked for it. */
  private notBefore = 0;
  private tokenReason: TokenReason = 'connect';
  private tokenRefused = false;
  private subject: string | null = null;
  private closedForGood = false;

  private lastWelcome: Welcome | null = null;
  private resume: string | null = null;
  private at: Position | null = null;

  constructor(
    private readonly options: SessionOptions,
    private readonly user: SessionUser,
    inherited: Inheritance | null = null,
  ) {
    this.environment = options.environment;
    this.backoff = new Backoff(() => this.environment.random());
    this.choice = new TransportChoice(options.transport, () => this.environment.monotonic());
    this.own = new Requests(this.environment, 0, () => this.unanswered());
    this.retry = new Alarm(options, () => void this.connect());
    this.state = { state: 'connecting', attempt: 0, role: options.role };
    if (inherited) {
      this.lastWelcome = inherited.welcome;
      this.resume = inherited.welcome.resume;
      this.at = inherited.position;
    }
    this.stopListening = this.environment.page.listen((what) => this.heardOfPage(what));
  }

  start(): void {
    void this.connect();
  }

  position(): Position | null {
    return this.at;
  }

  /** False: not connected; nothing was sent. */
  send(message: ClientMessage): boolean {
    if (!this.connection?.welcomed) return false;
    this.connection.transport.send(message);
    return true;
  }

  /** Nobody waits for what becomes of it. */
  unsubscribe(subscription: number): void {
    void this.own.ask(this, 'unsubscribe', { subscription });
  }

  unanswered(): void {
    this.drop('The server did not answer in time.');
  }

  /** Somebody waits for it: now, unless the server asked for patience. */
  woken(): void {
    if (this.connection?.welcomed) this.probe(this.connection);
    else if (this.retry.isSet && this.environment.monotonic() >= this.notBefore) void this.connect();
  }

  reconnect(): void {
    if (this.closedForGood) return;
    if (this.connection?.welcomed) this.drop('Connecting anew.');
    if (this.connection) return;
    this.tokenRefused = false;
    void this.connect();
  }

  authChanged(): void {
    if (this.closedForGood) return;
    const keeper = this.connection?.tokens;
    if (keeper) return void keeper.refresh('connect');
    this.cut(GOING_AWAY);
    this.tokenRefused = false;
    void this.connect();
  }

  close(leave: boolean): void {
    if (this.closedForGood) return;
    this.closedForGood = true;
    this.stopListening();
    this.cut(leave ? 1000 : GOING_AWAY);
  }

  // ---- connecting ----

  private async connect(): Promise<void> {
    this.retry.clear();
    this.attempt += 1;
    const attempt = this.attempt;
    const { attempt: failures, reason } = this.state;
    this.tell(given({ state: 'connecting' as const, attempt: failures, reason: failures > 0 ? reason : undefined }));
    const failed = (failure: unknown) => {
      if (attempt !== this.attempt) return;
      this.attempt += 1;
      this.environment.log?.('debug', 'no token; tried again later', failure);
      this.wait('The network failed.', this.backoff.next());
    };
    const late = this.environment.setTimer(() => failed('too late'), TOKEN_MS);
    try {
      const { getToken } = this.options;
      const token = getToken ? await getToken({ reason: this.tokenReason }) : null;
      if (attempt !== this.attempt) return;
      if (token === null && getToken) return this.needsAuth('Nobody is signed in.');
      const rooms = await this.user.rooms();
      if (attempt !== this.attempt) return;
      this.tokenReason = 'connect';
      this.heed(token);
      this.open(token, rooms);
    } catch (failure) {
      failed(failure);
    } finally {
      this.environment.clearTimer(late);
    }
  }

  /** Another user never takes up this one's session. */
  private heed(token: string | null): void {
    const subject = token === null ? null : tokenSubject(token);
    if (this.subject !== null && subject !== null && subject !== this.subject) this.resume = null;
    this.subject = subject ?? this.subject;
  }

  private open(token: string | null, rooms: readonly SubscriptionRequest[]): void {
    const { urls, clientId } = this.options;
    const transport = makeTransport(this.choice.next(), urls, this.environment);
    const helloId = this.own.nextId();
    const connection = new Connection(this.environment, transport, helloId, rooms, () =>
      this.ended(connection, 1006, 'The server did not answer.'),
    );
    this.connection = connection;
    const hello = helloOf({ id: helloId, token, clientId, resume: this.resume, position: this.at, rooms });
    transport.open(hello, {
      frame: (text, aside = false) => connection === this.connection && this.frame(connection, text, aside),
      closed: (end) => this.ended(connection, end.code, end.reason),
    });
  }

  // ---- what comes ----

  private frame(connection: Connection, text: string, aside: boolean): void {
    const bad = (line: string) => this.environment.log?.('debug', 'not understood', line.slice(0, 200));
    const messages = readFrame(text, bad) as Message[];
    connection.heard();
    let passedOn = connection.welcomed;
    for (const message of messages) {
      if (!connection.welcomed) this.beforeWelcome(connection, message);
      else this.look(connection, message);
    }
    if (!connection.welcomed) return;
    passedOn ||= messages.length > 1;
    if (!aside && this.at) this.at = advance(this.at, messages) ?? this.at;
    if (passedOn) this.user.frame(text, aside);
    // What was told may have closed it.
    if (this.connection === connection) this.progress(connection, messages);
  }

  private beforeWelcome(connection: Connection, message: Message): void {
    if (message.type === 'goodbye') connection.goodbye = message;
    if (answerId(message) !== connection.helloId) return;
    if (message.type === 'welcome') return this.welcomed(connection, message);
    // An unaccepted token is told by the close code as well, which follows.
    connection.refused = message as Answer;
    if (message.type === 'error' && message.code === 'unauthorized' && message.member !== 'resume') return;
    this.ended(connection, 1006, message.type === 'error' ? message.message : '');
  }

  private welcomed(connection: Connection, welcome: Welcome): void {
    const sameSession = this.lastWelcome?.sessionId === welcome.sessionId;
    const statuses = welcome.subscriptions ?? [];
    connection.begin(welcome, () => this.drop('Nothing was heard from the server.'));
    connection.tokens = this.keeperFor(welcome);
    this.choice.welcomed(connection.transport.kind);
    this.lastWelcome = welcome;
    this.resume = welcome.resume;
    this.at = welcome.position;
    this.tokenRefused = false;
    this.notBefore = 0;
    this.user.welcomed({ welcome, statuses, sameSession, position: welcome.position });
    if (this.connection === connection) this.tellConnected(connection, 'catching-up');
  }

  private look(connection: Connection, message: Message): void {
    const id = answerId(message);
    if (id !== null && id < TAB_RANGE) this.own.answer(id, message as Answer);
    if (id !== null) return;
    if (message.type === 'ping') connection.transport.send({ type: 'pong' });
    else if (message.type === 'goodbye') connection.goodbye = message;
    else if (message.type === 'authExpiring') void connection.tokens?.refresh('expiring');
  }

  private progress(connection: Connection, messages: readonly Message[]): void {
    if (this.state.state === 'live') return;
    if (!connection.isCaughtUp(messages, () => void this.askWhetherCaughtUp(connection))) return;
    this.backoff.reset();
    this.tellConnected(connection, 'live');
  }

  private async askWhetherCaughtUp(connection: Connection): Promise<void> {
    // Over HTTP an answer is none of the stream's; there the quiet itself has to do.
    const answer = connection.transport.kind === 'sse' || (await this.own.ask(this, 'ping', {}));
    if (!answer || connection !== this.connection) return;
    connection.forgive();
    this.progress(connection, []);
  }

  // ---- tokens ----

  private keeperFor(welcome: Welcome): TokenKeeper | null {
    const { getToken } = this.options;
    if (!getToken) return null;
    const keeper = new TokenKeeper(this.environment, {
      getToken,
      refresh: (token) => {
        const subject = tokenSubject(token);
        const other = subject !== null && this.subject !== null && subject !== this.subject;
        if (other) this.otherUser();
        return other ? Promise.resolve(null) : this.own.ask(this, 'refresh', { token });
      },
      needsAuth: (reason) => {
        this.cut(1000);
        this.needsAuth(reason);
      },
      otherUser: () => this.otherUser(),
    });
    keeper.expiresIn(welcome.tokenExpiresInMs);
    return keeper;
  }

  private otherUser(): void {
    this.cut(1000);
    void this.connect();
  }

  private needsAuth(reason: string, closeCode?: number): void {
    this.retry.clear();
    this.tokenReason = 'connect';
    if (closeCode === PUT_OUT) tellRefused(this.options.getToken);
    this.tell(given({ state: 'needs-auth' as const, reason, attempt: 0, closeCode }));
  }

  // ---- the end of a connection ----

  /** By us, without a word of the server: it is made anew. */
  private drop(reason: string): void {
    if (this.connection) this.ended(this.connection, 1006, reason);
  }

  /** Ends the connection, or the attempt at one, and waits for nothing. */
  private cut(code: number): void {
    this.attempt += 1;
    this.retry.clear();
    const connection = this.connection;
    if (!connection) return;
    this.connection = null;
    if (code === 1000) this.resume = null;
    this.release(connection, code);
  }

  private release(connection: Connection, code: number): void {
    connection.release(code);
    this.own.loseAll();
    if (connection.welcomed) this.user.closed();
  }

  private ended(connection: Connection, endCode: number, endReason: string): void {
    if (connection !== this.connection) return;
    this.connection = null;
    this.release(connection, GOING_AWAY);
    const { goodbye, refused } = connection;
    const code = goodbye?.code ?? endCode;
    const reason = closeSentence(code, goodbye?.reason ?? endReason, this.lastWelcome !== null);
    if (!connection.welcomed) this.choice.failed(connection.transport.kind, code >= 4000 || refused !== null);
    if (refused?.type === 'error' && refused.code === 'unauthorized' && refused.member === 'resume') {
      this.resume = null;
      return this.wait(reason, 0);
    }
    const then = afterClose(code);
    if (then.kind === 'stop') return this.tell({ state: 'stopped', reason, closeCode: code, attempt: 0 });
    if (then.kind === 'needs-auth') return this.needsAuth(reason, code);
    if (then.kind === 'token-refused') return this.afterRefusal(reason, code);
    if (then.newSession) this.resume = null;
    this.tokenReason = then.token;
    const named = namedDelay(goodbye, refused, then.patient);
    const delay = named ? this.backoff.within(...named) : this.backoff.next();
    this.notBefore = named ? this.environment.monotonic() + delay : 0;
    this.wait(reason, delay, code);
  }

  private afterRefusal(reason: string, code: number): void {
    if (!this.options.getToken) return this.needsAuth('No getToken was given, and the server wants a token.', code);
    if (this.tokenRefused) return this.needsAuth(reason, code);
    this.tokenRefused = true;
    this.tokenReason = 'refused';
    this.wait(reason, this.backoff.next(), code);
  }

  private wait(reason: string, delay: number, closeCode?: number): void {
    this.retry.set(delay);
    const nextRetryAt = this.environment.now() + delay;
    const attempt = this.state.attempt + 1;
    this.tell(given({ state: 'offline' as const, reason, attempt, nextRetryAt, closeCode }));
  }

  // ---- the page ----

  private heardOfPage(what: 'online' | 'offline' | 'visible' | 'hidden' | 'leaving'): void {
    if (what === 'hidden' || what === 'leaving') return;
    const { connection } = this;
    if (connection?.welcomed) return this.probe(connection);
    if (!this.retry.isSet || what === 'offline') return;
    const left = this.notBefore - this.environment.monotonic();
    const delay = Math.max(left, this.environment.random() * WAKE_JITTER_MS);
    this.retry.set(delay);
    this.tell({ ...this.state, nextRetryAt: this.environment.now() + delay });
  }

  /** After a sleep, or a change of networks, a connection may be dead without anybody having said so. */
  private probe(connection: Connection): void {
    if (connection.isSilent()) {
      this.drop('The connection was lost while asleep.');
      // At once: somebody is looking at the screen.
      return this.heardOfPage('visible');
    }
    if (connection.transport.kind === 'sse') return;
    const timer = this.environment.setTimer(() => {
      if (connection === this.connection) this.drop('The connection was lost.');
    }, PROBE_MS);
    void this.own.ask(this, 'ping', {}).then(() => this.environment.clearTimer(timer));
  }

  // ---- telling ----

  private tellConnected(connection: Connection, state: 'catching-up' | 'live'): void {
    const { sessionId, user } = this.lastWelcome ?? {};
    this.tell(given({ state, attempt: 0, transport: connection.transport.kind, sessionId, user }));
  }

  private tell(state: Told): void {
    this.state = { ...state, role: this.options.role };
    this.user.told(this.state);
  }
}
