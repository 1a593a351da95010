// `fetch` that leads to the fake server: requests, event streams, signing in.
import { isObject, Refusal, type ClientRequest, type JsonObject, type JsonValue } from '@coterie/protocol';
import { decode, DEFAULT_LIMITS, parseStrictly } from '@coterie/protocol/decode';
import { LIMITS } from '../limits.js';
import type { Author } from '../model.js';
import { failure, type Reply } from '../requests.js';
import { identityOf, named, type Connection, type Hall } from '../session/connection.js';
import type { Network } from '../socket.js';
import { ownUser, type Identity, type Tokens } from '../users.js';
import { jsonResponse, problem, refusalResponse, statusOf } from './answers.js';
import { RecordRoutes } from './records.js';
import { EventStream } from './stream.js';

interface Call {
  headers: Headers;
  body: string;
  query: URLSearchParams;
  signal: AbortSignal | null | undefined;
}

export class FakeHttp {
  constructor(
    private readonly hall: Hall,
    private readonly network: Network,
  ) {}

  async fetch(url: string, init: RequestInit = {}): Promise<Response> {
    init.signal?.throwIfAborted();
    await this.travel();
    if (!this.network.isUp()) throw new TypeError('fetch failed');
    const { pathname, searchParams } = new URL(url, 'http://fake');
    const body = typeof init.body === 'string' ? init.body : '';
    const call = { headers: new Headers(init.headers), body, query: searchParams, signal: init.signal };
    const response = this.route(init.method ?? 'GET', pathname, call);
    await this.travel();
    init.signal?.throwIfAborted();
    return response;
  }

  private travel(): Promise<void> {
    const ms = this.network.delay();
    return ms > 0 ? new Promise((arrived) => void this.hall.desk.clock.setTimer(arrived, ms)) : Promise.resolve();
  }

  private route(method: string, pathname: string, call: Call): Response {
    const what = `${method} ${pathname}`;
    try {
      switch (what) {
        case 'POST /api/v1/requests':
          return this.requests(call);
        case 'POST /events':
          return this.openStream(call, { id: 1, type: 'hello', ...bodyOf(call) });
        case 'GET /events':
          return this.openStream(call, roomOf(call));
        case 'DELETE /events':
          return this.endStream(call);
        case 'POST /api/v1/auth/login':
          return this.login(call);
        case 'POST /api/v1/auth/refresh':
          return this.refresh(call);
        case 'POST /api/v1/auth/logout':
          return this.logout(call);
        case 'GET /api/v1/auth/user':
          return jsonResponse(200, ownUser(this.identity(call)));
        case 'GET /healthz':
        case 'GET /readyz':
          return new Response('ok');
        default:
          return this.records(method, pathname, call) ?? problem('not_found', `There is no ${what} here.`);
      }
    } catch (error) {
      if (error instanceof Refusal) return refusalResponse(error);
      throw error;
    }
  }

  // ---- who asks ----

  private identity(call: Call): Identity {
    return identityOf(this.hall.desk, bearerOf(call));
  }

  private author(call: Call): Author {
    return { ...named(this.identity(call)), clientId: 'http' };
  }

  /** The session in whose name a call is made, or null. */
  private session(call: Call, author: Author): { author: Author; connection: Connection | null } | null {
    const secret = call.headers.get('Coterie-Session');
    if (secret === null) return null;
    const session = this.hall.desk.sessions.find(secret);
    if (!session || session.author.userId !== author.userId)
      throw new Refusal(
        'unauthorized',
        'Coterie-Session names no session of yours that is still there; leave it out, or reconnect.',
      );
    const connection = [...this.hall.connections].find(({ live }) => live !== null && live === session.live) ?? null;
    return { author: session.author, connection };
  }

  // ---- requests ----

  private requests(call: Call): Response {
    const author = this.author(call);
    const session = this.session(call, author);
    const limits = { ...DEFAULT_LIMITS, messageBytes: LIMITS.bodyBytes };
    const decoded = decode(call.body, limits);
    if (!decoded.ok) {
      const { code, message, member } = decoded.error;
      return answered(decoded.id, failure(code, message, member));
    }
    const { message, source } = decoded;
    if (message.type === 'pong') return answered(undefined, failure('bad_request', 'A pong asks nothing.', 'type'));
    if (session?.connection) this.hall.heard(session.connection, source);
    if (message.type === 'subscribe' || message.type === 'unsubscribe')
      return this.inStream(session?.connection ?? null, message, source);
    const reply = this.ask(session?.author ?? author, session?.connection ?? null, message, source);
    this.hall.desk.flush();
    return answered(message.id, reply);
  }

  private ask(author: Author, connection: Connection | null, request: ClientRequest, source: JsonObject): Reply {
    const refusal = this.hall.refuseNext(request.type);
    if (refusal) return refusal;
    let answer: Reply | null = null;
    const reply = (given: Reply) => void (answer ??= given);
    this.hall.requests.handle({ author, live: connection?.live ?? null, reply }, request, source);
    return answer ?? failure('unavailable', 'There was no answer.');
  }

