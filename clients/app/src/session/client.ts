// The one place that makes the client and the sign-in: against this page's own server.
import { connect, createAuth } from '@coterie/client';
import type { Auth, Coterie, GetToken } from '@coterie/client';

export const makeAuth = (): Auth => createAuth({ url: location.origin, persist: 'local' });

export const makeClient = (getToken: GetToken): Coterie =>
  connect({ url: location.origin, getToken, preventUnsavedChanges: true, storageName: 'coterie-desk' });
