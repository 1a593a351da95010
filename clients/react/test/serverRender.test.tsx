// @vitest-environment node
// On a server there is no layout, and React 18 complains of each effect of layout that it meets there.
import { renderToString } from 'react-dom/server';
import { expect, test, vi } from 'vitest';
import { ConnectionBadge, HistoryPanel, LockableField, PresenceAvatars, SyncStatus } from '../src/components.js';
import { CoterieProvider, useEntity, useFieldLock, useMutation, usePresence, useRealTimeSync } from '../src/index.js';

const layoutEffect = vi.hoisted(() => vi.fn());
vi.mock('react', async (original) => ({
  ...(await original<typeof import('react')>()),
  useLayoutEffect: layoutEffect,
}));

function Page() {
  const booking = useEntity('Booking', '42');
  useFieldLock('Booking', '42', 'note');
  usePresence('Booking', '42', { state: { field: 'note' } });
  useMutation((client) => client.create('Booking', {}));
  useRealTimeSync({ entityTypes: ['Booking'], onDataChange: () => {} });
  return (
    <p>
      {booking.status}
      <LockableField draft={booking.draft} path="note" label="Note" />
      <ConnectionBadge />
      <SyncStatus />
      <PresenceAvatars type="Booking" id="42" />
      <HistoryPanel type="Booking" id="42" />
    </p>
  );
}

test('rendered on a server, no hook and no component has an effect of layout', () => {
  expect(typeof document).toBe('undefined');
  const html = renderToString(
    <CoterieProvider url="http://desk.test">
      <Page />
    </CoterieProvider>,
  );
  expect(html).toContain('loading');
  expect(layoutEffect).not.toHaveBeenCalled();
});
