import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { openState } from '../../src/store/state.ts';
import { openOffice } from '../http/office.ts';
import { browse } from '../page/browse.ts';
import { person } from '../support/company.ts';
import { patient } from '../support/folder.ts';
import { accounts } from '../support/service.ts';

test(
  'one person, from the hire to the last byte: by HTTP, on the page and by the command line',
  patient,
  async (context) => {
    const office = await openOffice(context, { rows: 2 });
    const { ask } = office;
    const page = browse(office);
    await page.signIn();
    const said = async (...args: readonly string[]) => (await office.run(...args)).stdout;
    const tell = async (id: string, kind: string, record: object): Promise<void> => {
      const event = { id, key: 'P0009', kind, at: new Date().toISOString(), record };
      expect((await ask('POST', '/v1/events', event)).status).toBe(202);
      await expect
        .poll(async () => (await ask('GET', `/v1/events/${id}`)).body, { interval: 20, timeout: 10_000 })
        .toMatchObject({ state: 'delivered' });
      // That it is planned and released is said first, and then what becomes of it.
      const row = 'operation.done  ' + (kind === 'hire' ? 'create' : 'update');
      await expect.poll(async () => (await told()).at(-1), { interval: 20, timeout: 10_000 }).toBe(row);
    };
    const told = async () =>
      (await said('history', '--person', 'P0009'))
        .trim()
        .split('\n')
        .map((line) => /(?:event|operation|person)\.\w+(?: {2}\w+)?/.exec(line)?.[0]);

    await tell('1', 'hire', person(9));
    expect(accounts(office.mock)).toMatchObject({ 'person9@example.com': true });
    const explained = await said('explain', 'P0009');
    expect(explained).toMatch(/as told, for people\.csv {2}P0009/);
    expect(explained).toMatch(/app {2}inSync/);
    const signIn = await ask('POST', '/v1/provision', { key: 'P0009', record: { first: 'Ada' } });
    expect([signIn.status, signIn.body['state']]).toEqual([200, 'done']);
    await tell('2', 'change', { department: 'Security' });
    expect(office.mock.users().find(({ externalId }) => externalId === 'P0009')).toMatchObject({
      name: { givenName: 'Ada' },
    });
    expect(await said('access', '--person', 'P0009')).toMatch(
      /^app {2}P0009 {2}person9@example\.com {2}active/,
    );
    const before = (await page.get('/person?key=P0009')).text;
    expect(before).not.toContain('line 0');
    expect(before).toContain('inSync');

    await page.get('/offboard?key=P0009');
    expect((await page.post('/offboard', { sure: 'yes', reason: 'stolen laptop' })).text).toContain(
      'Every target has confirmed it.',
    );
    expect(accounts(office.mock)).toMatchObject({ 'person9@example.com': false });
    expect((await page.get('/person?key=P0009')).text).toMatch(/rule 25[^]*rollcall offboard/);
    expect(await said('explain', 'P0009')).toMatch(/decided by rule 25[^]*rollcall offboard P0009 --lift/);
    expect(await said('access', '--person', 'P0009')).toMatch(/ off {2}.*offboarded by http:all/);

    expect(await told()).toEqual([
      'event.accepted  hire',
      'event.delivered  id',
      'operation.done  create',
      'event.accepted  signIn',
      'event.delivered  id',
      'operation.done  update',
      'event.accepted  change',
      'event.delivered  id',
      'operation.done  update',
      'person.offboarded  stolen',
      'person.left  offboarded',
      'operation.done  deactivate',
    ]);
    expect(await said('evidence', '--from', '1d')).toMatch(/^P0009 {2}app {2}read .*off .*lag /);
    expect((await ask('GET', '/v1/evidence')).body).toMatchObject({
      leavers: [{ key: 'P0009', target: 'app', state: 'confirmed' }],
    });

    expect(await office.run('history', '--verify')).toMatchObject({ code: 0 });
    const state = openState(office.path('rollcall.db'), false);
    state.db.pragma('wal_checkpoint(TRUNCATE)');
    state.close();
    const file = readFileSync(office.path('rollcall.db'));
    // Of the row of the trail alone: the offboarding itself says so as well.
    const reason = file.indexOf('{"actor":"http:all","reason":"stolen laptop"}');
    expect(reason).toBeGreaterThan(0);
    file[reason + 33] = 'x'.charCodeAt(0);
    office.write('changed.db', file);
    const other = readFileSync(office.path('rollcall.yaml'), 'utf8').replace('rollcall.db', 'changed.db');
    office.write('changed.yaml', other);
    const verdict = await office.run('history', '--verify', '--config', 'changed.yaml');
    expect([verdict.code, verdict.stdout]).toEqual([
      1,
      expect.stringMatching(/NOT AS IT WAS WRITTEN[^]*row \d+ does not say what it said when it was written/),
    ]);
  },
);
