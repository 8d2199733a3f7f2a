import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { service } from '../../connectors/targets/generic/service.ts';
import { matches } from '../../src/mock/filter/match.ts';
import { parseFilter } from '../../src/mock/filter/parse.ts';
import { applyPatch } from '../../src/mock/patch/apply.ts';
import { readPatch } from '../../src/mock/patch/read.ts';
import { Refused } from '../../src/mock/refusal.ts';
import { readResource } from '../../src/mock/resource/read.ts';
import { compile } from '../../src/mock/schema/compiled.ts';
import { userType } from '../../src/mock/schema/user.ts';
import type { JsonObject } from '../../src/model/index.ts';
import { ENTERPRISE, PATCH_OP, ask, created, filtered, mockOf, patchOf, person } from './calling.ts';

const SEED = 7644;
const compiled = compile(userType);
const reading = { unknown: 'ignored', values: 100 } as const;
const rules = service.resourceTypes[0]!.patch;

const paths = fc.constantFrom(
  'userName',
  'title',
  'name',
  'name.givenName',
  'emails',
  'emails.value',
  'emails[type eq "work"]',
  'emails[type eq "work"].value',
  'emails[primary eq true].display',
  'active',
  'password',
  ENTERPRISE,
  `${ENTERPRISE}:manager`,
  `${ENTERPRISE}:manager.value`,
  'roles',
  'id',
  'meta.created',
  '__proto__',
  'constructor',
  '',
  'emails[',
  'x[y eq 1].z',
);
const email = fc.record(
  { value: fc.constantFrom('a@x', 'b@x'), type: fc.constantFrom('work', 'home'), primary: fc.boolean() },
  { requiredKeys: [] },
);
const values = fc.oneof(
  fc.jsonValue({ maxDepth: 3 }),
  email,
  fc.array(email, { maxLength: 4 }),
  fc.record({ givenName: fc.string(), familyName: fc.string() }, { requiredKeys: [] }),
  fc.string(),
  fc.boolean(),
  fc.constant(null),
);
const operations = fc.array(
  fc.record(
    { op: fc.constantFrom('add', 'replace', 'remove', 'Add', 'REMOVE', 'x'), path: paths, value: values },
    { requiredKeys: ['op'] },
  ),
  { minLength: 1, maxLength: 6 },
);

describe('the PATCH door', () => {
  test('whatever comes, the result is a resource that the schema takes, or a refusal, and the original is untouched', () => {
    const before = readResource(
      compiled,
      {
        userName: 'ada',
        name: { givenName: 'Ada' },
        emails: [{ value: 'a@x', type: 'work', primary: true }],
      },
      reading,
    );
    const text = JSON.stringify(before);
    const property = fc.property(operations, (list) => {
      const after = attempt(() =>
        applyPatch({ compiled, reading, rules, terms: 50 }, before, readPatch(patchOf(...list), 100)),
      );
      expect(JSON.stringify(before)).toBe(text);
      if (after === undefined) return;
      const again = readResource(compiled, JSON.parse(JSON.stringify(after)), {
        ...reading,
        unknown: 'refused',
      });
      expect(again).toEqual(after);
    });
    fc.assert(property, { seed: SEED, numRuns: 2000 });
  });

  test('the same replacement twice is the same as once', () => {
    const before = readResource(
      compiled,
      { userName: 'ada', emails: [{ value: 'a@x', type: 'work' }] },
      reading,
    );
    const property = fc.property(operations, (list) => {
      const replacements = list.map((operation) => ({ ...operation, op: 'replace' }));
      const apply = (to: JsonObject) =>
        applyPatch(
          { compiled, reading, rules, terms: 50 },
          to,
          readPatch(patchOf(...replacements.slice(0, 1)), 100),
        );
      const once = attempt(() => apply(before));
      // A replacement may change what its own filter looked for; then there is nothing left to replace.
      const twice = once && attempt(() => apply(once));
      if (twice) expect(twice).toEqual(once);
    });
    fc.assert(property, { seed: SEED, numRuns: 1000 });
  });

  test('over HTTP any JSON at all is answered with 2xx or a SCIM error, and the mock goes on', async () => {
    const mock = await mockOf('cosmo');
    const id = await created(mock, person('ada'));
    const anything = fc.oneof(
      fc.jsonValue(),
      operations.map((list) => patchOf(...list)),
      fc.record({ schemas: fc.constant([PATCH_OP]), Operations: fc.jsonValue() }),
    );
    const property = fc.asyncProperty(anything, async (body) => {
      const { status, body: said } = await ask(mock, 'PATCH', `/Users/${id}`, JSON.stringify(body));
      expect([200, 400, 409]).toContain(status);
      if (status !== 200) expect(said['status']).toBe(String(status));
    });
    await fc.assert(property, { seed: SEED, numRuns: 250 });
    expect(mock.users()).toHaveLength(1);
  });
});

describe('the filter door', () => {
  const quoted = fc.string({ unit: 'grapheme', maxLength: 12 });

  test('any text is a filter or a refusal', () => {
    const words = fc.constantFrom(
      'userName',
      'emails',
      'emails.value',
      'emails[',
      ']',
      '(',
      ')',
      'and',
      'or',
      'not',
      'eq',
      'co',
      'pr',
      'gt',
      '"a"',
      'true',
      'null',
      '1',
      '-',
      '"',
      '\\',
      `${ENTERPRISE}:department`,
      '[',
      '.value',
      ' ',
    );
    const text = fc.oneof(
      fc.string(),
      fc.array(words, { maxLength: 12 }).map((list) => list.join(' ')),
      fc.array(words, { maxLength: 12 }).map((list) => list.join('')),
    );
    const resource = { userName: 'ada', emails: [{ value: 'a', type: 'work' }], active: true };
    const property = fc.property(text, (one) => {
      const filter = attempt(() => parseFilter(compiled, one, 50));
      if (filter) expect(typeof matches(filter, resource)).toBe('boolean');
    });
    fc.assert(property, { seed: SEED, numRuns: 3000 });
  });

  test('whatever a name is made of, a filter with it in quotes finds it, and no other', () => {
    const property = fc.property(quoted, quoted, (mine, other) => {
      const filter = parseFilter(compiled, `externalId eq ${JSON.stringify(mine)}`, 50);
      expect(matches(filter, { externalId: mine })).toBe(true);
      expect(matches(filter, { externalId: other })).toBe(mine === other);
      const negated = parseFilter(compiled, `not (externalId eq ${JSON.stringify(mine)})`, 50);
      expect(matches(negated, { externalId: other })).toBe(mine !== other);
    });
    fc.assert(property, { seed: SEED, numRuns: 1000 });
  });

  test('an index and a scan find the same people', async () => {
    const mock = await mockOf('rfc');
    const names = ['a', 'B', 'ü', 'a b', 'q"', 'back\\slash', 'é'];
    for (const name of names)
      await created(mock, person(name, { externalId: name, emails: [{ value: `${name}@x` }] }));
    for (const name of [...names, 'A', 'nobody']) {
      for (const path of ['userName', 'externalId', 'emails.value']) {
        const value = JSON.stringify(path === 'emails.value' ? `${name}@x` : name);
        const indexed = await ask(mock, 'GET', filtered(`${path} eq ${value}`));
        const scanned = await ask(mock, 'GET', filtered(`not (${path} ne ${value})`));
        expect(indexed.body).toEqual(scanned.body);
      }
    }
  });
});

function attempt<T>(work: () => T): T | undefined {
  try {
    return work();
  } catch (error) {
    if (error instanceof Refused) return undefined;
    throw error;
  }
}
