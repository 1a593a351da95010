// Where the tests take place: a server, two people with clients of their own, and a clock in the test's hand. All that
// a test knows of what is behind the hooks stands here.
import { connect } from '@coterie/client';
import type { Coterie } from '@coterie/client';
import type { JsonObject } from '@coterie/protocol';
import { FakeServer, handClock } from '@coterie/testing';
import type { Edit } from '@coterie/testing';
import { act, render } from '@testing-library/react';
import type { ReactNode } from 'react';
import { StrictMode } from 'react';
import { afterEach } from 'vitest';
import { CoterieProvider } from '../../src/index.js';

const open: Coterie[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((client) => client.close()));
});

const booking = (id: string, data: JsonObject) => ({ entityType: 'Booking', entityId: id, data });

/** Three bookings: 42 (`note: 'old', price: 10`), 43, 44. */
export function openDesk() {
  const clock = handClock();
  const server = new FakeServer({ clock });
  server.seed([
    booking('42', { note: 'old', price: 10 }),
    booking('43', { note: 'second', price: 20 }),
    booking('44', { note: 'third', price: 30 }),
  ]);
  const client = (name: string): Coterie => {
    const made = connect({
      url: 'http://desk.test',
      getToken: () => `dev:${name}`,
      storage: 'memory',
      shareAcrossTabs: false,
      environment: server.environment({ log: () => {} }),
    });
    open.push(made);
    return made;
  };
  const settle = () => act(() => clock.settle());
  return {
    server,
    clock,
    ann: client('ann'),
    ben: client('ben'),
    settle,
    advance: (ms: number) => act(() => clock.advance(ms)),
    /** An edit by somebody who is not looked at here. */
    edit: async (as: string, edit: Edit) => {
      act(() => void server.edit(as, edit));
      await settle();
    },
    /** As Ann sees it, in StrictMode. */
    async show(children: ReactNode, as?: Coterie) {
      const wrap = (inner: ReactNode) => (
        <StrictMode>
          <CoterieProvider client={as ?? this.ann}>{inner}</CoterieProvider>
        </StrictMode>
      );
      const page = render(wrap(children));
      await settle();
      return { ...page, again: (inner: ReactNode) => page.rerender(wrap(inner)) };
    },
  };
}

/** Shows what a hook gives, the last of it and how often it was rendered. */
export function probe<V>(use: () => V) {
  const seen: V[] = [];
  function Probe() {
    seen.push(use());
    return null;
  }
  return {
    element: <Probe />,
    get last(): V {
      const last = seen.at(-1);
      if (last === undefined) throw new Error('It has not been rendered.');
      return last;
    },
    get renders() {
      return seen.length;
    },
  };
}
