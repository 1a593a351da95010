// What is dangerous about the server's settings, in red on every page of the dashboard.
import { TriangleAlert } from 'lucide-react';
import type { ReactNode } from 'react';
import { Link } from '../../router/Link.js';
import { useAdmin } from '../context.js';
import { usePolled } from '../hooks.js';
import { insecureSettings } from '../insecure.js';

export function InsecureBanner(): ReactNode {
  const { api } = useAdmin();
  const { value } = usePolled((signal) => api.configuration(signal), 60_000, [api]);
  if (value === undefined) return null;
  const dangers = insecureSettings(value, location).filter((warning) => warning.tone === 'danger');
  if (dangers.length === 0) return null;
  return (
    <div className="notice danger bar" role="alert">
      <TriangleAlert size={16} aria-hidden />
      <span className="grow">{dangers.map((warning) => warning.text).join(' ')}</span>
      <Link to="/admin/configuration">Settings</Link>
    </div>
  );
}
