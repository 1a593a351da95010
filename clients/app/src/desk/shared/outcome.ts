// How a change ended, in words; and the toast that says so where it was refused.
import type { MutationResult } from '@coterie/client';
import { toast } from '../../ui/index.js';
import { titled } from './records.js';

type Refused = Exclude<MutationResult, { ok: true }>;

/** Why, with a name where there is one; null where nothing is to be said. */
export function reasonOf(result: Refused): string | null {
  switch (result.status) {
    case 'cancelled':
      return null;
    case 'conflict':
      return result.conflict.message;
    case 'failed':
      return result.message;
    case 'rejected':
      break;
  }
  const field = result.field ? titled(result.field) : 'This';
  if (result.code === 'locked') {
    return `${result.holder?.name ?? result.holder?.userId ?? 'Somebody else'} is editing ${result.field ? field : 'the record'}.`;
  }
  if (result.code === 'guard_failed') return guardWords(result) ?? result.message;
  if (result.code === 'unique') return `${field}: another record has this value already.`;
  if (result.code === 'not_found') return 'The record is not there any more.';
  return result.message;
}

/** Of what is running out, how much is left; of a state, which it is now. */
function guardWords(result: Extract<Refused, { status: 'rejected' }>): string | null {
  const data = result.current?.data;
  if (!data || !result.guard) return null;
  if ('available' in result.guard) return leftWords(Number(data.available ?? 0));
  if ('status' in result.guard) return `It is ${String(data.status)} by now.`;
  return null;
}

export const leftWords = (left: number): string =>
  left <= 0 ? 'None are left.' : left === 1 ? 'Only 1 is left.' : `Only ${left} are left.`;

/** Says why a change was taken back. A conflict is asked about elsewhere. */
export function report(what: string, result: MutationResult | null): void {
  if (!result || result.ok || result.status === 'conflict') return;
  const text = reasonOf(result);
  if (text) toast({ kind: 'danger', title: `${what} was not saved`, text });
}
