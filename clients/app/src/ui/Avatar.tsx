// People as small discs: their own colour and initials where the server knows them, else made of the name.
import type { ReactNode } from 'react';

export interface Person {
  id: string;
  name?: string | undefined;
  colour?: string | undefined;
  initials?: string | undefined;
}

const colours = ['#0c6b60', '#8a3ffc', '#b3261e', '#1e5fa8', '#8a5a00', '#a2346f', '#37613b', '#5b4bb5'];

export function colourOf(person: Person): string {
  if (person.colour && /^#[0-9a-f]{3,8}$/i.test(person.colour)) return person.colour;
  let sum = 0;
  for (const letter of person.id) sum = (sum * 31 + (letter.codePointAt(0) ?? 0)) % 9973;
  return colours[sum % colours.length] ?? '#0c6b60';
}

export function initialsOf(person: Person): string {
  if (person.initials) return person.initials;
  const words = (person.name ?? person.id).split(/[^\p{L}\p{N}]+/u).filter(Boolean);
  const letters = words.length > 1 ? `${words[0]?.[0] ?? ''}${words.at(-1)?.[0] ?? ''}` : (words[0] ?? '?').slice(0, 2);
  return letters.toUpperCase();
}

interface AvatarProps {
  person: Person;
  large?: boolean;
  doing?: string;
  /** The name stands beside it, or on the button around it. */
  beside?: boolean;
}

export function Avatar({ person, large, doing, beside }: AvatarProps): ReactNode {
  const words = [person.name ?? person.id, doing].filter(Boolean).join(', ');
  return (
    <span
      className={large ? 'avatar large' : 'avatar'}
      style={{ backgroundColor: colourOf(person) }}
      data-initials={beside ? initialsOf(person) : undefined}
      {...(beside ? { 'aria-hidden': true } : { role: 'img', 'aria-label': words, title: words })}
    >
      {!beside && initialsOf(person)}
    </span>
  );
}

export function Avatars({ people, most = 3 }: { people: readonly (Person & { doing?: string })[]; most?: number }) {
  if (!people.length) return null;
  const more = people.slice(most);
  return (
    <span className="avatars">
      {people.slice(0, most).map(({ doing, ...person }) => (
        <Avatar key={person.id} person={person} {...(doing ? { doing } : {})} />
      ))}
      {more.length > 0 && (
        <span className="avatar more" title={more.map((person) => person.name ?? person.id).join(', ')}>
          +{more.length}
        </span>
      )}
    </span>
  );
}
