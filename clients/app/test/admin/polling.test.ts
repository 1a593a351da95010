import { describe, expect, it } from 'vitest';
import { problemOf, refused, type Answered } from '../../src/admin/api/answer.js';
import { ask, pathOf } from '../../src/admin/api/request.js';
import { appended, laidOver, Pages, type Page } from '../../src/admin/poll/pages.js';
import { Poller, waitAfter } from '../../src/admin/poll/poller.js';
import { HandClock } from './handClock.js';

const settled = () => new Promise<void>((done) => setImmediate(done));

describe('Polling', () => {
  function asked(answers: (signal: AbortSignal) => Answered<number> | Promise<Answered<number>>) {
    const clock = new HandClock();
    let count = 0;
    const poller = new Poller<number>(
      async (signal) => {
        count += 1;
        return answers(signal);
      },
      5000,
      clock,
    );
    return { clock, poller, count: () => count };
  }

  it('asks at once, then again after its time, and not while nobody listens', async () => {
    const { clock, poller, count } = asked(() => ({ ok: true, value: 7 }));
    expect(count()).toBe(0);

    const stop = poller.subscribe(() => undefined);
    await settled();
    clock.advance(5000);
    await settled();
    expect([count(), poller.get().value, poller.get().at]).toEqual([2, 7, 5000]);

    stop();
    clock.advance(60_000);
    await settled();
    expect(count()).toBe(2);
  });

  it('stops while the page is hidden and asks at once when it is shown again', async () => {
    const { clock, poller, count } = asked(() => ({ ok: true, value: 7 }));
    poller.subscribe(() => undefined);
    await settled();

    clock.show(false);
    clock.advance(600_000);
    await settled();
    expect(count()).toBe(1);

    clock.show(true);
    await settled();
    expect(count()).toBe(2);
  });

  it('waits longer after each error, keeps the last value with its age, and recovers', async () => {
    let down = false;
    const { clock, poller, count } = asked(() => (down ? refused('network', 'No.') : { ok: true, value: 7 }));
    poller.subscribe(() => undefined);
    await settled();
    down = true;
    clock.advance(5000);
    await settled();

    expect(poller.get()).toMatchObject({ value: 7, at: 0, problem: { code: 'network' } });
    clock.advance(9_999);
    await settled();
    expect(count()).toBe(2);
    down = false;
    clock.advance(1);
    await settled();
    expect(poller.get()).toMatchObject({ value: 7, at: 15_000, problem: null });
  });

  it('gives up an answer that is older than what was just done', async () => {
    const waiting: { signal: AbortSignal; answer: (given: Answered<number>) => void }[] = [];
    const { poller } = asked((signal) => new Promise((answer) => waiting.push({ signal, answer })));
    poller.subscribe(() => undefined);

    poller.refresh();
    waiting[0]?.answer({ ok: true, value: 1 });
    waiting[1]?.answer({ ok: true, value: 2 });
    await settled();

    expect(waiting[0]?.signal.aborted).toBe(true);
    expect(poller.get().value).toBe(2);
  });

  it('never waits more than a minute and a quarter, nor less than the server says', () => {
    expect(waitAfter(5000, 0, undefined, 0.5)).toBe(5000);
    expect(waitAfter(5000, 1, undefined, 0.5)).toBe(10_000);
    expect(waitAfter(5000, 30, undefined, 1)).toBe(75_000);
    expect(waitAfter(1000, 1, 30_000, 0)).toBe(30_000);
    expect(waitAfter(1000, 1, 9e9, 0)).toBe(60_000);
  });
});

