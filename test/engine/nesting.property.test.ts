import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { groupedSource } from '../../connectors/sources/compose/memberships.ts';
import { profiles } from '../../connectors/targets/profiles.ts';
import { isFlattened } from '../../src/engine/memberships.ts';
import { MEMBER_OF } from '../../src/model/index.ts';
import type { MembershipOf, Source, SourceGroup } from '../../src/model/index.ts';
import { column, row, template } from '../planning/example.ts';

const groups = ['a', 'b', 'c', 'd'];
const people = ['k1', 'k2', 'k3'];

const rules = (['keep', 'flatten'] as const).map((nested) => ({
  kind: 'records' as const,
  where: template(({ record }) => record['kind'] === nested),
  key: column('key'),
  name: column('key'),
  members: template(({ record }) => record['members']),
  match: column('key'),
  nested,
}));

interface Drawn {
  readonly key: string;
  readonly kind: 'keep' | 'flatten';
  readonly members: readonly string[];
}

const directory = fc.tuple(
  ...groups.map((key) =>
    fc.record({
      key: fc.constant(key),
      kind: fc.constantFrom('keep' as const, 'flatten' as const),
      members: fc.subarray([...groups, ...people]),
    }),
  ),
);

function sourceOf(records: readonly object[]): Source {
  return {
    name: 'hr',
    file: 'hr',
    read: async function* () {
      yield records.map((one, index) => row(one as Readonly<Record<string, string>>, index + 1));
      const sha256 = createHash('sha256').update(JSON.stringify(records)).digest('hex');
      return { source: 'hr', file: 'hr', count: records.length, sha256, complete: true, reasons: [] };
    },
  };
}

/** What a read gives: of each person the groups, and the groups. */
async function readAll(drawn: readonly Drawn[]) {
  const source = groupedSource(
    sourceOf([...people.map((key) => ({ key })), ...drawn]),
    rules,
    () => undefined,
  );
  const found = new Map<string, readonly MembershipOf[]>();
  const reading = source.read(new Map());
  for (;;) {
    const step = await reading.next();
    if (step.done) return { found, groups: step.value.groups! };
    for (const record of step.value)
      found.set(record.field('key')!, record.fields()[MEMBER_OF] as readonly MembershipOf[]);
  }
}

/** Everybody who is in a group, whatever is between. */
function within(drawn: readonly Drawn[], key: string): readonly string[] {
  const seen = new Set([key]);
  for (const one of seen)
    for (const next of drawn.find((group) => group.key === one)?.members ?? []) seen.add(next);
  return people.filter((one) => seen.has(one));
}

/** The same of what a target is told. */
function told(
  all: ReadonlyMap<string, readonly MembershipOf[]>,
  listed: readonly SourceGroup[],
  nested: boolean,
  isSent: (name: string) => boolean,
): readonly Drawn[] {
  const { groups: abilities } = profiles().get('generic')!;
  if (!abilities.supported) throw new Error('generic takes groups');
  const target = { abilities: { ...abilities, members: { ...abilities.members, nested } }, isSent };
  return listed
    .filter(({ name }) => isSent(name))
    .map(({ key, groups: inner = [] }) => ({
      key,
      kind: 'keep',
      members: [
        ...people.filter((one) =>
          all
            .get(one)!
            .some(
              (group) => group.key === key && (group.through === undefined || isFlattened(group, target)),
            ),
        ),
        ...(nested ? inner.filter(isSent) : []),
      ],
    }));
}

test('whatever is kept or flattened, sent or not, in circles or not: each group has the people that the source gives it', async () => {
  await fc.assert(
    fc.asyncProperty(directory, fc.subarray(groups), fc.boolean(), async (drawn, sent, nested) => {
      const isSent = (name: string): boolean => sent.includes(name);
      const { found, groups: listed } = await readAll(drawn);
      const held = told(found, listed, nested, isSent);
      expect(held.map(({ key }) => [key, within(held, key)])).toEqual(
        sent.map((key) => [key, within(drawn, key)]),
      );
    }),
    { numRuns: 300 },
  );
});
