// Each request by its type: which members it takes, what may stand in them, and the same request with its defaults
// left out.
import { isObject } from '../document.js';
import type { JsonObject, JsonValue } from '../json.js';
import type { MutationOperation } from '../operation.js';
import { Refusal, utf8Bytes, within } from '../refusal.js';
import type { RequestMembers, RequestType, Resolution, SubscriptionRequest } from '../requests.js';
import { isLabel, isMutationId, isReaderName, isTime } from './names.js';
import { bad, badName, isIntegerIn, MOST_INTEGER, ObjectReader, present } from './objectReader.js';
import { decodeOperation, strategyOf } from './operation.js';
import { pathAt, positionOf, takeFilter, takeLimit, takePosition, takeSort, type DecodeLimits } from './parts.js';
import { parseSearch } from './searchWords.js';

type Decoders = { [K in RequestType]: (reader: ObjectReader, limits: DecodeLimits) => RequestMembers[K] };

const MOST_FEATURES = 64;
const MOST_LOCK_FIELD_BYTES = 1024;
const MOST_MARKED = 1000;
const MOST_ANNOUNCEMENT_BYTES = 1024;
const MONTH_MS = 30 * 24 * 3600 * 1000;
const HOUR_MS = 3600 * 1000;

/** A default that was said aloud is left out. */
function unless<T>(value: T | undefined, byDefault: T): T | undefined {
  return value === byDefault ? undefined : value;
}

function takeSubscription(reader: ObjectReader, limits: DecodeLimits): SubscriptionRequest {
  const subscription = reader.neededInteger('subscription', 0);
  const entityType = reader.neededType();
  const entityId = reader.entityId();
  const filter = takeFilter(reader, 'filter');
  if (entityId !== undefined && reader.take('filter') !== undefined)
    throw bad('`filter` stands in place of `entityId`, not beside it.', 'filter');
  return present<SubscriptionRequest>({
    subscription,
    entityType,
    entityId,
    filter,
    sort: takeSort(reader),
    limit: takeLimit(reader, limits),
    cursor: reader.text('cursor'),
    snapshot: unless(reader.boolean('snapshot'), true),
    position: takePosition(reader),
  });
}

function takeSubscriptions(reader: ObjectReader, limits: DecodeLimits): SubscriptionRequest[] | undefined {
  const list = reader.list('subscriptions');
  if (!list || list.length === 0) return undefined;
  if (list.length > limits.subscriptions)
    throw new Refusal('limit', `A session holds at most ${limits.subscriptions} subscriptions.`, 'subscriptions');
  const numbers = new Set<number>();
  return list.map((item, i) =>
    within(`subscriptions[${i}]`, () => {
      if (!isObject(item)) throw bad('A subscription is an object.');
      const members = new ObjectReader(item);
      const request = takeSubscription(members, limits);
      members.finish('subscription');
      if (numbers.has(request.subscription)) throw bad('Each subscription has a number of its own.', 'subscription');
      numbers.add(request.subscription);
      return request;
    }),
  );
}

function takeFeatures(reader: ObjectReader): string[] | undefined {
  const list = reader.list('features');
  if (!list || list.length === 0) return undefined;
  if (list.length > MOST_FEATURES)
    throw new Refusal('too_large', `At most ${MOST_FEATURES} features are named.`, 'features');
  return list.map((item) => {
    if (typeof item !== 'string' || !isLabel(item)) throw bad('A feature is a text of 1 to 64 characters.', 'features');
    return item;
  });
}

function takeMutationId(reader: ObjectReader): string {
  const id = reader.neededText('mutationId');
  if (!isMutationId(id))
    throw badName('A mutationId is 1 to 64 printable ASCII characters without space.', 'mutationId');
  return id;
}

function userOf(value: JsonValue, name: string): string {
  if (typeof value === 'string' && isLabel(value)) return value;
  throw badName("A user's id is 1 to 64 printable characters.", name);
}

function takeReader(reader: ObjectReader): string {
  const name = reader.neededText('reader');
  if (!isReaderName(name))
    throw badName("A reader's name is a letter or digit, then up to 63 of A-Z a-z 0-9 . _ : ~ -.", 'reader');
  return name;
}

