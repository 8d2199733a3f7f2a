import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { loadService } from '../../connectors/targets/services.ts';
import type { Mock } from '../../src/mock/index.ts';
import { GROUP, ask, mockOf, patchOf, wordOf } from './calling.ts';
import type { Body, Reply } from './calling.ts';

const SEED = 7644;
const people = (count: number) =>
  Array.from({ length: count }, (_, at) => ({ id: `p${at}`, userName: `person${at}` }));
const valued = (ids: readonly string[]) => ids.map((value) => ({ value }));
const idsIn = (group: Body): readonly string[] =>
  ((group['members'] ?? []) as unknown as { value: string }[]).map(({ value }) => value);

async function grouped(mock: Mock, members: readonly string[]): Promise<string> {
  const { body } = await ask(mock, 'POST', '/Groups', {
    schemas: [GROUP],
    displayName: 'Team',
    members: valued(members),
  });
  return `/Groups/${wordOf(body['id'])}`;
}

/** All that a client sees of a PATCH: its answer, and the group behind it; members are a set. */
async function seen(mock: Mock, path: string, { status, body }: Reply) {
  const group = (await ask(mock, 'GET', path)).body;
  return {
    status,
    scimType: body['scimType'],
    detail: body['detail'],
    members: [...idsIn(group)].sort(),
    version: wordOf(group['meta']?.['version'] ?? '').replace(/^W\/"\d+/, ''),
    groupsOf: (await ask(mock, 'GET', '/Users?attributes=groups')).body['Resources'],
  };
}

const id = fc.constantFrom('p0', 'p1', 'p2', 'p3', 'p4', 'nobody');
const member = fc.oneof(
  { weight: 5, arbitrary: id.map((value) => ({ value })) },
  { weight: 2, arbitrary: id.map((value) => ({ value, type: 'User', display: 'somebody else' })) },
  { weight: 1, arbitrary: id.map((value) => ({ value, $ref: `../Users/${value}` })) },
  id.map((value) => ({ value, type: 'Group' })),
  fc.constantFrom<unknown>({ $ref: 'Users/p3' }, { type: 'User' }, {}, 'p3', null, 7, { value: 7 }),
);
const members = fc.oneof(fc.array(member, { maxLength: 3 }), member);
const operation = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({ op: fc.constant('add'), path: fc.constant('members'), value: members }),
  },
  {
    weight: 4,
    arbitrary: id.map((value) => ({ op: 'Remove', path: `members[value eq "${value}"]` })),
  },
  fc.record({ op: fc.constant('remove'), path: fc.constantFrom('members', 'MEMBERS'), value: members }),
  fc.record({ op: fc.constant('replace'), path: fc.constant('members'), value: members }),
  fc.constantFrom<object>(
    { op: 'remove', path: 'members[value ne "p0"]' },
    { op: 'remove', path: 'members[type eq "User"]' },
    { op: 'remove', path: 'members[value eq "p0"].display' },
    { op: 'add', path: 'members[value eq "p4"]', value: { value: 'p4' } },
    { op: 'add', path: 'urn:ietf:params:scim:schemas:core:2.0:Group:members', value: valued(['p2']) },
    { op: 'add', path: 'members', value: '' },
    { op: 'add', value: { members: valued(['p3']) } },
  ),
);

