// Signing in: with an account, or by a name at a server for development.
import { useEffect, useState } from 'react';
import type { FormEvent, ReactNode } from 'react';
import { Link } from '../router/Link.js';
import { Button, Skeleton, TextField } from '../ui/index.js';
import { Gate } from './Gate.js';
import { useSession, useSessionState } from './context.js';
import { signInOptions } from './options.js';
import type { SignInOptions } from './options.js';

export function SignIn(): ReactNode {
  const { reason } = useSessionState();
  const [options, setOptions] = useState<SignInOptions | null>(null);
  useEffect(() => {
    document.title = 'Sign in · Coterie';
    let gone = false;
    void signInOptions().then((found) => gone || setOptions(found));
    return () => void (gone = true);
  }, []);
  return (
    <Gate title="Sign in">
      {reason && <p role="alert">{reason} What you had not saved is kept.</p>}
      {!options && <Skeleton lines={4} />}
      {options?.dev && <NameForm />}
      {options?.dev && options.accounts && <p className="muted small">or with an account:</p>}
      {options?.accounts && <AccountForm first={!options.dev} />}
      {options?.firstAdministrator && (
        <p className="small">
          This server has no users yet. <Link to="/first-administrator">Make the first administrator</Link>
        </p>
      )}
    </Gate>
  );
}

/** What a token can carry. */
const goodName = /^[A-Za-z0-9][A-Za-z0-9._~-]{0,63}$/;

function NameForm(): ReactNode {
  const session = useSession();
  const [name, setName] = useState('');
  const [error, setError] = useState('');
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (goodName.test(name.trim())) session.signInAs(name.trim());
    else setError('Letters, digits and . _ ~ - only, beginning with a letter or digit.');
  };
  return (
    <form className="stack" onSubmit={submit}>
      <TextField
        label="Your name"
        name="name"
        value={name}
        onChange={(event) => setName(event.target.value)}
        hint="This server is for development: any name signs in, as an administrator."
        error={error}
        autoComplete="username"
        autoCapitalize="none"
        autoFocus
        required
      />
      <Button kind="primary" type="submit">
        Enter
      </Button>
    </form>
  );
}

function AccountForm({ first }: { first: boolean }): ReactNode {
  const session = useSession();
  const [error, setError] = useState('');
  const [busy, setBusy] = useState(false);
  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    setBusy(true);
    setError('');
    const answer = await session.login(String(form.get('username')), String(form.get('password')));
    setBusy(false);
    if (!answer.ok) setError(answer.message);
  };
  return (
    <form className="stack" onSubmit={(event) => void submit(event)}>
      <TextField
        label="User name"
        name="username"
        autoComplete="username"
        autoCapitalize="none"
        autoFocus={first}
        required
      />
      <TextField
        label="Password"
        name="password"
        type="password"
        autoComplete="current-password"
        error={error}
        required
      />
      <Button kind={first ? 'primary' : 'plain'} type="submit" disabled={busy}>
        {busy ? 'Signing in' : 'Sign in'}
      </Button>
    </form>
  );
}
