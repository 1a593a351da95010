// Gives the components below one client: one that the application has made, or one connected here.
import { connect } from '@coterie/client';
import type { Auth, AuthState, Coterie, CoterieOptions, GetToken } from '@coterie/client';
import { createElement, useContext, useRef } from 'react';
import type { ReactNode } from 'react';
import { AuthContext, CoterieContext, want } from './context.js';
import { firstAuth, idle, idleAuth } from './idle.js';
import { saidBy, useLatest, useLayout, useResource } from './lifetime.js';
import { useSlice } from './observe.js';

interface CommonProps {
  children?: ReactNode;
  /**
   * Names who is signed in, for a sign-in of your own: any text that is another for another person; null or left out:
   * nobody. When it changes, the token is taken anew, and nothing of the one before is shown any more.
   */
  identity?: string | null | undefined;
}

/** Either a `client`, which stays the application's to close, or the options of `connect`. */
export type CoterieProviderProps = CommonProps &
  (({ client: Coterie } & { [K in keyof CoterieOptions]?: never }) | ({ client?: never } & CoterieOptions));

/** A page that is left and opened again at once (a route, a hot reload) keeps its connection. */
const closeAfterMs = 1000;

/**
 * Makes one client known to every hook below.
 *
 * With options it connects when it stands on the page and closes one second after it has gone; mounted twice by
 * StrictMode it still connects once, on a server never. Options are those of `connect`; one that says something else
 * makes a new connection, but `getToken` may be another function at each render: where it may give
 * another person's token, say by `identity` who that is. Without `getToken`, below an `AuthProvider`, the signed-in
 * user's token is taken, and who that is is known. Another person, or nobody, empties the cache, never the queue.
 *
 * @throws TypeError where there is neither `client` nor a `url` that is one.
 * @example
 * <CoterieProvider url="https://desk.example" getToken={fetchToken}>
 *   <App />
 * </CoterieProvider>
 */
export function CoterieProvider(props: CoterieProviderProps): ReactNode {
  const { children, client, identity = null, ...options } = props;
  const { environment } = options;
  want(client ?? options.url, 'url', 'CoterieProvider');
  const latest = useLatest(options.getToken);
  const auth = useContext(AuthContext);
  const signIn = client || options.getToken ? undefined : auth;
  const getToken: GetToken = (why) => (latest.current ?? signIn?.getToken)?.(why) ?? null;
  const made = useResource<Coterie>(
    [client, signIn, saidBy(options)],
    () =>
      client || signIn === null
        ? null
        : connect({ ...(options as CoterieOptions), ...((options.getToken || signIn) && { getToken }) }),
    (old) => void old.close(),
    (work) => environment?.setTimer?.(work, closeAfterMs) ?? setTimeout(work, closeAfterMs),
  );
  const shown = client ?? made ?? idle;
  const signedIn = useSlice<AuthState, string | null>(signIn ?? idleAuth, firstAuth, whoIn);
  useIdentity(signIn ? signedIn : identity, signIn, shown);
  return createElement(CoterieContext.Provider, { value: shown }, children);
}

const whoIn = ({ status, user }: AuthState): string | null => (status === 'unknown' ? null : status + user?.id);

/** Tells the client, before the browser paints, when somebody else is meant than before, or nobody. */
function useIdentity(now: string | null, signIn: Auth | null | undefined, client: Coterie): void {
  const last = useRef(now);
  useLayout(() => {
    const before = last.current;
    last.current = now;
    if (before === now) return;
    if (!signIn) client.authChanged({ wipe: before !== null });
    else if (before !== null) client.authChanged(signIn.get());
  }, [now, signIn, client]);
}
