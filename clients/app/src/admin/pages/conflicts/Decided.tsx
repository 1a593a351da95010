// A conflict that was decided: what there was to choose from, and who chose.
import { getAt } from '@coterie/protocol';
import type { JsonObject } from '@coterie/protocol';
import { useMemo } from 'react';
import type { ReactNode } from 'react';
import { Badge, Table } from '../../../ui/index.js';
import type { Column } from '../../../ui/index.js';
import type { StoredConflict } from '../../api/adminApi.js';
import { shown } from '../../format/values.js';

const valueAt = (document: JsonObject | null, path: string) => shown(document ? getAt(document, path) : undefined);

export function Decided({ conflict }: { conflict: StoredConflict }): ReactNode {
  const { message, state, decidedBy, resolution, fields, base, baseUnavailable, current, yours, userId } = conflict;
  const columns = useMemo<Column<string>[]>(
    () => [
      { name: 'Field', cell: (path) => <code>{path}</code> },
      { name: 'Before', cell: (path) => (baseUnavailable ? 'not kept' : valueAt(base, path)) },
      { name: 'As it stands', cell: (path) => valueAt(current, path) },
      { name: `As ${userId} wanted it`, cell: (path) => valueAt(yours, path) },
    ],
    [base, baseUnavailable, current, yours, userId],
  );
  return (
    <div className="stack">
      <p>{message}</p>
      <p>
        <Badge>{state}</Badge> by {decidedBy ?? 'somebody'}
        {resolution !== undefined && `: ${typeof resolution === 'string' ? resolution : 'field by field'}`}
      </p>
      <Table caption="Fields of the conflict" columns={columns} rows={Object.keys(fields)} keyOf={(path) => path} />
    </div>
  );
}
