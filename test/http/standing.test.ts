import { readFileSync, utimesSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { csv, person } from '../support/company.ts';
import { exportConfiguration, ldif, ldifParts } from '../support/exports.ts';
import { accounts } from '../support/service.ts';
import { at, newsroom } from './newsroom.ts';
import type { Told } from './newsroom.ts';
import { bearer } from './office.ts';

const hire: Told = { id: 'h1', key: 'P0009', kind: 'hire', at: at(-60), record: { ...person(9) } };

/** An office whose source is an export of a directory. */
async function registry(context: Parameters<typeof newsroom>[0]) {
  const office = await newsroom(context);
  const [, http] = readFileSync(office.path('rollcall.yaml'), 'utf8').split('\nhttp:');
  const write = (numbers: readonly number[], seconds: number): void => {
    office.write('people.ldif', ldif(numbers.map((number) => person(number))));
    const then = new Date(Date.now() + seconds * 1000);
    utimesSync(office.path('people.ldif'), then, then);
  };
  write([1, 2, 3], -3600);
  office.write('rollcall.yaml', `${exportConfiguration(office.mock.url, ldifParts)}\nhttp:${http}`);
  await office.run('sync', '--quiet');
  await office.daemon.reload('SIGHUP');
  return { office, write };
}

describe('what was told, and what is said afterwards', () => {
  test('renumbered by a hire and a leave: by rekey they are one person, who is on', async (context) => {
    const office = await newsroom(context);
    office.configure({ target: 'limits: { create: { count: 0, floor: 0 } }' });
    await office.daemon.reload('test');
    const record = { ...person(3), id: 'P0013', email: 'third@example.com' };
    await office.together(
      { id: 'h', key: 'P0013', kind: 'hire', at: at(-60), record },
      { id: 'l', key: 'P0003', kind: 'leave', at: at(-50) },
    );
    expect(accounts(office.mock)).toMatchObject({ 'person3@example.com': false });
    expect((await office.run('rekey', 'P0003', 'P0013')).code).toBe(0);
    expect((await office.run('sync', '--quiet')).code).toBe(0);
    expect(accounts(office.mock)).toMatchObject({ 'third@example.com': true });
  });

  test('back by a newer file of changes, they can be changed again', async (context) => {
    const office = await newsroom(context);
    office.configure({ source: 'mode: delta' });
    await office.daemon.reload('test');
    office.people([person(2)]);
    office.age(3600);
    await office.run('sync', '--quiet');
    await office.tell({ id: 'l', key: 'P0001', kind: 'leave', at: at(-60) });
    office.people([person(1)]);
    office.age(-1);
    await office.run('sync', '--quiet');
    expect(accounts(office.mock)).toMatchObject({ 'person1@example.com': true });
    await office.tell({ id: 'c', key: 'P0001', kind: 'change', at: at(30), record: { status: 'left' } });
    expect(accounts(office.mock)).toMatchObject({ 'person1@example.com': false });
  });

  test.for(['UID', 'uid'])(
    'a sign-in with %s keeps nobody whom the source has no more',
    async (name, context) => {
      const { office, write } = await registry(context);
      const record = { [name]: ['P0003'], sn: ['Signed'] };
      await office.ask('POST', '/v1/provision', { key: 'P0003', record }, bearer('provision'));
      await office.daemon.idle();
      write([1, 2], 2);
      await office.run('sync', '--quiet');
      expect(accounts(office.mock)).toMatchObject({
        'person2@example.com': true,
        'person3@example.com': false,
      });
    },
  );

  test('whoever was deleted by a change of the directory is not back by an event that changes them', async (context) => {
    const { office } = await registry(context);
    const remove = 'dn: uid=P0001,ou=people,dc=example,dc=com\nchangetype: delete\n\n';
    office.write('changes.ldif', remove);
    await office.run('sync', '--input', 'changes.ldif', '--quiet');
    const record = { uid: ['P0001'], sn: ['B'], mail: ['person1@example.com'], employeeType: ['active'] };
    const change = await office.tell({ id: 'c', key: 'P0001', kind: 'change', at: at(-5), record });
    expect(await change.after()).toMatchObject({ state: 'ignored' });
    expect(accounts(office.mock)).toMatchObject({ 'person1@example.com': false });
  });

  test('a change is not late because of a sign-in', async (context) => {
    const { ask, tell, daemon, mock } = await newsroom(context);
    await ask('POST', '/v1/provision', { key: 'P0001', record: { last: 'Signed' } }, bearer('provision'));
    await daemon.idle();
    await tell({ id: 'c', key: 'P0001', kind: 'change', at: at(-30), record: { status: 'left' } });
    expect(accounts(mock)).toMatchObject({ 'person1@example.com': false });
  });

  test.for([
    ['whose status is odd', (text: string) => text],
    ['that is ragged', (text: string) => text.replace(/^P0001.*$/m, '$&,more,cells')],
  ] as const)('a leave is carried out beside a newer row %s', async ([what, broken], context) => {
    const office = await newsroom(context);
    const { accept, carryOut, mock } = office;
    const leave: Told = { id: 'l', key: 'P0001', kind: 'leave', at: at(-60) };
    accept([leave]);
    const status = what === 'that is ragged' ? 'active' : 'odd';
    office.write('people.csv', broken(csv([person(1, { status }), person(2), person(3)])));
    office.age(-1);
    await office.run('sync', '--quiet');
    expect(await carryOut([leave])).toMatchObject([{ state: 'delivered' }]);
    expect(accounts(mock)).toMatchObject({ 'person1@example.com': false });
  });

  test('whoever is hired again is there for as long again, whether that was carried out or only accepted', async (context) => {
    const office = await newsroom(context, { http: '  knownFor: 20m\n' });
    const { together, accept, carryOut, mock } = office;
    await together({ ...hire, at: at(-1800) });
    const again = { ...hire, id: 'h2', at: at(-5) };
    accept([again]);
    await office.run('sync', '--quiet');
    expect(await carryOut([again])).toMatchObject([{ state: 'delivered' }]);
    await office.run('sync', '--quiet');
    expect(accounts(mock)).toMatchObject({ 'person9@example.com': true });
  });

  test('a hire is carried out without the change of it that is refused', async (context) => {
    const { together, mock, ask, daemon } = await newsroom(context);
    const change: Told = { id: 'c', key: 'P0009', kind: 'change', at: at(-20), record: { status: 'odd' } };
    await together(hire, change);
    await daemon.idle();
    expect((await ask('GET', '/v1/events/h1', undefined, bearer('events'))).body).toMatchObject({
      state: 'delivered',
    });
    expect(accounts(mock)).toMatchObject({ 'person9@example.com': true });
  });
});