function takeTime(reader: ObjectReader, name: string): string | undefined {
  const text = reader.text(name);
  if (text !== undefined && !isTime(text)) throw bad('A time is written like 2026-11-23T04:00:00.123Z.', name);
  return text;
}

/** The number that the page before ended with, as its answer wrote it. */
function takeNumberCursor(reader: ObjectReader): string | undefined {
  const text = reader.text('cursor');
  if (text !== undefined && !isIntegerIn(/^\d+$/.test(text) ? Number(text) : 0, 1, MOST_INTEGER))
    throw bad('The cursor is not of this list; ask for the first page, without a cursor.', 'cursor');
  return text;
}

function needType(reader: ObjectReader): { entityType?: string; entityId?: string } {
  const entityType = reader.entityType();
  const entityId = reader.entityId();
  if (entityId !== undefined && entityType === undefined) throw bad('`entityId` needs its `entityType`.', 'entityType');
  return present({ entityType, entityId });
}

function takeOperations(list: readonly JsonValue[], limits: DecodeLimits): MutationOperation[] {
  if (list.length > limits.operations)
    throw new Refusal('too_large', `A mutation holds at most ${limits.operations} operations.`, 'ops');
  const ops = list.map((item, i) =>
    within(`ops[${i}]`, () => {
      if (!isObject(item)) throw bad('An operation is an object.');
      return decodeOperation(item, limits);
    }),
  );
  if (ops.length === 0) throw bad('A mutation holds at least one operation.', 'ops');
  const seen = new Set<string>();
  ops.forEach((op, i) => {
    if (op.entityId === undefined) return;
    const key = `${op.entityType} ${op.entityId}`;
    if (seen.has(key)) throw bad('A mutation holds one operation for each entity.', `ops[${i}].entityId`);
    seen.add(key);
  });
  return ops;
}

function decodeMutate(reader: ObjectReader, limits: DecodeLimits): RequestMembers['mutate'] {
  const mutationId = takeMutationId(reader);
  reader.need('ops');
  for (const name of ['strategy', 'epoch']) reader.take(name);
  const onConflict = unless<'answer' | 'store'>(reader.oneOf('onConflict', ['answer', 'store']), 'answer');
  reader.finish('mutate');
  const list = reader.neededList('ops');
  const strategy = reader.text('strategy');
  const epoch = reader.text('epoch');
  const ops = takeOperations(list, limits);
  return present<RequestMembers['mutate']>({
    mutationId,
    ops,
    strategy: strategy === undefined ? undefined : strategyOf(strategy),
    epoch,
    onConflict,
  });
}

function badResolution(): Refusal {
  return bad('A resolution is "use-mine", "use-theirs", "merge", or an object with `set` and `unset`.', 'resolution');
}

/** Read as the update that it becomes, whose record and version are the conflict's. */
function takeFields(fields: JsonObject, limits: DecodeLimits): Resolution {
  for (const name of Object.keys(fields))
    if (name !== 'set' && name !== 'unset')
      throw bad("A resolution's fields are `set` and `unset`.", `resolution.${name}`);
  const update = { op: 'update', entityType: 'Any', entityId: 'any', baseVersion: 1, ...fields };
  const op = within('resolution', () => decodeOperation(update, limits));
  if (op.op !== 'update' || (!op.set && !op.unset)) throw badResolution();
  return present({ set: op.set, unset: op.unset });
}

function decodeDecide(reader: ObjectReader, limits: DecodeLimits): RequestMembers['decide'] {
  const conflictId = reader.neededInteger('conflictId', 1);
  const mutationId = takeMutationId(reader);
  const baseVersion = reader.integer('baseVersion', 1);
  const given = reader.need('resolution');
  reader.finish('decide');
  let resolution: Resolution;
  if (isObject(given)) resolution = takeFields(given, limits);
  else if (given === 'use-mine' || given === 'use-theirs' || given === 'merge') resolution = given;
  else throw badResolution();
  if (baseVersion === undefined && resolution !== 'use-theirs')
    throw new Refusal(
      'base_version_required',
      'Name the version of the record that was looked at as `baseVersion`, so that what has changed meanwhile is noticed.',
      'baseVersion',
    );
  return present<RequestMembers['decide']>({ conflictId, mutationId, baseVersion, resolution });
}

