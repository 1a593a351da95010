// A person as a small disc: initials and colour as the server knows them, else made of the name and the id.
import type { CSSProperties, ReactNode } from 'react';

interface DiscProps {
  userId: string;
  name: string;
  initials?: string;
  colour?: string;
}

const initialsOf = (name: string) =>
  name
    .replace(/(\S)\S*\s*/g, '$1')
    .slice(0, 2)
    .toUpperCase();

/** One hue for each id, dark enough for white letters. */
const colourOf = (userId: string) =>
  `hsl(${[...userId].reduce((sum, letter) => (sum * 31 + letter.charCodeAt(0)) % 360, 0)} 55% 32%)`;

export function Disc({ userId, name, initials = initialsOf(name), colour = colourOf(userId) }: DiscProps): ReactNode {
  const style = { '--coterie-person': colour } as CSSProperties;
  return (
    <span className="coterie-disc" role="img" aria-label={name} title={name} style={style}>
      {initials}
    </span>
  );
}
