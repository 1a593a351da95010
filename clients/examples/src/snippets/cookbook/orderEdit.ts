import type { Conflict, Coterie, MutationResult } from '@coterie/client';

/** What one clerk changed on an order. Fields that nobody else touched are joined; the rest is asked. */
export async function saveOrder(
  coterie: Coterie,
  order: string,
  changed: { [field: string]: string | number },
  ask: (conflict: Conflict) => Promise<'use-mine' | 'use-theirs' | 'merge'>,
): Promise<MutationResult> {
  let result = await coterie.record('Order', order).set(changed, { strategy: 'merge' });
  // Whoever decides may be overtaken once more: then the newer state is shown.
  while (!result.ok && result.status === 'conflict') result = await result.conflict.resolve(await ask(result.conflict));
  return result;
}

/** Quantities are counted, not set: two who add one each have added two. */
export function addItems(coterie: Coterie, order: string, by: number): Promise<MutationResult> {
  return coterie.record('Order', order).update({ increment: { items: by } });
}
