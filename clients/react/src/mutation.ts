// A command of the application: many operations, all or none, with its state for a button.
import { useCallback, useState } from 'react';
import type { MutationResult, Transaction } from '@coterie/client';
import type { Strategy } from '@coterie/protocol';
import { useCoterie } from './context.js';
import { notDone, firstConnection } from './idle.js';
import { useLatest } from './lifetime.js';
import { isLive, useSlice, useView } from './observe.js';

export interface MutationOptions {
  strategy?: Strategy;
  /** `store`: a conflict is kept in the server's inbox besides. */
  onConflict?: 'answer' | 'store';
}

export interface MutationView<A> {
  /** Runs it. Ends in exactly one typed result and never throws; offline it ends once the edit could be sent. */
  mutate(args: A): Promise<MutationResult>;
  /** One or more are not decided yet. */
  readonly pending: boolean;
  /** Pending, and waits for the connection: it is in the queue and safe. */
  readonly waiting: boolean;
  /** How the last one ended; null before that, and after `reset`. */
  readonly result: MutationResult | null;
  reset(): void;
}

/**
 * A guarded command: `build` puts operations into a transaction, which is committed whole or not at all.
 *
 * `build` may be another function at each render; one that throws ends as `failed` with the code `build`.
 *
 * @example
 * const reserve = useMutation((tx, { item, count }: { item: string; count: number }) =>
 *   tx.take('Stock', item, 'available', count).create('Booking', { item, count }),
 * );
 * const answer = await reserve.mutate({ item: 'tent', count: 2 });
 * if (!answer.ok && answer.status === 'rejected') alert(answer.message);
 */
export function useMutation<A = void>(
  build: (transaction: Transaction, args: A) => Transaction | void,
  options: MutationOptions = {},
): MutationView<A> {
  const client = useCoterie();
  const latest = useLatest({ build, options });
  const [{ running, result }, change] = useState<{ running: number; result: MutationResult | null }>(nothingYet);
  const live = useSlice(client.connection, firstConnection, isLive);
  const mutate = useCallback(
    async (args: A): Promise<MutationResult> => {
      change((old) => ({ ...old, running: old.running + 1 }));
      const { build, options } = latest.current;
      let ended: MutationResult;
      try {
        const transaction = client.transaction();
        ended = await (build(transaction, args) ?? transaction).commit(options);
      } catch (error) {
        ended = notDone('build', String(error));
      }
      change((old) => ({ running: old.running - 1, result: ended }));
      return ended;
    },
    [client, latest],
  );
  const reset = useCallback(() => change((old) => ({ ...old, result: null })), []);
  const pending = running > 0;
  return useView({ mutate, reset, pending, waiting: pending && !live, result });
}

const nothingYet = { running: 0, result: null };
