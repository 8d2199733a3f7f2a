import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { expect, test } from 'vitest';
import { run as sync } from '../../src/cli/sync.ts';
import { openState } from '../../src/store/state.ts';
import { keyOf, openOffice } from '../http/office.ts';
import { people, person } from '../support/company.ts';
import { browse } from './browse.ts';

const attack = '<script>alert(1)</script>';
const paths = [
  '/',
  '/target?name=app',
  '/held?target=app',
  '/people?q=p',
  '/access',
  '/failures',
  '/leavers',
  '/runs',
  '/history',
];

const synced = ({ path }: { readonly path: (name: string) => string }) =>
  sync(
    { quiet: true, color: false, logLevel: 'silent', wait: '60s', show: '0', config: path('rollcall.yaml') },
    [],
  );

test('a page needs a key that may read, and a form needs its token', async (context) => {
  const office = await openOffice(context);
  const one = browse(office);
  const refused = await one.get('/access?q=x');
  expect(refused.status).toBe(401);
  expect(refused.headers['content-security-policy']).toMatch(/^default-src 'none'; style-src 'self'/);
  expect(refused.text).toContain('value="/access?q=x"');
  expect((await one.post('/sign-in', { key: 'rollcall_wrong' })).status).toBe(401);
  await one.get('/');
  expect((await one.post('/sign-in', { key: keyOf('events') })).status).toBe(403);
  await one.get('/');
  expect((await one.post('/sign-in', { key: keyOf('all'), token: 'x' })).status).toBe(403);
  await one.get('/');
  expect((await one.post('/sign-in', { key: keyOf('all') }, { 'sec-fetch-site': 'cross-site' })).status).toBe(
    403,
  );
  expect((await one.signIn('all', '/runs')).headers).toMatchObject({ location: '/runs' });
  for (const path of paths) expect([path, (await one.get(path)).status]).toEqual([path, 200]);
  expect((await one.get('/target?name=nobody')).status).toBe(404);
  expect((await one.get('/access?target=nobody')).status).toBe(404);
  expect((await one.get('/access?target=app')).status).toBe(200);
  expect((await one.get(`/person?key=${encodeURIComponent(attack)}`)).status).toBe(404);
  await one.get('/');
  expect((await one.bare('/sign-out', {})).status).toBe(403);
  expect((await one.post('/sign-out')).status).toBe(303);
  expect((await one.get('/')).status).toBe(401);
});

test('what is held is approved once by whoever may, and only while it is what they looked at', async (context) => {
  const office = await openOffice(context, {
    rows: 12,
    parts: { target: 'limits: { deactivate: { count: 1, floor: 0 } }' },
  });
  const bad = person(3, { first: attack, last: '\u202Eevil' });
  office.people([...people(2), bad, ...people(9, 4).map((one) => ({ ...one, status: 'left' }))]);
  await synced(office);
  const reader = browse(office);
  await reader.signIn('read');
  const seen = await reader.get('/held?target=app');
  expect(seen.text).toContain('the scope approve');
  expect(seen.text).not.toContain('action="/approve"');
  const boss = browse(office);
  await boss.signIn('all');
  await boss.get('/held?target=app');
  const page = (await boss.get('/held?target=app')).text;
  const token = /name="token" value="([^"]+)"/.exec(page.replaceAll(/\s+/g, ' '))![1]!;
  const [, checksum] = /name="checksum" value="(\w{64})"/.exec(page.replaceAll(/\s+/g, ' '))!;
  const form = { token, target: 'app', kind: 'deactivate', checksum: checksum!, looked: 'yes' };
  expect((await reader.bare('/approve', form)).status).toBe(403);
  expect((await boss.bare('/approve', { ...form, looked: '' })).status).toBe(400);
  expect((await boss.bare('/approve', { ...form, checksum: 'a'.repeat(64) })).text).toContain('Not approved');
  expect((await boss.bare('/approve', form)).text).toContain('>Approved<');
  const again = await boss.bare('/approve', form);
  expect(again.text).toMatch(/Approved already|Not approved/);
  const state = openState(office.path('rollcall.db'), false);
  const rows = state.sql('SELECT actor FROM approval').pluck().all();
  state.close();
  expect(rows).toEqual(['http:all']);
  const found = await boss.get('/person?key=P0003');
  expect(found.text).not.toContain(attack);
  expect(found.text).not.toContain('\u202E');
  expect(found.text).toContain('&lt;script&gt;');
  office.the.now = () => Date.now() + 13 * 3_600_000;
  expect((await boss.bare('/approve', form)).text).toContain('Your session has ended');
});

test('a state that another version wrote is a page with a sentence', async (context) => {
  const office = await openOffice(context);
  const one = browse(office);
  await one.signIn();
  const state = openState(office.path('rollcall.db'), false);
  const version = state.db.pragma('user_version', { simple: true }) as number;
  state.db.pragma('user_version = 9999');
  const answer = await one.get('/');
  state.db.pragma(`user_version = ${version}`);
  state.close();
  expect(answer.status).toBe(503);
  expect(answer.text).toContain('the state cannot be used just now');
});

const chromium = ['/usr/bin/chromium', '/usr/bin/chromium-browser'].find((path) => existsSync(path));

test('every page in a real browser: axe finds nothing, and no script runs', async (context) => {
  if (chromium === undefined) return context.skip('there is no Chromium here: apt-get install chromium');
  const office = await openOffice(context);
  office.people([...people(2), person(3, { first: attack })]);
  await synced(office);
  const base = await office.app.listen({ host: '127.0.0.1', port: 0 });
  const { chromium: browsers } = await import('playwright-core');
  const browser = await browsers.launch({ executablePath: chromium, args: ['--no-sandbox'] });
  context.onTestFinished(() => browser.close());
  const page = await (
    await browser.newContext({ bypassCSP: true, viewport: { width: 390, height: 800 } })
  ).newPage();
  const dialogs: string[] = [];
  page.on('dialog', (dialog) => (dialogs.push(dialog.message()), void dialog.dismiss()));
  const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
  const audit = async (): Promise<readonly string[]> => {
    await page.evaluate(axe);
    return page.evaluate(
      `axe.run().then(({ violations }) => violations.map(({ id, nodes }) => id + ' ' + nodes[0].html))`,
    );
  };
  await page.goto(base);
  expect(await audit()).toEqual([]);
  await page.fill('#key', keyOf('all'));
  await page.press('#key', 'Enter');
  await page.waitForSelector('nav[aria-label="Main"]');
  // Each width and each theme is seen once; the one has nothing to do with the other.
  for (const [width, colorScheme] of [
    [390, 'light'],
    [1280, 'dark'],
  ] as const) {
    await page.setViewportSize({ width, height: 800 });
    await page.emulateMedia({ colorScheme });
    for (const path of [...paths, '/person?key=P0003', '/offboard?key=P0003']) {
      await page.goto(`${base}${path}`);
      expect([path, width, await audit()]).toEqual([path, width, []]);
      expect(await page.evaluate('document.documentElement.scrollWidth <= innerWidth')).toBe(true);
    }
  }
  expect(dialogs).toEqual([]);
});
