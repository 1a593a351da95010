// Who is signed in, and the way out.
import { LogOut } from 'lucide-react';
import type { ReactNode } from 'react';
import { useSession, useSessionState } from '../session/context.js';
import { Avatar, Menu, MenuItem } from '../ui/index.js';

export function UserMenu(): ReactNode {
  const session = useSession();
  const { user, dev } = useSessionState();
  if (!user) return null;
  return (
    <Menu label={`Signed in as ${user.name}`} button={<Avatar person={user} beside />} className="button quiet icon">
      <p className="word">
        <strong>{user.name}</strong>
        <br />
        <span className="muted">{dev ? 'by name alone (development)' : user.roles.join(', ') || 'no roles'}</span>
      </p>
      <MenuItem onSelect={() => void session.signOut()}>
        <LogOut size={16} /> Sign out
      </MenuItem>
    </Menu>
  );
}
