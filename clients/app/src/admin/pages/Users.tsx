// Who may sign in: add, disable, give roles, set a password, end sessions.
import { UserPlus, Users as UsersIcon } from 'lucide-react';
import { useMemo, useState } from 'react';
import type { ReactNode } from 'react';
import { Avatar, Badge, Button, Page, SearchBox } from '../../ui/index.js';
import { Link } from '../../router/Link.js';
import type { UserShown } from '../api/types.js';
import { useAdmin } from '../context.js';
import { usePages } from '../hooks.js';
import { PagedAnswer } from '../ui/PagedAnswer.js';
import { matches } from '../ui/parts.js';
import { Table, type Column } from '../../ui/Table.js';
import { When } from '../ui/When.js';
import { AddUser } from './users/AddUser.js';
import { EditUser } from './users/EditUser.js';

export function Users(): ReactNode {
  const { api } = useAdmin();
  const [words, setWords] = useState('');
  const [adding, setAdding] = useState(false);
  const [editing, setEditing] = useState<UserShown | null>(null);
  const list = usePages<UserShown>(
    async (cursor, limit, signal) => {
      const answer = await api.users({ limit, ...(cursor === undefined ? {} : { cursor }) }, signal);
      if (!answer.ok) return answer;
      const { users, ...rest } = answer.value;
      return { ok: true, value: { items: users, ...rest } };
    },
    (user) => user.id,
    { pageSize: 100, everyMs: 15_000 },
    [api],
  );
  const columns = useMemo(() => columnsOf(setEditing), []);
  const roles = useMemo(() => [...new Set(list.items.flatMap((user) => user.roles))].sort(), [list.items]);
  const again = () => void list.refresh();
  return (
    <Page
      title="Users"
      subtitle="Accounts of this server"
      actions={
        <div className="cluster">
          <SearchBox label="Name or role" value={words} onChange={setWords} />
          <Button kind="primary" onClick={() => setAdding(true)}>
            <UserPlus size={16} aria-hidden /> Add user
          </Button>
        </div>
      }
    >
      <PagedAnswer
        list={list}
        noun={['user', 'users']}
        empty={{
          icon: <UsersIcon />,
          title: 'There are no accounts yet',
          text: <p>People of another issuer, and of development mode, need none.</p>,
        }}
      >
        {(users) => (
          <Table
            caption="Users"
            columns={columns}
            rows={users.filter((user) => matches(words, user.id, user.name, ...user.roles))}
            keyOf={(user) => user.id}
            tone={(user) => (user.disabled ? 'muted' : undefined)}
          />
        )}
      </PagedAnswer>
      {adding && <AddUser roles={roles} onClose={() => setAdding(false)} onDone={again} />}
      {editing !== null && (
        <EditUser key={editing.id} user={editing} roles={roles} onClose={() => setEditing(null)} onDone={again} />
      )}
    </Page>
  );
}

export function RoleList({ roles }: { roles: readonly string[] }): ReactNode {
  if (roles.length === 0) return <span className="muted">none</span>;
  return (
    <span className="cluster">
      {roles.map((role) => (
        <Badge key={role} {...(role === 'admin' ? { tone: 'info' as const } : {})}>
          {role}
        </Badge>
      ))}
    </span>
  );
}

function columnsOf(edit: (user: UserShown) => void): Column<UserShown>[] {
  return [
    {
      name: 'User',
      cell: (user) => (
        <span className="adm-person">
          <Avatar person={user} beside />
          <span>
            {user.name}
            {user.name !== user.id && <span className="muted"> {user.id}</span>}
          </span>
        </span>
      ),
      by: (user) => user.id,
    },
    { name: 'Roles', cell: (user) => <RoleList roles={user.roles} />, by: (user) => user.roles.join(' ') },
    {
      name: 'State',
      cell: (user) => (user.disabled ? <Badge tone="danger">disabled</Badge> : <Badge tone="good">enabled</Badge>),
      by: (user) => Number(user.disabled),
    },
    {
      name: 'Last sign-in',
      cell: (user) => (user.lastLoginAt ? <When at={user.lastLoginAt} /> : <span className="muted">never</span>),
      by: (user) => user.lastLoginAt ?? '',
    },
    {
      name: 'Changed',
      cell: (user) => (
        <>
          <When at={user.updatedAt} /> <span className="muted small">by {user.updatedBy || 'the command line'}</span>
        </>
      ),
      by: (user) => user.updatedAt,
    },
    {
      name: 'Actions',
      quiet: true,
      cell: (user) => (
        <span className="cluster">
          <Link to={`/admin/sessions?userId=${encodeURIComponent(user.id)}`} className="button quiet small">
            Sessions
          </Link>
          <Button small onClick={() => edit(user)} aria-label={`Edit ${user.id}`}>
            Edit
          </Button>
        </span>
      ),
    },
  ];
}
