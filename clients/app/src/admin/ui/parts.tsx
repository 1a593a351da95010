// Small things that several pages show.
import type { ReactNode } from 'react';
import type { Filter } from '@coterie/protocol';
import { Link } from '../../router/Link.js';
import { exactTime } from '../format/times.js';
import { shortAgent } from '../format/agents.js';
import { useNow } from '../../ui/index.js';

export function Agent({ text }: { text: string }): ReactNode {
  return <span title={text === '' ? undefined : text}>{shortAgent(text)}</span>;
}

interface RoomNameProps {
  room: { entityType: string; entityId?: string; filter?: Filter };
}

export function RoomName({ room }: RoomNameProps): ReactNode {
  const name = room.entityId === undefined ? room.entityType : `${room.entityType}/${room.entityId}`;
  return (
    <span className="adm-room">
      {name}
      {room.filter !== undefined && <code className="muted"> {JSON.stringify(room.filter)}</code>}
    </span>
  );
}

/** A user's name leads to what they did. */
export function UserLink({ id, name }: { id: string; name?: string }): ReactNode {
  if (id === '') return <span className="muted">nobody</span>;
  return (
    <Link to={`/admin/activity?userId=${encodeURIComponent(id)}`} title={`What ${id} did`} className="adm-user">
      {name !== undefined && name !== id ? `${name} (${id})` : id}
    </Link>
  );
}

export function matches(words: string, ...texts: (string | undefined)[]): boolean {
  const all = texts.join(' ').toLowerCase();
  return words
    .toLowerCase()
    .split(/\s+/)
    .every((word) => all.includes(word));
}

/** How long something has been going on: "for 5 minutes". */
export function Since({ at }: { at: string }): ReactNode {
  const seconds = Math.max(0, (useNow() - Date.parse(at)) / 1000);
  const [days, hours, minutes] = [seconds / 86_400, (seconds / 3600) % 24, (seconds / 60) % 60].map(Math.floor);
  const words = days ? `${days} d ${hours} h` : hours ? `${hours} h ${minutes} min` : `${minutes} min`;
  return (
    <time dateTime={at} title={exactTime(at)}>
      {seconds < 60 ? 'under a minute' : words}
    </time>
  );
}
