// Where one can go.
import { Bell, CalendarRange, Car, Gauge, GitMerge, Users } from 'lucide-react';
import type { ReactNode } from 'react';
import { Link } from '../router/Link.js';
import { useIsAdmin } from '../session/context.js';

interface Place {
  to: string;
  name: string;
  icon: ReactNode;
  count?: number;
}

export function Rail({ conflicts, unread }: { conflicts: number; unread: number }): ReactNode {
  const admin = useIsAdmin();
  const places: Place[] = [
    { to: '/fleet', name: 'Fleet', icon: <Car size={18} /> },
    { to: '/bookings', name: 'Bookings', icon: <CalendarRange size={18} /> },
    { to: '/conflicts', name: 'Conflicts', icon: <GitMerge size={18} />, count: conflicts },
    { to: '/notifications', name: 'Notices', icon: <Bell size={18} />, count: unread },
    { to: '/people', name: 'People', icon: <Users size={18} /> },
  ];
  return (
    <nav className="rail" aria-label="Pages">
      <Link to="/fleet" className="brand">
        <img src="/icon.svg" alt="" /> Coterie
      </Link>
      {places.map(({ to, name, icon, count }) => (
        <Link key={to} to={to} section className="place">
          {icon} {name}
          {count ? (
            <span className="count">
              {count}
              <span className="hidden-visually"> waiting</span>
            </span>
          ) : null}
        </Link>
      ))}
      <span className="space" />
      {admin && (
        <Link to="/admin" section className="place">
          <Gauge size={18} /> Operations
        </Link>
      )}
    </nav>
  );
}
