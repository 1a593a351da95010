// Where the arrows lead within the table.
export interface Place {
  readonly row: number;
  readonly column: number;
}

const clamp = (value: number, most: number) => Math.max(0, Math.min(most, value));

/** Null: the key moves nothing. */
export function moved(key: string, at: Place, rows: number, columns: number, page: number): Place | null {
  const by = (row: number, column: number): Place => ({
    row: clamp(at.row + row, rows - 1),
    column: clamp(at.column + column, columns - 1),
  });
  switch (key) {
    case 'ArrowDown':
      return by(1, 0);
    case 'ArrowUp':
      return by(-1, 0);
    case 'ArrowRight':
      return by(0, 1);
    case 'ArrowLeft':
      return by(0, -1);
    case 'PageDown':
      return by(page, 0);
    case 'PageUp':
      return by(-page, 0);
    case 'Control Home':
      return { row: 0, column: 0 };
    case 'Control End':
      return { row: Math.max(0, rows - 1), column: columns - 1 };
    case 'Home':
      return { row: at.row, column: 0 };
    case 'End':
      return { row: at.row, column: columns - 1 };
    default:
      return null;
  }
}
