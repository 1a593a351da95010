import { describe, expect, it } from 'vitest';
import { moved } from '../../src/desk/fleet/moves.js';
import { boxAt, rowWindow, scrollFor } from '../../src/desk/fleet/rows.js';
import { optionsOf, plainView, queryOf, searchOf, sortedBy, viewOf } from '../../src/desk/fleet/view.js';

describe('The rows in the window', () => {
  it('are few, however many there are', () => {
    const { first, end, above, height } = rowWindow(100_000, 760, 38, 5000);
    expect(end - first).toBeLessThan(40);
    expect(first * 38).toBe(above);
    expect(height).toBe(190_000);
    expect(first * 38).toBeLessThanOrEqual(100_000);
    expect(end * 38).toBeGreaterThanOrEqual(100_760);
  });
  it('end where the list does', () => {
    expect(rowWindow(0, 760, 38, 3)).toMatchObject({ first: 0, end: 3 });
    expect(rowWindow(5000, 760, 38, 3)).toMatchObject({ first: 3, end: 3 });
  });
  it('are drawn anew after some rows of scrolling only, and are there wherever it is scrolled to in between', () => {
    const box = boxAt({ top: 0, height: 400 }, { scrollTop: 38 * 6, clientHeight: 400 }, 38);
    expect(box.top).toBeLessThanOrEqual(38 * 6);
    for (let scrollTop = box.top; boxAt(box, { scrollTop, clientHeight: 400 }, 38) === box; scrollTop += 1) {
      const { first, end } = rowWindow(box.top, box.height, 38, 5000);
      expect(first * 38).toBeLessThanOrEqual(scrollTop);
      expect(end * 38).toBeGreaterThanOrEqual(scrollTop + 400);
    }
    expect(boxAt(box, { scrollTop: box.top, clientHeight: 500 }, 38)).toEqual({ top: box.top, height: 500 });
  });
  it('are scrolled to only where they cannot be seen', () => {
    expect(scrollFor(5, 0, 400, 38, 34)).toBeNull();
    expect(scrollFor(2, 200, 400, 38, 34)).toBe(76);
    expect(scrollFor(20, 0, 400, 38, 34)).toBe(20 * 38 + 38 - 400 + 34);
  });
});

describe('The arrows', () => {
  it('move by one and stop at the edges', () => {
    expect(moved('ArrowDown', { row: 0, column: 0 }, 3, 4, 10)).toEqual({ row: 1, column: 0 });
    expect(moved('ArrowDown', { row: 2, column: 0 }, 3, 4, 10)).toEqual({ row: 2, column: 0 });
    expect(moved('ArrowLeft', { row: 2, column: 0 }, 3, 4, 10)).toEqual({ row: 2, column: 0 });
    expect(moved('PageDown', { row: 0, column: 1 }, 30, 4, 10)).toEqual({ row: 10, column: 1 });
    expect(moved('End', { row: 1, column: 1 }, 30, 4, 10)).toEqual({ row: 1, column: 3 });
  });
  it('leave other keys alone', () => {
    expect(moved('a', { row: 0, column: 0 }, 3, 4, 10)).toBeNull();
  });
});

describe('The view in the address', () => {
  it('comes back as it was', () => {
    const view = { search: 'ford & co', status: 'ready', origin: 'USA', left: true, sort: '-dailyRate' };
    expect(viewOf(queryOf(view))).toEqual(view);
    expect(queryOf(plainView)).toBe('');
  });
  it('becomes the filter and the order of a list', () => {
    expect(optionsOf({ ...plainView, status: 'ready', left: true })).toEqual({
      sort: 'Name',
      filter: { status: 'ready', available: { $gte: 1 } },
    });
    expect(optionsOf(plainView)).toEqual({ sort: 'Name' });
  });
  it('finds words that are still being typed, and searches for nothing that is no word', () => {
    expect(searchOf('ford pin')).toBe('ford pin*');
    expect(searchOf('ford*')).toBe('ford*');
    expect(searchOf(' & ')).toBe('');
  });
  it('turns the order round at the second click', () => {
    expect(sortedBy('Name', 'dailyRate')).toBe('dailyRate');
    expect(sortedBy('dailyRate', 'dailyRate')).toBe('-dailyRate');
    expect(sortedBy('-dailyRate', 'dailyRate')).toBe('dailyRate');
  });
});