function takePlace(reader: ObjectReader): { entityType: string; entityId: string; field?: string } {
  const key = reader.neededKey();
  const field = reader.text('field');
  if (field === undefined) return key;
  if (utf8Bytes(field) > MOST_LOCK_FIELD_BYTES)
    throw new Refusal('too_large', `The path of a lock has at most ${MOST_LOCK_FIELD_BYTES} bytes.`, 'field');
  pathAt(field, 'field');
  return { ...key, field };
}

function takeSmall(reader: ObjectReader, name: string, limits: DecodeLimits): JsonValue {
  const value = reader.need(name);
  if (utf8Bytes(JSON.stringify(value)) > limits.stateBytes)
    throw new Refusal('too_large', `\`${name}\` has at most ${limits.stateBytes} bytes.`, name);
  return value;
}

function decodeMarkRead(reader: ObjectReader): RequestMembers['markRead'] {
  const upTo = reader.integer('upTo', 1);
  const ids = reader.list('notificationIds');
  if (!ids) {
    if (upTo === undefined) throw bad('`notificationIds` is missing (or an `upTo` in its place).', 'notificationIds');
    return { upTo };
  }
  if (ids.length > MOST_MARKED)
    throw new Refusal('too_large', `At most ${MOST_MARKED} at once; \`upTo\` marks all before.`, 'notificationIds');
  const notificationIds = ids.map((id, i) => {
    if (!isIntegerIn(id, 1, MOST_INTEGER))
      throw bad('A notificationId is an integer, 1 or more.', `notificationIds[${i}]`);
    return id;
  });
  if (upTo !== undefined) throw bad('`upTo` stands in place of `notificationIds`, not beside it.', 'upTo');
  if (ids.length === 0) throw bad('Name at least one notification.', 'notificationIds');
  return { notificationIds };
}

function decodeAnnounce(reader: ObjectReader): RequestMembers['announce'] {
  const text = reader.neededText('text');
  if (text.trim() === '') throw bad('An announcement says something.', 'text');
  if (utf8Bytes(text) > MOST_ANNOUNCEMENT_BYTES)
    throw new Refusal('too_large', `An announcement has at most ${MOST_ANNOUNCEMENT_BYTES} bytes.`, 'text');
  return present<RequestMembers['announce']>({
    text,
    severity: unless(reader.oneOf('severity', ['info', 'warning']), 'info'),
    ttlMs: unless(reader.integer('ttlMs', 1000, MONTH_MS), HOUR_MS),
  });
}

