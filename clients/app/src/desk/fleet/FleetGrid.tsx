// The table of the fleet: only the rows in its window are there, however many there are; moved in by keyboard.
import type { Shown } from '@coterie/client';
import { useConnection } from '@coterie/react';
import { ArrowDown, ArrowUp } from 'lucide-react';
import { useCallback, useEffect, useLayoutEffect, useMemo, useRef, useState } from 'react';
import type { KeyboardEvent, ReactNode } from 'react';
import type { Holder } from '@coterie/protocol';
import { navigate } from '../../router/router.js';
import { useCellChanges } from '../shared/changes.js';
import { LockedDialog } from '../shared/LockedDialog.js';
import type { WhoIsWhere } from '../shared/people.js';
import { titled } from '../shared/records.js';
import type { Vehicle } from '../shared/records.js';
import { actionsIn, columnsIn, templateOf } from './columns.js';
import { FleetRow, lockOf } from './FleetRow.js';
import type { RowActions } from './FleetRow.js';
import { moved } from './moves.js';
import type { Place } from './moves.js';
import { boxAt, rowWindow, scrollFor } from './rows.js';
import { useRoom } from './useRoom.js';

const rowHeight = 38;
const headHeight = 34;

interface FleetGridProps {
  items: readonly Shown<Vehicle>[];
  total: number | undefined;
  hasMore: boolean;
  loadMore(): void;
  sort: string;
  onSort(field: string): void;
  where: WhoIsWhere;
  onBook(id: string): void;
}

export function FleetGrid({ items, total, hasMore, loadMore, sort, onSort, where, onBook }: FleetGridProps): ReactNode {
  const root = useRef<HTMLDivElement>(null);
  const [box, setBox] = useState({ top: 0, height: 700 });
  const look = useCallback(() => {
    const element = root.current;
    if (element) setBox((old) => boxAt(old, element, rowHeight));
  }, []);
  const [at, setAt] = useState<Place>({ row: 0, column: 0 });
  const [editing, setEditing] = useState<string | null>(null);
  const [locked, setLocked] = useState<{ id: string; field: string; holder: Holder } | null>(null);
  const me = useConnection((connection) => connection.user?.id);
  const changes = useCellChanges(items, me);
  const room = useRoom();
  const shownColumns = useMemo(() => columnsIn(room), [room]);
  const does = actionsIn(room);
  const template = templateOf(shownColumns, does);
  // The actions behind the values are cells to the keyboard.
  const cells = shownColumns.length + does.length;
  const { first, end, above, height } = rowWindow(box.top, box.height, rowHeight, items.length);

  useLayoutEffect(() => {
    const element = root.current;
    if (!element) return;
    const observer = new ResizeObserver(look);
    observer.observe(element);
    return () => observer.disconnect();
  }, [look]);
  useEffect(() => {
    if (hasMore && end > items.length - 40) loadMore();
  }, [hasMore, end, items.length, loadMore]);

  const go = useCallback((place: Place) => {
    setAt(place);
    const element = root.current;
    const top = element && scrollFor(place.row, element.scrollTop, element.clientHeight, rowHeight, headHeight);
    if (element && top !== null) element.scrollTop = top;
  }, []);
  const latest = useRef({ items, at, where, shownColumns, cells });
  latest.current = { items, at, where, shownColumns, cells };

  const edit = useCallback((row: number, column: number) => {
    const { items: all, where: now, shownColumns: shown } = latest.current;
    const item = all[row];
    const { field, edits } = shown[column] ?? {};
    if (!item || !field || !edits) return;
    const lock = lockOf(now.locks.get(item.entityId), field);
    if (lock) setLocked({ id: item.entityId, field, holder: lock.holder });
    else setEditing(item.entityId);
  }, []);
  const actions = useMemo<RowActions>(
    () => ({
      select: (row, column) => {
        const { at: now } = latest.current;
        if (now.row !== row || now.column !== column) setEditing(null);
        setAt({ row, column });
      },
      edit,
      done: (move) => {
        setEditing(null);
        root.current?.focus({ preventScroll: true });
        const { at: now, items: all, cells: across } = latest.current;
        const key = move === 'down' ? 'ArrowDown' : move === 'right' ? 'ArrowRight' : '';
        const next = moved(key, now, all.length, across, 1);
        if (next) go(next);
      },
      book: onBook,
    }),
    [edit, go, onBook],
  );

  const onKeyDown = (event: KeyboardEvent) => {
    if (event.target !== root.current) return;
    const page = Math.max(1, Math.floor((box.height - headHeight) / rowHeight) - 1);
    const key = event.ctrlKey ? `Control ${event.key}` : event.key;
    const next = moved(key, at, items.length, cells, page);
    const item = items[at.row];
    const open = () => item && navigate(`/fleet/${encodeURIComponent(item.entityId)}`);
    const action = does[at.column - shownColumns.length];
    if (next) go(next);
    else if (key === ' ' || (key === 'Enter' && action === 'open')) open();
    else if (key === 'Enter' && action === 'book') item?.data.status === 'ready' && onBook(item.entityId);
    else if (key === 'Enter' || key === 'F2') edit(at.row, at.column);
    else return;
    event.preventDefault();
  };
  return (
    <>
      <div
        ref={root}
        className="grid"
        role="grid"
        aria-label="Fleet. Arrows move, Enter edits or does, Space opens."
        aria-rowcount={total ?? items.length}
        aria-colcount={cells}
        aria-activedescendant={items.length ? `cell-${at.row}-${at.column}` : undefined}
        tabIndex={0}
        onKeyDown={onKeyDown}
        onScroll={look}
      >
        <div className="grid-head" role="row" style={{ gridTemplateColumns: template }}>
          {shownColumns.map(({ field, kind }) => (
            <div
              key={field}
              role="columnheader"
              className={kind === 'number' || kind === 'stock' || kind === 'year' ? 'head-cell number' : 'head-cell'}
              aria-sort={sort === field ? 'ascending' : sort === `-${field}` ? 'descending' : 'none'}
            >
              <button type="button" onClick={() => onSort(field)}>
                {titled(field)}
                {sort === field && <ArrowUp size={12} />}
                {sort === `-${field}` && <ArrowDown size={12} />}
              </button>
            </div>
          ))}
          <div role="columnheader" className="head-cell" aria-colspan={cells - shownColumns.length}>
            <span className="hidden-visually">Actions</span>
          </div>
        </div>
        <div className="grid-rows" role="rowgroup" style={{ height }}>
          <div style={{ transform: `translateY(${above}px)` }} role="presentation">
            {items.slice(first, end).map((item, offset) => (
              <FleetRow
                key={item.entityId}
                row={first + offset}
                item={item}
                columns={shownColumns}
                template={template}
                does={does}
                selected={first + offset === at.row ? at.column : -1}
                editing={editing === item.entityId}
                changes={changes}
                locks={where.locks.get(item.entityId)}
                people={where.people.get(item.entityId)}
                actions={actions}
              />
            ))}
          </div>
        </div>
      </div>
      {locked && (
        <LockedDialog
          type="Vehicle"
          id={locked.id}
          field={locked.field}
          holder={locked.holder}
          onClose={() => setLocked(null)}
          onTaken={() => {
            setLocked(null);
            setEditing(locked.id);
          }}
        />
      )}
    </>
  );
}