describe('RFC 7644 §3.5.2, members by PATCH, a few or as a whole', () => {
  // The name that is given once more changes nothing.
  test.each(['rfc', 'entra-lenient', 'interop'])(
    'at %s a message about some members does what it does beside something else',
    async (name) => {
      const mock = await mockOf(name, { people: people(5) });
      const property = fc.asyncProperty(fc.array(operation, { minLength: 1, maxLength: 4 }), async (list) => {
        const results = [];
        for (const more of [[], [{ op: 'replace', path: 'displayName', value: 'Team' }]]) {
          const path = await grouped(mock, ['p0', 'p1', 'p2']);
          const answer = await ask(mock, 'PATCH', path, patchOf(...list, ...more));
          const { groupsOf, ...result } = await seen(mock, path, answer);
          results.push(result);
          const inGroup = (groupsOf as unknown as (Body & { id: string })[])
            .filter((one) => ((one['groups'] ?? []) as unknown as object[]).length > 0)
            .map((one) => one.id);
          expect(inGroup.sort()).toEqual(result.members);
          await ask(mock, 'DELETE', path);
        }
        expect(results[0]).toEqual(results[1]);
      });
      await fc.assert(property, { seed: SEED, numRuns: 60 });
    },
    60_000,
  );

  test('a group takes as many members as it may have, and no more (the mock’s own limit)', async () => {
    const service = await loadService('rfc');
    const mock = await mockOf('rfc', {
      people: people(5),
      service: { ...service, limits: { ...service.limits, members: 3 } },
    });
    const path = await grouped(mock, ['p0', 'p1']);
    const add = (...ids: string[]) => ({ op: 'add', path: 'members', value: valued(ids) });
    for (const [operations, status, after] of [
      [[add('p2', 'p3')], 400, ['p0', 'p1']],
      [[add('p2')], 200, ['p0', 'p1', 'p2']],
      [[add('p3')], 400, ['p0', 'p1', 'p2']],
      [[{ op: 'remove', path: 'members[value eq "p0"]' }, add('p3')], 200, ['p1', 'p2', 'p3']],
    ] as const) {
      const answer = await ask(mock, 'PATCH', path, patchOf(...operations));
      expect([answer.status, idsIn((await ask(mock, 'GET', path)).body)]).toEqual([status, after]);
    }
  });

  test.each(['rfc', 'interop', 'entra-lenient'])(
    'at %s somebody who is a member already is not of another type than they are (RFC 7643 §4.2)',
    async (name) => {
      const mock = await mockOf(name, { people: people(3) });
      const path = await grouped(mock, ['p0', 'p1']);
      const add = (...value: object[]) => ({ op: 'add', path: 'members', value });
      const wrong = 'The member "p0" is a User, not a "Group".';
      for (const [operations, status, detail] of [
        [[add({ value: 'p0', type: 'Group' })], 400, wrong],
        [
          [{ op: 'replace', path: 'displayName', value: 'T' }, add({ value: 'p0', type: 'Group' })],
          400,
          wrong,
        ],
        [
          [{ op: 'replace', path: 'members', value: [{ value: 'p0' }, { value: 'p0', type: 'Group' }] }],
          400,
          wrong,
        ],
        [
          [add({ value: 'p2' }, { value: 'p2', type: 'Group' })],
          400,
          'The member "p2" is a User, not a "Group".',
        ],
        [
          [add({ value: 'p2', type: 'User' }), add({ value: 'p2', type: 'Group' })],
          400,
          'The member "p2" is not both a "User" and a "Group".',
        ],
        [
          [add({ value: 'p0', type: 'User' }, { value: 'p2' }, { value: 'p2', type: 'User' })],
          200,
          undefined,
        ],
      ] as const) {
        const answer = await ask(mock, 'PATCH', path, patchOf(...operations));
        expect([answer.status === 204 ? 200 : answer.status, answer.body['detail']]).toEqual([
          status,
          detail,
        ]);
      }
    },
  );

  // A PATCH may cost ten million comparisons, and a look at the whole group some 200,000. So a thousand operations are
  // taken only where each goes past the members that it does not touch.
  const many = people(21_900);
  const rest = many.slice(20_900, 21_899).map((one) => one.id);
  const name = { op: 'replace', path: 'displayName', value: 'Crew' };
  const each = (one: (id: string) => object) => [name, ...rest.map(one)];
  test.each<[string, readonly object[], number, number]>([
    ['by value', each((id) => ({ op: 'add', path: 'members', value: [{ value: id }] })), 200, 21_899],
    ['without a path', each((id) => ({ op: 'add', value: { members: [{ value: id }] } })), 200, 21_899],
    [
      'by $ref',
      each((id) => ({ op: 'add', path: 'members', value: [{ $ref: `Users/${id}` }] })),
      200,
      21_899,
    ],
    [
      'with a type',
      each((id) => ({ op: 'add', path: 'members', value: [{ value: id, type: 'User' }] })),
      200,
      21_899,
    ],
    [
      'and out again',
      [
        name,
        { op: 'add', path: 'members', value: valued(rest) },
        ...rest.slice(2).map((id) => ({ op: 'remove', path: `members[value eq "${id}"]` })),
      ],
      200,
      20_902,
    ],
    [
      'in nearly all parts',
      each(() => ({ op: 'replace', path: 'members[value ne "p0"].type', value: 'User' })),
      413,
      20_900,
    ],
    ['in all parts', each(() => ({ op: 'replace', path: 'members.type', value: 'User' })), 413, 20_900],
    [
      'in turns with what is about all of them',
      [
        name,
        ...rest.map((id, at) =>
          at % 2 === 0
            ? { op: 'add', path: 'members', value: [{ value: id }] }
            : { op: 'replace', path: `members[value eq "p0"].type`, value: 'User' },
        ),
      ],
      413,
      20_900,
    ],
  ])(
    'a thousand operations on a group of 20,900 and its name, %s: what costs as much as the group is counted',
    async (_, operations, status, count) => {
      const mock = await mockOf('rfc', { people: many });
      const path = await grouped(
        mock,
        many.slice(0, 20_900).map((one) => one.id),
      );
      expect((await ask(mock, 'PATCH', path, patchOf(...operations))).status).toBe(status);
      const { body } = await ask(mock, 'GET', path);
      expect([idsIn(body).length, body['displayName']]).toEqual([count, status === 200 ? 'Crew' : 'Team']);
    },
  );

  test('a thousand changes of a group of ten thousand are done long before this test is given up', async () => {
    const mock = await mockOf('rfc', { people: people(11_000) });
    const path = await grouped(
      mock,
      people(10_000).map((one) => one.id),
    );
    const operations = people(11_000)
      .slice(10_000)
      .flatMap((one) => [
        { method: 'PATCH', path, data: [{ op: 'add', path: 'members', value: [{ value: one.id }] }] },
        { method: 'PATCH', path, data: [{ op: 'remove', path: `members[value eq "${one.id}"]` }] },
      ]);
    for (const from of [0, 1000]) {
      const body = { Operations: operations.slice(from, from + 1000) };
      const answer = await ask(mock, 'POST', '/Bulk', body);
      const statuses = (answer.body['Operations'] as unknown as { status: string }[]).map(
        ({ status }) => status,
      );
      expect(new Set(statuses)).toEqual(new Set(['200']));
    }
    expect(idsIn((await ask(mock, 'GET', path)).body)).toHaveLength(10_000);
  }, 15_000);
});
