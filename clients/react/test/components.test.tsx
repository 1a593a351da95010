import type { Conflict, Decision } from '@coterie/client';
import { cleanup, fireEvent, render, screen, within } from '@testing-library/react';
import { userEvent } from '@testing-library/user-event';
import { useState } from 'react';
import { expect, test, vi } from 'vitest';
import {
  ConflictDialog,
  ConnectionBadge,
  HistoryPanel,
  LockableField,
  PresenceAvatars,
  SyncStatus,
  TextsProvider,
} from '../src/components.js';
import { useConflicts, useDraft } from '../src/index.js';
import { openDesk } from './support/desk.js';

const edit42 = { op: 'update', entityType: 'Booking', entityId: '42' } as const;

const conflictOf = (
  resolve: Conflict['resolve'] = async () => ({ ok: false, status: 'cancelled', message: '' }),
): Conflict => ({
  key: 'c1',
  since: 0,
  entityType: 'Booking',
  entityId: '42',
  mutationId: 'm1',
  opIndex: 0,
  message: 'Ben changed note.',
  baseVersion: 1,
  currentVersion: 2,
  base: { note: 'old', price: 10 },
  current: { note: 'theirs', price: 10 },
  yours: { note: 'mine', price: 12 },
  fields: { note: 'clash', price: 'yours' },
  merged: { note: 'theirs', price: 12 },
  changedBy: [{ version: 2, userId: 'ben', timestamp: '2026-11-23T04:00:00.000Z' }],
  resolve,
  dismiss: () => {},
});

function Deciding({ onResolve }: { onResolve?: (conflict: Conflict, decision: Decision) => void }) {
  const [conflicts, show] = useState<readonly Conflict[]>([]);
  return (
    <>
      <button onClick={() => show([conflictOf()])}>Edit</button>
      <ConflictDialog
        conflicts={conflicts}
        onResolve={(conflict, decision) => {
          show([]);
          onResolve?.(conflict, decision);
        }}
      />
    </>
  );
}

async function openDialog(onResolve?: (conflict: Conflict, decision: Decision) => void) {
  const desk = openDesk();
  const keys = userEvent.setup();
  await desk.show(<Deciding {...(onResolve ? { onResolve } : {})} />);
  screen.getByText('Edit').focus();
  await keys.keyboard('{Enter}');
  return { dialog: screen.getByRole('dialog'), keys };
}

test('a conflict is decided by keyboard alone, and the focus goes back to where it was', async () => {
  const decided = vi.fn();
  const { dialog, keys } = await openDialog(decided);
  expect(dialog.contains(document.activeElement)).toBe(true);

  within(dialog).getByRole('radio', { name: 'note, Theirs: theirs' }).focus();
  await keys.keyboard('{ArrowRight}{ArrowRight}');
  expect(within(dialog).getByRole<HTMLInputElement>('radio', { name: 'note, Yours: mine' }).checked).toBe(true);
  within(dialog).getByRole('button', { name: 'Save these choices' }).focus();
  await keys.keyboard('{Enter}');

  expect(decided).toHaveBeenCalledWith(expect.objectContaining({ key: 'c1' }), { note: 'mine', price: 12 });
  expect(screen.queryByRole('dialog')).toBeNull();
  expect(document.activeElement).toBe(screen.getByText('Edit'));
});

test('another value may be typed, and stays of the kind that stood there', async () => {
  const decided = vi.fn();
  const { dialog, keys } = await openDialog(decided);
  await keys.type(within(dialog).getByLabelText('price, Another value'), '15');
  await keys.click(within(dialog).getByText('Save these choices'));
  expect(decided).toHaveBeenCalledWith(expect.anything(), { price: 15 });
});

test('Escape asks before it leaves choices, and they are still there afterwards', async () => {
  const { dialog, keys } = await openDialog();
  await keys.click(within(dialog).getByRole('radio', { name: 'note, Yours: mine' }));

  fireEvent(dialog, new Event('cancel', { cancelable: true }));
  expect(within(dialog).getByRole('alert').textContent).toBe('Your choices are not saved.');
  expect(document.activeElement).toBe(within(dialog).getByText('Go on deciding'));

  await keys.click(within(dialog).getByText('Go on deciding'));
  expect(within(dialog).getByRole<HTMLInputElement>('radio', { name: 'note, Yours: mine' }).checked).toBe(true);
});

test('Escape without a choice leaves the conflict for later', async () => {
  const { dialog } = await openDialog();
  fireEvent(dialog, new Event('cancel', { cancelable: true }));
  expect(screen.queryByRole('dialog')).toBeNull();
});

test('a table has heads for its rows and columns, and the dialog a name', async () => {
  const { dialog } = await openDialog();
  expect(screen.getByRole('dialog', { name: 'Somebody else has changed this' })).toBe(dialog);
  expect(
    within(dialog)
      .getAllByRole('columnheader')
      .map((head) => head.textContent),
  ).toEqual(['Field', 'Theirs', 'Before', 'Yours', 'Another value']);
  expect(
    within(dialog)
      .getAllByRole('rowheader')
      .map((head) => head.textContent),
  ).toEqual(['noteyou both changed it', 'priceonly you changed it']);
  expect(dialog.textContent).toContain('ben saved a change that you had not seen');
});

