// Coming and going: hello, resuming, streams, HTTP.
import type { JsonObject } from '@coterie/protocol';
import { booking, create, mutate, update, type Conversation } from './words.js';

export const SESSIONS: Conversation[] = [
  {
    name: 'hello, and what is said before it',
    async play(stage) {
      const ann = await stage.visitor('ann');
      await ann.ask({ type: 'ping' });
      await ann.ask({ type: 'hello', token: 'nonsense' });
      await ann.until(() => ann.closed !== null);
      const ben = await stage.visitor('ben');
      ben.say('no JSON');
      await ben.push('error');
      await ben.hello({ features: ['new'], later: 1 });
      await ben.hello();
      await ben.ask({ type: 'teleport' });
      await ben.ask({ type: 'get', entityType: 'Booking' });
      await ben.ask({ type: 'refresh', token: 'dev:ben' });
    },
  },
  {
    name: 'locks and presence end with a session that leaves, not with one that comes right back',
    async play(stage) {
      const ann = await stage.enter('ann');
      await create(ann, '1', { a: 1 });
      await ann.ask({ type: 'subscribe', subscription: 1, ...booking('1') });
      const ben = await stage.visitor('ben');
      const room = { subscription: 4, ...booking('1') };
      const welcome = await ben.hello({ subscriptions: [room] });
      await ben.push('snapshot');
      await ben.ask({ type: 'lock', ...booking('1'), field: 'a' });
      await ben.ask({ type: 'presence', subscription: 4, state: { field: 'a' } });
      await ann.push('presence');
      await ben.drop();
      const back = await stage.visitor('ben');
      const position = welcome['position'] ?? null;
      const resume = welcome['resume'] ?? '';
      await back.hello({ resume, position, subscriptions: [room] });
      await back.push('snapshot');
      await update(ann, '1', { baseVersion: 1, set: { a: 2 } });
      await update(back, '1', { baseVersion: 1, set: { a: 2 } });
      await stage.settle();
      await back.close(1000);
      await ann.push('presence', 2);
      await ann.until(() => ann.heard.some((one) => one['type'] === 'lock' && one['state'] === 'released'));
    },
  },
  {
    name: 'coming back: recovered, resync, new, refused',
    async play(stage) {
      const ann = await stage.enter('ann');
      await create(ann, '1', { n: 1 });
      await create(ann, '2', { n: 5 });
      const ben = await stage.visitor('ben');
      const all = { subscription: 1, entityType: 'Booking' };
      const big = { subscription: 2, entityType: 'Booking', filter: { n: { $gt: 3 } } };
      const welcome = await ben.hello({ subscriptions: [all, big] });
      await ben.push('snapshot', 2);
      await ben.close(1000);
      await update(ann, '1', { increment: { n: 9 } });
      await update(ann, '2', { increment: { n: -4 } });
      await mutate(ann, [{ op: 'delete', ...booking('1'), baseVersion: 2 }]);
      const back = await stage.visitor('ben');
      const { epoch, seq } = welcome['position'] as { epoch: string; seq: number };
      const fresh = { subscription: 3, ...booking('2'), position: null };
      const bare = { subscription: 4, ...booking('2'), position: null, snapshot: false };
      const other = { subscription: 5, ...booking('2'), position: { epoch: 'other', seq: 1 } };
      const ahead = { subscription: 6, ...booking('2'), position: { epoch, seq: 999 } };
      await back.hello({ position: { epoch, seq }, subscriptions: [all, big, fresh, bare, other, ahead] });
      await back.push('snapshot', 6);
      await stage.settle();
    },
  },
  {
    name: 'a session that is taken over by a newer connection',
    async play(stage) {
      const ann = await stage.visitor('ann');
      const welcome = await ann.hello();
      const newer = await stage.visitor('ann');
      await newer.hello({ resume: welcome['resume'] ?? '' });
      await ann.until(() => ann.closed !== null);
      const ben = await stage.visitor('ben');
      await ben.hello({ resume: (await newer.ask({ type: 'ping' }), 'unknown') });
    },
  },
  {
    name: 'announcements',
    async play(stage) {
      const ann = await stage.enter('ann');
      const ben = await stage.enter('ben');
      await ann.ask({ type: 'announce', text: 'Back at noon.', severity: 'warning', ttlMs: 60000 });
      await ben.push('announcement');
      const cleo = await stage.enter('cleo');
      await cleo.push('announcement');
      await ben.ask({ type: 'announcements' });
      await ann.ask({ type: 'withdraw', announcementId: 1 });
      await ann.ask({ type: 'withdraw', announcementId: 1 });
      await cleo.push('announcement', 2);
      await stage.settle();
    },
  },
  {
    name: 'requests over HTTP',
    async play(stage) {
      const headers = { Authorization: 'Bearer dev:ann' };
      const ask = (body: JsonObject | string, more: { [name: string]: string } = headers) =>
        stage.post('/api/v1/requests', body, more);
      await ask({ id: 1, type: 'ping' }, {});
      await ask('no JSON');
      await ask({ id: 1, type: 'teleport' });
      await ask({ id: 2, type: 'ping' });
      const create1 = { op: 'create', ...booking('1'), data: { n: 1 } };
      await ask({ id: 3, type: 'mutate', mutationId: 'a', ops: [create1] });
      await ask({ id: 4, type: 'mutate', mutationId: 'b', ops: [create1] });
      await ask({ id: 5, type: 'mutate', mutationId: 'c', ops: [{ op: 'update', ...booking('1'), set: { n: 2 } }] });
      await ask({ id: 6, type: 'get', ...booking('1') });
      await ask({ id: 7, type: 'get', ...booking('2') });
      await ask({ id: 8, type: 'lock', ...booking('1') });
      await ask({ id: 9, type: 'subscribe', subscription: 1, entityType: 'Booking' });
      await ask({ id: 10, type: 'ping' }, { ...headers, 'Coterie-Session': 'nonsense' });
      const ben = await stage.enter('ben', { subscriptions: [{ subscription: 1, entityType: 'Booking' }] });
      await ben.push('snapshot');
      const secret = String(ben.heard[0]?.['resume']);
      const asBen = { Authorization: 'Bearer dev:ben', 'Coterie-Session': secret };
      await ask({ id: 11, type: 'ping' }, { ...headers, 'Coterie-Session': secret });
      await ask({ id: 12, type: 'lock', ...booking('1'), field: 'n' }, asBen);
      const edit = { op: 'update', ...booking('1'), increment: { n: 1 } };
      await ask({ id: 13, type: 'mutate', mutationId: 'd', ops: [edit] });
      await ask({ id: 14, type: 'mutate', mutationId: 'd', ops: [edit] }, asBen);
      await ask({ id: 15, type: 'subscribe', subscription: 2, entityType: 'Other' }, asBen);
      await ben.until(() => ben.heard.some((message) => message['id'] === 15));
      await ask({ id: 16, type: 'presence', subscription: 1, state: { a: 1 } }, asBen);
      await ben.push('presence');
      await stage.settle();
      await stage.post('/api/v1/auth/login', { username: 'nobody', password: 'long enough' });
      await stage.post('/api/v1/auth/refresh', { refresh_token: 'x' });
      await stage.http('/api/v1/auth/user', { headers });
      await stage.post('/events', {}, {});
    },
  },
  {
    name: 'a stream of events',
    async play(stage) {
      const ann = await stage.enter('ann');
      await create(ann, '1', { n: 1 });
      const room = { subscription: 1, entityType: 'Booking' };
      const ben = await stage.reader('ben', { clientId: 'x', subscriptions: [room] });
      await ben.push('snapshot');
      await update(ann, '1', { increment: { n: 1 } });
      await ben.push('event');
      const { resume = '' } = ben.heard[0] ?? {};
      const session = { Authorization: 'Bearer dev:ben', 'Coterie-Session': String(resume) };
      await stage.post('/api/v1/requests', { id: 7, type: 'subscribe', subscription: 2, entityType: 'Other' }, session);
      await ben.until(() => ben.heard.some((message) => message['id'] === 7));
      const last = { 'Last-Event-ID': JSON.stringify(ben.lastEventId) };
      await ben.drop();
      await update(ann, '1', { increment: { n: 1 } });
      const position = { epoch: 'old', seq: 0 };
      const back = await stage.reader('ben', { id: 9, resume, position, subscriptions: [{ ...room, position }] }, last);
      await back.push('snapshot');
      const { resume: next = '' } = back.heard[0] ?? {};
      await stage.post(
        '/api/v1/requests',
        { id: 8, type: 'unsubscribe', subscription: 1 },
        { ...session, 'Coterie-Session': String(next) },
      );
      await back.until(() => back.heard.some((message) => message['id'] === 8));
      await stage.http('/events', { method: 'DELETE', headers: { ...session, 'Coterie-Session': String(next) } });
      await back.until(() => back.closed !== null);
    },
  },
];
