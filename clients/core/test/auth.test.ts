// Signing in at the server's accounts: what is kept, what a refusal means and what a lost network does not.
import { describe, expect, it } from 'vitest';
import { createAuth } from '../src/auth/createAuth.js';
import type { KeepLike } from '../src/environment.js';
import { Browser } from './linkSupport/browser.js';
import { World } from './linkSupport/world.js';

const user = { id: 'ann', name: 'Ann', colour: '#123456', initials: 'A', roles: ['editor'] };

/** The accounts' side: refresh tokens r0, r1, ..., each good once; access tokens a1, a2, ... */
class Accounts {
  refreshes = 0;
  current = 0;
  down = false;
  refuses = false;

  readonly answer = async (url: string, init: RequestInit): Promise<Response> => {
    await Promise.resolve();
    if (this.down) throw new TypeError('fetch failed');
    const route = new URL(url).pathname.replace('/api/v1/auth/', '');
    const body = typeof init.body === 'string' ? (JSON.parse(init.body) as { [name: string]: unknown }) : {};
    if (route === 'login') return body['password'] === 'right' ? this.tokens() : problem(401, 'unauthorized');
    if (route === 'logout') return new Response(null, { status: 204 });
    if (route === 'refresh') {
      this.refreshes += 1;
      const good = !this.refuses && body['refresh_token'] === `r${this.current}`;
      return good ? this.tokens() : problem(401, 'unauthorized', 'This sign-in has ended.');
    }
    const token = new Headers(init.headers).get('Authorization');
    return token === `Bearer a${this.current}` ? Response.json(user) : problem(401, 'unauthorized');
  };

  private tokens(): Response {
    this.current += 1;
    const tokens = { access_token: `a${this.current}`, refresh_token: `r${this.current}` };
    return Response.json({ ...tokens, token_type: 'Bearer', expires_in: 900, user });
  }
}

function problem(status: number, code: string, detail = 'No.'): Response {
  const body = JSON.stringify({ code, detail, status });
  return new Response(body, { status, headers: { 'Content-Type': 'application/problem+json' } });
}

function keeper(held = new Map<string, string>()): KeepLike & { held: Map<string, string> } {
  return {
    held,
    get: (name) => held.get(name) ?? null,
    set: (name, value) => void (value === null ? held.delete(name) : held.set(name, value)),
  };
}

function begin(keep = keeper(), accounts = new Accounts()) {
  const world = new World();
  world.answer = accounts.answer;
  world.environment.page.keep = keep;
  const auth = createAuth({ url: 'http://desk.example', environment: world.environment });
  return { world, accounts, keep, auth };
}

async function signedIn() {
  const all = begin();
  expect(await all.auth.login('ann', 'right')).toMatchObject({ ok: true, user: { id: 'ann' } });
  return all;
}

describe('signing in', () => {
  it('gives the user and a token, and keeps the refresh token, never the access token', async () => {
    const { auth, keep } = await signedIn();
    expect(auth.get()).toEqual({ status: 'signed-in', user, accessToken: 'a1' });
    expect(await auth.getToken({ reason: 'connect' })).toBe('a1');
    const kept = [...keep.held.values()].join();
    expect(kept).toContain('r1');
    expect(kept).not.toContain('a1');
  });

  it('that is refused says so and changes nothing', async () => {
    const { auth } = begin();
    expect(await auth.login('ann', 'wrong')).toEqual({ ok: false, code: 'unauthorized', message: 'No.', retry: false });
    expect(auth.get().status).toBe('signed-out');
    expect(await auth.getToken({ reason: 'connect' })).toBeNull();
  });

  it('that nobody answers may be tried again', async () => {
    const { auth, accounts } = begin();
    accounts.down = true;
    expect(await auth.login('ann', 'right')).toMatchObject({ ok: false, code: 'unreachable', retry: true });
  });

  it('outlives a reload, also one without a network', async () => {
    const { keep, accounts } = await signedIn();
    accounts.down = true;
    const { auth } = begin(keep, accounts);
    expect(auth.get()).toEqual({ status: 'signed-in', user, accessToken: null });
    await expect(auth.getToken({ reason: 'connect' })).rejects.toThrow();
    expect(auth.get().status).toBe('signed-in');
    accounts.down = false;
    expect(await auth.getToken({ reason: 'connect' })).toBe('a2');
  });

  it('ends by signing out, also without a network', async () => {
    const { auth, accounts, keep } = await signedIn();
    accounts.down = true;
    await auth.logout();
    expect(auth.get()).toEqual({ status: 'signed-out', user: null, accessToken: null });
    expect(keep.held.size).toBe(0);
  });
});