  private records(method: string, pathname: string, call: Call): Response | null {
    const [entityType, entityId, below, more] = /^\/api\/v1\/entities\/(.+)$/.exec(pathname)?.[1]?.split('/') ?? [];
    if (entityType === undefined || more !== undefined) return null;
    const author = this.author(call);
    const session = this.session(call, author);
    const named = entityId === undefined ? {} : { entityId: decodeURIComponent(entityId) };
    const { headers, query, body } = call;
    const ask = (request: JsonObject): Reply => {
      const limits = { ...DEFAULT_LIMITS, messageBytes: LIMITS.bodyBytes };
      const decoded = decode(JSON.stringify({ id: 1, ...request }), limits);
      if (!decoded.ok) return failure(decoded.error.code, decoded.error.message, decoded.error.member);
      const { message, source } = decoded;
      if (message.type === 'pong') return failure('bad_request', 'A pong asks nothing.', 'type');
      const reply = this.ask(session?.author ?? author, session?.connection ?? null, message, source);
      this.hall.desk.flush();
      return reply;
    };
    const about = { method, entityType: decodeURIComponent(entityType), ...named, headers, query, body };
    return new RecordRoutes(about, ask).answer(below);
  }

  /** What moves a session's place in its stream is answered in that stream. */
  private inStream(connection: Connection | null, request: ClientRequest, source: JsonObject): Response {
    if (!connection) return answered(request.id, failure('bad_request', 'This request needs a connection that stays.'));
    connection.handle(request, source);
    this.hall.desk.flush();
    return new Response(null, { status: 202 });
  }

  // ---- streams ----

  private openStream(call: Call, source: JsonObject): Response {
    const decoded = decode(JSON.stringify(withLastEvent(call, source)), {
      ...DEFAULT_LIMITS,
      messageBytes: LIMITS.bodyBytes,
    });
    if (!decoded.ok) return refusalResponse(decoded.error);
    const { message } = decoded;
    if (message.type !== 'hello') return problem('bad_request', 'A stream begins with a hello.', 'type');
    const known = identityOf(this.hall.desk, message.token ?? bearerOf(call) ?? '');
    const stream = new EventStream(this.hall, this.network, call.signal);
    this.hall.heard(stream.connection, decoded.source);
    const refused = stream.connection.begin(message.id, message, known);
    if (refused?.type === 'error') return problem(refused.code, refused.message, refused.member);
    this.hall.desk.flush();
    return new Response(stream.body, { headers: { 'Content-Type': 'text/event-stream', 'Cache-Control': 'no-store' } });
  }

  private endStream(call: Call): Response {
    const session = this.session(call, this.author(call));
    if (!session)
      return problem('bad_request', 'Say which session is to end: send its secret in this header.', 'Coterie-Session');
    const secret = call.headers.get('Coterie-Session') ?? '';
    session.connection?.close(1000, 'ended by its client');
    this.hall.desk.sessions.end(secret);
    return new Response(null, { status: 204 });
  }

  // ---- signing in ----

  private login(call: Call): Response {
    const { username, password } = bodyOf(call);
    if (typeof username !== 'string') return problem('bad_request', '`username` is missing.', 'username');
    if (typeof password !== 'string') return problem('bad_request', '`password` is missing.', 'password');
    const tokens = this.hall.desk.users.login(username, password);
    return tokens ? tokensResponse(tokens) : problem('unauthorized', 'The name or the password is wrong.');
  }

  private refresh(call: Call): Response {
    const { refresh_token: token } = bodyOf(call);
    if (typeof token !== 'string') return problem('bad_request', '`refresh_token` is missing.', 'refresh_token');
    const tokens = this.hall.desk.users.renew(token);
    if (tokens) return tokensResponse(tokens);
    return problem('unauthorized', 'This is no refresh token of this server.', 'refresh_token');
  }

  private logout(call: Call): Response {
    const { refresh_token: token } = call.body === '' ? {} : bodyOf(call);
    if (typeof token === 'string') this.hall.desk.users.logout(token);
    else this.author(call);
    return new Response(null, { status: 204 });
  }
}

function bearerOf({ headers }: Call): string | undefined {
  return /^Bearer (.+)$/.exec(headers.get('Authorization') ?? '')?.[1];
}

function answered(id: number | undefined, answer: Reply): Response {
  return jsonResponse(statusOf(answer), id === undefined ? answer : { id, ...answer });
}

function tokensResponse(tokens: Tokens): Response {
  return jsonResponse(200, tokens);
}

function bodyOf(call: Call): JsonObject {
  const body = parseStrictly(call.body, { bytes: LIMITS.bodyBytes, depth: 36, members: 10_000 });
  if (!isObject(body)) throw new Refusal('bad_request', 'The body is an object.');
  return body;
}

/** One room, subscription 1, by the parameters of the address. */
function roomOf({ query }: Call): JsonObject {
  const room: JsonObject = { subscription: 1 };
  for (const [name, text] of query)
    room[name] = ['filter', 'limit', 'snapshot'].includes(name) ? (JSON.parse(text) as JsonValue) : text;
  return { id: 1, type: 'hello', clientId: 'events', subscriptions: [room] };
}

/** The header stands before the positions of the body; a `null` there asks for a snapshot all the same. */
function withLastEvent({ headers }: Call, hello: JsonObject): JsonObject {
  const last = headers.get('Last-Event-ID');
  if (!last) return hello;
  const rooms = Array.isArray(hello['subscriptions']) ? hello['subscriptions'] : [];
  const subscriptions = rooms.map((room) => {
    if (!isObject(room) || !room['position']) return room;
    const { position: _, ...rest } = room;
    return rest;
  });
  return { ...hello, position: JSON.parse(last) as JsonValue, ...(rooms.length > 0 ? { subscriptions } : {}) };
}
