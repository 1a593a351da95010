// One account. Every change rests on the version that is shown: where somebody else was faster, nothing is changed, and
// what they changed is told.
import { useState } from 'react';
import type { ReactNode } from 'react';
import { Badge, Button, Dialog, TextField, toast } from '../../../ui/index.js';
import type { Problem } from '../../api/answer.js';
import type { UserChange, UserShown } from '../../api/types.js';
import { useAdmin } from '../../context.js';
import { usePolled } from '../../hooks.js';
import { When } from '../../ui/When.js';
import { differences, userOf, type Difference } from './changed.js';
import { RolesField, rolesOf } from './RolesField.js';

interface EditUserProps {
  user: UserShown;
  roles: readonly string[];
  onClose(): void;
  onDone(): void;
}

interface Stale {
  readonly by: string;
  readonly at: string;
  readonly changes: readonly Difference[];
}

const sameRoles = (one: readonly string[], other: readonly string[]) =>
  [...one].sort().join(' ') === [...other].sort().join(' ');

export function EditUser({ user: given, roles: known, onClose, onDone }: EditUserProps): ReactNode {
  const { api } = useAdmin();
  const [user, setUser] = useState(given);
  const [name, setName] = useState(given.name);
  const [roles, setRoles] = useState(given.roles.join(', '));
  const [password, setPassword] = useState('');
  const [stale, setStale] = useState<Stale | null>(null);
  const [problem, setProblem] = useState<Problem | null>(null);
  const [busy, setBusy] = useState(false);

  /** What was not touched here becomes what it is now: saving must not take back what others did. */
  const follow = (next: UserShown) => {
    if (name === user.name) setName(next.name);
    if (sameRoles(rolesOf(roles), user.roles)) setRoles(next.roles.join(', '));
    setUser(next);
  };
  const change = async (fields: UserChange, done: string) => {
    setBusy(true);
    setProblem(null);
    const answer = await api.changeUser(user.id, user.version, fields);
    setBusy(false);
    if (answer.ok) {
      follow(answer.value);
      setStale(null);
      setPassword('');
      toast({ title: done });
      onDone();
      return;
    }
    const current = answer.problem.status === 409 ? userOf(answer.problem.body.current) : null;
    if (current === null) return setProblem(answer.problem);
    setStale({ by: current.updatedBy, at: current.updatedAt, changes: differences(user, current) });
    follow(current);
    onDone();
  };
  const wanted = rolesOf(roles);
  const fields: UserChange = {
    ...(name !== user.name ? { name } : {}),
    ...(sameRoles(wanted, user.roles) ? {} : { roles: wanted }),
    ...(password === '' ? {} : { password }),
  };
  const dirty = Object.keys(fields).length > 0;
  return (
    <Dialog title={user.id} onClose={onClose}>
      <form
        className="stack"
        onSubmit={(event) => {
          event.preventDefault();
          if (dirty) void change(fields, `${user.id} was changed`);
        }}
      >
        <p className="cluster">
          {user.disabled ? <Badge tone="danger">disabled</Badge> : <Badge tone="good">enabled</Badge>}
          <span className="muted small">
            added <When at={user.createdAt} />, version {user.version}
          </span>
        </p>
        {stale !== null && <StaleNotice stale={stale} dirty={dirty} />}
        <TextField label="Shown as" value={name} onChange={(event) => setName(event.target.value)} />
        <RolesField value={roles} known={known} onChange={setRoles} />
        <TextField
          label="New password"
          type="password"
          autoComplete="new-password"
          minLength={8}
          value={password}
          onChange={(event) => setPassword(event.target.value)}
          hint="Empty: as it is. A new one ends all sessions of this user."
        />
        {problem !== null && (
          <p role="alert" className="notice danger">
            {problem.message}
          </p>
        )}
        <div className="foot">
          <DisableButton user={user} busy={busy} onChange={change} />
          <span className="grow" />
          <Button onClick={onClose}>Close</Button>
          <Button kind="primary" type="submit" disabled={busy || !dirty}>
            Save
          </Button>
        </div>
      </form>
      <Past id={user.id} version={user.version} />
    </Dialog>
  );
}

function StaleNotice({ stale, dirty }: { stale: Stale; dirty: boolean }): ReactNode {
  return (
    <div className="notice warning" role="alert">
      <div>
        <p>
          Not saved: {stale.by || 'somebody'} changed this user <When at={stale.at} />.
        </p>
        {stale.changes.length === 0 && <p>Nothing that is shown here is different.</p>}
        <ul>
          {stale.changes.map(({ what, was, is }) => (
            <li key={what}>
              {what}: <del>{was}</del> <span aria-hidden>→</span> <ins>{is}</ins>
            </li>
          ))}
        </ul>
        {dirty && <p>Look at it, then save again: yours is laid over theirs.</p>}
      </div>
    </div>
  );
}

interface DisableButtonProps {
  user: UserShown;
  busy: boolean;
  onChange(fields: UserChange, done: string): Promise<void>;
}

/** Asks a second time, in place: it puts somebody out within a second. */
function DisableButton({ user, busy, onChange }: DisableButtonProps): ReactNode {
  const [sure, setSure] = useState(false);
  if (user.disabled) {
    return (
      <Button disabled={busy} onClick={() => void onChange({ disabled: false }, `${user.id} may sign in again`)}>
        Enable
      </Button>
    );
  }
  const act = () => {
    if (!sure) return setSure(true);
    setSure(false);
    void onChange({ disabled: true }, `${user.id} was disabled`);
  };
  return (
    <Button kind="danger" disabled={busy} onClick={act} onBlur={() => setSure(false)}>
      {sure ? 'Really? Their connections close at once' : 'Disable'}
    </Button>
  );
}

function Past({ id, version }: { id: string; version: number }): ReactNode {
  const { api } = useAdmin();
  const { value } = usePolled((signal) => api.userHistory(id, signal), 60_000, [api, id, version]);
  if (value === undefined || value.versions.length === 0) return null;
  return (
    <details className="adm-details adm-past">
      <summary>History</summary>
      <ul>
        {value.versions.map((one) => (
          <li key={one.version}>
            {one.change.replaceAll('_', ' ')} by {one.updatedBy || 'the command line'}, <When at={one.updatedAt} />
            <span className="muted small">
              {' '}
              · {one.roles.join(', ') || 'no roles'}
              {one.disabled && ', disabled'}
            </span>
          </li>
        ))}
      </ul>
    </details>
  );
}
