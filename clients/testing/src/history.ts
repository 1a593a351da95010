// What happened: pages of the log, and who wrote each field of a record.
import { getAt, isObject, overlaps, type Entity, type JsonObject, type RequestMembers } from '@coterie/protocol';
import type { Desk } from './desk.js';
import { LIMITS, PAGE } from './limits.js';
import { pastEvent, type Author, type Logged } from './model.js';

/** A page never ends within a commit. */
export function historyPage(desk: Desk, author: Author, request: RequestMembers['history']) {
  const { entityType, entityId, after, before, userId, since, until } = request;
  const limit = Math.min(request.limit ?? PAGE, LIMITS.pageEntities);
  const rights = desk.rightsOf(author);
  const seen = (entity: Entity | null) => !rights || !entity || rights.reads(entity);
  const found = desk.store.log.filter(
    ({ event, before: was, after: is }) =>
      (entityType === undefined || event.entityType === entityType) &&
      (entityId === undefined || event.entityId === entityId) &&
      (userId === undefined || event.userId === userId) &&
      (since === undefined || event.timestamp >= since) &&
      (until === undefined || event.timestamp <= until) &&
      (after === undefined || event.seq > after) &&
      (before === undefined || event.seq < before) &&
      seen(was) &&
      seen(is),
  );
  const ordered = after === undefined ? found.reverse() : found;
  const isWhole = (end: number) => ordered[end]?.event.seq !== ordered[end - 1]?.event.seq;
  let end = Math.min(limit, ordered.length);
  while (end > 0 && !isWhole(end)) --end;
  // A commit that is larger than a page comes all the same.
  if (end === 0 && ordered.length > 0) for (end = 1; !isWhole(end);) ++end;
  const events = ordered.slice(0, end);
  const last = events.at(-1)?.event.seq;
  return { events: events.map(pastEvent), ...(end < ordered.length && last !== undefined ? { next: last } : {}) };
}

/** Each field of the record as it is, by its dotted path; a list as a whole. */
function leaves(data: JsonObject, at = ''): string[] {
  return Object.entries(data).flatMap(([name, value]) =>
    isObject(value) && Object.keys(value).length > 0 ? leaves(value, `${at}${name}.`) : [at + name],
  );
}

export function blameOf(past: readonly Logged[], entity: Entity) {
  const fields: { [path: string]: { version: number; userId: string; timestamp: string; cause: string } } = {};
  for (const path of leaves(entity.data)) {
    const changed = [...past].reverse().find(({ event }) => {
      if (event.operation === 'CREATE') return getAt(event.data ?? {}, path) !== undefined;
      return Object.keys(event.set ?? {}).some((one) => overlaps(one, path));
    });
    if (!changed) continue;
    const { version, userId, timestamp, cause } = changed.event;
    fields[path] = { version, userId, timestamp, cause };
  }
  const { entityType, entityId, version } = entity;
  return { entityType, entityId, version, fields, unknown: [] };
}
