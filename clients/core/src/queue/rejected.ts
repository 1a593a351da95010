// A refusal, as its author is told of it.
import type { Rejected } from '@coterie/protocol';

export type Refusal = Omit<Rejected, 'mutationId' | 'opIndex'> & { opIndex?: number };

export function rejectedOf(mutationId: string, told: Refusal): Rejected {
  const { code, message, field, current, guard, holder, retry } = told;
  return {
    mutationId,
    opIndex: told.opIndex ?? 0,
    code,
    message,
    retry,
    ...(field === undefined ? {} : { field }),
    ...(current ? { current } : {}),
    ...(guard ? { guard } : {}),
    ...(holder ? { holder } : {}),
  };
}
