import { readFileSync, utimesSync } from 'node:fs';
import { describe, expect, test, vi } from 'vitest';
import type { TestContext } from 'vitest';
import type { Mock } from '../../src/mock/index.ts';
import { failures } from '../../src/mock/faults/failures.ts';
import { behind } from '../support/behind.ts';
import { people, person } from '../support/company.ts';
import { openField } from '../support/field.ts';
import type { Field } from '../support/field.ts';
import { patient } from '../support/folder.ts';
import { writes } from '../support/service.ts';

const team = people(3);
const [one, two, three] = team as [(typeof team)[0], (typeof team)[0], (typeof team)[0]];
const named = (fault: string): string => fault.replace(/\W+/g, '-');
/** How often somebody was created, answered or not. */
const posts = (mock: Mock): number => writes(mock).filter(({ method }) => method === 'POST').length;
const deletes =
  'onLeave: delete\nallow: [create, delete, update, deactivate]\nlimits: { delete: { count: 5 } }';
const taken = { userName: two.email, active: true, name: { familyName: 'Stranger' } };

/** Plays a failure of the field, as the mock numbers them, and gives the place in which it was. */
const plays: Readonly<Record<number, (context: TestContext) => Promise<Field>>> = {
  async 1(context) {
    const field = await openField(context, {
      ways: { app: { people: [taken], faults: [`hidden=${two.email}`] } },
    });
    field.people(team);
    field.fail();
    await field.says(4, 'sync');
    const { [two.email]: stranger, ...others }: Readonly<Record<string, unknown>> = Object.fromEntries(
      field.mock.users().map(({ userName, active, name }) => [userName as unknown as string, [active, name]]),
    );
    expect(stranger).toEqual([true, { familyName: 'Stranger' }]);
    expect(Object.keys(others)).toHaveLength(2);
    await field.says(0, 'failures');
    await field.rests();
    return field;
  },

  async 2(context) {
    const field = await openField(context, {
      ways: {
        bare: { faults: [`status=409,method=POST,user=${two.email}`] },
        other: {
          faults: [
            `status=409,method=POST,detail="REQUIRED_FIELD_MISSING: a profile is needed",user=${two.email}`,
          ],
        },
        body: { faults: [`status=400,bodyStatus=409,method=POST,user=${two.email}`] },
      },
    });
    field.people(team);
    field.fail();
    await field.says(4, 'sync');
    await field.says(0, 'failures');
    await field.ends([one, three]);
    field.heal();
    field.people([one, { ...two, first: 'Changed' }, three]);
    await field.says(0, 'sync');
    await field.ends(team);
    return field;
  },

  async 3(context) {
    const field = await openField(context, {
      ways: {
        app: {
          faults: [
            `status=409,scimType=uniqueness,method=POST,user=${two.email}`,
            `other=${one.email},method=GET,user=${two.email}`,
          ],
        },
      },
    });
    field.people([one, three]);
    await field.settle();
    field.fail();
    field.people(team);
    await field.says(4, 'sync');
    await field.says(0, 'failures');
    await field.ends([one, three]);
    return field;
  },

  async 4(context) {
    const field = await openField(context, {
      ways: {
        after: { target: deletes, faults: ['status=404,method=DELETE,when=after'] },
        gone: { target: deletes, faults: [`vanish=${three.email}`] },
      },
    });
    field.people(team);
    await field.settle();
    field.fail();
    field.people([one, two]);
    await field.says(0, 'sync');
    await field.ends([one, two]);
    return field;
  },

  async 5(context) {
    const field = await openField(context, { groups: true, ways: { app: { faults: ['memberLag=2000'] } } });
    field.people(team);
    field.fail();
    await field.says(0, 'sync');
    await field.ends(team);
    return field;
  },

  async 6(context) {
    const field = await openField(context, {
      groups: true,
      ways: { app: { faults: ['lostUpdates=50,path=/Groups'] } },
    });
    field.people(team);
    await field.settle();
    field.fail();
    const moved = [{ ...one, department: 'Sales' }, two, three, person(4), person(5)];
    field.people(moved);
    await field.says(0, 'sync');
    await field.ends(moved);
    return field;
  },

  async 7(context) {
    const field = await openField(context, { groups: true });
    field.people(team);
    await field.settle();
    await behind(field.mock).remove(two.email);
    const more = team.map((row) => ({ ...row, department: 'Engineering;Crew' }));
    field.people(more);
    await field.says(4, 'sync');
    await field.says(0, 'failures');
    await field.ends([more[0]!, more[2]!]);
    await field.says(0, 'reconcile', '--repair');
    await field.ends(more);
    return field;
  },

  async 8(context) {
    const field = await openField(context, {
      groups: true,
      ways: { app: { faults: ['unknownMembers=dropped'] } },
    });
    field.people(team);
    await field.settle();
    await behind(field.mock).remove(two.email);
    const more = team.map((row) => ({ ...row, department: 'Engineering;Crew' }));
    field.people(more);
    field.fail();
    await field.says(4, 'sync');
    await field.says(0, 'failures');
    await field.ends([more[0]!, more[2]!]);
    await field.says(0, 'reconcile', '--repair');
    await field.ends(more);
    return field;
  },

  async 9(context) {
    const field = await openField(context, {
      groups: true,
      ways: { app: { faults: ['addReplaces,path=/Groups'] } },
    });
    field.people(team);
    await field.settle();
    field.fail();
    const more = people(4);
    field.people(more);
    await field.says(0, 'sync');
    await field.ends(more);
    return field;
  },

  async 10(context) {
    const field = await openField(context, {
      groups: true,
      ways: {
        patched: { faults: ['without=members,path=/Groups'] },
        whole: { faults: ['without=members,path=/Groups'], target: 'dialect: okta-aiw' },
      },
    });
    field.people(team);
    await field.settle();
    field.fail();
    const more = people(4);
    field.people(more);
    await field.says(0, 'sync');
    await field.ends(more);
    return field;
  },

  async 11(context) {
    const faults = ['pageSize=2', 'total=-1', 'total=missing', 'omit=1', 'repeat=1', 'ignore=startIndex'];
    const ways = Object.fromEntries(faults.map((fault) => [named(fault), { faults: [fault, 'pageSize=2'] }]));
    const field = await openField(context, {
      ways: { ...ways, endless: { faults: ['neverEnds', 'pageSize=2'] } },
    });
    field.people(team);
    await field.settle();
    field.fail();
    const more = people(5);
    field.people(more);
    await field.says(4, 'sync');
    // Whom it could not ask about it creates when it can.
    await field.ends(more, { endless: team });
    await field.says(4, 'reconcile');
    return field;
  },

  async 12(context) {
    const once = `method=POST,user=${two.email},count=1`;
    const field = await openField(context, {
      ways: {
        hour: { faults: [`status=429,retryAfter=3600,${once}`] },
        date: { faults: [`status=429,retryAfterDate=2,${once}`] },
        absent: { faults: [`status=429,${once}`] },
        absurd: { faults: [`status=429,retryAfter=soon,${once}`] },
        forbidden: { faults: [`status=403,rateLimit=2,detail="API rate limit exceeded",${once}`] },
      },
    });
    field.people(team);
    field.fail();
    await field.says(4, 'sync', '--wait', '10s');
    await field.says(0, 'status');
    await field.ends(team, { hour: [one, three] });
    return field;
  },

  async 13(context) {
    const field = await openField(context, { ways: { app: { faults: [`status=500,user=${one.email}`] } } });
    field.people(team);
    await field.settle();
    field.fail();
    const next = [
      { ...one, last: 'Other' },
      { ...two, status: 'left' },
      { ...three, last: 'Another' },
    ];
    field.people(next);
    await field.says(4, 'sync', '--wait', '3s');
    await field.says(0, 'failures');
    field.heal();
    await field.says(0, 'sync');
    await field.ends(next);
    return field;
  },

  async 14(context) {
    const field = await openField(context, {
      ways: {
        app: {
          faults: ['expire,after=2'],
          auth: '{ kind: bearer, token: { file: ./token } }',
          target: 'concurrency: 1',
        },
      },
    });
    field.write('token', `${field.mock.token}\n`);
    field.people(team);
    field.fail();
    await field.says(4, 'sync');
    await field.says(0, 'status');
    const answer = await fetch(`${field.mock.origin}/_mock/keys`, {
      method: 'POST',
      headers: { authorization: `Bearer ${field.mock.token}`, 'content-type': 'application/json' },
      body: JSON.stringify({ token: 'the-next-one' }),
    });
    expect(answer.status).toBe(201);
    field.write('token', 'the-next-one\n');
    await field.says(0, 'sync');
    await field.ends(team);
    return field;
  },

  async 15(context) {
    const field = await openField(context, {
      groups: true,
      ways: {
        filter: { faults: ['removeForm=filter'] },
        all: { faults: ['removeForm=all'] },
        list: { faults: ['removeForm=list'] },
      },
    });
    field.people(team);
    await field.settle();
    field.fail();
    const moved = [{ ...one, department: '' }, two, three];
    field.people(moved);
    await field.says(4, 'sync');
    await field.says(0, 'failures');
    await field.ends(moved, { list: team });
    field.adjust('list', 'dialect: entra');
    await field.says(0, 'retry', 'list');
    await field.says(0, 'sync');
    await field.ends(moved);
    return field;
  },

  async 16(context) {
    const field = await openField(context, {
      ways: {
        boolean: { faults: ['activeForm=boolean'] },
        text: { faults: ['activeForm=string'] },
      },
    });
    field.people(team);
    await field.settle();
    field.fail();
    const next = [{ ...one, status: 'left' }, two, three];
    field.people(next);
    await field.says(4, 'sync');
    await field.says(0, 'failures');
    field.adjust('text', 'dialect: entra');
    await field.says(0, 'sync');
    await field.ends(next);
    return field;
  },

  async 17(context) {
    const field = await openField(context, {
      ways: { lower: { faults: ['lower'] }, trim: { faults: ['trim=name.familyName'] } },
    });
    const odd = team.map((row) => ({ ...row, email: row.email.replace('p', 'P'), last: `${row.last}` }));
    field.people(odd);
    field.fail();
    await field.says(0, 'sync');
    await field.says(0, 'reconcile');
    await field.ends(odd);
    return field;
  },

  async 18(context) {
    const field = await openField(context, { ways: { app: { target: 'concurrency: 1' } } });
    field.people(team);
    // The account is there, and the answer is on its way for as long as that.
    field.mock.addFault(`slow=60000,method=POST,user=${two.email}`);
    const running = field.start('sync');
    await vi.waitUntil(() => field.mock.users().length === 2, { timeout: 60_000, interval: 5 });
    running.kill('SIGKILL');
    await running.ended;
    field.heal();
    await field.says(0, 'sync');
    await field.ends(team);
    expect(posts(field.mock)).toBe(3);
    return field;
  },

  async 19(context) {
    const field = await openField(context, { source: 'expect: { maximumAge: 1d }' });
    field.people(people(5));
    await field.settle();
    const whole = field.path('people.csv');
    const text = readFileSync(whole, 'utf8');
    field.write('people.csv', text.slice(0, text.length - 40));
    await field.says(3, 'sync');
    field.write('people.csv', text.slice(0, text.indexOf('\n') + 1));
    await field.says(3, 'sync');
    field.people(people(4));
    utimesSync(whole, new Date(), new Date(Date.now() - 2 * 86_400_000));
    await field.says(3, 'sync');
    await field.ends(people(5));
    return field;
  },

  async 20(context) {
    const field = await openField(context, { groups: true });
    field.people(team);
    await field.settle();
    const next = [
      one,
      { ...two, last: 'Married', email: 'married@example.com', manager: 'P0004', department: 'Sales' },
      three,
      person(4),
    ];
    field.people(next);
    await field.says(0, 'sync', '--all');
    await field.ends(next);
    return field;
  },

  async 21(context) {
    const field = await openField(context, { ways: { app: { people: [{ ...taken, active: false }] } } });
    field.people(team);
    await field.says(4, 'sync');
    await field.says(0, 'status');
    return field;
  },

  async 22(context) {
    const field = await openField(context, { groups: true, ways: { app: { faults: ['maxMembers=2'] } } });
    field.people(people(7));
    field.fail();
    await field.says(0, 'sync');
    await field.ends(people(7));
    return field;
  },

  async 23(context) {
    const field = await openField(context, {
      groups: true,
      ways: {
        unimplemented: { faults: ['status=501,method=PATCH'] },
        notAllowed: { faults: ['status=405,method=PATCH'] },
      },
    });
    field.people(team);
    await field.settle();
    field.fail();
    const next = [{ ...one, last: 'Other', department: 'Sales' }, { ...two, status: 'left' }, three];
    field.people(next);
    await field.says(0, 'sync', '--wait', '3s');
    await field.ends(next);
    return field;
  },

  async 24(context) {
    const forms = ['slash', 'space', 'percent', 'unicode', 'long'];
    const field = await openField(context, {
      groups: true,
      ways: Object.fromEntries(forms.map((form) => [form, { faults: [`ids=${form}`] }])),
    });
    field.people(team);
    field.fail();
    await field.says(0, 'sync');
    const next = [{ ...one, last: 'Other', manager: 'P0003' }, { ...two, status: 'left' }, three];
    field.people(next);
    await field.says(0, 'sync');
    await field.ends(next);
    return field;
  },

  async 25(context) {
    const field = await openField(context, {
      ways: {
        app: {
          faults: [
            `status=400,scimType=invalidValue,detail="no such department",method=PATCH,user=${two.email},count=1`,
          ],
        },
      },
    });
    field.people(team);
    await field.settle();
    field.fail();
    field.people([one, { ...two, department: 'Poison' }, three]);
    await field.says(4, 'sync');
    await field.says(0, 'failures');
    const next = [one, { ...two, status: 'left', department: 'Poison' }, three];
    field.people(next);
    await field.says(0, 'sync');
    await field.ends(next);
    return field;
  },

  async 26(context) {
    const forms = [
      'drop=after',
      'reset=after',
      'drop=middle',
      'drop=end',
      'status=500,when=after',
      'status=504,when=after',
    ];
    const field = await openField(context, {
      ways: Object.fromEntries(
        forms.map((form) => [
          named(form),
          { faults: [`${form},method=POST,count=1`, `${form},method=PATCH,count=1`] },
        ]),
      ),
    });
    field.people([one, two]);
    await field.settle();
    field.fail();
    const next = [one, { ...two, status: 'left' }, three];
    field.people(next);
    await field.says(0, 'sync');
    await field.ends(next);
    for (const mock of field.mocks.values()) expect(posts(mock)).toBe(3);
    return field;
  },

  async 27(context) {
    const forms = [
      'html',
      'empty',
      'truncate',
      'malformed',
      'huge',
      'encoding=broken',
      'redirect',
      'endless',
      'mediaType=text/plain',
    ];
    const field = await openField(context, {
      ways: Object.fromEntries(forms.map((form) => [named(form), { faults: [form], target: 'timeout: 2s' }])),
    });
    field.people([one, two]);
    await field.settle();
    field.fail();
    const next = [one, { ...two, status: 'left' }, three];
    field.people(next);
    await field.says(4, 'sync', '--wait', '0s');
    await field.says(0, 'status');
    field.heal();
    await field.says(0, 'sync');
    await field.ends(next);
    return field;
  },

  async 28(context) {
    const field = await openField(context, {
      ways: {
        app: { faults: ['lag=3000', 'drop=after,method=POST,count=1', 'drop=after,method=PATCH,count=1'] },
      },
    });
    field.people([one, two]);
    await field.settle();
    field.fail();
    const next = [one, { ...two, status: 'left' }, three];
    field.people(next);
    await field.says(0, 'sync');
    await field.ends(next);
    expect(posts(field.mock)).toBe(3);
    return field;
  },
};

/** What the table of them says of each: what happens, and what is seen of it, with `…` for what is different each time. */
const table = readFileSync(new URL('../../docs/failures.md', import.meta.url), 'utf8')
  .split('\n')
  .filter((line) => /^\| \d/.test(line))
  .map((line) => line.split('|').map((cell) => cell.trim()))
  .map(([, number, what, , sees]) => ({
    number: Number(number),
    what,
    sees: [...sees!.matchAll(/`([^`]+)`/g)].map(([, words]) => words!),
  }));

function pattern(words: string): RegExp {
  const literal = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
  return new RegExp(words.split('…').map(literal).join('.*'));
}

describe.concurrent('the failures of the field', patient, () => {
  test('are told in one table, each in the words of the mock', () => {
    expect(table.map(({ number, what }) => ({ number, what }))).toEqual(
      failures.map(({ number, what }) => ({ number, what })),
    );
  });

  test.for(table)('$number: $what', async ({ number, sees }, context) => {
    const field = await plays[number]!(context);
    expect(sees).not.toEqual([]);
    for (const words of sees) expect(field.seen()).toMatch(pattern(words));
  });
});
