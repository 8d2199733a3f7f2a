import { describe, expect, test } from 'vitest';
import { lock } from '../../src/store/locks.ts';
import { openState } from '../../src/store/state.ts';
import { people, person } from '../support/company.ts';
import { accounts, creations } from '../support/service.ts';
import { bearer, openOffice } from './office.ts';

const nora = { id: 'N1', first: 'Nora', last: 'New', email: 'nora@example.com', status: 'active' };

/** An office with a sync under way that has hundreds of people to create, few at a time. */
async function busyOffice(...[context, options]: Parameters<typeof openOffice>) {
  const office = await openOffice(context, {
    ...options,
    rows: 2,
    parts: { target: 'concurrency: 2' },
  });
  const { daemon, mock, people: write } = office;
  mock.addFault('delay=20,method=POST');
  write(people(220));
  daemon.ask();
  await expect.poll(() => Object.keys(accounts(mock)).length, { interval: 10 }).toBeGreaterThan(6);
  return office;
}

describe('while a sync delivers to a target', () => {
  test('whoever signs in is created next, and the answer says so', async (context) => {
    const { ask, mock, daemon } = await busyOffice(context);
    const begun = Date.now();
    const made = await ask('POST', '/v1/provision', { key: 'N1', record: nora }, bearer('provision'));
    expect(made).toMatchObject({
      status: 200,
      body: { state: 'done', targets: { app: { state: 'active' } } },
    });
    expect(Date.now() - begun).toBeLessThan(2000);
    expect(Object.keys(accounts(mock)).length).toBeLessThan(200);
    await daemon.idle();
    expect(Object.keys(accounts(mock))).toHaveLength(221);
    expect(Math.max(...creations(mock).values())).toBe(1);
  });

  test('whoever leaves by an event is off within a second, and whose create is on its way is dealt with behind it', async (context) => {
    const { ask, mock } = await busyOffice(context);
    const at = new Date().toISOString();
    const leave = { id: 'l', key: 'P0001', kind: 'leave', at };
    expect((await ask('POST', '/v1/events', leave, bearer('events'))).status).toBe(202);
    const begun = Date.now();
    await expect
      .poll(() => accounts(mock)['person1@example.com'], { interval: 20, timeout: 5000 })
      .toBe(false);
    expect(Date.now() - begun).toBeLessThan(1500);
    expect(Object.keys(accounts(mock)).length).toBeLessThan(150);

    mock.addFault('delay=700,method=POST,user=hal@example.com');
    const hal = { ...nora, id: 'H1', email: 'hal@example.com' };
    const hire = { id: 'h', key: 'H1', kind: 'hire', at, record: hal };
    await ask('POST', '/v1/events', hire, bearer('events'));
    await expect
      .poll(async () => (await ask('GET', '/v1/people/H1')).text, { interval: 20, timeout: 5000 })
      .toContain('leased');
    const gone = { id: 'g', key: 'H1', kind: 'leave', at: new Date().toISOString() };
    await ask('POST', '/v1/events', gone, bearer('events'));
    await expect.poll(() => accounts(mock)['hal@example.com'], { interval: 20, timeout: 5000 }).toBe(false);
    expect(Object.keys(accounts(mock)).length).toBeLessThan(221);
  });

  test('and nobody sends anything, the answer says who has the target; it is sent when that one has ended', async (context) => {
    const office = await openOffice(context, { http: '  provisionWithin: 1\n' });
    const { ask, mock, path } = office;
    const state = openState(path('rollcall.db'), false);
    const held = lock(state, 'app', 'sync', Date.now());
    const asked = await ask('POST', '/v1/provision', { key: 'N1', record: nora }, bearer('provision'));
    expect(asked).toMatchObject({
      status: 202,
      body: {
        state: 'pending',
        targets: {
          app: {
            state: 'pending',
            reason: expect.stringMatching(/delivered to by `rollcall sync`.*sends it next/) as string,
          },
        },
      },
    });
    expect(accounts(mock)['nora@example.com']).toBeUndefined();
    if (held.held) held.release();
    state.close();
    await expect.poll(() => accounts(mock)['nora@example.com'], { timeout: 5000 }).toBe(true);
    expect((await ask('GET', String(asked.headers['location']))).body).toMatchObject({ state: 'done' });
  });
});

describe('somebody who is hired and refers to a manager', () => {
  const report = { ...person(7, { manager: 'P0008' }), id: undefined };
  const boss = { ...person(8), id: undefined };
  const hire = (key: string, record: object) => {
    return { id: key, key, kind: 'hire', at: new Date().toISOString(), record };
  };

  test.for(['at once', 'when they are there', 'while they are created', 'before somebody else changes'])(
    'who is hired after them, %s, gets the reference when the manager is there',
    async (when, context) => {
      const { ask, mock } = await openOffice(context);
      const on = (user: string) =>
        expect.poll(() => accounts(mock)[user], { interval: 10, timeout: 5000 }).toBe(true);
      if (when === 'while they are created') mock.addFault('delay=500,method=POST,user=person7@example.com');
      await ask('POST', '/v1/events', hire('P0007', report), bearer('events'));
      if (when === 'when they are there') await on('person7@example.com');
      if (when === 'while they are created')
        await expect
          .poll(async () => (await ask('GET', '/v1/people/P0007')).text, { interval: 10, timeout: 5000 })
          .toContain('leased');
      await ask('POST', '/v1/events', hire('P0008', boss), bearer('events'));
      await on('person8@example.com');
      const change = { ...hire('P0001', { department: 'Sales' }), kind: 'change' };
      if (when === 'before somebody else changes')
        expect((await ask('POST', '/v1/events', change, bearer('events'))).status).toBe(202);
      const [manager] = mock
        .users()
        .filter(({ userName }) => (userName as unknown) === 'person8@example.com');
      await expect
        .poll(() => JSON.stringify(mock.users()), { interval: 20, timeout: 5000 })
        .toContain(`"manager":{"value":"${String(manager!['id'])}"`);
    },
  );
});
