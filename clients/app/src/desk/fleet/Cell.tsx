// One cell of the fleet: its value, who holds it, and a soft flash when somebody else has changed it.
import type { LockEntry } from '@coterie/protocol';
import { Lock } from 'lucide-react';
import type { ReactNode } from 'react';
import { exactly } from '../../ui/index.js';
import type { CellChange } from '../shared/changes.js';
import { personOf } from '../shared/people.js';
import { shown } from '../shared/records.js';
import type { Vehicle } from '../shared/records.js';
import { Status } from '../shared/values.js';
import type { Column } from './columns.js';

interface CellProps {
  column: Column;
  data: Vehicle;
  change: CellChange | undefined;
  lock: LockEntry | undefined;
}

export function Cell({ column, data, change, lock }: CellProps): ReactNode {
  const said = change && `${personOf(change.by).name ?? change.by} changed this, ${exactly(change.at)}`;
  return (
    <span className="cell-value" title={said}>
      {change && <span key={change.turn} className="flash" data-flash={change.by} />}
      <span className="clip">{content(column, data)}</span>
      {change && (
        <span key={`by ${change.turn}`} className="changed-by" aria-live="off">
          {personOf(change.by).name ?? change.by}
        </span>
      )}
      {lock && (
        <span className="held-by" title={`${lock.holder.name ?? lock.holder.userId} is editing this`}>
          <Lock size={12} aria-hidden /> {lock.holder.name ?? lock.holder.userId}
        </span>
      )}
    </span>
  );
}

const figures = new Intl.NumberFormat('en', { maximumFractionDigits: 2 });

function content(column: Column, data: Vehicle): ReactNode {
  const value = data[column.field];
  if (column.kind === 'stock') {
    return (
      <span className={Number(data.available) > 0 ? undefined : 'none-left'}>
        {shown(data.available)} <span className="muted">of {shown(data.units)}</span>
      </span>
    );
  }
  if (column.kind === 'year') return String(value ?? '').slice(0, 4);
  if (column.kind === 'choice') return <Status of={value} />;
  if (typeof value === 'number') return figures.format(value);
  return column.kind === 'text' && !value ? '' : shown(value);
}
