// An application of another origin, in Chromium: it signs in at a server that lists it, and, where no WebSocket comes
// through, works by Server-Sent Events; a page that is not listed gets nowhere.
//   node tests/e2e/origins.mjs        COTERIE_PROGRAM names the server
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { browser, endAfter, expect, root, Server, Steps, until } from './support.mjs';

const { build } = createRequire(join(root, 'clients/package.json'))('esbuild');
const words = { username: 'ann', password: 'a long password' };

/** The client itself, and a form to sign in: what an application of one's own has on it. */
async function script() {
  const made = await build({
    stdin: {
      resolveDir: root,
      contents: `
        import { connect, createAuth } from '@coterie/client';
        const url = new URLSearchParams(location.search).get('server');
        const auth = createAuth({ url });
        const desk = connect({ url, getToken: auth.getToken });
        const car = desk.record('Vehicle', '1');
        const show = (id, text) => (document.getElementById(id).textContent = text);
        window.blocked = [];
        addEventListener('securitypolicyviolation', (event) => window.blocked.push(event.blockedURI));
        desk.connection.subscribe(() => {
          const { state, transport } = desk.connection.get();
          show('connection', state + ' ' + (transport ?? ''));
        });
        auth.subscribe(() => show('user', auth.get().user?.id ?? 'nobody'));
        car.subscribe(() => show('note', car.get().data?.note ?? ''));
        document.forms[0].addEventListener('submit', async (event) => {
          event.preventDefault();
          const { username, password } = event.target.elements;
          const done = await auth.login(username.value, password.value);
          show('said', done.ok ? '' : done.code + ': ' + done.message);
          if (done.ok) desk.authChanged();
        });
        Object.assign(window, { auth, desk, car });`,
    },
    alias: {
      '@coterie/client': join(root, 'clients/core/src/index.ts'),
      '@coterie/protocol': join(root, 'clients/protocol/src/index.ts'),
    },
    nodePaths: [join(root, 'clients/node_modules')],
    bundle: true,
    format: 'esm',
    write: false,
  });
  return made.outputFiles[0].text;
}

const page = `<!doctype html><title>Desk of another origin</title><form>
<label>User name <input name="username"></label><label>Password <input name="password" type="password"></label>
<button>Sign in</button></form><output id="said"></output>
<p id="user"></p><p id="connection"></p><p id="note"></p><script type="module" src="/page.js"></script>`;

/** Serves the page on a port of its own. Its policy lets it ask the server by HTTP, and blocks every WebSocket. */
async function pageServer(text) {
  const made = createServer((request, response) => {
    const isScript = request.url === '/page.js';
    response.setHeader('Content-Type', isScript ? 'text/javascript' : 'text/html');
    response.setHeader('Content-Security-Policy', `default-src 'self'; connect-src http://127.0.0.1:*`);
    response.end(isScript ? text : page);
  });
  await new Promise((done) => made.listen(0, '127.0.0.1', done));
  return {
    origin: `http://127.0.0.1:${made.address().port}`,
    end: () => made.close(),
  };
}

const text = await script();
const listed = await pageServer(text);
const strange = await pageServer(text);
const server = new Server({
  vehicles: 3,
  flags: ['--allowed-origin', listed.origin],
});
const steps = new Steps();
await server.start();
const chromium = await browser();
const timer = endAfter(180_000);

const first = await fetch(`${server.url}/api/v1/auth/first-administrator`, {
  method: 'POST',
  headers: { 'Content-Type': 'application/json' },
  body: JSON.stringify({
    token: /"token": "([^"]+)"/.exec(server.text)?.[1],
    ...words,
  }),
}).then((answer) => answer.json());
const asAnn = {
  Authorization: `Bearer ${first.access_token}`,
  'Content-Type': 'application/json',
};
const carUrl = `${server.url}/api/v1/entities/Vehicle/1`;
const vehicle = () => fetch(carUrl, { headers: asAnn }).then((answer) => answer.json());

async function open(at) {
  const context = await chromium.newContext();
  const opened = await context.newPage();
  opened.setDefaultTimeout(20_000);
  await opened.goto(`${at.origin}/?server=${encodeURIComponent(server.url)}`);
  return opened;
}
async function signIn(at, password) {
  await at.getByLabel('User name').fill(words.username);
  await at.getByLabel('Password').fill(password);
  await at.getByRole('button', { name: 'Sign in' }).click();
}
const says = (at, id, wanted) =>
  until(`#${id} is ${wanted}`, async () => (await at.locator(`#${id}`).textContent()) === wanted, 20_000);