export const DECODERS: Decoders = {
  hello: (reader, limits) => {
    const token = reader.text('token');
    const clientId = reader.text('clientId');
    if (clientId !== undefined && !isLabel(clientId))
      throw badName('A clientId is 1 to 64 printable characters.', 'clientId');
    return present<RequestMembers['hello']>({
      token,
      clientId,
      resume: reader.text('resume'),
      position: takePosition(reader) ?? undefined,
      subscriptions: takeSubscriptions(reader, limits),
      features: takeFeatures(reader),
    });
  },
  subscribe: takeSubscription,
  unsubscribe: (reader) => ({ subscription: reader.neededInteger('subscription', 0) }),
  get: (reader) => present({ ...reader.neededKey(), version: reader.integer('version', 1) }),
  list: (reader, limits) => {
    const entityType = reader.neededType();
    const filter = takeFilter(reader, 'filter');
    const sort = takeSort(reader);
    const limit = takeLimit(reader, limits);
    const cursor = reader.text('cursor');
    const page = reader.integer('page', 1);
    if (cursor !== undefined && page !== undefined)
      throw bad('`page` stands in place of `cursor`, not beside it.', 'page');
    const count = unless(reader.boolean('count'), false);
    const data = unless(reader.boolean('data'), true);
    const search = reader.text('search');
    if (search !== undefined) within('search', () => parseSearch(search));
    const taken = unless(reader.boolean('export'), false);
    return present<RequestMembers['list']>({
      entityType,
      filter,
      search,
      sort,
      limit,
      cursor,
      page,
      count,
      data,
      export: taken,
    });
  },
  history: (reader, limits) => {
    const room = needType(reader);
    const after = reader.integer('after', 0);
    const before = reader.integer('before', 0);
    if (after !== undefined && before !== undefined)
      throw bad('`before` stands in place of `after`, not beside it.', 'before');
    const user = reader.text('userId');
    const userId = user === undefined ? undefined : userOf(user, 'userId');
    const since = takeTime(reader, 'since');
    const until = takeTime(reader, 'until');
    const limit = takeLimit(reader, limits);
    return present({
      ...room,
      after,
      before,
      userId,
      since,
      until,
      limit,
      export: unless(reader.boolean('export'), false),
    });
  },
  blame: (reader) => reader.neededKey(),
  changes: (reader, limits) => {
    const name = takeReader(reader);
    const entityType = reader.entityType();
    const limit = takeLimit(reader, limits);
    const from = reader.oneOf('from', ['start', 'now']);
    return present({ reader: name, entityType, limit, from: from === 'now' ? from : undefined });
  },
  acknowledge: (reader) => ({ reader: takeReader(reader), position: positionOf(reader.neededObject('position')) }),
  readers: () => ({}),
  forgetReader: (reader) => ({ reader: takeReader(reader) }),
  mutate: decodeMutate,
  lock: (reader) => {
    const place = takePlace(reader);
    const ttlMs = reader.integer('ttlMs', 5000, 300000);
    const steal = unless(reader.boolean('steal'), false);
    const fence = reader.integer('fence', 1);
    if (steal && fence !== undefined)
      throw bad("`steal` takes another's lock and `fence` names your own; send one of them.", 'steal');
    return present({ ...place, ttlMs, steal, fence });
  },
  unlock: (reader) => ({ ...takePlace(reader), fence: reader.neededInteger('fence', 1) }),
  presence: (reader, limits) => {
    const subscription = reader.neededInteger('subscription', 0);
    const state = takeSmall(reader, 'state', limits);
    if (state !== null && !isObject(state))
      throw bad('`state` has to be an object, or null to be present no longer.', 'state');
    return { subscription, state };
  },
  signal: (reader, limits) => {
    const subscription = reader.neededInteger('subscription', 0);
    const name = reader.neededText('name');
    if (!isLabel(name)) throw badName("A signal's name is 1 to 64 printable characters.", 'name');
    return { subscription, name, data: takeSmall(reader, 'data', limits) };
  },
  conflicts: (reader, limits) => {
    const state = reader.oneOf('state', ['open', 'decided', 'dismissed']);
    const room = needType(reader);
    const assignee = reader.take('assignee');
    return present({
      state,
      ...room,
      assignee: assignee === undefined ? undefined : userOf(assignee, 'assignee'),
      limit: takeLimit(reader, limits),
      cursor: takeNumberCursor(reader),
    });
  },
  conflict: (reader) => ({ conflictId: reader.neededInteger('conflictId', 1) }),
  decide: decodeDecide,
  assign: (reader) => {
    const conflictId = reader.neededInteger('conflictId', 1);
    const assignee = reader.need('assignee');
    return { conflictId, assignee: assignee === null ? null : userOf(assignee, 'assignee') };
  },
  notifications: (reader, limits) =>
    present({
      unread: unless(reader.boolean('unread'), true),
      limit: takeLimit(reader, limits),
      cursor: takeNumberCursor(reader),
    }),
  markRead: decodeMarkRead,
  announce: decodeAnnounce,
  withdraw: (reader) => ({ announcementId: reader.neededInteger('announcementId', 1) }),
  announcements: () => ({}),
  refresh: (reader) => ({ token: reader.neededText('token') }),
  ping: () => ({}),
};
