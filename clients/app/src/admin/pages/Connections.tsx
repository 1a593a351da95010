// Who is connected: from where, by what, how far behind; with the way to disconnect.
import { PlugZap } from 'lucide-react';
import type { ReactNode } from 'react';
import { Badge } from '../../ui/index.js';
import type { Column } from '../../ui/index.js';
import type { ConnectionShown } from '../api/types.js';
import { formatBytes, formatCount, plural } from '../format/numbers.js';
import { isBehind } from '../metrics/figures.js';
import { ListPage, type RowAction } from '../ui/ListPage.js';
import { Agent, RoomName, Since, UserLink } from '../ui/parts.js';

export const Connections = (): ReactNode => (
  <ListPage
    title="Connections"
    subtitle="WebSockets and event streams, the newest first"
    noun="connection"
    looksAt="User, address, program, room"
    wordsOf={(one) => [one.userId, one.name, one.address, one.userAgent, one.sessionId, roomText(one)]}
    ask={(api, limit, signal) => api.connections({ limit }, signal)}
    everyMs={5000}
    rowsOf={({ connections }) => connections}
    empty={{ icon: <PlugZap />, title: 'Nobody is connected' }}
    columns={columns}
    keyOf={(one) => one.sessionId}
    tone={(one) => (isBehind(one) ? 'warning' : undefined)}
    action={disconnect}
  />
);

const disconnect: RowAction<ConnectionShown> = {
  verb: 'Disconnect',
  label: (one) => `Disconnect ${one.name} (${one.sessionId})`,
  question: (one) => `Disconnect ${one.name}?`,
  done: (one) => `${one.name} was disconnected`,
  act: (api, one) => api.disconnect(one.sessionId),
  about: (one) => (
    <>
      <p>
        Session <code>{one.sessionId}</code> of {one.userId}, from {one.address}.
      </p>
      <p className="muted">
        The program comes back a little later as a new session, and what was not sent yet is sent then. To keep somebody
        out, disable the user.
      </p>
    </>
  ),
};

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

const columns: readonly Column<ConnectionShown>[] = [
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
];
