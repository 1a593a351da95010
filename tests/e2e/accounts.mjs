// Signing in with accounts, in Chromium: the first administrator, a token that expires unnoticed, signing out.
//   node tests/e2e/accounts.mjs        COTERIE_PROGRAM names the server
import { browser, cell, edit, endAfter, expect, live, Server, shot, Steps, until } from './support.mjs';

const server = new Server({ vehicles: 10, flags: [], rules: '[auth]\naccess_token = "1m"' });
const steps = new Steps();
await server.start();
const chromium = await browser();
const timer = endAfter(280_000);

try {
  const context = await chromium.newContext({ viewport: { width: 1280, height: 800 } });
  const page = await context.newPage();
  page.setDefaultTimeout(15_000);
  const refreshes = [];
  page.on('request', (request) => request.url().endsWith('/auth/refresh') && refreshes.push(Date.now()));
  const signIn = async () => {
    await page.getByLabel('User name').fill('ann');
    await page.getByLabel('Password').fill('a long password');
    await page.getByRole('button', { name: 'Sign in' }).click();
  };

  await steps.step('the first administrator is made with the token that the server printed', async () => {
    const token = /"token": "([^"]+)"/.exec(server.text)?.[1];
    expect(token, `no token in: ${server.text}`);
    await page.goto(server.url);
    await page.getByRole('link', { name: 'Make the first administrator' }).click();
    await shot(page, 'first-administrator');
    await page.getByLabel('Token').fill(token);
    await page.getByLabel('User name').fill('ann');
    await page.getByLabel('Password').fill('a long password');
    await page.getByRole('button', { name: 'Make the administrator' }).click();
    await live(page);
    await cell(page, 1, 'Name').waitFor({ state: 'attached' });
  });

  await steps.step(
    'expiry of the token goes unnoticed',
    async () => {
      const began = Date.now();
      await page.evaluate(() => {
        window.seen = [];
        const look = () => window.seen.push(document.querySelector('[data-connection]')?.dataset.connection ?? 'none');
        new MutationObserver(look).observe(document.body, { subtree: true, attributes: true, childList: true });
      });
      // Beyond the end of the second token and the grace that follows it.
      await page.waitForTimeout(140_000);
      await edit(page, 1, 'note', 'after the third token');
      await until('the edit is saved', async () => (await page.locator('.sync-text').textContent()) === 'All saved');
      const seen = await page.evaluate(() => [...new Set(window.seen)]);
      expect(
        seen.every((state) => state === 'live'),
        `the connection was ${seen.join(', ')}`,
      );
      expect(
        refreshes.length >= 2,
        `${refreshes.length} refreshes, at ${refreshes.map((at) => at - began).join(', ')} ms`,
      );
    },
    170_000,
  );

  await steps.step('signing out shows the way in, and signing in goes on', async () => {
    await page.getByRole('button', { name: 'Signed in as ann' }).click();
    await page.getByRole('menuitem', { name: 'Sign out' }).click();
    await page.getByLabel('Password').waitFor();
    await shot(page, 'sign-in');
    await page.getByLabel('User name').fill('ann');
    await page.getByLabel('Password').fill('a wrong password');
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.locator('.error[role=alert]').waitFor();
    await signIn();
    await live(page);
    await until('what was saved is there', async () =>
      (await cell(page, 1, 'note').textContent())?.includes('third token'),
    );
  });
} finally {
  clearTimeout(timer);
  await chromium.close();
  await server.end();
  steps.finish();
}
