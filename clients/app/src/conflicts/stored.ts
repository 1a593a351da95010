// A conflict of the server's inbox as the dialog takes one: what is decided goes back to the inbox.
import type { Conflict, Decision, MutationResult } from '@coterie/client';
import type { AnswerMembers, Resolution } from '@coterie/protocol';

export type StoredConflict = AnswerMembers['storedConflict'];

export const asConflict = (
  stored: StoredConflict,
  decide: (resolution: Resolution) => Promise<MutationResult>,
): Conflict => ({
  ...stored,
  // As it stands: on another version the choices begin anew.
  key: `stored ${stored.conflictId} ${stored.currentVersion}`,
  since: Date.parse(stored.storedAt),
  resolve: (decision) => decide(resolutionOf(decision)),
  dismiss: () => void decide('use-theirs'),
});

/** Values become what is set and what is taken away. */
export function resolutionOf(decision: Decision): Resolution {
  if (typeof decision === 'string') return decision;
  const entries = Object.entries(decision);
  const set = Object.fromEntries(entries.filter(([, value]) => value !== undefined));
  const unset = entries.filter(([, value]) => value === undefined).map(([path]) => path);
  return { ...(Object.keys(set).length ? { set } : {}), ...(unset.length ? { unset } : {}) } as Resolution;
}
