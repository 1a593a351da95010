import { useState } from 'react';
import type { FormEvent } from 'react';
import { AuthProvider, CoterieProvider, useAuth } from '@coterie/react';

function Door() {
  const { status, user, login, logout } = useAuth();
  const [message, say] = useState('');
  const signIn = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const answer = await login(String(form.get('name')), String(form.get('password')));
    say(answer.ok ? '' : answer.message);
  };
  if (status === 'unknown') return null;
  if (user) return <button onClick={() => void logout()}>Sign out {user.name}</button>;
  return (
    <form onSubmit={(event) => void signIn(event)}>
      <input name="name" aria-label="Name" autoComplete="username" />
      <input name="password" aria-label="Password" type="password" autoComplete="current-password" />
      <button>Sign in</button>
      <p role="alert">{message}</p>
    </form>
  );
}

export const App = () => (
  <AuthProvider url="/" persist="local">
    <CoterieProvider url="/">
      <Door />
    </CoterieProvider>
  </AuthProvider>
);
