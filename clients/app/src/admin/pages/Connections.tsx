// Who is connected: from where, by what, how far behind; with the way to disconnect.
import { PlugZap } from 'lucide-react';
import { useMemo, useState } from 'react';
import type { ReactNode } from 'react';
import { Badge, Button, Empty, Page } from '../../ui/index.js';
import type { ConnectionShown } from '../api/types.js';
import { useAdmin } from '../context.js';
import { formatBytes, formatCount, plural } from '../format/numbers.js';
import { usePolled } from '../hooks.js';
import { isBehind } from '../metrics/figures.js';
import { Answer } from '../ui/Answer.js';
import { Confirm } from '../ui/Confirm.js';
import { Agent, FilterBox, matches, RoomName, Since, UserLink } from '../ui/parts.js';
import { Limited, limits, type Limit } from '../ui/Limited.js';
import { Table, type Column } from '../ui/Table.js';

export function Connections(): ReactNode {
  const { api } = useAdmin();
  const [words, setWords] = useState('');
  const [limit, setLimit] = useState<Limit>(limits[0]);
  const [ending, setEnding] = useState<ConnectionShown | null>(null);
  const state = usePolled((signal) => api.connections({ limit }, signal), 5000, [api, limit]);
  const columns = useMemo(() => columnsOf(setEnding), []);
  return (
    <Page
      title="Connections"
      subtitle="WebSockets and event streams, the newest first"
      actions={<FilterBox label="User, address, program, room" value={words} onChange={setWords} />}
    >
      <Answer state={state}>
        {({ connections, total }) => {
          const shown = connections.filter((one) =>
            matches(words, one.userId, one.name, one.address, one.userAgent, one.sessionId, roomText(one)),
          );
          if (total === 0) return <Empty icon={<PlugZap />} title="Nobody is connected" />;
          return (
            <>
              {shown.length === 0 && <Empty title="No connection fits the filter" />}
              {shown.length > 0 && (
                <Table
                  caption="Connections"
                  columns={columns}
                  rows={shown}
                  keyOf={(one) => one.sessionId}
                  tone={(one) => (isBehind(one) ? 'warning' : undefined)}
                />
              )}
              <Limited
                noun="connection"
                shown={shown.length}
                read={connections.length}
                total={total}
                limit={limit}
                onLimit={setLimit}
              />
            </>
          );
        }}
      </Answer>
      {ending !== null && (
        <Confirm
          title={`Disconnect ${ending.name}?`}
          verb="Disconnect"
          done={`${ending.name} was disconnected`}
          act={() => api.disconnect(ending.sessionId)}
          onDone={state.refresh}
          onClose={() => setEnding(null)}
        >
          <p>
            Session <code>{ending.sessionId}</code> of {ending.userId}, from {ending.address}.
          </p>
          <p className="muted">
            The program comes back a little later as a new session, and what was not sent yet is sent then. To keep
            somebody out, disable the user.
          </p>
        </Confirm>
      )}
    </Page>
  );
}

const roomText = (one: ConnectionShown) =>
  one.rooms.map((room) => `${room.entityType} ${room.entityId ?? ''}`).join(' ');

function Rooms({ connection }: { connection: ConnectionShown }): ReactNode {
  const { rooms } = connection;
  if (rooms.length === 0) return <span className="muted">none</span>;
  return (
    <details className="adm-details">
      <summary>{plural(rooms.length, 'room')}</summary>
      <ul>
        {rooms.map((room, at) => (
          <li key={at}>
            <RoomName room={room} />
          </li>
        ))}
      </ul>
    </details>
  );
}

function State({ connection }: { connection: ConnectionShown }): ReactNode {
  if (!connection.live) return <Badge tone="warning">catching up</Badge>;
  if (isBehind(connection)) return <Badge tone="warning">slow</Badge>;
  return <Badge tone="good">live</Badge>;
}

function columnsOf(end: (connection: ConnectionShown) => void): Column<ConnectionShown>[] {
  return [
    { name: 'User', cell: (one) => <UserLink id={one.userId} name={one.name} />, by: (one) => one.userId },
    { name: 'From', cell: (one) => <span className="number">{one.address}</span>, by: (one) => one.address },
    {
      name: 'Program',
      cell: (one) => (
        <>
          <Agent text={one.userAgent} />{' '}
          <span className="muted small">{one.transport === 'sse' ? 'event stream' : 'WebSocket'}</span>
        </>
      ),
      by: (one) => one.userAgent,
    },
    {
      name: 'For',
      cell: (one) => <Since at={one.connectedAt} />,
      by: (one) => one.connectedAt,
    },
    { name: 'Rooms', cell: (one) => <Rooms connection={one} />, by: (one) => one.rooms.length },
    { name: 'Queued', cell: (one) => formatBytes(one.queuedBytes), by: (one) => one.queuedBytes, number: true },
    {
      name: 'Position',
      cell: (one) => <span title={`${plural(one.inFlight, 'request')} under way`}>{formatCount(one.seq)}</span>,
      by: (one) => one.seq,
      number: true,
    },
    { name: 'State', cell: (one) => <State connection={one} />, by: (one) => Number(one.live) },
    {
      name: 'Actions',
      quiet: true,
      cell: (one) => (
        <Button small kind="danger" onClick={() => end(one)} aria-label={`Disconnect ${one.name} (${one.sessionId})`}>
          Disconnect
        </Button>
      ),
    },
  ];
}
