// A new account.
import { useState } from 'react';
import type { FormEvent, ReactNode } from 'react';
import { Button, Dialog, TextField, toast } from '../../../ui/index.js';
import type { Problem } from '../../api/answer.js';
import { useAdmin } from '../../context.js';
import { RolesField, rolesOf } from './RolesField.js';

interface AddUserProps {
  roles: readonly string[];
  onClose(): void;
  onDone(): void;
}

export function AddUser({ roles: known, onClose, onDone }: AddUserProps): ReactNode {
  const { api } = useAdmin();
  const [roles, setRoles] = useState('');
  const [problem, setProblem] = useState<Problem | null>(null);
  const [busy, setBusy] = useState(false);
  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const id = String(form.get('username')).trim();
    const name = String(form.get('name')).trim();
    setBusy(true);
    const answer = await api.addUser(id, {
      ...(name === '' ? {} : { name }),
      roles: rolesOf(roles),
      password: String(form.get('password')),
    });
    setBusy(false);
    if (!answer.ok) return setProblem(answer.problem);
    toast({ title: `${id} was added` });
    onDone();
    onClose();
  };
  const at = (member: string) => (problem?.member === member ? problem.message : undefined);
  const elsewhere = problem !== null && !['username', 'name', 'password'].includes(problem.member ?? '');
  return (
    <Dialog title="Add user" onClose={onClose}>
      <form className="stack" onSubmit={(event) => void submit(event)}>
        <TextField
          label="User name"
          name="username"
          error={at('username')}
          autoCapitalize="none"
          autoComplete="off"
          maxLength={64}
          autoFocus
          required
        />
        <TextField label="Shown as" name="name" error={at('name')} hint="Empty: the user name." autoComplete="off" />
        <RolesField value={roles} known={known} onChange={setRoles} />
        <TextField
          label="Password"
          name="password"
          type="password"
          autoComplete="new-password"
          minLength={8}
          hint="At least 8 characters. The user can change it."
          error={at('password')}
          required
        />
        {elsewhere && (
          <p role="alert" className="notice danger">
            {problem?.message}
          </p>
        )}
        <div className="foot">
          <Button onClick={onClose}>Cancel</Button>
          <Button kind="primary" type="submit" disabled={busy}>
            Add
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