try {
  const desk = await open(listed);

  await steps.step('a page of a listed origin reads why it was not let in', async () => {
    await signIn(desk, 'not the password');
    await until('the refusal is shown', async () =>
      (await desk.locator('#said').textContent()).startsWith('unauthorized: '),
    );
  });

  await steps.step('it signs in, and is live by Server-Sent Events where every WebSocket is blocked', async () => {
    await signIn(desk, words.password);
    await says(desk, 'user', 'ann');
    await says(desk, 'connection', 'live sse');
    const blocked = await desk.evaluate(() => window.blocked);
    expect(blocked.length >= 3 && blocked.every((one) => one.startsWith('ws://')), `blocked: ${blocked}`);
  });

  await steps.step('edits go both ways', async () => {
    const edited = await desk.evaluate(() => window.car.set({ note: 'from the page' }));
    expect(edited.status === 'committed', JSON.stringify(edited));
    const read = await vehicle();
    expect(read.data.note === 'from the page', JSON.stringify(read));
    const answer = await fetch(carUrl, {
      method: 'PATCH',
      headers: asAnn,
      body: JSON.stringify({
        set: { note: 'from elsewhere' },
        baseVersion: read.version,
      }),
    });
    expect(answer.ok, `${answer.status}`);
    await says(desk, 'note', 'from elsewhere');
  });

  await steps.step('it reads refusals with their headers: a conflict, an ETag, when to come again', async () => {
    const asked = await desk.evaluate(async () => {
      const body = JSON.stringify({ set: { note: 'stale' } });
      const headers = {
        'Content-Type': 'application/json',
        'If-Match': '"1"',
        'Idempotency-Key': 'stale-1',
      };
      const answer = await window.auth.fetch('api/v1/entities/Vehicle/1', {
        method: 'PATCH',
        headers,
        body,
      });
      return {
        status: answer.status,
        etag: answer.headers.get('ETag'),
        body: await answer.json(),
      };
    });
    expect(asked.status === 409 && asked.body.currentVersion > 1, JSON.stringify(asked));
    expect(asked.etag === `"${asked.body.currentVersion}"`, `ETag ${asked.etag}`);
    const tried = await desk.evaluate(async () => {
      for (;;) {
        const done = await window.auth.login('nobody', 'not a password');
        if (done.code !== 'unauthorized') return done;
      }
    });
    expect(tried.code === 'rate_limited' && tried.retryAfterMs > 0, JSON.stringify(tried));
  });

  await steps.step('loaded again it is still signed in, and signs out', async () => {
    await desk.reload();
    await says(desk, 'user', 'ann');
    await says(desk, 'connection', 'live sse');
    await says(desk, 'note', 'from elsewhere');
    const before = await desk.evaluate(() => window.auth.get().accessToken);
    await desk.evaluate(() => window.auth.logout());
    await says(desk, 'user', 'nobody');
    await until('the token is void', async () => {
      const answer = await fetch(carUrl, {
        headers: { Authorization: `Bearer ${before}` },
      });
      return answer.status === 401;
    });
  });

  await steps.step('a page that is not listed reads nothing and is not let in', async () => {
    const other = await open(strange);
    await signIn(other, words.password);
    await until('nothing was to be read', async () =>
      (await other.locator('#said').textContent()).startsWith('unreachable: '),
    );
    const asked = await other.evaluate(async (url) => {
      const ask = (init) =>
        fetch(url, init).then(
          (answer) => answer.status,
          () => 'blocked',
        );
      const type = { 'Content-Type': 'application/json' };
      return [
        await ask({}),
        await ask({ headers: { Authorization: 'Bearer x' } }),
        await ask({ method: 'POST', headers: type, body: '{}' }),
      ];
    }, `${server.url}/api/v1/auth/options`);
    expect(
      asked.every((one) => one === 'blocked'),
      asked.join(', '),
    );
    expect((await other.locator('#user').textContent()) !== 'ann', 'somebody is signed in');
  });
} finally {
  clearTimeout(timer);
  await chromium.close();
  await server.end();
  listed.end();
  strange.end();
  steps.finish();
}
