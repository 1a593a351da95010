// The routes of records: `/api/v1/entities/...`. Each becomes one request of the protocol, decided like any other.
import { difference, isObject, Refusal, type JsonObject } from '@coterie/protocol';
import type { Reply } from '../requests.js';
import { etagged, jsonResponse, problemOf, wrongKind } from './answers.js';
import { baseVersion, mergePatch, neededVersion, objectOf, readQuery, refuseMembers } from './recordCall.js';
import type { Parameters, RecordCall } from './recordCall.js';

/** Asks what a request asks, on behalf of whoever calls. */
export type Ask = (request: JsonObject) => Reply;

const ONE: Parameters = { version: 'number' };
const LIST: Parameters = {
  filter: 'json',
  search: 'text',
  sort: 'text',
  limit: 'number',
  cursor: 'text',
  page: 'number',
  pageSize: 'number',
  count: 'flag',
  data: 'flag',
  export: 'flag',
};
const HISTORY: Parameters = {
  after: 'number',
  before: 'number',
  userId: 'text',
  since: 'text',
  until: 'text',
  limit: 'number',
  export: 'flag',
};
const PAGE_SIZE = 50;
const OF_UPDATE = 'application/json';
const OF_MERGE = 'application/merge-patch+json';

let lastKey = 0;

export class RecordRoutes {
  constructor(
    private readonly call: RecordCall,
    private readonly ask: Ask,
  ) {}

  /** Null: there is no such route. `below`: what of the record is meant. */
  answer(below?: string): Response | null {
    const { method, entityId } = this.call;
    if (this.call.body !== '' && ![OF_UPDATE, OF_MERGE].includes(kindOf(this.call)))
      return wrongKind(`Send the body as ${OF_UPDATE} (a merge patch as ${OF_MERGE}).`);
    if (entityId === undefined) return method === 'GET' ? this.list() : method === 'POST' ? this.create() : null;
    if (below === 'history') return method === 'GET' ? this.history() : null;
    if (below === 'blame') return method === 'GET' ? this.blame() : null;
    if (below !== undefined) return null;
    if (method === 'GET') return this.get();
    readQuery(this.call.query, ONE);
    if (method === 'PUT') return this.put();
    if (method === 'PATCH') return this.patch();
    return method === 'DELETE' ? this.remove() : null;
  }

  private get key(): { entityType: string; entityId: string } {
    const { entityType, entityId = '' } = this.call;
    return { entityType, entityId };
  }

  // ---- reading ----