/** A dialog that is open from the start; the decision it came to. */
async function decide(conflict: Conflict, act: (dialog: ReturnType<typeof within>) => void) {
  const onResolve = vi.fn();
  await openDesk().show(<ConflictDialog conflicts={[conflict]} onResolve={onResolve} title={() => 'Two changes'} />);
  act(within(screen.getByRole('dialog', { name: 'Two changes' })));
  return onResolve.mock.calls[0]?.[1] as unknown;
}

test('what a policy made of both is kept, and may be chosen against', async () => {
  const both: Conflict = { ...conflictOf(), fields: { price: 'combined', note: 'clash' } };
  const save = (dialog: ReturnType<typeof within>) => fireEvent.click(dialog.getByText('Save these choices'));

  expect(await decide(both, save)).toEqual({ price: 12 });
  cleanup();
  expect(
    await decide(both, (dialog) => {
      fireEvent.click(dialog.getByRole('radio', { name: 'price, Theirs: 10' }));
      save(dialog);
    }),
  ).toBe('use-theirs');
});

test('what needs a person comes first, and a record that is gone is not decided by fields', async () => {
  const fields = { a: 'yours', b: 'clash' } as const;
  const paths = () => screen.getAllByRole('rowheader').map((head) => head.parentElement?.dataset.path);
  await decide({ ...conflictOf(), fields }, () => expect(paths()).toEqual(['b', 'a']));
  cleanup();
  await decide({ ...conflictOf(), current: null, merged: null }, (dialog) => {
    expect(dialog.getByText('It has been deleted.')).toBeTruthy();
    expect(dialog.queryByText('Save these choices')).toBeNull();
  });
});

test('a field that was taken away by its author is taken away by the decision', async () => {
  const gone: Conflict = { ...conflictOf(), yours: { price: 12 }, fields: { note: 'yours' } };
  const decision = await decide(gone, (dialog) => fireEvent.click(dialog.getByText('Save these choices')));
  expect(Object.entries(decision as object)).toEqual([['note', undefined]]);
});

test('a real stale edit comes up in the dialog and is decided there', async () => {
  const desk = openDesk();
  const keys = userEvent.setup();
  const Watching = () => <ConflictDialog conflicts={useConflicts('Booking')} />;
  await desk.show(<Watching />);
  const record = desk.ann.record('Booking', '42');
  const stop = record.subscribe(() => {});
  await desk.settle();
  void record.set({ note: 'mine' }, { baseVersion: 1 });
  desk.server.edit('ben', { ...edit42, set: { note: 'theirs' } });
  await desk.settle();

  await keys.click(within(screen.getByRole('dialog')).getByText('Use all of mine'));
  await desk.settle();

  expect(desk.server.record('Booking', '42')).toMatchObject({ version: 3, data: { note: 'mine' } });
  expect(screen.queryByRole('dialog')).toBeNull();
  stop();
});

test('the badge tells the state to screen readers, and tries again on demand', async () => {
  const desk = openDesk();
  await desk.show(<ConnectionBadge />);
  expect(screen.getByRole('status').textContent).toBe('Live');
  desk.server.kill();
  await desk.advance(100);
  expect(screen.getByRole('status').textContent).toBe('Offline');
  desk.server.restart();
  fireEvent.click(screen.getByText('Try now'));
  await desk.settle();
  expect(screen.getByRole('status').textContent).toBe('Live');
});

test('the sync status tells what waits, and that all is saved again', async () => {
  const desk = openDesk();
  await desk.show(<SyncStatus now={() => desk.clock.now()} />);
  expect(screen.getByRole('status').textContent).toBe('All saved');
  desk.server.kill();
  await desk.advance(100);
  void desk.ann.create('Booking', { note: 'offline' });
  await desk.settle();
  expect(screen.getByRole('status').textContent).toBe('1 change is not saved yet');
  desk.server.restart();
  await desk.advance(5000);
  expect(screen.getByRole('status').textContent).toBe('All saved');
});

test('a locked field names its holder, is described by it, and takes no typing', async () => {
  const desk = openDesk();
  const Form = () => <LockableField draft={useDraft('Booking', '42')} path="note" label="Note" />;
  await desk.show(<Form />);
  await desk.ben.record('Booking', '42').lock('note');
  await desk.settle();
  const input = screen.getByLabelText<HTMLInputElement>('Note');
  expect(input.readOnly).toBe(true);
  const says = document.getElementById(input.getAttribute('aria-describedby') ?? '');
  expect(says?.textContent).toBe('ben is editing this');
  expect(says?.getAttribute('aria-live')).toBe('polite');
});

