// Which rows of a long table stand in its window: all have one height, so that it is a division.
export interface RowWindow {
  readonly first: number;
  /** Behind the last. */
  readonly end: number;
  readonly above: number;
  readonly height: number;
}

const spareRows = 8;

export function rowWindow(scrollTop: number, height: number, row: number, count: number, spare = spareRows): RowWindow {
  const first = Math.max(0, Math.min(count, Math.floor(scrollTop / row) - spare));
  const end = Math.min(count, Math.ceil((scrollTop + height) / row) + spare);
  return { first, end: Math.max(first, end), above: first * row, height: count * row };
}

export interface Box {
  readonly top: number;
  readonly height: number;
}
type Scrolled = Pick<Element, 'scrollTop' | 'clientHeight'>;

/** Where the window is, by steps of half of the spare rows: in between there is nothing to draw anew. */
export function boxAt(old: Box, { scrollTop, clientHeight }: Scrolled, row: number): Box {
  const step = (spareRows / 2) * row;
  const top = Math.floor(scrollTop / step) * step;
  return old.top === top && old.height === clientHeight ? old : { top, height: clientHeight };
}

/** How far to scroll so that the row can be seen below a head of `head` pixels; null: it can. */
export function scrollFor(at: number, scrollTop: number, height: number, row: number, head: number): number | null {
  const top = at * row;
  if (top < scrollTop) return top;
  if (top + row > scrollTop + height - head) return top + row - height + head;
  return null;
}
