// Who is there, and saying what one is about. Several components may speak for one record at once; the server keeps
// one word of each session, so theirs are laid together here, and said once a turn.
import { useCallback, useEffect, useMemo, useState } from 'react';
import type { ListState, Observable, Present, PresenceState, RecordHandle, RecordState } from '@coterie/client';
import type { JsonObject } from '@coterie/protocol';
import { useCoterie } from './context.js';
import { firstConnection, firstList, firstRecord } from './idle.js';
import { sessionOf, useSlice, useView } from './observe.js';
import { useRecord } from './record.js';

interface Room {
  readonly words: Map<object, JsonObject>;
  said: string;
}
/** By the handle, which is the same for all who hold it. */
const rooms = new WeakMap<object, Room>();

function say(room: Room, record: Pick<RecordHandle, 'present'>): void {
  queueMicrotask(() => {
    const state = room.words.size ? Object.assign({}, ...room.words.values()) : null;
    const said = JSON.stringify(state);
    if (said === room.said) return;
    room.said = said;
    record.present(state);
  });
}

/** Says `state` of this record for as long as the component is there; null: says nothing. */
export function usePresent<T extends object>(record: RecordHandle<T>, state: PresenceState | null): void {
  const words = state && JSON.stringify(state);
  useEffect(() => {
    if (words === null) return;
    const mine = {};
    const room = rooms.get(record) ?? { words: new Map(), said: 'null' };
    rooms.set(record, room);
    room.words.set(mine, JSON.parse(words) as JsonObject);
    say(room, record);
    return () => {
      room.words.delete(mine);
      say(room, record);
    };
  }, [record, words]);
}

export interface PresenceView {
  /** The others, this session left out: a person with two windows is there twice. */
  readonly others: readonly Present[];
  /** Says what one is about here, in place of what was said before; null: not here. Needs an `id`. */
  present(state: PresenceState | null): void;
}

/**
 * Who else is at a record, or (without `id`) at any record of a type.
 *
 * With an `id` this session is shown to the others from the mount to the unmount: `options.state` is what it is about
 * (`{}` by default; null: looks on unseen). It renders again only where somebody comes, goes or says something else.
 *
 * @example
 * const { others } = usePresence('Booking', id, { state: { field: 'note' } });
 * return <p>{others.map((other) => other.name).join(', ')}</p>;
 */
export function usePresence(
  type: string,
  id?: string | null,
  options: { state?: PresenceState | null } = {},
): PresenceView {
  const client = useCoterie();
  const record = useRecord(type, id);
  const [own, present] = useState<PresenceState | null | undefined>(undefined);
  const { state = {} } = options;
  usePresent(record, id ? (own === undefined ? state : own) : null);
  const session = useSlice(client.connection, firstConnection, sessionOf);
  const select = useCallback(
    (state: RecordState | ListState) =>
      'others' in state ? state.others : state.presence.filter((entry) => entry.sessionId !== session),
    [session],
  );
  const list = useMemo(() => client.list(type, { pageSize: 1 }), [client, type]);
  const room: Observable<RecordState | ListState> = id ? record : list;
  return useView({ others: useSlice(room, id ? firstRecord : firstList, select), present });
}
