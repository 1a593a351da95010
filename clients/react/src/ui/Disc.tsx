// A person as a small disc: initials and colour as the server knows them, else the initials of the name.
import type { CSSProperties, ReactNode } from 'react';

interface DiscProps {
  name: string;
  initials?: string;
  colour?: string;
}

const initialsOf = (name: string) =>
  name
    .replace(/(\S)\S*\s*/g, '$1')
    .slice(0, 2)
    .toUpperCase();

export function Disc({ name, initials = initialsOf(name), colour }: DiscProps): ReactNode {
  const style = { '--coterie-person': colour } as CSSProperties;
  return (
    <span className="coterie-disc" role="img" aria-label={name} title={name} style={style}>
      {initials}
    </span>
  );
}
