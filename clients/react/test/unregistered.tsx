// What the compiler says where an application has registered nothing: any name, JSON, and what is given as `<T>`.
// Nothing of this runs: `npm run check` compiles it.
import type { Coterie } from '@coterie/client';
import type { JsonObject } from '@coterie/protocol';
import { useDraft, useEntity, useOptimisticData } from '../src/index.js';

export function Plain(coterie: Coterie, name: string, fields: JsonObject) {
  const booking = useEntity(name, '42', { presence: { anything: true }, draft: true });
  void booking.set(fields);
  void booking.set({ note: 'new', 'address.city': 'Bonn' });
  booking.draft.set('address.city', 3);
  const data: JsonObject | null = booking.data;
  coterie.record(name, '42').present({ at: 'note' });
  coterie.transaction().create(name, fields).take(name, '42', 'available', 2).update(name, '42', fields);
  return data;
}

export function Given() {
  const draft = useDraft<{ note: string; address: { city: string } }>('Booking', '42');
  draft.set('address.city', 'Bonn');
  // @ts-expect-error misspelt
  draft.set('adress.city', 'Bonn');
  // @ts-expect-error of another kind
  draft.set('note', 3);
  const items = useOptimisticData([{ id: '42', note: 'old' }], 'Booking');
  void items.updateItem('42', { note: undefined });
  // @ts-expect-error misspelt
  void items.updateItem('42', { noet: 'new' });
}
