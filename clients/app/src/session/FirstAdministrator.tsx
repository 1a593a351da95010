// The first user of a server that has none, by the token that it printed at its start.
import { useEffect, useState } from 'react';
import type { FormEvent, ReactNode } from 'react';
import { Link } from '../router/Link.js';
import { Button, TextField } from '../ui/index.js';
import { Gate } from './Gate.js';
import { useSession } from './context.js';

export function FirstAdministrator(): ReactNode {
  const session = useSession();
  const [error, setError] = useState('');
  const [busy, setBusy] = useState(false);
  useEffect(() => {
    document.title = 'First administrator · Coterie';
  }, []);
  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const value = (name: string) => String(form.get(name)).trim();
    setBusy(true);
    setError('');
    const answer = await session.firstAdministrator(value('token'), value('username'), String(form.get('password')));
    setBusy(false);
    if (!answer.ok) setError(answer.message);
  };
  return (
    <Gate title="First administrator">
      <form className="stack" onSubmit={(event) => void submit(event)}>
        <TextField
          label="Token"
          name="token"
          hint="The server printed it when it started, and it works once."
          autoComplete="off"
          autoFocus
          required
        />
        <TextField label="User name" name="username" autoComplete="username" autoCapitalize="none" required />
        <TextField
          label="Password"
          name="password"
          type="password"
          autoComplete="new-password"
          minLength={8}
          hint="At least 8 characters."
          error={error}
          required
        />
        <Button kind="primary" type="submit" disabled={busy}>
          Make the administrator
        </Button>
      </form>
      <p className="small">
        <Link to="/sign-in">Back to signing in</Link>
      </p>
    </Gate>
  );
}