describe('a token', () => {
  it('is refreshed 5 min before its end, once for all that ask', async () => {
    const { auth, accounts, world } = await signedIn();
    await world.clock.pass(599_000);
    expect(await auth.getToken({ reason: 'connect' })).toBe('a1');
    await world.clock.pass(2_000);
    const asked = [auth.getToken({ reason: 'connect' }), auth.getToken({ reason: 'expiring' })];
    expect(await Promise.all(asked)).toEqual(['a2', 'a2']);
    expect(accounts.refreshes).toBe(1);
  });

  it('that was refused is refreshed whatever its age', async () => {
    const { auth } = await signedIn();
    expect(await auth.getToken({ reason: 'refused' })).toBe('a2');
  });

  it('whose refresh is refused signs out, with the reason', async () => {
    const { auth, accounts, keep } = await signedIn();
    accounts.refuses = true;
    expect(await auth.getToken({ reason: 'refused' })).toBeNull();
    expect(auth.get()).toMatchObject({ status: 'signed-out', user: null, reason: 'This sign-in has ended.' });
    expect(keep.held.size).toBe(0);
  });

  it("that a proxy's page stands in the way of signs nobody out", async () => {
    const { auth, world } = await signedIn();
    for (const status of [401, 502, 200]) {
      world.answer = () => Promise.resolve(new Response('<html>sign in to the network</html>', { status }));
      await expect(auth.getToken({ reason: 'refused' })).rejects.toThrow();
      expect(auth.get().status).toBe('signed-in');
    }
  });

  it('goes with requests, and is made anew once where it is refused', async () => {
    const { auth, accounts, world } = await signedIn();
    expect((await auth.fetch('/api/v1/auth/user')).status).toBe(200);
    accounts.current = 5;
    const before = world.fetches.length;
    expect((await auth.fetch('/api/v1/auth/user')).status).toBe(401);
    expect(world.fetches.slice(before).map(({ url }) => url)).toEqual([
      'http://desk.example/api/v1/auth/user',
      'http://desk.example/api/v1/auth/refresh',
      'http://desk.example/api/v1/auth/user',
    ]);
  });

  it('goes to the server alone', async () => {
    const { auth, world } = await signedIn();
    await auth.fetch('//elsewhere.example/api');
    expect(world.fetches.at(-1)?.url).toBe('http://desk.example/elsewhere.example/api');
    await expect(auth.fetch('https://elsewhere.example/')).rejects.toThrow();
  });
});

describe('two tabs', () => {
  async function pair() {
    const browser = new Browser();
    const keep = keeper();
    const accounts = new Accounts();
    const auths = [0.1, 0.2].map((random) => {
      const { environment, world } = browser.open(random);
      world.answer = accounts.answer;
      environment.page.keep = keep;
      return createAuth({ url: 'http://desk.example', environment });
    });
    const [a, b] = auths;
    if (!a || !b) throw new Error('two');
    await a.login('ann', 'right');
    await browser.clock.pass(0);
    return { browser, accounts, keep, a, b };
  }

  it('share a sign-in and its token', async () => {
    const { b } = await pair();
    expect(b.get()).toMatchObject({ status: 'signed-in', accessToken: 'a1' });
  });

  it('refresh once between them', async () => {
    const { browser, accounts, a, b } = await pair();
    await browser.clock.pass(601_000);
    const tokens = await Promise.all([a.getToken({ reason: 'expiring' }), b.getToken({ reason: 'expiring' })]);
    expect(tokens).toEqual(['a2', 'a2']);
    expect(accounts.refreshes).toBe(1);
  });

  it('take what is kept by then, where another was faster and did not say so', async () => {
    const { accounts, keep, a } = await pair();
    const [[name, text]] = [...keep.held] as [[string, string]];
    accounts.current = 7;
    const asked = a.getToken({ reason: 'refused' });
    keep.held.set(name, text.replace('r1', 'r7'));
    expect(await asked).toBe('a8');
    expect(a.get().status).toBe('signed-in');
  });
});
