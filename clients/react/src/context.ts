// What the providers hand down.
import { createContext, useContext } from 'react';
import type { Auth, Coterie } from '@coterie/client';

export const CoterieContext = createContext<Coterie | null>(null);
/** Undefined: no AuthProvider; null: it has not begun yet. */
export const AuthContext = createContext<Auth | null | undefined>(undefined);

/**
 * Says what to write where something is missing. (An environment variable that is not set would look like a server
 * that does not answer, for ever.)
 */
export function want(value: unknown, what: string, provider: string): asserts value {
  if (!value)
    throw new TypeError(`No ${what}: write <${provider} url="https://...">, or url="/" for this page's origin.`);
}

/**
 * The client of the nearest `CoterieProvider`, for what has no hook of its own.
 *
 * During the very first render, and on a server, it is a stand-in that shows the beginning of everything and ends
 * every call as `failed` with `not_connected`; from the first effect on it is the client.
 *
 * @throws Error where no `CoterieProvider` is above.
 * @example
 * const coterie = useCoterie();
 * const add = () => coterie.create('Booking', { client: 'c7', status: 'open' });
 */
export function useCoterie(): Coterie {
  const client = useContext(CoterieContext);
  want(client, '<CoterieProvider> above', 'CoterieProvider');
  return client;
}
