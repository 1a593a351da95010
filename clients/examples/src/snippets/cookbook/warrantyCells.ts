import type { Coterie, Draft } from '@coterie/client';

/** One row of a sheet that several people fill in: each cell is saved alone, and held while somebody is in it. */
export function openRow(coterie: Coterie, claim: string): Draft {
  return coterie.record('WarrantyCase', claim).draft({ strategy: 'merge', lock: 'on-focus', debounceMs: 1000 });
}

/** What stands in a cell, and what is to be said beside it. */
export function cell(row: Draft, field: string): { text: string; note: string } {
  const { value, lockedBy, remote, error } = row.field(field);
  if (lockedBy) return { text: String(value ?? ''), note: `${lockedBy.name ?? lockedBy.userId} is writing here` };
  if (remote) return { text: String(value ?? ''), note: `${remote.userId} wrote ${String(remote.value)} meanwhile` };
  return { text: String(value ?? ''), note: error ?? '' };
}
