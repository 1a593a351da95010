// A refusal, as its author is told of it.
import type { Rejected } from '@coterie/protocol';
import { given } from '../base/given.js';

export type Refusal = Omit<Rejected, 'mutationId' | 'opIndex' | 'field'> & {
  opIndex?: number;
  field?: string | undefined;
};

export function rejectedOf(mutationId: string, told: Refusal): Rejected {
  const { opIndex = 0, code, message, field, current, guard, holder, retry } = told;
  return given({ mutationId, opIndex, code, message, retry, field, current, guard, holder });
}

export function missing(message: string): Refusal {
  return { code: 'not_found', message, retry: false };
}
