// The handle of one record, the same object while client, type and id are.
import { useMemo } from 'react';
import type { RecordHandle } from '@coterie/client';
import type { JsonObject } from '@coterie/protocol';
import { useCoterie } from './context.js';
import { noRecord } from './idle.js';

/** Without an id (null, undefined, ''): a record that stays `loading` and does nothing. */
export function useRecord<T extends object = JsonObject>(type: string, id: string | null | undefined): RecordHandle<T> {
  const client = useCoterie();
  return useMemo(() => (id ? client.record<T>(type, id) : (noRecord as RecordHandle<T>)), [client, type, id]);
}
