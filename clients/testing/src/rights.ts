// What a test lets a user do. Without a rule: everything, as on a server without rules of access.
import type { Entity, MutationOperation } from '@coterie/protocol';
import type { Access } from './decide/scope.js';

export interface RightsRule {
  /** Which records they see; true by default. False: none, and rooms are refused. */
  read?: boolean | ((entity: Entity) => boolean);
  /** Which they may change, judged by the record before and after; as `read` by default. */
  write?: boolean | ((entity: Entity, action: MutationOperation['op']) => boolean);
}

export interface Rights extends Access {
  /** Changes with the rule: a position from under another rule is `resync`. */
  readonly fingerprint: string;
  readonly readsNothing: boolean;
}

export function rightsOf(rule: RightsRule, fingerprint: string): Rights {
  const { read = true, write = true } = rule;
  return {
    fingerprint,
    readsNothing: read === false,
    reads: (entity) => (typeof read === 'function' ? read(entity) : read),
    writes: (entity, action) => (typeof write === 'function' ? write(entity, action) : write),
  };
}
