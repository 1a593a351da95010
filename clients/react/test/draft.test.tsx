import { fireEvent, screen } from '@testing-library/react';
import { memo } from 'react';
import type { Draft } from '@coterie/client';
import { expect, test } from 'vitest';
import { useDraft, useField } from '../src/index.js';
import { openDesk, probe } from './support/desk.js';

const note = { op: 'update', entityType: 'Booking', entityId: '42' } as const;

function Form() {
  const draft = useDraft('Booking', '42');
  return <input aria-label="Note" {...draft.field('note').input} />;
}

test('what is typed is shown at once, sent once after the pause, and reaches the server', async () => {
  const desk = openDesk();
  await desk.show(<Form />);
  const input = screen.getByLabelText<HTMLInputElement>('Note');
  expect(input.value).toBe('old');

  for (const value of ['n', 'ne', 'new']) fireEvent.change(input, { target: { value } });
  expect(input.value).toBe('new');
  await desk.advance(1500);

  expect(desk.server.record('Booking', '42')).toMatchObject({ version: 2, data: { note: 'new' } });
});

test('a remote change moves a clean field and never one that is being typed', async () => {
  const desk = openDesk();
  const draft = probe(() => useDraft('Booking', '42'));
  await desk.show(draft.element);
  draft.last.field('note').onChange('mine');

  await desk.edit('ben', { ...note, set: { note: 'theirs', price: 12 } });

  expect(draft.last.field('price').value).toBe(12);
  expect(draft.last.field('note')).toMatchObject({ value: 'mine', remoteChanged: true, remote: { value: 'theirs' } });
});

test('leaving the page sends what waits', async () => {
  const desk = openDesk();
  const page = await desk.show(<Form />);
  fireEvent.change(screen.getByLabelText('Note'), { target: { value: 'last words' } });
  page.unmount();
  await desk.settle();
  expect(desk.server.record('Booking', '42')).toMatchObject({ data: { note: 'last words' } });
});

test('a field that another has locked says so', async () => {
  const desk = openDesk();
  await desk.show(<Form />);
  await desk.ben.record('Booking', '42').lock('note');
  await desk.settle();
  expect(screen.getByLabelText<HTMLInputElement>('Note').readOnly).toBe(true);
});

test('a field with a component of its own renders again only where it changes', async () => {
  const desk = openDesk();
  const renders = { note: 0, price: 0 };
  const Field = memo(function Field({ source, path }: { source: Draft; path: 'note' | 'price' }) {
    const field = useField(source, path);
    renders[path]++;
    return <input aria-label={path} {...field.input} />;
  });
  function Both() {
    const { source } = useDraft('Booking', '42');
    return (
      <>
        <Field source={source} path="note" />
        <Field source={source} path="price" />
      </>
    );
  }
  await desk.show(<Both />);
  const before = { ...renders };
  fireEvent.change(screen.getByLabelText('note'), { target: { value: 'new' } });
  expect(renders.note).toBeGreaterThan(before.note);
  expect(renders.price).toBe(before.price);
});

test('another id is another editing, and what waited of the first is sent', async () => {
  const desk = openDesk();
  const Note = ({ id }: { id: string }) => <input aria-label="Note" {...useDraft('Booking', id).field('note').input} />;
  const page = await desk.show(<Note id="42" />);
  fireEvent.change(screen.getByLabelText('Note'), { target: { value: 'of 42' } });
  page.again(<Note id="43" />);
  await desk.settle();
  expect(screen.getByLabelText<HTMLInputElement>('Note').value).toBe('second');
  expect(desk.server.record('Booking', '42')).toMatchObject({ data: { note: 'of 42' } });
  expect(desk.server.record('Booking', '43')).toMatchObject({ version: 1 });
});

test('a conflict of the draft is decided from it, and the field is saved', async () => {
  const desk = openDesk();
  const draft = probe(() => useDraft('Booking', '42'));
  await desk.show(draft.element);
  draft.last.field('note').onChange('mine');
  await desk.edit('ben', { ...note, set: { note: 'theirs' } });
  await desk.advance(1500);
  expect(draft.last).toMatchObject({ saveState: 'conflict', conflict: { fields: { note: 'clash' } } });

  const ended = draft.last.resolve('use-mine');
  await desk.settle();
  expect(await ended).toMatchObject({ ok: true });
  expect(draft.last).toMatchObject({ conflict: null, dirty: [] });
  expect(desk.server.record('Booking', '42')).toMatchObject({ data: { note: 'mine' } });
});

test('a choice is sent at once, and a number stays one', async () => {
  const desk = openDesk();
  function Choices() {
    const draft = useDraft('Booking', '42');
    const price = draft.field('price');
    const insured = draft.field('insured');
    return (
      <>
        <input aria-label="Price" type="number" {...price.input} />
        <input aria-label="Insured" type="checkbox" checked={insured.value === true} onChange={insured.onChange} />
      </>
    );
  }
  await desk.show(<Choices />);
  fireEvent.change(screen.getByLabelText('Price'), { target: { value: '12.5' } });
  fireEvent.click(screen.getByLabelText('Insured'));
  await desk.settle();
  expect(desk.server.record('Booking', '42')?.data).toMatchObject({ insured: true, price: 10 });
  await desk.advance(1500);
  expect(desk.server.record('Booking', '42')?.data).toMatchObject({ insured: true, price: 12.5 });
});
