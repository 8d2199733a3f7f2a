import { describe, expect, test } from 'vitest';
import { MEMBER_OF } from '../../../src/model/index.ts';
import { Edges } from '../../../connectors/sources/compose/edges.ts';
import { peopleIn, targets } from './people.ts';
import { temporaryFolder } from './reading.ts';

const folder = temporaryFolder();

const person = (uid: string, more = '') =>
  `dn: uid=${uid},ou=People,dc=x\nobjectClass: person\nuid: ${uid}\n${more}\n`;
const group = (cn: string, members: readonly string[], more = 'objectClass: groupOfNames') =>
  `dn: cn=${cn},ou=groups,dc=x\n${more}\ncn: ${cn}\n${members.map((one) => `member: ${one}\n`).join('')}\n`;
const dn = (uid: string) => `uid=${uid},ou=people,dc=x`;
const cn = (name: string) => `cn=${name},ou=groups,dc=x`;

const byDn = `
  - records: \${"groupOfNames" in record.objectClass}
    name: \${record.cn[0]}
    members: \${get(record, "member")}
    match: \${record.dn}`;

/** The groups of everybody in a directory. */
async function groupsIn(ldif: string, rules = byDn, where = '') {
  const configuration = `source: { connector: ldif, path: ./people.ldif, key: "\${first(record.uid)}"${where} }
identity: { userName: "\${first(record.uid)}", active: true }
groups: ${rules}
${targets}`;
  const { people, records, receipt, warnings } = await peopleIn(folder.path, {
    'rollcall.yaml': configuration,
    'people.ldif': ldif,
  });
  const groups = Object.entries(people).map(([key, one]) => [
    key,
    typeof one === 'string' ? one : one.groups,
  ]);
  const texts = records.map((record) => [record.field('uid', 'first'), record.text()]);
  return {
    groups: Object.fromEntries(groups) as Readonly<Record<string, string | readonly string[]>>,
    texts: Object.fromEntries(texts) as Readonly<Record<string, string>>,
    /** By name of a group: why it is not known who is in it. */
    unknown: Object.fromEntries(
      (receipt.groups ?? []).flatMap(({ name, unknown }) => (unknown === undefined ? [] : [[name, unknown]])),
    ) as Readonly<Record<string, string>>,
    memberOf: Object.fromEntries(
      records.map((record) => [record.field('uid', 'first'), record.fields()[MEMBER_OF]]),
    ) as Readonly<Record<string, unknown>>,
    receipt,
    warnings,
  };
}

