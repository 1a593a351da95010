// Who else is here, as initials in their colour.
import type { ReactNode } from 'react';
import { usePresence } from '../index.js';
import { Disc } from './Disc.js';
import { classOf, useTexts } from './texts.js';
import type { Look } from './texts.js';

export interface PresenceAvatarsProps extends Look {
  type: string;
  /** Without it: who is at any record of the type. */
  id?: string;
  /** So many at most; the rest is a number. 5 by default. */
  max?: number;
}

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
      {people.slice(0, max).map((entry) => (
        <li key={entry.userId}>
          <Disc {...entry} name={words.person(entry.userId, entry.name)} />
        </li>
      ))}
      {left > 0 && <li aria-label={words.more(left)}>+{left}</li>}
    </ul>
  );
}
