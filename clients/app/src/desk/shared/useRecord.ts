// The handle of a record, live while the component is there; and what others say in its room.
import type { RecordHandle } from '@coterie/client';
import type { JsonObject } from '@coterie/protocol';
import { useCoterie } from '@coterie/react';
import { useEffect, useMemo } from 'react';
import { useConnection } from '@coterie/react';
import { toast } from '../../ui/index.js';
import { personOf } from './people.js';
import { titled } from './records.js';

export function useRecord<T extends object = JsonObject>(type: string, id: string): RecordHandle<T> {
  const client = useCoterie();
  const record = useMemo(() => client.record<T>(type, id), [client, type, id]);
  useEffect(() => record.subscribe(() => {}), [record]);
  return record;
}

/** Tells this person when somebody asks for a field that they hold. */
export function useAsked(record: RecordHandle<never> | RecordHandle): void {
  const session = useConnection((connection) => connection.sessionId);
  useEffect(
    () =>
      record.onSignal(({ name, data, userId }) => {
        if (name !== 'ask' || typeof data !== 'object' || data === null || Array.isArray(data)) return;
        if (data.to !== session) return;
        const field = typeof data.field === 'string' ? titled(data.field) : 'this record';
        toast({
          kind: 'warning',
          title: `${personOf(userId).name ?? userId} is waiting for ${field}`,
          text: 'Leave the field to give it free.',
        });
      }),
    [record, session],
  );
}