test('a held choice keeps what it shows, and can still be reached and read', async () => {
  const desk = openDesk();
  desk.server.edit('ben', { ...edit42, set: { insured: true, status: 'open' } });
  const Form = () => {
    const draft = useDraft('Booking', '42');
    return (
      <>
        <LockableField draft={draft} path="insured" label="Insured" type="checkbox" />
        <LockableField draft={draft} path="status" label="Status">
          {(input) => (
            <select {...input}>
              <option>open</option>
              <option>done</option>
            </select>
          )}
        </LockableField>
      </>
    );
  };
  await desk.show(<Form />);
  const box = screen.getByRole<HTMLInputElement>('checkbox', { name: 'Insured' });
  const select = screen.getByRole<HTMLSelectElement>('combobox', { name: 'Status' });
  expect(select.hasAttribute('aria-disabled')).toBe(false);
  await desk.ben.record('Booking', '42').lock();
  await desk.settle();
  for (const control of [box, select]) {
    expect(control.getAttribute('aria-disabled')).toBe('true');
    control.focus();
    expect(document.activeElement).toBe(control);
  }
  fireEvent.click(box);
  fireEvent.change(select, { target: { value: 'done' } });
  await desk.settle();
  expect([box.checked, select.value]).toEqual([true, 'open']);
  expect(desk.server.record('Booking', '42')?.data).toMatchObject({ insured: true, status: 'open' });
});

test('a field that was changed meanwhile offers the other value', async () => {
  const desk = openDesk();
  const Form = () => <LockableField draft={useDraft('Booking', '42')} path="note" label="Note" />;
  await desk.show(<Form />);
  fireEvent.change(screen.getByLabelText('Note'), { target: { value: 'mine' } });
  await desk.edit('ben', { ...edit42, set: { note: 'theirs' } });
  fireEvent.click(screen.getByText('Take theirs: theirs'));
  expect(screen.getByLabelText<HTMLInputElement>('Note').value).toBe('theirs');
});

test('the others are shown once each, by name', async () => {
  const desk = openDesk();
  await desk.show(<PresenceAvatars type="Booking" id="42" />);
  desk.ben.record('Booking', '42').present({});
  await desk.settle();
  const list = screen.getByRole('list', { name: 'Also here' });
  expect(within(list).getByRole('img', { name: 'ben' }).textContent).toBe('B');
});

test('the history tells who changed what from what, and puts it back', async () => {
  const desk = openDesk();
  desk.server.edit('ben', { ...edit42, set: { note: 'worse' } });
  await desk.show(<HistoryPanel type="Booking" id="42" />);
  const [newest] = screen.getAllByRole('listitem');
  expect(newest?.textContent).toContain('ben changed');
  expect(newest?.querySelector('del')?.textContent).toBe('old');
  expect(newest?.querySelector('ins')?.textContent).toBe('worse');

  fireEvent.click(screen.getByRole('button', { name: 'Restore version 1' }));
  await desk.settle();
  expect(desk.server.record('Booking', '42')).toMatchObject({ version: 3, data: { note: 'old' } });
  expect(screen.getAllByRole('listitem')).toHaveLength(3);
  expect(screen.getByRole('status').textContent).toBe('Back as it was in version 1');
  expect(screen.getAllByRole('listitem')[0]?.textContent).toContain('ann restored');
});

test('a history that cannot be read says why, and is asked for again on demand', async () => {
  const desk = openDesk();
  desk.server.refuseNext({ code: 'forbidden', message: 'Not for you.' }, 'history');
  await desk.show(<HistoryPanel type="Booking" id="42" />);
  expect(screen.getByRole('status').textContent).toBe('Not for you.');

  fireEvent.click(screen.getByText('Try again'));
  await desk.settle();
  expect(screen.getAllByRole('listitem')).toHaveLength(1);
  expect(screen.getByRole('status').textContent).toBe('');
});

test('texts are said in other words by the provider and by the component itself', async () => {
  const desk = openDesk();
  await desk.show(
    <TextsProvider texts={{ saved: 'Alles gespeichert' }}>
      <SyncStatus texts={{ syncNow: 'Abgleichen' }} />
    </TextsProvider>,
  );
  expect(screen.getByText('Alles gespeichert')).toBeTruthy();
  expect(screen.getByText('Abgleichen')).toBeTruthy();
});

test('a conflict is shown where the page has no modal dialogs', () => {
  const { showModal, close } = HTMLDialogElement.prototype;
  Object.assign(HTMLDialogElement.prototype, { showModal: undefined, close: undefined });
  try {
    const page = render(<ConflictDialog conflicts={[conflictOf()]} />);
    expect(screen.getByRole('dialog').textContent).toContain('ben saved a change');
    page.unmount();
  } finally {
    Object.assign(HTMLDialogElement.prototype, { showModal, close });
  }
});

test('a checkbox shows what is chosen, and sends it at once', async () => {
  const desk = openDesk();
  await desk.edit('ben', { ...edit42, set: { insured: true } });
  const Form = () => <LockableField draft={useDraft('Booking', '42')} path="insured" label="Insured" type="checkbox" />;
  await desk.show(<Form />);
  const box = screen.getByRole<HTMLInputElement>('checkbox', { name: 'Insured' });
  expect(box.checked).toBe(true);
  fireEvent.click(box);
  await desk.settle();
  expect(desk.server.record('Booking', '42')?.data).toMatchObject({ insured: false });
});
