// What the compiler says where an application has registered its types. Nothing of this runs: `npm run check` compiles
// it, and a line below `@ts-expect-error` that is no error is one.
import type { Coterie, RecordState } from '@coterie/client';
import {
  useDraft,
  useEntity,
  useField,
  useList,
  useMutation,
  useOptimisticData,
  usePaginatedData,
  usePresence,
} from '../../src/index.js';
import { LockableField } from '../../src/components.js';
import { coterieQueryOptions } from '../../src/query.js';
import type { LiveQueryOptions } from '../../src/query.js';

interface Booking {
  note: string;
  price: number;
  status: 'open' | 'approved';
  due?: string | null;
  tags: string[];
  address: { city: string; geo?: { lat: number } };
}
interface Order {
  count: number;
}
declare module '@coterie/client' {
  interface Register {
    types: { Booking: Booking; Order: Order };
    presence: { field?: string };
  }
}

type Same<A, B> = (<X>() => X extends A ? 1 : 2) extends <X>() => X extends B ? 1 : 2 ? true : false;
const same = <A, B>(_: Same<A, B>): void => {};

export function Hooks() {
  const booking = useEntity('Booking', '42', { presence: { field: 'note' } });
  same<typeof booking.data, Booking | null>(true);
  void booking.set({ price: 1, 'address.city': 'Bonn', 'address.geo.lat': 50, due: null });
  void booking.update({ set: { note: '' }, unset: ['due'], increment: { price: 1 }, append: { tags: ['new'] } });
  // @ts-expect-error misspelt
  void booking.set({ pirce: 1 });
  // @ts-expect-error of another kind
  void booking.set({ price: 'x' });
  // @ts-expect-error not one of them
  void booking.set({ status: 'done' });
  // @ts-expect-error a number stands there
  void booking.set({ 'address.geo.lat': 'north' });
  // @ts-expect-error no number stands there
  void booking.update({ increment: { note: 1 } });
  // @ts-expect-error no such field
  void booking.update({ unset: ['dew'] });
  // @ts-expect-error presence is registered
  useEntity('Booking', '42', { presence: { feild: 'note' } });

  same<string | undefined, ReturnType<typeof useNote>>(true);
  const city = booking.draft.field('address.city');
  same<typeof city.value, string | undefined>(true);
  // @ts-expect-error no such field
  booking.draft.field('adress.city');
}

const useNote = () => useEntity('Booking', '42', (state) => state.data?.note);

export function Editing() {
  const draft = useDraft('Booking', '42');
  draft.set('price', 3);
  // @ts-expect-error of another kind
  draft.set('price', '3');
  const status = useField(draft.source, 'status');
  same<typeof status.value, 'open' | 'approved' | undefined>(true);
  return (
    <>
      <LockableField draft={draft} path="note" label="Note" />
      <LockableField draft={draft} path="address.city" label="City">
        {(input, field) => <input {...input} title={field.value?.toUpperCase()} />}
      </LockableField>
      {/* @ts-expect-error no such field */}
      <LockableField draft={draft} path="notes" label="Note" />
    </>
  );
}

export function Lists(coterie: Coterie, initial: { id: string; note: string }[]) {
  same<(typeof list.items)[number]['data'], Booking>(true);
  const list = useList('Booking');
  same<ReturnType<typeof useCount>, number>(true);
  const page = usePaginatedData('Order', 'Order');
  same<(typeof page.data)[number]['data'], Order>(true);
  // Some of the fields of a registered type, as a page has brought them.
  const items = useOptimisticData(initial, 'Booking');
  void items.updateItem('42', { note: '' });
  // @ts-expect-error misspelt
  void items.updateItem('42', { noet: '' });
  const options = coterieQueryOptions(coterie, 'Order', '1');
  same<typeof options, LiveQueryOptions<RecordState<Order>>>(true);
}

const useCount = () => useList('Booking', {}, (state) => state.items.length);

export function Commands(coterie: Coterie) {
  useMutation((tx, count: number) =>
    tx
      .take('Order', '1', 'count', count)
      .create('Order', { count })
      .update('Booking', '42', { 'address.city': 'Bonn' })
      .transition('Booking', '42', 'status', 'open', 'approved', { note: 'seen' })
      .firstOf('Booking', { status: 'open' }, { set: { status: 'approved' }, guard: { price: 1 } }),
  );
  const transaction = coterie.transaction();
  // @ts-expect-error no number stands there
  transaction.take('Booking', '42', 'note', 1);
  // @ts-expect-error its fields are missing
  transaction.create('Order', {});
  // @ts-expect-error not one of them
  transaction.transition('Booking', '42', 'status', 'open', 'done');
  void coterie.record('Booking', '42').set({ note: 'new' });
  // @ts-expect-error misspelt
  void coterie.record('Booking', '42').set({ noet: 'new' });
  // @ts-expect-error of another kind
  void coterie.create('Order', { count: 'many' });
}

export function Presence() {
  const { others, present } = usePresence('Booking', '42');
  same<(typeof others)[number]['state'], { field?: string }>(true);
  present({ field: 'note' });
  // @ts-expect-error presence is registered
  present({ feild: 'note' });
}

/** What is not registered stays as it was. */
export function Others(coterie: Coterie, name: string) {
  const any = useEntity('Vehicle', '1');
  void any.set({ anything: 1, 'a.b': [true] });
  void coterie.record(name, '1').set({ anything: 1 });
  const own = useEntity<{ wheels: number }>('Vehicle', '1');
  void own.set({ wheels: 3 });
  // @ts-expect-error misspelt
  void own.set({ weels: 3 });
  coterie.transaction().create('Vehicle', { wheels: 4 }).take('Vehicle', '1', 'wheels', 1);
}