describe('Paging', () => {
  const key = (item: string) => item;

  it('puts what is new at the head and keeps what reaches further', () => {
    const held = { items: ['c', 'b', 'a'], cursor: 'after-a' };

    expect(laidOver(held, { items: ['d', 'c'], cursor: 'after-c' }, key)).toEqual({
      items: ['d', 'c', 'b', 'a'],
      cursor: 'after-a',
    });
  });

  it('begins anew where so much has come that the pages do not meet', () => {
    const held = { items: ['c', 'b'], cursor: 'after-b' };

    expect(laidOver(held, { items: ['z', 'y'], cursor: 'after-y' }, key)).toEqual({
      items: ['z', 'y'],
      cursor: 'after-y',
    });
  });

  it('drops what is gone when the whole list was read', () => {
    expect(laidOver({ items: ['c', 'b', 'a'] }, { items: ['c', 'b'] }, key)).toEqual({ items: ['c', 'b'] });
    expect(laidOver({ items: ['c'], cursor: 'x' }, { items: [] }, key)).toEqual({ items: [] });
  });

  it('shows nothing twice when the list has moved', () => {
    expect(appended(['c', 'b'], ['b', 'a'], key)).toEqual(['c', 'b', 'a']);
  });

  it('reads page after page until there is none', async () => {
    const all = ['e', 'd', 'c', 'b', 'a'];
    const read = async (cursor: string | undefined, limit: number): Promise<Answered<Page<string>>> => {
      const from = cursor === undefined ? 0 : Number(cursor);
      const items = all.slice(from, from + limit);
      return {
        ok: true,
        value: { items, total: 5, ...(from + limit < all.length ? { cursor: String(from + limit) } : {}) },
      };
    };
    const pages = new Pages<string>(read, key, 2, () => 1);

    await pages.refresh();
    expect(pages.get()).toMatchObject({ items: ['e', 'd'], hasMore: true, total: 5, asking: 'nothing' });
    await pages.loadMore();
    await pages.loadMore();
    await pages.loadMore();
    expect(pages.get()).toMatchObject({ items: all, hasMore: false });
    all.unshift('f');
    await pages.refresh();
    expect(pages.get().items).toEqual(all);
  });

  it('keeps what it has when a page cannot be read', async () => {
    let fail = false;
    const pages = new Pages<string>(
      async () => (fail ? refused('network', 'No.') : { ok: true, value: { items: ['a'], cursor: 'x' } }),
      key,
      1,
      () => 1,
    );
    await pages.refresh();
    fail = true;

    await pages.loadMore();

    expect(pages.get()).toMatchObject({ items: ['a'], hasMore: true, asking: 'nothing', problem: { code: 'network' } });
  });
});

describe('Requests', () => {
  it('leave out what is not set', () => {
    expect(pathOf('/x', { userId: '', kind: undefined, limit: 5, type: 'a b' })).toBe('/x?limit=5&type=a+b');
  });

  it('end in a value, whatever the network does', async () => {
    const down = await ask(async () => Promise.reject(new TypeError('failed')), '/x');
    const page = await ask(async () => new Response('<html>', { status: 200 }), '/x');
    const empty = await ask(async () => new Response(null, { status: 204 }), '/x');

    expect(down).toMatchObject({ ok: false, problem: { status: 0, code: 'network' } });
    expect(page).toMatchObject({ ok: false, problem: { code: 'bad_answer' } });
    expect(empty).toMatchObject({ ok: true });
  });

  it('carry the version that a change rests on, and tell a refusal in the words of the server', async () => {
    let sent: RequestInit | undefined;
    const body = '{"code":"conflict","message":"Somebody was faster.","current":{"version":4}}';
    const answer = await ask(
      async (_, init) => {
        sent = init;
        return new Response(body, { status: 409 });
      },
      '/x',
      { method: 'PATCH', version: 3, body: { disabled: true } },
    );

    expect(sent).toMatchObject({ method: 'PATCH', body: '{"disabled":true}', headers: { 'If-Match': '"3"' } });
    expect(answer).toMatchObject({
      ok: false,
      problem: { status: 409, message: 'Somebody was faster.', body: { current: { version: 4 } } },
    });
  });

  it('have words of their own where the answer has none', () => {
    expect(problemOf(404, '', null)).toMatchObject({ code: 'http_404', message: expect.stringContaining('older') });
    expect(problemOf(503, 'tea', '3')).toMatchObject({ retryAfterMs: 3000 });
  });
});
