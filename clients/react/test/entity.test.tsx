import type { RecordState } from '@coterie/client';
import { expect, test } from 'vitest';
import { useEntity } from '../src/index.js';
import { openDesk, probe } from './support/desk.js';

test('a record is shown live, and an edit of another arrives', async () => {
  const desk = openDesk();
  const booking = probe(() => useEntity('Booking', '42'));
  await desk.show(booking.element);
  expect(booking.last).toMatchObject({ status: 'live', version: 1, data: { note: 'old' } });

  await desk.edit('ben', { op: 'update', entityType: 'Booking', entityId: '42', set: { note: 'new' } });

  expect(booking.last).toMatchObject({ version: 2, data: { note: 'new' }, lastChange: { userId: 'ben' } });
});

test('a selector renders again only where its slice changes', async () => {
  const desk = openDesk();
  const note = probe(() =>
    useEntity('Booking', '42', (state: RecordState<{ note: string }>) => ({ note: state.data?.note })),
  );
  await desk.show(note.element);
  const before = note.renders;
  const shown = note.last;

  await desk.edit('ben', { op: 'update', entityType: 'Booking', entityId: '42', set: { price: 11 } });
  expect(note.renders).toBe(before);
  expect(note.last).toBe(shown);

  await desk.edit('ben', { op: 'update', entityType: 'Booking', entityId: '42', set: { note: 'new' } });
  expect(note.last).toEqual({ note: 'new' });
  // StrictMode renders each change twice.
  expect(note.renders).toBe(before + 2);
});

test('an edit is shown at once, and its call ends in one result', async () => {
  const desk = openDesk();
  const booking = probe(() => useEntity('Booking', '42'));
  await desk.show(booking.element);

  const ended = booking.last.set({ note: 'mine' });
  await desk.settle();

  expect(booking.last.data).toMatchObject({ note: 'mine' });
  expect(await ended).toMatchObject({ ok: true, status: 'committed' });
});

test('the calls of a record keep their identity over its changes', async () => {
  const desk = openDesk();
  const booking = probe(() => useEntity('Booking', '42'));
  await desk.show(booking.element);
  const { set, update } = booking.last;
  await desk.edit('ben', { op: 'update', entityType: 'Booking', entityId: '42', set: { price: 11 } });
  expect(booking.last.set).toBe(set);
  expect(booking.last.update).toBe(update);
});

test('without an id there is nothing yet, and calls end as refused', async () => {
  const desk = openDesk();
  const booking = probe(() => useEntity('Booking', null));
  await desk.show(booking.element);
  expect(booking.last).toMatchObject({ status: 'loading', data: null });
  expect(await booking.last.set({ note: 'x' })).toMatchObject({ ok: false, status: 'failed', code: 'no_id' });
});

test('presence and the field that has the focus are told to the others, and end with the component', async () => {
  const desk = openDesk();
  const booking = probe(() => useEntity('Booking', '42', { presence: true, draft: true }));
  const page = await desk.show(booking.element);
  const seen = desk.ben.record('Booking', '42');
  const stop = seen.subscribe(() => {});
  await desk.settle();
  expect(seen.get().others).toMatchObject([{ userId: 'ann', state: {} }]);

  booking.last.draft.field('note').onFocus();
  await desk.advance(200);
  expect(seen.get().others).toMatchObject([{ userId: 'ann', state: { field: 'note' } }]);

  page.unmount();
  await desk.advance(200);
  expect(seen.get().others).toEqual([]);
  stop();
});
