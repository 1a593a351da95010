// A table that sorts by its heads. On a phone each row becomes a small card with the heads beside the values.
import { ArrowDown, ArrowUp } from 'lucide-react';
import { useMemo, useState } from 'react';
import type { ReactNode } from 'react';

export interface Column<Row> {
  readonly name: string;
  readonly cell: (row: Row) => ReactNode;
  /** By what it sorts; absent: it does not. */
  readonly by?: (row: Row) => string | number;
  readonly number?: boolean;
  /** For columns of buttons: the name is for screen readers alone. */
  readonly quiet?: boolean;
}

export interface Order {
  readonly name: string;
  readonly down: boolean;
}

const collator = new Intl.Collator(undefined, { numeric: true });

export function sorted<Row>(
  rows: readonly Row[],
  columns: readonly Column<Row>[],
  order: Order | null,
): readonly Row[] {
  const by = columns.find((column) => column.name === order?.name)?.by;
  if (by === undefined || order === null) return rows;
  const sign = order.down ? -1 : 1;
  return [...rows].sort((left, right) => {
    const [a, b] = [by(left), by(right)];
    return sign * (typeof a === 'number' && typeof b === 'number' ? a - b : collator.compare(String(a), String(b)));
  });
}

/** First as the column is best read (numbers from the largest), then the other way, then as it came. */
export function nextOrder<Row>(column: Column<Row>, order: Order | null): Order | null {
  const first = column.number === true;
  if (order?.name !== column.name) return { name: column.name, down: first };
  return order.down === first ? { name: column.name, down: !first } : null;
}

interface TableProps<Row> {
  caption: string;
  columns: readonly Column<Row>[];
  rows: readonly Row[];
  keyOf(row: Row): string;
  tone?(row: Row): 'muted' | 'warning' | undefined;
}

export function Table<Row>({ caption, columns, rows, keyOf, tone }: TableProps<Row>): ReactNode {
  const [order, setOrder] = useState<Order | null>(null);
  const shown = useMemo(() => sorted(rows, columns, order), [rows, columns, order]);
  return (
    <div className="card table-wrap">
      <table className="table">
        <caption className="hidden-visually">{caption}</caption>
        <thead>
          <tr>
            {columns.map((column) => (
              <Head key={column.name} column={column} order={order} onSort={setOrder} />
            ))}
          </tr>
        </thead>
        <tbody>
          {shown.map((row) => (
            <tr key={keyOf(row)} className={tone?.(row)}>
              {columns.map((column) => (
                <td
                  key={column.name}
                  data-name={column.quiet ? undefined : column.name}
                  className={column.number ? 'number' : column.quiet ? 'actions' : undefined}
                >
                  <div>{column.cell(row)}</div>
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

interface HeadProps<Row> {
  column: Column<Row>;
  order: Order | null;
  onSort(order: Order | null): void;
}

function Head<Row>({ column, order, onSort }: HeadProps<Row>): ReactNode {
  const { name, by, number, quiet } = column;
  const className = number ? 'number' : undefined;
  if (quiet) {
    return (
      <th scope="col">
        <span className="hidden-visually">{name}</span>
      </th>
    );
  }
  if (by === undefined) {
    return (
      <th scope="col" className={className}>
        {name}
      </th>
    );
  }
  const here = order?.name === name ? order : null;
  const sort = here === null ? 'none' : here.down ? 'descending' : 'ascending';
  return (
    <th scope="col" className={className} aria-sort={sort}>
      <button type="button" className="sort" onClick={() => onSort(nextOrder(column, order))}>
        {name}
        {here !== null && (here.down ? <ArrowDown size={13} aria-hidden /> : <ArrowUp size={13} aria-hidden />)}
      </button>
    </th>
  );
}
