// Opens the dialog for a conflict that has just come up; one that was put off waits on its page.
import type { Conflict } from '@coterie/client';
import { useConflicts } from '@coterie/react';
import { ConflictDialog } from '@coterie/react/components';
import type { ReactNode } from 'react';
import { toast } from '../../ui/index.js';

export const titleOf = (conflict: Pick<Conflict, 'entityType' | 'current' | 'base'>): string => {
  const data = conflict.current ?? conflict.base ?? {};
  const name = data.Name ?? data.customer;
  return typeof name === 'string' ? `Two changes to ${name}` : `Two changes to one ${conflict.entityType}`;
};

export function ConflictHost(): ReactNode {
  return (
    <ConflictDialog
      conflicts={useConflicts()}
      title={titleOf}
      onResolve={async (conflict, decision) => {
        const result = await conflict.resolve(decision);
        if (result.ok) toast({ title: 'Decided' });
        return result;
      }}
    />
  );
}
