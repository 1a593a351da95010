// What the providers hand down.
import { createContext, useContext } from 'react';
import type { Auth, Coterie } from '@coterie/client';

export const CoterieContext = createContext<Coterie | null>(null);
/** Undefined: no AuthProvider; null: it has not begun yet. */
export const AuthContext = createContext<Auth | null | undefined>(undefined);

/** Where a provider is missing. */
export const missing = (name: string): Error =>
  new Error(`No <${name}> above this: put <${name} url="https://..."> around it.`);

/** An environment variable that is not set would look like a server that does not answer, for ever. */
export function wantUrl(name: string, url: unknown): void {
  if (!url)
    throw new TypeError(
      `<${name}> has no url: write <${name} url="https://..."> or, for this page's own origin, url="/".`,
    );
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
  if (!client) throw missing('CoterieProvider');
  return client;
}
