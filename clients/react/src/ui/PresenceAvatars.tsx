// Who else is here, as initials in their colour.
import type { CSSProperties, ReactNode } from 'react';
import type { PresenceEntry } from '@coterie/protocol';
import { usePresence } from '../index.js';
import { classOf, useTexts } from './texts.js';
import type { Look } from './texts.js';

export interface PresenceAvatarsProps extends Look {
  type: string;
  /** Without it: who is at any record of the type. */
  id?: string;
  /** So many at most; the rest is a number. 5 by default. */
  max?: number;
}

const initialsOf = (entry: PresenceEntry, name: string) =>
  entry.initials ??
  name
    .split(/\s+/, 2)
    .map((word) => word.charAt(0).toUpperCase())
    .join('');

/**
 * The others at a record, each once however many windows they have.
 *
 * @example
 * <PresenceAvatars type="Booking" id={id} />
 */
export function PresenceAvatars({ type, id, max = 5, className, texts }: PresenceAvatarsProps): ReactNode {
  const words = useTexts(texts);
  const { others } = usePresence(type, id);
  const people = [...new Map(others.map((entry) => [entry.userId, entry])).values()];
  const left = people.length - max;
  return (
    <ul className={classOf('avatars', className)} aria-label={words.people}>
      {people.slice(0, max).map((entry) => {
        const name = words.person(entry.userId, entry.name);
        const style = entry.colour ? ({ '--coterie-person': entry.colour } as CSSProperties) : undefined;
        return (
          <li key={entry.userId} style={style} title={name}>
            <span role="img" aria-label={name}>
              {initialsOf(entry, name)}
            </span>
          </li>
        );
      })}
      {left > 0 && <li aria-label={words.more(left)}>+{left}</li>}
    </ul>
  );
}
