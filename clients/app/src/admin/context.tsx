// What every page of the dashboard asks with, and what they all show of the server's settings.
import { createContext, useContext, useMemo } from 'react';
import type { ReactNode } from 'react';
import { useSession } from '../session/context.js';
import { adminApi, type AdminApi } from './api/adminApi.js';
import { browserClock } from './poll/clock.js';
import { Sampler } from './metrics/sampler.js';

export interface Admin {
  readonly api: AdminApi;
  /** The figures of the last quarter of an hour: they go on while one looks at another page. */
  readonly sampler: Sampler;
}

const AdminContext = createContext<Admin | null>(null);

export function AdminProvider({ children }: { children?: ReactNode }): ReactNode {
  const session = useSession();
  const admin = useMemo<Admin>(() => {
    const api = adminApi((path, init) => session.fetch(path, init));
    return { api, sampler: new Sampler(api, browserClock) };
  }, [session]);
  return <AdminContext.Provider value={admin}>{children}</AdminContext.Provider>;
}

export function useAdmin(): Admin {
  const admin = useContext(AdminContext);
  if (admin === null) throw new Error('useAdmin needs an <AdminProvider> above it.');
  return admin;
}
