// What became of a user while somebody looked at an older version.
import type { UserShown } from '../../api/types.js';

export interface Difference {
  readonly what: string;
  readonly was: string;
  readonly is: string;
}

const texts: [what: string, of: (user: UserShown) => string][] = [
  ['Shown as', (user) => user.name],
  ['Roles', (user) => [...user.roles].sort().join(', ') || 'none'],
  ['State', (user) => (user.disabled ? 'disabled' : 'enabled')],
  ['Colour', (user) => user.colour],
  ['Initials', (user) => user.initials],
];

export function differences(looked: UserShown, current: UserShown): Difference[] {
  return texts
    .map(([what, of]) => ({ what, was: of(looked), is: of(current) }))
    .filter((difference) => difference.was !== difference.is);
}

export function userOf(value: unknown): UserShown | null {
  const user = value as Partial<UserShown> | null | undefined;
  return typeof user?.id === 'string' && typeof user.version === 'number' && Array.isArray(user.roles)
    ? (user as UserShown)
    : null;
}
