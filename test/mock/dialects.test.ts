import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { service as lenient } from '../../connectors/targets/entra-lenient/service.ts';
import { service as strict } from '../../connectors/targets/interop/service.ts';
import { matches } from '../../src/mock/filter/match.ts';
import { parseFilter } from '../../src/mock/filter/parse.ts';
import { applyPatch } from '../../src/mock/patch/apply.ts';
import { readPatch } from '../../src/mock/patch/read.ts';
import { Refused } from '../../src/mock/refusal.ts';
import { readResource } from '../../src/mock/resource/read.ts';
import { compile } from '../../src/mock/schema/compiled.ts';
import { ENTERPRISE, PATCH_OP } from './calling.ts';

/** The same each time. */
const SEED = 7644;

const paths = fc.constantFrom(
  'active',
  'name',
  'name.givenName',
  'emails',
  'emails[type eq "work"]',
  'emails[type eq "castle"].value',
  'emails[primary eq "True"].value',
  'emails[type eq work].primary',
  'roles[primary eq "True"].value',
  'manager',
  'manager.value',
  'department',
  `${ENTERPRISE}:manager`,
  `${ENTERPRISE}:manager.value`,
  ENTERPRISE,
  'userName',
  'groups',
  'id',
  'urn:example:x:y',
  '__proto__',
  'constructor.name',
  'emails[',
  '.',
  ':',
);
const address = fc.record(
  {
    value: fc.constantFrom('a@x', 'b@x', null),
    type: fc.constantFrom('work', 'home', 'castle'),
    primary: fc.constantFrom<unknown>(true, false, 'True', 'False'),
  },
  { requiredKeys: [] },
);
const one = fc.oneof(
  fc.jsonValue({ maxDepth: 2 }),
  fc.constantFrom<unknown>('', 'True', 'False', 'm1', null, true, [], [{}], [null], [[]], [{ value: 'm1' }]),
  address,
  fc.array(address, { maxLength: 3 }),
);
/** What any service takes: without some of it nearly all of what is drawn would be refused. */
const usual = fc.oneof(
  fc.record({ path: fc.constantFrom('active'), value: fc.boolean() }),
  fc.record({
    path: fc.constantFrom('name.givenName', `${ENTERPRISE}:department`, 'emails[type eq "work"].value'),
    value: fc.constantFrom('a@x', 'b@x', 'R&D'),
  }),
  fc.record({ path: fc.constantFrom('emails'), value: fc.constant([{ value: 'b@x', type: 'home' }]) }),
);
const operations = fc.array(
  fc.oneof(
    {
      weight: 3,
      arbitrary: fc
        .tuple(fc.constantFrom('add', 'replace'), usual)
        .map(([op, { path, value }]) => ({ op, path, value })),
    },
    fc.record(
      { op: fc.constantFrom('add', 'Replace', 'Remove'), path: paths, value: one },
      { requiredKeys: ['op'] },
    ),
    fc.record({ op: fc.constantFrom('Add', 'replace'), value: fc.dictionary(paths, one, { maxKeys: 4 }) }),
  ),
  { minLength: 1, maxLength: 5 },
);

describe.each([lenient, strict])('the dialect of $name', (service) => {
  const served = service.resourceTypes[0]!;
  const compiled = compile(served.type);
  const reading = { unknown: served.unknownAttributes, values: 100, dialect: service };
  const before = readResource(
    compiled,
    {
      userName: 'ada',
      name: { givenName: 'Ada' },
      emails: [{ value: 'a@x', type: 'work', primary: true }],
      [ENTERPRISE]: { manager: { value: 'm0', $ref: 'https://example.com/m0' } },
    },
    reading,
  );

  test('whatever a PATCH makes of somebody, RFC 7643 takes it as it is; or it is refused', () => {
    const text = JSON.stringify(before);
    let taken = 0;
    const property = fc.property(operations, (list) => {
      const after = attempt(() =>
        applyPatch(
          { compiled, reading, rules: served.patch, terms: 50 },
          before,
          readPatch({ schemas: [PATCH_OP], Operations: list }, 100, service),
        ),
      );
      expect(JSON.stringify(before)).toBe(text);
      if (after === undefined) return;
      taken++;
      const again = readResource(compiled, JSON.parse(JSON.stringify(after)), {
        unknown: 'refused',
        values: 100,
      });
      expect(again).toEqual(after);
    });
    fc.assert(property, { seed: SEED, numRuns: 2000 });
    expect(taken).toBeGreaterThan(200);
  });

  test('any text is a filter, or is refused as none', () => {
    const words = fc.constantFrom(
      ...['userName', 'externalId', 'active', 'manager', 'emails[', ']', '.value', '(', ')'],
      ...['eq', 'and', 'or', 'not', 'pr', 'co', '"True"', 'True', 'jyoung', '7f4b-1', '42', 'null', '-', '"'],
    );
    const property = fc.property(fc.array(words, { maxLength: 8 }), (list) => {
      const filter = attempt(() => parseFilter(compiled, list.join(' '), 50, service), 'invalidFilter');
      if (filter) expect(typeof matches(filter, before)).toBe('boolean');
    });
    fc.assert(property, { seed: SEED, numRuns: 3000 });
  });
});

/** `undefined` where it is refused, and no other error is let pass. */
function attempt<T>(work: () => T, scimType?: string): T | undefined {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    if (scimType !== undefined) expect(error.refusal.scimType).toBe(scimType);
    return undefined;
  }
}
