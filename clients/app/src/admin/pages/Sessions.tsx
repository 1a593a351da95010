// What users are signed in with; each can be ended.
import { KeyRound } from 'lucide-react';
import type { ReactNode } from 'react';
import { useQuery } from '../../router/router.js';
import { Badge } from '../../ui/index.js';
import type { Column } from '../../ui/index.js';
import type { SignInShown } from '../api/types.js';
import { ListPage, type RowAction } from '../ui/ListPage.js';
import { Agent, UserLink } from '../ui/parts.js';
import { When } from '../ui/When.js';

export const Sessions = (): ReactNode => (
  <ListPage
    title="Sessions"
    subtitle="What users are signed in with, in one browser or program each"
    noun="session"
    looksAt="User, address, program"
    words={new URLSearchParams(useQuery()).get('userId') ?? ''}
    wordsOf={(one) => [one.userId, one.address, one.userAgent]}
    ask={(api, limit, signal) => api.sessions({ limit }, signal)}
    everyMs={10_000}
    rowsOf={({ sessions }) => sessions}
    empty={{
      icon: <KeyRound />,
      title: 'Nobody is signed in with an account',
      text: <p>Tokens of development mode and of other issuers make no sessions here.</p>,
    }}
    columns={columns}
    keyOf={(one) => one.id}
    action={end}
  />
);

const end: RowAction<SignInShown> = {
  verb: 'End session',
  label: (one) => `End session of ${one.userId} from ${one.address}`,
  question: (one) => `End this session of ${one.userId}?`,
  done: (one) => `A session of ${one.userId} was ended`,
  act: (api, one) => api.endSession(one.id),
  about: (one) => (
    <>
      <p>
        {one.current
          ? 'This is your own session: you will have to sign in again.'
          : 'Its connections close within a second, and its locks are free.'}
      </p>
      <p className="muted">The user can sign in again; to keep somebody out, disable the user.</p>
    </>
  ),
};

const columns: readonly Column<SignInShown>[] = [
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
];
