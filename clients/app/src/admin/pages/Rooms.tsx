// What is being followed, by how many.
import { DoorOpen } from 'lucide-react';
import type { ReactNode } from 'react';
import type { Column } from '../../ui/index.js';
import type { CountedRoom } from '../api/types.js';
import { formatCount } from '../format/numbers.js';
import { ListPage } from '../ui/ListPage.js';
import { RoomName } from '../ui/parts.js';

const kindOf = (room: CountedRoom) =>
  room.entityId !== undefined
    ? 'one record'
    : room.filter !== undefined
      ? 'what a filter lets through'
      : 'all of a type';
const keyOf = (room: CountedRoom) => `${room.entityType}/${room.entityId ?? ''}${JSON.stringify(room.filter ?? '')}`;

const columns: Column<CountedRoom>[] = [
  { name: 'Room', cell: (room) => <RoomName room={room} />, by: keyOf },
  { name: 'What it is', cell: kindOf, by: kindOf },
  { name: 'Sessions', cell: (room) => formatCount(room.sessions), by: (room) => room.sessions, number: true },
];

export const Rooms = (): ReactNode => (
  <ListPage
    title="Rooms"
    subtitle="What sessions follow, the fullest first"
    noun="room"
    looksAt="Type or id"
    wordsOf={(room) => [keyOf(room)]}
    ask={(api, limit, signal) => api.rooms({ limit }, signal)}
    everyMs={5000}
    rowsOf={({ rooms }) => rooms}
    empty={{ icon: <DoorOpen />, title: 'Nobody follows anything' }}
    columns={columns}
    keyOf={keyOf}
  />
);
