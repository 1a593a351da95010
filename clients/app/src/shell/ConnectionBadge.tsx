// How the connection is, in a word; quiet while all is well.
import type { ConnectionStateName } from '@coterie/client';
import { useConnection } from '@coterie/react';
import { CloudOff, Loader, Radio, TriangleAlert } from 'lucide-react';
import type { ReactNode } from 'react';
import { Badge, Button } from '../ui/index.js';

const words: {
  [state in ConnectionStateName]: [tone: 'good' | 'warning' | 'danger' | 'info', text: string, icon: ReactNode];
} = {
  live: ['good', 'Live', <Radio key="live" size={13} />],
  connecting: ['info', 'Connecting', <Loader key="connecting" size={13} />],
  'catching-up': ['info', 'Catching up', <Loader key="catching-up" size={13} />],
  offline: ['warning', 'Offline', <CloudOff key="offline" size={13} />],
  'needs-auth': ['danger', 'Sign in again', <TriangleAlert key="needs-auth" size={13} />],
  stopped: ['danger', 'Stopped', <TriangleAlert key="stopped" size={13} />],
};

export function ConnectionBadge(): ReactNode {
  const { state, reason, retryNow } = useConnection();
  const [tone, text, icon] = words[state];
  return (
    <span className="cluster" data-connection={state}>
      <span role="status" title={reason}>
        <Badge tone={tone}>
          {icon} {text}
        </Badge>
      </span>
      {state === 'offline' && (
        <Button small onClick={retryNow}>
          Retry
        </Button>
      )}
    </span>
  );
}
