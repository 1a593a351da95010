// A refusal, as its author is told of it.
import { getAt, parseFilter, type Entity, type Filter, type Rejected } from '@coterie/protocol';
import { given } from '../base/given.js';

export type Refusal = Omit<Rejected, 'mutationId' | 'opIndex' | 'field'> & {
  opIndex?: number;
  field?: string | undefined;
};

export function rejectedOf(mutationId: string, told: Refusal): Rejected {
  const { opIndex = 0, code, field, current, guard, holder, retry } = told;
  const message = standingInTheWay(told) ?? told.message;
  return given({ mutationId, opIndex, code, message, retry, field, current, guard, holder });
}

const MOST_SHOWN = 80;

/** The first field that does not fit the guard, and what stands there; null: it cannot be told. */
function standingInTheWay({ guard = {}, current }: Refusal): string | null {
  if (!current) return null;
  for (const [path, wanted] of Object.entries(guard)) {
    if (path.startsWith('$') || fits({ [path]: wanted }, current)) continue;
    const text = JSON.stringify(getAt(current.data, path));
    const stands = text === undefined ? 'not set' : text.length > MOST_SHOWN ? 'another' : text;
    return `${path} is ${stands} now: nothing was changed.`;
  }
  return null;
}

function fits(guard: Filter, current: Entity): boolean {
  try {
    return parseFilter(guard)(current);
  } catch {
    // Of a server that is newer.
    return true;
  }
}

export function missing(message: string): Refusal {
  return { code: 'not_found', message, retry: false };
}
