import { describe, expect, test } from 'vitest';
import { eventById, settleEvent } from '../../src/store/events.ts';
import { openState } from '../../src/store/state.ts';
import { person } from '../support/company.ts';
import { accounts, journalled, writes } from '../support/service.ts';
import { at, newsroom } from './newsroom.ts';
import type { Told } from './newsroom.ts';
import { bearer } from './office.ts';

const one = person(1);
const first = one.email;
const leave: Told = { id: 'leave', key: one.id, kind: 'leave', at: at(-60) };
const change: Told = { id: 'change', key: one.id, kind: 'change', at: at(-30), record: { last: 'Late' } };
const whole: Told = { ...change, record: { ...one, department: 'Alumni' } };
const hire: Told = { id: 'hire', key: one.id, kind: 'hire', at: at(-30), record: { ...one } };
const isState = (state: string, reason = /./): object => ({
  state,
  ...(reason.source !== '.' && { reason: expect.stringMatching(reason) as string }),
});
const delivered = isState('delivered');
const gone = isState('ignored', /^left/);
const late = isState('ignored', /^late/);

describe('whoever was told to have left', () => {
  test.for([
    ['a part of a record', change],
    ['a whole record', whole],
  ] as const)(
    'stays away by a change that has %s, told at once or afterwards',
    async ([, after], context) => {
      const { together, tell, mock, settle } = await newsroom(context);
      expect(await together(leave, after)).toEqual([
        expect.objectContaining(delivered),
        expect.objectContaining(gone),
      ]);
      expect(accounts(mock)).toMatchObject({ [first]: false });
      const before = journalled(mock);
      const again = await tell({ ...after, id: 'again', at: at(-20) });
      expect(await again.after()).toMatchObject(gone);
      await settle();
      expect(writes(mock, before)).toEqual([]);
    },
  );

  test('stays away by a sign-in that came before that was carried out', async (context) => {
    const { accept, carryOut, ask, mock, settle } = await newsroom(context);
    accept([leave]);
    const answer = await ask('POST', '/v1/provision', { key: one.id, record: one }, bearer('provision'));
    expect(answer.body).toMatchObject({ state: 'refused', reason: expect.stringMatching(/^left/) as string });
    expect(await carryOut([leave])).toMatchObject([delivered]);
    expect(accounts(mock)).toMatchObject({ [first]: false });
    await settle();
    expect(accounts(mock)).toMatchObject({ [first]: false });
  });

  test('stays away while a sign-in waits, also by a read that has them no more', async (context) => {
    const { accept, mock, people, settle, age } = await newsroom(context);
    accept([leave, { id: 'in', key: one.id, kind: 'signIn', at: at(-30), record: { ...one } }]);
    people([person(2), person(3)]);
    age(3600);
    await settle();
    expect(accounts(mock)).toMatchObject({ [first]: false });
  });

  test('is off where a hire after it is refused, and back where it is not', async (context) => {
    const { together, mock } = await newsroom(context);
    const odd = { ...hire, id: 'odd', record: { ...one, status: 'odd' } };
    expect(await together(leave, odd)).toMatchObject([delivered, isState('refused', /odd/)]);
    expect(accounts(mock)).toMatchObject({ [first]: false });
    const back = { ...hire, at: at(-10) };
    expect(await together({ ...leave, id: 'second', at: at(-20) }, back)).toMatchObject([
      delivered,
      delivered,
    ]);
    expect(accounts(mock)).toMatchObject({ [first]: true });
  });

  test('is not back by an older hire that came while that was carried out', async (context) => {
    const { accept, carryOut, mock, path } = await newsroom(context);
    const older = { ...hire, at: at(-90) };
    accept([leave, older]);
    const state = openState(path('rollcall.db'), true);
    settleEvent(state, eventById(state, leave.id)!, { state: 'delivered' }, Date.now());
    state.close();
    const before = journalled(mock);
    expect(await carryOut([older])).toMatchObject([late]);
    expect(writes(mock, before)).toEqual([]);
  });

  test('has left, though of what happened later a change or a sign-in was carried out', async (context) => {
    const { tell, ask, mock, settle } = await newsroom(context);
    await tell({ ...change, record: { department: 'Sales' } });
    await ask('POST', '/v1/provision', { key: one.id }, bearer('provision'));
    expect(await (await tell(leave)).after()).toMatchObject(delivered);
    expect(accounts(mock)).toMatchObject({ [first]: false });
    await settle();
    expect(accounts(mock)).toMatchObject({ [first]: false });
  });
});

test('who is missing from a read is not back by a change', async (context) => {
  const { together, mock, people, settle } = await newsroom(context);
  people([person(2), person(3)]);
  await settle();
  expect(accounts(mock)).toMatchObject({ [first]: false });
  const before = journalled(mock);
  expect(await together({ ...whole, at: at(5) })).toMatchObject([gone]);
  expect(writes(mock, before)).toEqual([]);
});

test('a hire and a change of it are carried out by one run', async (context) => {
  const { together, mock } = await newsroom(context);
  const nine = { ...hire, key: 'P0009', record: { ...person(9) } };
  const other = { ...change, key: 'P0009', at: at(-10) };
  expect(await together(nine, other)).toMatchObject([delivered, delivered]);
  expect(mock.users()).toContainEqual(
    expect.objectContaining({ userName: person(9).email, name: { givenName: 'First9', familyName: 'Late' } }),
  );
});

test('what was accepted, and not carried out before a newer file was read, is as the file says', async (context) => {
  const { accept, carryOut, mock, settle, age } = await newsroom(context);
  const other: Told = { ...change, key: 'P0002' };
  accept([leave, other]);
  age(0);
  const before = journalled(mock);
  await settle();
  expect(await carryOut([leave, other])).toMatchObject([late, late]);
  expect(writes(mock, before)).toEqual([]);
});

test('a leave among many changes that are refused is carried out', async (context) => {
  const { together, mock } = await newsroom(context, { rows: 30 });
  const odd = Array.from({ length: 25 }, (_, index) => ({
    ...change,
    id: `odd-${index}`,
    key: person(index + 3).id,
    record: { status: 'odd' },
  }));
  const [left, refused] = await together(leave, ...odd);
  expect([left, refused]).toMatchObject([delivered, isState('refused', /odd/)]);
  expect(accounts(mock)).toMatchObject({ [first]: false, [person(3).email]: true });
});
