// What an operator has to look at: people who are connected, bookings, stale edits, locks, an account.
import { expect, storeStale } from './support.mjs';

/** Somebody who is connected, by an event stream. */
async function connect(server, user, entityType) {
  const stop = new AbortController();
  const answer = await fetch(`${server.url}/events`, {
    method: 'POST',
    signal: stop.signal,
    headers: { 'Content-Type': 'application/json', 'User-Agent': `Desk/1.0 (${user})` },
    body: JSON.stringify({
      token: `dev:${user}`,
      clientId: `${user}-tab`,
      subscriptions: [{ subscription: 1, entityType }],
    }),
  });
  const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
  let said = '';
  while (!said.includes('"resume"')) said += (await reader.read()).value ?? '';
  const one = { resume: /"resume":"([^"]+)"/.exec(said)[1], hasEnded: false, stop: () => stop.abort() };
  void (async () => {
    while (!(await reader.read()).done);
  })()
    .catch(() => {})
    .then(() => (one.hasEnded = true));
  return one;
}

/** Gives those who are connected, by name: each with `hasEnded` and `stop`. */
export async function fill(server) {
  const people = {
    bert: await connect(server, 'bert', 'Booking'),
    cleo: await connect(server, 'cleo', 'Booking'),
    dora: await connect(server, 'dora', 'Tent'),
  };
  for (let at = 1; at <= 8; at += 1) {
    const user = Object.keys(people)[at % 3];
    const data = { status: 'open', price: at * 10, customer: `Customer ${at}`, note: '' };
    await server.send(user, 'POST', '/entities/Booking', { entityId: `b${at}`, data });
    const change = { set: { status: 'approved', price: at * 11 }, baseVersion: 1 };
    await server.send('cleo', 'PATCH', `/entities/Booking/b${at}`, change);
  }
  for (const entityId of ['b1', 'b2'])
    await storeStale(server, 'dora', 'Booking', entityId, { price: 99, note: 'by phone' });
  for (const [user, entityId, field] of [
    ['bert', 'b3', 'price'],
    ['cleo', 'b4', 'note'],
  ]) {
    const lock = { id: 1, type: 'lock', entityType: 'Booking', entityId, field, ttlMs: 300_000 };
    const got = await server.send(user, 'POST', '/requests', lock, { 'Coterie-Session': people[user].resume });
    expect(got.type === 'locked', `${user} does not hold ${entityId}: ${JSON.stringify(got)}`);
  }
  const user = { username: 'eva', name: 'Eva Stone', roles: ['sales', 'editor'], password: 'a long password' };
  await server.send('ann', 'POST', '/admin/users', user);
  for (const password of ['a long password', 'wrong wrong'])
    await server.send('', 'POST', '/auth/login', { username: 'eva', password }, { Authorization: '' });
  return people;
}