describe('groups that stand in the source', () => {
  test('name their members by DN, however it is spelled, before and behind them', async () => {
    const { groups, receipt, warnings } = await groupsIn(
      group('first', ['UID=Ada, OU=people,DC=X']) +
        person('ada') +
        person('bob') +
        group('last', [dn('ada'), dn('bob')]),
    );
    expect(groups).toEqual({ ada: ['first', 'last'], bob: ['last'] });
    expect(receipt).toMatchObject({ count: 2, complete: true });
    expect(warnings).toEqual([]);
  });

  test('within groups count for both, also in a circle; or they do not', async () => {
    const ldif =
      person('ada') +
      person('bob') +
      group('inner', [dn('ada'), cn('outer')]) +
      group('middle', [cn('inner')]) +
      group('outer', [cn('middle'), dn('bob')]);
    expect((await groupsIn(ldif)).groups).toEqual({
      ada: ['inner', 'middle', 'outer'],
      bob: ['inner', 'middle', 'outer'],
    });
    const kept = await groupsIn(ldif, `${byDn}\n    nested: keep`);
    expect(kept.groups).toEqual({ ada: ['inner'], bob: ['outer'] });
    expect(kept.warnings).toEqual([]);
    // And through which of those they are in the others, for a target that holds no groups in groups.
    expect(kept.memberOf).toEqual({
      ada: [
        { key: 'inner', name: 'inner' },
        { key: 'middle', name: 'middle', through: ['inner'] },
        { key: 'outer', name: 'outer', through: ['middle'] },
      ],
      bob: [
        { key: 'inner', name: 'inner', through: ['outer'] },
        { key: 'middle', name: 'middle', through: ['inner'] },
        { key: 'outer', name: 'outer' },
      ],
    });
    expect(kept.receipt.groups).toEqual([
      { key: 'inner', name: 'inner', groups: ['outer'] },
      { key: 'middle', name: 'middle', groups: ['inner'] },
      { key: 'outer', name: 'outer', groups: ['middle'] },
    ]);
  });

  test('that two rules make of one record are kept where one of them says so', async () => {
    const ldif = person('ada') + group('inner', [dn('ada')]) + group('outer', [cn('inner')]);
    const { receipt } = await groupsIn(ldif, `${byDn}\n    nested: keep${byDn}`);
    expect(receipt.groups).toContainEqual({ key: 'outer', name: 'outer', groups: ['inner'] });
  });

  test('of POSIX name their members by uid (RFC 2307)', async () => {
    const posix = 'objectClass: posixGroup\nmemberUid: bob\nmemberUid: ada';
    const rules = `
  - records: \${"posixGroup" in record.objectClass}
    name: \${record.cn[0]}
    members: \${record.memberUid}
    match: \${first(record.uid)}`;
    const { groups } = await groupsIn(person('ada') + person('bob') + group('staff', [], posix), rules);
    expect(groups).toEqual({ ada: ['staff'], bob: ['staff'] });
  });

  test('of several kinds stand beside each other, and beside lists and rules', async () => {
    const rules = `${byDn}
  - records: \${"role" in record.objectClass}
    name: \${"role " + record.cn[0]}
    members: \${get(record, "member")}
    match: \${record.dn}
  - name: everybody
    members: true`;
    const { groups } = await groupsIn(
      person('ada') + group('a', [dn('ada')]) + group('b', [dn('ada')], 'objectClass: role'),
      rules,
    );
    expect(groups).toEqual({ ada: ['a', 'everybody', 'role b'] });
  });

  test('of several kinds may be one group: who is in it directly, and whose primary group it is', async () => {
    const sid = (last: string) => `objectSid: S-1-5-21-1-2-3-${last}\n`;
    const rules = `${byDn}
  - records: \${"groupOfNames" in record.objectClass}
    name: \${record.cn[0]}
    members: \${[sid(record.objectSid)]}
    match: \${default(primaryGroupSid(record.objectSid, get(record, "primaryGroupID")), sid(record.objectSid))}`;
    const { groups, receipt, warnings } = await groupsIn(
      person('ada', `${sid('1101')}primaryGroupID: 513\n`) +
        person('bob', `${sid('1102')}primaryGroupID: 514\n`) +
        person('eve', `objectSid: S-1-5-21-9-9-9-1103\nprimaryGroupID: 513\n`) +
        group('users', [], `objectClass: groupOfNames\n${sid('513').trim()}`) +
        group('guests', [dn('ada')], `objectClass: groupOfNames\n${sid('514').trim()}`) +
        group('all', [cn('users')], `objectClass: groupOfNames\n${sid('2000').trim()}`),
      rules,
    );
    expect(groups).toEqual({ ada: ['all', 'guests', 'users'], bob: ['guests'], eve: [] });
    expect(receipt.groups?.map(({ name }) => name)).toEqual(['all', 'guests', 'users']);
    expect([receipt.complete, warnings]).toEqual([true, []]);
  });

  test('whose members stand in ranges are whole where all of them are there', async () => {
    const ranged = (...parts: readonly string[]) =>
      person('ada') +
      person('bob') +
      person('eve') +
      group('a', [], `objectClass: groupOfNames\n${parts.join('\n')}`);
    const one = `member;range=0-1: ${dn('ada')}\nmember;range=0-1: ${dn('bob')}`;
    const last = `member;range=2-*: ${dn('eve')}`;
    for (const ldif of [ranged(one, last), ranged(last, one), ranged('member:', one, last)]) {
      const { groups, receipt } = await groupsIn(ldif);
      expect(groups).toEqual({ ada: ['a'], bob: ['a'], eve: ['a'] });
      expect(receipt.complete).toBe(true);
    }
    for (const [ldif, count] of [
      [ranged(one), 2],
      [ranged(last), 0],
      [ranged(one, `member;range=3-*: ${dn('eve')}`), 2],
      [ranged(`member;range=0-1: ${dn('ada')}`, last), 0],
    ] as const) {
      const { unknown, receipt } = await groupsIn(ldif);
      expect(receipt.complete).toBe(true);
      expect(unknown).toEqual({
        a: expect.stringContaining(`what follows its first ${count} values is missing`) as string,
      });
    }
  });

  test('whose ranges stand in several entries of one DN are whole where all of them are there', async () => {
    const first = group(
      'a',
      [],
      `objectClass: groupOfNames\nmember;range=0-1: ${dn('ada')}\nmember;range=0-1: ${dn('bob')}`,
    );
    const last = (more = '') => `dn: CN=a, ou=Groups,dc=x\n${more}member;range=2-*: ${dn('eve')}\n\n`;
    const people = ['ada', 'bob', 'eve'].map((uid) => person(uid)).join('');
    for (const ldif of [first + last() + people, last('cn: a\n') + people + first]) {
      const { groups, unknown, receipt } = await groupsIn(ldif);
      expect([groups, unknown]).toEqual([{ ada: ['a'], bob: ['a'], eve: ['a'] }, {}]);
      expect([receipt.count, receipt.complete]).toEqual([3, true]);
    }
    // What contradicts is not put together: who is in the group is unknown, or even which one it is.
    const alone = await groupsIn(first + people);
    expect(Object.keys(alone.unknown)).toEqual(['a']);
    const other = await groupsIn(first + last('cn: b\nobjectClass: groupOfNames\n') + people);
    expect(other.receipt.complete).toBe(false);
    expect(other.warnings.join()).toContain('"cn" is not the same in the entry of line 1');
  });

  test('whose members nobody reads may have them in ranges as they like', async () => {
    const ldif =
      person('ada') +
      group('a', [], `objectClass: groupOfNames\nmember;range=0-1: x\nuniqueMember: ${dn('ada')}`);
    const { groups, receipt } = await groupsIn(ldif, byDn.replace('"member"', '"uniqueMember"'));
    expect([groups, receipt.complete]).toEqual([{ ada: ['a'] }, true]);
  });

  test('another group is another record, and the same ones are the same', async () => {
    const of = async (...members: readonly string[]) =>
      (await groupsIn(person('ada') + person('bob') + group('a', members))).texts;
    const [first, again, other] = [
      await of(dn('ada')),
      await of(dn('ada'), dn('nobody')),
      await of(dn('bob')),
    ];
    expect(again).toEqual(first);
    expect(other['ada']).not.toBe(first['ada']);
    expect(other['bob']).not.toBe(first['bob']);
  });

  test('that name somebody who is not there are told, and nobody is invented', async () => {
    const { groups, receipt, warnings } = await groupsIn(
      person('ada') + group('a', [dn('ada'), dn('x'), dn('y')]) + group('empty', []),
    );
    expect([groups, receipt.complete]).toEqual([{ ada: ['a'] }, true]);
    expect(warnings).toEqual(['a group names members who are nobody that was read: "a" (2)']);
  });

  test('that have no name make the read incomplete: whoever is in them must not lose anything', async () => {
    const nameless = group('a', [dn('ada')])
      .replace('cn: a\n', '')
      .replace('cn=a', 'ou=a');
    const { groups, receipt } = await groupsIn(
      person('ada') + nameless + group('b', []),
      byDn.replace('record.cn[0]', 'first(get(record, "cn"))'),
    );
    expect(groups).toEqual({ ada: [] });
    expect(receipt).toMatchObject({
      complete: false,
      reasons: [expect.stringMatching(/^a group cannot be read: /)],
    });
  });

  const broken = 'photo:: =\n';

  test('that are broken are nobody, and who is in them is unknown; the others are as ever', async () => {
    const { groups, unknown, receipt, warnings } = await groupsIn(
      person('ada') +
        group('a', [dn('ada')], `objectClass: groupOfNames\n${broken.trim()}`) +
        group('b', [dn('ada')]),
    );
    expect([groups, receipt.count, receipt.complete]).toEqual([{ ada: ['b'] }, 1, true]);
    expect(Object.keys(unknown)).toEqual(['a']);
    expect(warnings).toEqual([
      expect.stringMatching(/^who is in the group "a" is unknown: line \d+: "photo"/),
    ]);
  });

  test('whose members cannot be said are unknown with those that they are flattened into', async () => {
    const ldif =
      person('ada') +
      person('bob') +
      group('inner', [dn('ada'), cn('around')]) +
      group('around', [cn('inner'), dn('bob')]) +
      group('other', [dn('ada')]);
    const rules = byDn.replace(
      '${get(record, "member")}',
      `'\${record.cn[0] == "inner" ? [record.member[9]] : record.member}'`,
    );
    const flattened = await groupsIn(ldif, rules);
    expect(flattened.groups).toEqual({ ada: ['other'], bob: ['around'] });
    expect(Object.keys(flattened.unknown)).toEqual(['around', 'inner']);
    expect(flattened.unknown['around']).toMatch(/^"inner" is in it: /);
    const kept = await groupsIn(ldif, `${rules}\n    nested: keep`);
    expect(Object.keys(kept.unknown)).toEqual(['inner']);
  });

  test('that may be others by what cannot be read make the read incomplete', async () => {
    const ldif = person('ada') + group('a', [dn('ada')], `objectClass: groupOfNames\n${broken.trim()}`);
    const rules = byDn.replace('record.cn[0]', 'default(first(get(record, "photo")), record.cn[0])');
    const { receipt } = await groupsIn(ldif, rules);
    expect(receipt).toMatchObject({
      complete: false,
      reasons: [expect.stringMatching(/^a group cannot be read: /)],
    });
  });

  test('may be what is too broken to say; somebody who is broken is no group', async () => {
    const fits = await groupsIn(person('ada') + person('bob', broken) + group('a', [dn('ada'), dn('bob')]));
    expect([fits.receipt.count, fits.receipt.complete]).toEqual([2, true]);
    const unsure = person('bob').replace('objectClass: person', 'objectClass:: =');
    const { receipt, warnings } = await groupsIn(person('ada') + unsure + group('a', [dn('ada')]));
    expect([receipt.count, receipt.complete]).toEqual([2, false]);
    expect(warnings[0]).toMatch(/could be a group/);
  });

  test('which records are people is asked of the others', async () => {
    const where = `, where: "\${'person' in record.objectClass}"`;
    const machine = 'dn: cn=printer,dc=x\nobjectClass: device\ncn: printer\n\n';
    const { groups, receipt } = await groupsIn(
      machine + person('ada') + group('a', [dn('ada')]),
      byDn,
      where,
    );
    expect([groups, receipt.count]).toEqual([{ ada: ['a'] }, 1]);
    const nobody = await groupsIn(machine + group('a', []), byDn, where).catch((error: unknown) => error);
    expect(nobody).toMatchObject({ message: expect.stringContaining('"uid"') as string });
  });

  test('that are cut off make the read incomplete', async () => {
    const whole = person('ada') + group('a', [dn('ada')]);
    const { receipt } = await groupsIn(whole.trimEnd());
    expect(receipt.complete).toBe(false);
  });
});

