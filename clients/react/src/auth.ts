// Who is signed in at the server's own accounts.
import { createAuth } from '@coterie/client';
import type { Auth, AuthOptions, AuthState } from '@coterie/client';
import { createElement, useContext } from 'react';
import type { ReactNode } from 'react';
import { AuthContext, want } from './context.js';
import { idleAuth, firstAuth } from './idle.js';
import { saidBy, useResource } from './lifetime.js';
import { useCalls, useShown } from './observe.js';

/** Either an `auth` that the application has made, or the options to make one. */
export type AuthProviderProps = { children?: ReactNode } & (
  ({ auth: Auth } & { [K in keyof AuthOptions]?: never }) | ({ auth?: never } & AuthOptions)
);

/**
 * Makes signing in known to `useAuth` and to a `CoterieProvider` below it.
 *
 * @example
 * <AuthProvider url="/" persist="local">
 *   <CoterieProvider url="/">
 *     <App />
 *   </CoterieProvider>
 * </AuthProvider>
 */
export function AuthProvider({ children, auth, ...options }: AuthProviderProps): ReactNode {
  want(auth ?? options.url, 'url', 'AuthProvider');
  const made = useResource<Auth>(
    [auth, saidBy(options)],
    () => (auth ? null : createAuth(options as AuthOptions)),
    () => {},
  );
  return createElement(AuthContext.Provider, { value: auth ?? made }, children);
}

type AuthCalls = Omit<Auth, 'get' | 'subscribe'>;

/** What `useAuth` gives: the state of `Auth`, and its calls, which keep their identity. */
export interface AuthView extends AuthState, AuthCalls {}

/**
 * Who is signed in, and how to sign in and out.
 *
 * `status` is `unknown` until it is looked up: show neither the sign-in page nor the application before that. No call
 * throws (but `fetch`, which is that of the browser): a refused `login` is `{ok: false, code, message}`.
 *
 * @throws Error where no `AuthProvider` is above.
 * @example
 * const { status, user, login, logout } = useAuth();
 * const answer = await login('ann', password);
 * if (!answer.ok) setMessage(answer.message);
 */
export function useAuth(): AuthView {
  const found = useContext(AuthContext);
  want(found !== undefined, '<AuthProvider> above', 'AuthProvider');
  const auth = found ?? idleAuth;
  const calls: AuthCalls = useCalls(
    auth,
    'login',
    'logout',
    'getToken',
    'changePassword',
    'updateProfile',
    'firstAdministrator',
    'fetch',
  );
  return useShown<AuthState, AuthView, AuthCalls>(auth, firstAuth, undefined, () => calls);
}
