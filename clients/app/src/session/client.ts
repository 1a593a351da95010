// The one place that makes the client and the sign-in: against this page's own server.
import type { Auth, AuthOptions, Coterie, CoterieOptions } from '@coterie/client';
import * as library from '@coterie/client';

interface Library {
  connect?(options: CoterieOptions): Coterie;
  createAuth?(options: AuthOptions): Auth;
}
const { connect, createAuth }: Library = library as Library;

export function makeAuth(): Auth | null {
  return createAuth?.({ url: location.origin, persist: 'local' }) ?? null;
}

export function makeClient(getToken: NonNullable<CoterieOptions['getToken']>): Coterie | null {
  return (
    connect?.({ url: location.origin, getToken, preventUnsavedChanges: true, storageName: 'coterie-desk' }) ?? null
  );
}
