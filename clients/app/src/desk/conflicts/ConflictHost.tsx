// Opens the dialog for a conflict that has just come up; one that was put off waits on its page.
import type { Conflict } from '@coterie/client';
import { useConflicts } from '@coterie/react';
import { useState } from 'react';
import type { ReactNode } from 'react';
import { toast } from '../../ui/index.js';
import { ConflictDialog } from './ConflictDialog.js';

export const titleOf = (conflict: Pick<Conflict, 'entityType' | 'current' | 'base'>): string => {
  const data = conflict.current ?? conflict.base ?? {};
  const name = data.Name ?? data.customer;
  return typeof name === 'string' ? `Two changes to ${name}` : `Two changes to one ${conflict.entityType}`;
};

export function ConflictHost(): ReactNode {
  const conflicts = useConflicts();
  const [later, setLater] = useState<ReadonlySet<string>>(new Set());
  const next = conflicts.find(({ key }) => !later.has(key));
  if (!next) return null;
  return (
    <ConflictDialog
      key={next.key}
      conflict={next}
      title={titleOf(next)}
      onDecide={async (decision) => {
        const result = await next.resolve(decision);
        if (result.ok) toast({ title: 'Decided' });
        return result;
      }}
      onLater={() => setLater(new Set([...later, next.key]))}
    />
  );
}
