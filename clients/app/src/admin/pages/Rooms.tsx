// What is being followed, by how many.
import { DoorOpen } from 'lucide-react';
import { useState } from 'react';
import type { ReactNode } from 'react';
import { Empty, Page } from '../../ui/index.js';
import type { CountedRoom } from '../api/types.js';
import { useAdmin } from '../context.js';
import { formatCount } from '../format/numbers.js';
import { usePolled } from '../hooks.js';
import { Answer } from '../ui/Answer.js';
import { Limited, limits, type Limit } from '../ui/Limited.js';
import { FilterBox, matches, RoomName } from '../ui/parts.js';
import { Table, type Column } from '../ui/Table.js';

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

export function Rooms(): ReactNode {
  const { api } = useAdmin();
  const [words, setWords] = useState('');
  const [limit, setLimit] = useState<Limit>(limits[0]);
  const state = usePolled((signal) => api.rooms({ limit }, signal), 5000, [api, limit]);
  return (
    <Page
      title="Rooms"
      subtitle="What sessions follow, the fullest first"
      actions={<FilterBox label="Type or id" value={words} onChange={setWords} />}
    >
      <Answer state={state}>
        {({ rooms, total }) => {
          if (total === 0) return <Empty icon={<DoorOpen />} title="Nobody follows anything" />;
          const shown = rooms.filter((room) => matches(words, keyOf(room)));
          return (
            <>
              {shown.length === 0 ? (
                <Empty title="No room fits the filter" />
              ) : (
                <Table caption="Rooms" columns={columns} rows={shown} keyOf={keyOf} />
              )}
              <Limited
                noun="room"
                shown={shown.length}
                read={rooms.length}
                total={total}
                limit={limit}
                onLimit={setLimit}
              />
            </>
          );
        }}
      </Answer>
    </Page>
  );
}
