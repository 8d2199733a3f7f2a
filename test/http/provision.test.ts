import { describe, expect, test } from 'vitest';
import { people, person } from '../support/company.ts';
import { accounts, journalled, writes } from '../support/service.ts';
import { bearer, openOffice } from './office.ts';

const nora = { id: 'N1', first: 'Nora', last: 'New', email: 'nora@example.com', status: 'active' };
const P1 = person(1);

describe('a sign-in', () => {
  test('makes the account of somebody who is new, and changes it; a read that has never had them does not miss them', async (context) => {
    const { ask, mock, settle } = await openOffice(context);
    const before = journalled(mock);
    const made = await ask('POST', '/v1/provision', { key: 'N1', record: nora }, bearer('provision'));
    expect(made).toMatchObject({
      status: 200,
      body: { state: 'done', targets: { app: { state: 'active' } } },
    });
    // What it takes: three questions whether there is an account, and the create.
    expect(mock.journal(before).map(({ method }) => method)).toEqual(['GET', 'GET', 'GET', 'POST']);
    expect(await ask('GET', String(made.headers['location']))).toMatchObject({
      status: 200,
      body: { state: 'done' },
    });

    const changed = journalled(mock);
    await ask('POST', '/v1/provision', { key: 'N1', record: { ...nora, last: 'Newer' } });
    expect(mock.journal(changed).map(({ method }) => method)).toEqual(['PATCH']);
    const same = journalled(mock);
    await ask('POST', '/v1/provision', { key: 'N1' });
    await settle();
    expect(mock.journal(same)).toEqual([]);
    expect(accounts(mock)).toMatchObject({ 'nora@example.com': true });
  });

  test('brings nobody back who has left, was offboarded or waits for an approval, and is told of nobody unknown', async (context) => {
    const { ask, mock, settle, configure, daemon, people: write } = await openOffice(context, { rows: 4 });
    configure({ target: 'limits: { create: { count: 1, floor: 0 } }' });
    await daemon.reload('test');
    write([person(1, { status: 'left' }), person(3), person(4), person(5), person(6)]);
    await expect(settle()).rejects.toThrow(/ends with 3/);
    expect(await ask('POST', '/v1/people/P0003/offboard', { reason: 'stolen laptop' })).toMatchObject({
      status: 200,
      body: { state: 'off', actor: 'http:all', targets: { app: { state: 'off' } } },
    });
    const before = journalled(mock);
    const active = { status: 'active' };
    const refused = async (key: string, record?: object) =>
      (await ask('POST', '/v1/provision', { key, ...(record && { record }) })).body;
    expect(await refused('P0001', { ...P1, ...active })).toMatchObject({
      state: 'refused',
      reason: expect.stringMatching(/^left/) as string,
    });
    expect(await refused('P0002', { ...person(2), ...active })).toMatchObject({
      reason: expect.stringMatching(/^left/) as string,
    });
    expect(await refused('P0003', active)).toMatchObject({
      state: 'refused',
      reason: expect.stringMatching(/^offboarded/) as string,
    });
    expect(await refused('P0005', person(5))).toMatchObject({
      state: 'refused',
      reason: expect.stringMatching(/^held/) as string,
    });
    expect(await ask('POST', '/v1/provision', { key: 'nobody' })).toMatchObject({
      status: 404,
      body: { error: { code: 'notFound' } },
    });
    expect(writes(mock, before)).toEqual([]);
    expect(Object.entries(accounts(mock)).filter(([, isOn]) => isOn)).toEqual([
      ['person4@example.com', true],
    ]);
  });

  test('is answered within its bound by 202 where the target does not answer, and is done later', async (context) => {
    const { ask, mock } = await openOffice(context, { http: '  provisionWithin: 1\n' });
    mock.addFault('delay=2000,count=1,method=GET');
    const begun = Date.now();
    const asked = await ask('POST', '/v1/provision', { key: 'N1', record: nora });
    expect(asked).toMatchObject({ status: 202, body: { state: 'pending' } });
    expect(Date.now() - begun).toBeLessThan(1900);
    await expect
      .poll(async () => (await ask('GET', String(asked.headers['location']))).body['state'], {
        timeout: 8000,
      })
      .toBe('done');
  });

  test('says nothing of whether somebody is there, and nothing of whom the mapping refuses is made', async (context) => {
    const { ask, mock } = await openOffice(context);
    const before = journalled(mock);
    const gone = { ...P1, status: 'left' };
    expect((await ask('POST', '/v1/provision', { key: 'P0001', record: gone })).body).toMatchObject({
      targets: { app: { state: 'active' } },
    });
    expect(
      (await ask('POST', '/v1/provision', { key: 'N1', record: { ...nora, status: 'odd' } })).body,
    ).toMatchObject({
      state: 'refused',
      reason: expect.stringMatching(/odd/) as string,
    });
    expect(
      (await ask('POST', '/v1/provision', { key: 'N1', record: { ...nora, id: 'P0001' } })).body,
    ).toMatchObject({
      state: 'refused',
    });
    expect(writes(mock, before)).toEqual([]);
    expect(accounts(mock)).toEqual(Object.fromEntries(people(3).map(({ email }) => [email, true])));
  });

  test('brings nobody who is out of scope into it', async (context) => {
    const assign = 'assign: ${record.department == "Engineering"}';
    const { ask, mock, people: write, settle } = await openOffice(context, { parts: { target: assign } });
    write([...people(3), person(4, { department: 'Sales' })]);
    await settle();
    const before = journalled(mock);
    const signedIn = await ask('POST', '/v1/provision', { key: 'P0004', record: person(4) });
    expect(signedIn.body).toMatchObject({ state: 'done', targets: { app: { state: 'none' } } });
    await settle();
    expect(writes(mock, before)).toEqual([]);
    expect(accounts(mock)).not.toHaveProperty(person(4).email);
  });

  test.for([
    ['nothing', undefined],
    ['a whole record', { ...person(2) }],
  ])('that tells of %s keeps nobody whom the next file has no more', async ([, record], context) => {
    const { ask, mock, people: write, settle } = await openOffice(context);
    expect(
      (await ask('POST', '/v1/provision', { key: 'P0002', ...(record && { record }) })).body,
    ).toMatchObject({ state: 'done' });
    write([person(1), person(3)]);
    await settle();
    expect(accounts(mock)).toMatchObject({ [person(2).email]: false });
  });
});