  private get(): Response {
    const { query, headers } = this.call;
    const reply = this.ask({ type: 'get', ...this.key, ...readQuery(query, ONE) });
    if (reply.type !== 'entity') return problemOf(reply);
    const { type: _, position: __, ...entity } = reply;
    const tags = (headers.get('If-None-Match') ?? '').split(',').map((tag) => tag.trim().replace(/^W\//, ''));
    const known = tags.includes('*') || tags.includes(`"${entity.version}"`);
    return etagged(entity.version, known ? new Response(null, { status: 304 }) : jsonResponse(200, entity));
  }

  private list(): Response {
    const { entityType, query } = this.call;
    const reply = this.ask({ type: 'list', entityType, ...pagesOf(readQuery(query, LIST)) });
    if (reply.type !== 'entities') return problemOf(reply);
    const { type: _, ...page } = reply;
    return jsonResponse(200, page);
  }

  private history(): Response {
    const reply = this.ask({ type: 'history', ...this.key, ...readQuery(this.call.query, HISTORY) });
    if (reply.type !== 'events') return problemOf(reply);
    const { type: _, ...page } = reply;
    return jsonResponse(200, page);
  }

  private blame(): Response {
    readQuery(this.call.query, {});
    const reply = this.ask({ type: 'blame', ...this.key });
    if (reply.type !== 'blame') return problemOf(reply);
    const { type: _, ...blame } = reply;
    return etagged(blame.version, jsonResponse(200, blame));
  }

  // ---- changing ----

  private mutate(op: JsonObject): Reply {
    const mutationId = this.call.headers.get('Idempotency-Key') ?? `http-${++lastKey}`;
    const reply = this.ask({ type: 'mutate', mutationId, ops: [op] });
    if (reply.type !== 'error' || !reply.member) return reply;
    return { ...reply, member: reply.member.replace(/^ops\[0\]\./, '') };
  }

  private write(op: JsonObject): Response {
    const reply = this.mutate({ ...op, ...(op['op'] === 'delete' ? {} : { return: 'after' }) });
    const result = reply.type === 'committed' ? reply.results[0] : undefined;
    if (!result) return problemOf(reply);
    if (op['op'] === 'delete') return etagged(result.version, new Response(null, { status: 204 }));
    const created = op['op'] === 'create';
    const response = etagged(result.version, jsonResponse(created ? 201 : 200, result.entity ?? result));
    if (created) response.headers.set('Location', `/api/v1/entities/${result.entityType}/${result.entityId}`);
    return response;
  }

  private create(): Response {
    readQuery(this.call.query, {});
    const body = objectOf(this.call.body);
    refuseMembers(body, ['op', 'entityType', 'return']);
    return this.write({ ...body, op: 'create', entityType: this.call.entityType });
  }

  private put(): Response {
    const { headers, body: text } = this.call;
    const body = objectOf(text);
    const other = Object.keys(body).find((name) => name !== 'data' && name !== 'version');
    if (other !== undefined) throw new Refusal('bad_request', 'PUT knows data and version.', other);
    const { data } = body;
    if (!isObject(data)) throw new Refusal('bad_request', 'data is the whole new document, an object.', 'data');
    const base = baseVersion(this.call, body['version']);
    const none = headers.get('If-None-Match');
    if (none === null) return this.rewrite(neededVersion(base), () => data);
    if (none !== '*' || base !== undefined)
      throw new Refusal(
        'bad_request',
        'If-None-Match: * creates the record under this id, and goes with no version.',
        'If-None-Match',
      );
    return this.write({ op: 'create', ...this.key, data });
  }

  private patch(): Response {
    const kind = kindOf(this.call);
    const body = objectOf(this.call.body);
    if (kind === OF_UPDATE) return this.update(body);
    return this.rewrite(neededVersion(baseVersion(this.call)), (before) => mergePatch(before, body));
  }

  private update(body: JsonObject): Response {
    refuseMembers(body, ['op', 'entityType', 'entityId', 'where', 'sort', 'return']);
    const { version, ...rest } = body;
    const base = baseVersion(this.call, rest['baseVersion'] ?? version);
    return this.write({ ...rest, op: 'update', ...this.key, ...(base === undefined ? {} : { baseVersion: base }) });
  }

  /** A whole document, as its difference to the version that it rests on. */
  private rewrite(base: number, after: (before: JsonObject) => JsonObject): Response {
    const read = this.ask({ type: 'get', ...this.key, version: base });
    const before = read.type === 'entity' ? read.data : null;
    const op = { op: 'update', ...this.key, baseVersion: base, strategy: 'reject' };
    // What cannot be read lets nothing through: the decision says why.
    const guard = before ? {} : { guard: { $version: { $lt: 1 } } };
    return this.write({ ...op, ...difference(before ?? {}, after(before ?? {})), ...guard });
  }

  private remove(): Response {
    return this.write({ op: 'delete', ...this.key, baseVersion: neededVersion(baseVersion(this.call)) });
  }
}

/** What is said without a kind, `fetch` calls a plain text. */
const kindOf = ({ headers }: RecordCall): string =>
  (headers.get('Content-Type') ?? 'text/plain').replace(/;.*/, '').trim();

/** `page` and `pageSize` stand for a page and `limit`, and count what there is. */
function pagesOf(request: JsonObject): JsonObject {
  const { pageSize, ...rest } = request;
  if (rest['page'] === undefined) {
    if (pageSize === undefined) return rest;
    throw new Refusal('bad_request', 'pageSize goes with page; without page say limit.', 'pageSize');
  }
  for (const other of ['limit', 'cursor'])
    if (other in rest) throw new Refusal('bad_request', 'This parameter does not go with page.', other);
  return { ...rest, limit: pageSize ?? PAGE_SIZE, count: true };
}
