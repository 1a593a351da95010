// Names of people by their ids: learnt from whoever is seen (presence, locks), the id itself until then.
import type { LockEntry, PresenceEntry } from '@coterie/protocol';
import { useConnection, useList } from '@coterie/react';
import { useMemo } from 'react';
import type { ReactNode } from 'react';
import type { Person } from '../../ui/index.js';
import { titled } from './records.js';

const known = new Map<string, Person>();

export function learn(people: readonly { userId: string; name?: string; colour?: string; initials?: string }[]): void {
  for (const { userId, name, colour, initials } of people) {
    const before = known.get(userId);
    known.set(userId, {
      id: userId,
      name: name ?? before?.name,
      colour: colour ?? before?.colour,
      initials: initials ?? before?.initials,
    });
  }
}

export const personOf = (userId: string): Person => known.get(userId) ?? { id: userId, name: userId };

export function Name({ of }: { of: string }): ReactNode {
  const me = useConnection((connection) => connection.user?.id);
  return <>{of === me ? 'you' : (personOf(of).name ?? of)}</>;
}

export interface WhoIsWhere {
  /** By record. */
  readonly people: ReadonlyMap<string, readonly PresenceEntry[]>;
  readonly locks: ReadonlyMap<string, readonly LockEntry[]>;
}

function grouped<T extends { entityId?: string }>(all: readonly T[]): Map<string, readonly T[]> {
  const groups = new Map<string, T[]>();
  for (const one of all) {
    if (one.entityId === undefined) continue;
    const group = groups.get(one.entityId);
    if (group) group.push(one);
    else groups.set(one.entityId, [one]);
  }
  return groups;
}

/** Who is at which record of a list, and who holds what there; this session left out. */
export function whoIsWhere(
  presence: readonly PresenceEntry[],
  locks: readonly LockEntry[],
  session: string | undefined,
): WhoIsWhere {
  learn(presence);
  learn(locks.map(({ holder }) => holder));
  return {
    people: grouped(presence.filter((entry) => entry.sessionId !== session)),
    locks: grouped(locks.filter((lock) => lock.holder.sessionId !== session)),
  };
}

/** Everybody who is at some record of the type, as the page of people shows it. */
export function usePeopleAt(type: string): readonly PresenceEntry[] {
  const presence = useList(type, { pageSize: 1 }, (list) => list.presence);
  return useMemo(() => {
    learn(presence);
    return presence;
  }, [presence]);
}

/** What somebody is about, from what their client says. */
export const doing = (state: { field?: unknown }): string =>
  typeof state.field === 'string' ? `at ${titled(state.field)}` : 'looking';

/** Somebody at a record, as an avatar shows them. */
export const asPerson = ({ userId, name, colour, initials, state }: PresenceEntry): Person & { doing: string } => ({
  id: userId,
  name: name ?? userId,
  colour,
  initials,
  doing: doing(state),
});