describe('who is named by whom', () => {
  test('many names, many groups, each found again', () => {
    const edges = new Edges();
    for (let at = 0; at < 20_000; at++) edges.add(`name ${at % 7000}`, at % 13);
    const expected = new Set<number>();
    for (let at = 0; at < 20_000; at++) if (at % 7000 === 4711) expected.add(at % 13);
    expect(edges.of('name 4711')).toEqual(expected);
    expect(edges.of('name 7000')).toEqual(new Set());
    let unmet = 0;
    for (const count of edges.unmet().values()) unmet += count;
    expect([edges.size, unmet]).toEqual([20_000, 20_000 - expected.size]);
  });
});

describe('a name that is no DN (RFC 4514), where groups are named by DNs', () => {
  const outsider = 'dn: cn=Doe, Jane,ou=people,dc=x\nobjectClass: person\nuid: jane\n\n';

  test('as a member leaves it unknown who is in the group, and is told with its place', async () => {
    const { groups, unknown, warnings } = await groupsIn(
      person('ada') +
        person('bob') +
        group('a', [dn('ada'), 'uid=bob,people,dc=x']) +
        group('b', [dn('bob')]),
    );
    expect(groups).toEqual({ ada: ['a'], bob: ['b'] });
    expect(unknown).toEqual({ a: 'its member "uid=bob,people,dc=x" is no DN (RFC 4514)' });
    expect(warnings).toEqual([
      expect.stringMatching(/^who is in the group "a" is unknown: its member "uid=bob,people/),
      expect.stringMatching(/a group names members who are nobody that was read: "a" \(1\)/),
    ]);
  });

  test('of a person leaves it unknown which groups they are in, and is told with its place', async () => {
    const { memberOf, unknown, warnings } = await groupsIn(
      outsider + person('ada') + group('a', ['cn=Doe\\, Jane,ou=people,dc=x', dn('ada')]),
    );
    expect(unknown).toEqual({});
    expect(memberOf).toEqual({
      jane: [
        expect.objectContaining({
          key: '',
          unknown: expect.stringMatching(/^"cn=Doe, Jane,.*" is no DN/) as string,
        }),
      ],
      ada: [{ key: 'a', name: 'a' }],
    });
    expect(warnings[0]).toMatch(/^which groups name this record is unknown: "cn=Doe, Jane,/);
  });

  test('is as good as another where the group and the person have it alike', async () => {
    const { groups, unknown, warnings } = await groupsIn(
      outsider + group('a', ['cn=Doe, Jane,ou=people,dc=x']) + group('b', [dn('ada')]) + person('ada'),
    );
    expect(groups).toEqual({ jane: ['a'], ada: ['b'] });
    expect([unknown, warnings]).toEqual([{}, []]);
  });

  test('is anything where they are named otherwise', async () => {
    const byUid = byDn.replace('match: ${record.dn}', 'match: ${first(get(record, "uid"))}');
    const { unknown } = await groupsIn(person('ada') + group('a', ['ada', 'YWJj==', 'x=;']), byUid);
    expect(unknown).toEqual({});
  });
});

describe('a list of groups in a record of JSON', () => {
  test('that is null or empty says that there are none; one that is not there, or none at all, is no answer', async () => {
    const said = { none: null, empty: [], blank: ['', null], one: ['a'], text: 'a', absent: undefined };
    const records = Object.entries(said).map(([id, groups]) => ({ id, groups }));
    const { people } = await peopleIn(folder.path, {
      'rollcall.yaml': `source: { connector: json, path: ./people.json, key: "\${record.id}" }
identity: { userName: "\${record.id}", active: true }
groups: [{ from: "\${record.groups}" }]
${targets}`,
      'people.json': JSON.stringify(records),
    });
    const found = Object.entries(people).map(([id, one]) => [id, typeof one === 'string' ? one : one.groups]);
    expect(Object.fromEntries(found)).toEqual({
      none: [],
      empty: [],
      blank: [],
      one: ['a'],
      // These are rejected, and keep what they have (rule 2).
      text: expect.stringContaining('gives text where a list is needed') as string,
      absent: expect.stringContaining('record has no field groups') as string,
    });
  });
});
