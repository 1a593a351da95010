// Values that JSON cannot carry: each call that is given one ends as any other does.
import { describe, expect, it } from 'vitest';
import type { JsonValue } from '@coterie/protocol';
import { unfit } from '../src/base/unfit.js';
import { connected, endOf } from './support/desk.js';

const circle: { [name: string]: unknown } = { name: 'a' };
circle['again'] = { inner: circle };

describe('a value that cannot be sent', () => {
  it.each([
    [{ a: { b: 10n } }, 'a.b cannot be sent: it is a bigint.'],
    [{ list: [1, () => 1] }, 'list.1 cannot be sent: it is a function.'],
    [{ price: NaN }, 'price cannot be sent: it is NaN.'],
    [{ at: [-Infinity] }, 'at.0 cannot be sent: it is -Infinity.'],
    [circle, 'again.inner cannot be sent: it is a part of itself.'],
  ])('is named by its path', (value, words) => expect(unfit(value)).toBe(words));

  it('is not one that stands twice, nor an absent member', () => {
    const twice = { a: 1 };
    expect(unfit({ one: twice, two: [twice, twice], none: undefined, nothing: null })).toBeNull();
  });

  it('ends an edit as failed, which is neither shown nor kept', async () => {
    const desk = await connected();
    const { record } = await desk.live('1', { n: 1 });
    const done = record.set({ n: 10n as unknown as JsonValue });
    expect(await endOf(done)).toMatchObject({
      status: 'failed',
      code: 'invalid',
      message: expect.stringMatching(/^n /),
    });
    expect(await endOf(desk.client.create('Booking', circle as never))).toMatchObject({ status: 'failed' });
    expect(record.get().data).toEqual({ n: 1 });
    expect(desk.link.sent('mutate')).toEqual([]);
    expect(desk.disk.queue.size).toBe(0);
  });

  it('stays in its draft, with the reason', async () => {
    const desk = await connected();
    const { record } = await desk.live('1', { n: 1 });
    const draft = record.draft();
    draft.subscribe(() => {});
    draft.set('n', NaN, { now: true });
    await desk.clock.move(0);
    const message = 'n cannot be sent: it is NaN.';
    expect(draft.get()).toMatchObject({ saveState: 'rejected', message, dirty: ['n'] });
    expect(draft.field('n').error).toBe(message);
  });
});
