// "changed 2 minutes ago by Ann", and whether what is shown is up to date.
import type { Entity } from '@coterie/protocol';
import { CloudOff } from 'lucide-react';
import type { ReactNode } from 'react';
import { Ago, Badge } from '../../ui/index.js';
import { Name } from './people.js';

export function LastChange({ of }: { of: Pick<Entity, 'updatedAt' | 'updatedBy'> }): ReactNode {
  return (
    <span className="muted small nowrap">
      changed <Ago at={of.updatedAt} /> by <Name of={of.updatedBy} />
    </span>
  );
}

export function StaleMark({ stale }: { stale: boolean }): ReactNode {
  if (!stale) return null;
  return (
    <Badge tone="warning">
      <CloudOff size={12} /> as last seen
    </Badge>
  );
}
