// One vehicle of the fleet.
import type { Shown } from '@coterie/client';
import type { LockEntry, PresenceEntry } from '@coterie/protocol';
import { memo } from 'react';
import type { ReactNode } from 'react';
import { Link } from '../../router/Link.js';
import { Avatars, Button } from '../../ui/index.js';
import { cellKey } from '../shared/changes.js';
import type { CellChanges } from '../shared/changes.js';
import { asPerson } from '../shared/people.js';
import type { Vehicle } from '../shared/records.js';
import { Cell } from './Cell.js';
import { CellEditor } from './CellEditor.js';
import type { Action, Column } from './columns.js';

export interface RowActions {
  select(row: number, column: number): void;
  edit(row: number, column: number): void;
  done(move: 'down' | 'right' | 'stay'): void;
  book(id: string): void;
}

interface FleetRowProps {
  row: number;
  item: Shown<Vehicle>;
  columns: readonly Column[];
  template: string;
  does: readonly Action[];
  /** The column that is selected here; -1: none. */
  selected: number;
  editing: boolean;
  changes: CellChanges;
  locks: readonly LockEntry[] | undefined;
  people: readonly PresenceEntry[] | undefined;
  actions: RowActions;
}

export const lockOf = (locks: readonly LockEntry[] | undefined, field: string): LockEntry | undefined =>
  locks?.find((lock) => lock.field === undefined || lock.field === field);

export const FleetRow = memo(function FleetRow(props: FleetRowProps): ReactNode {
  const { row, item, columns, template, does, selected, editing, changes, locks, people, actions } = props;
  const { entityId, data, pending } = item;
  return (
    <div
      className={selected >= 0 ? 'grid-row selected' : 'grid-row'}
      role="row"
      aria-rowindex={row + 2}
      aria-selected={selected >= 0}
      data-id={entityId}
      style={{ gridTemplateColumns: template }}
    >
      {columns.map((column, at) => (
        <div
          key={column.field}
          id={`cell-${row}-${at}`}
          role="gridcell"
          aria-colindex={at + 1}
          aria-readonly={!column.edits}
          data-field={column.field}
          className={cellClass(column, selected === at, editing && selected === at)}
          onMouseDown={() => actions.select(row, at)}
          onDoubleClick={() => actions.edit(row, at)}
        >
          {editing && selected === at ? (
            <CellEditor id={entityId} column={column} value={data[column.field]} onDone={actions.done} />
          ) : (
            <>
              {at === 0 && (
                <>
                  <Avatars people={(people ?? []).map(asPerson)} most={does.length} />
                  {pending && (
                    <span className="pending-dot" title="Not saved yet" role="img" aria-label="Not saved yet" />
                  )}
                </>
              )}
              <Cell
                column={column}
                data={data}
                change={changes.get(cellKey(entityId, column.field))}
                lock={lockOf(locks, column.field)}
              />
            </>
          )}
        </div>
      ))}
      <div className="cell actions" role="presentation">
        {does.map((action, at) => (
          <span
            key={action}
            id={`cell-${row}-${columns.length + at}`}
            role="gridcell"
            aria-colindex={columns.length + at + 1}
            className={selected === columns.length + at ? 'act at' : 'act'}
            onMouseDown={() => actions.select(row, columns.length + at)}
          >
            {action === 'book' ? (
              <Button
                small
                kind="quiet"
                disabled={data.status !== 'ready'}
                onClick={() => actions.book(entityId)}
                tabIndex={-1}
                aria-label={`Book ${data.Name}`}
              >
                Book
              </Button>
            ) : (
              <Link
                to={`/fleet/${encodeURIComponent(entityId)}`}
                className="button quiet small"
                tabIndex={-1}
                aria-label={`Open ${data.Name}`}
              >
                Open
              </Link>
            )}
          </span>
        ))}
      </div>
    </div>
  );
});

function cellClass({ kind, edits }: Column, selected: boolean, editing: boolean): string {
  const number = kind === 'number' || kind === 'stock' || kind === 'year';
  return ['cell', number && 'number', selected && 'at', editing && 'editing', edits && 'edits']
    .filter(Boolean)
    .join(' ');
}
