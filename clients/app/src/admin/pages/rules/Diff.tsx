// Lines that are gone and lines that are new, with two lines around them.
import type { ReactNode } from 'react';
import { diffLines, type DiffLine } from '../../rules/lines.js';

const around = 2;
const marks = { same: ' ', gone: '-', added: '+' } as const;

function nearChange(lines: readonly DiffLine[], at: number): boolean {
  return lines.slice(Math.max(0, at - around), at + around + 1).some((line) => line.kind !== 'same');
}

export function Diff({ before, after, title }: { before: string; after: string; title: string }): ReactNode {
  const lines = diffLines(before, after);
  if (lines.every((line) => line.kind === 'same')) return <p className="muted small">Nothing is different.</p>;
  return (
    <section aria-label={title}>
      <h3>{title}</h3>
      <div className="adm-diff">
        {lines.map((line, at) =>
          nearChange(lines, at) ? (
            <div key={at} className={line.kind}>
              {marks[line.kind]} {line.text}
            </div>
          ) : null,
        )}
      </div>
    </section>
  );
}
