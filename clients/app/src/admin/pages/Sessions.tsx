// What users are signed in with; each can be ended.
import { KeyRound } from 'lucide-react';
import { useMemo, useState } from 'react';
import type { ReactNode } from 'react';
import { Badge, Button, Empty, Page } from '../../ui/index.js';
import type { SignInShown } from '../api/types.js';
import { useAdmin } from '../context.js';
import { usePolled } from '../hooks.js';
import { useQuery } from '../../router/router.js';
import { Answer } from '../ui/Answer.js';
import { Confirm } from '../ui/Confirm.js';
import { Limited, limits, type Limit } from '../ui/Limited.js';
import { Agent, FilterBox, matches, UserLink } from '../ui/parts.js';
import { Table, type Column } from '../ui/Table.js';
import { When } from '../ui/When.js';

export function Sessions(): ReactNode {
  const { api } = useAdmin();
  const [words, setWords] = useState(new URLSearchParams(useQuery()).get('userId') ?? '');
  const [limit, setLimit] = useState<Limit>(limits[0]);
  const [ending, setEnding] = useState<SignInShown | null>(null);
  const state = usePolled((signal) => api.sessions({ limit }, signal), 10_000, [api, limit]);
  const columns = useMemo(() => columnsOf(setEnding), []);
  return (
    <Page
      title="Sessions"
      subtitle="What users are signed in with, in one browser or program each"
      actions={<FilterBox label="User, address, program" value={words} onChange={setWords} />}
    >
      <Answer state={state}>
        {({ sessions, total }) => {
          if (total === 0) {
            return (
              <Empty icon={<KeyRound />} title="Nobody is signed in with an account">
                <p>Tokens of development mode and of other issuers make no sessions here.</p>
              </Empty>
            );
          }
          const shown = sessions.filter((one) => matches(words, one.userId, one.address, one.userAgent));
          return (
            <>
              {shown.length === 0 ? (
                <Empty title="No session fits the filter" />
              ) : (
                <Table caption="Sessions" columns={columns} rows={shown} keyOf={(one) => one.id} />
              )}
              <Limited
                noun="session"
                shown={shown.length}
                read={sessions.length}
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
          title={`End this session of ${ending.userId}?`}
          verb="End session"
          done={`A session of ${ending.userId} was ended`}
          act={() => api.endSession(ending.id)}
          onDone={state.refresh}
          onClose={() => setEnding(null)}
        >
          <p>
            {ending.current
              ? 'This is your own session: you will have to sign in again.'
              : 'Its connections close within a second, and its locks are free.'}
          </p>
          <p className="muted">The user can sign in again; to keep somebody out, disable the user.</p>
        </Confirm>
      )}
    </Page>
  );
}

function columnsOf(end: (session: SignInShown) => void): Column<SignInShown>[] {
  return [
    {
      name: 'User',
      cell: (one) => (
        <>
          <UserLink id={one.userId} /> {one.current && <Badge tone="info">you, here</Badge>}
        </>
      ),
      by: (one) => one.userId,
    },
    { name: 'From', cell: (one) => one.address, by: (one) => one.address },
    { name: 'Program', cell: (one) => <Agent text={one.userAgent} />, by: (one) => one.userAgent },
    { name: 'Signed in', cell: (one) => <When at={one.createdAt} />, by: (one) => one.createdAt },
    { name: 'Last seen', cell: (one) => <When at={one.lastSeenAt} />, by: (one) => one.lastSeenAt },
    { name: 'Ends', cell: (one) => <When at={one.expiresAt} />, by: (one) => one.expiresAt },
    {
      name: 'Connected',
      cell: (one) => (one.isActive ? <Badge tone="good">connected</Badge> : <span className="muted">no</span>),
      by: (one) => Number(one.isActive),
    },
    {
      name: 'Actions',
      quiet: true,
      cell: (one) => (
        <Button
          small
          kind="danger"
          onClick={() => end(one)}
          aria-label={`End the session of ${one.userId} from ${one.address}`}
        >
          End
        </Button>
      ),
    },
  ];
}
