import { describe, expect, it } from 'vitest';
import { columnsOf } from '../../src/configuration/index.ts';
import { ENTERPRISE } from '../../src/model/index.ts';
import { load, problemsOf, shown } from './support.ts';

/** A configuration over the preset `people`, with more lines under `source` and at the end. */
function text(parts: { readonly source?: string; readonly rest?: string } = {}): string {
  return [
    'state: ./rollcall.db',
    `source: { preset: people, path: ./p.json${parts.source === undefined ? '' : `, ${parts.source}`} }`,
    'targets: { app: { connector: plain, baseUrl: "https://app.example", auth: { kind: none } } }',
    parts.rest ?? '',
  ].join('\n');
}

const record = {
  id: 7,
  login: 'ada',
  title: 'Engineer',
  first: 'Ada',
  last: 'Lovelace',
  mail: 'ada@example.org',
  state: 'in',
  unit: 'Research',
  boss: 1,
  teams: ['Blue'],
};

describe('a preset', () => {
  it('brings everything about a source but the path, in five lines and without a warning', async () => {
    const configuration = await load(text());
    expect(configuration.source).toMatchObject({
      preset: 'people',
      connector: 'json',
      json: { records: '/people', format: 'auto', expect: { noMore: '/next' } },
    });
    const { mapping, warnings } = configuration;
    expect(warnings).toEqual([]);
    expect(mapping.key.evaluate({ record })).toBe('7');
    expect(mapping.active).toMatchObject({ kind: 'words', on: ['in'], off: ['out'] });
    expect(mapping.manager?.evaluate({ record })).toBe('1');
    expect(mapping.attributes.evaluate({ record })).toEqual({
      userName: 'ada',
      externalId: '7',
      title: 'Engineer',
      name: { givenName: 'Ada', familyName: 'Lovelace' },
      emails: [{ value: 'ada@example.org', type: 'work', primary: true }],
      [ENTERPRISE]: { department: 'Research' },
    });
    expect(mapping.groups).toHaveLength(1);
  });

  it('lies below what is written: maps are merged, lists and texts replaced, null takes away', async () => {
    const rest = [
      'identity:',
      '  userName: ${record.mail}',
      '  title: null',
      '  name: { familyName: "${upper(record.last)}" }',
      '  emails: [{ value: "${record.login}@home.example", type: home }]',
      '  displayName: ${record.first}',
      '  active: { off: [out, gone] }',
      '  enterprise: { manager: null }',
      'groups: null',
    ].join('\n');
    const source = 'key: "${record.login}", expect: { noMore: null, minimum: 3 }, limits: { shrunk: 50 }';
    const { source: read, mapping } = await load(text({ source, rest }));
    expect(read).toMatchObject({ limits: { shrunk: 50 } });
    expect(read.connector === 'json' && read.json.expect).toEqual({ minimum: 3 });
    expect(mapping.key.evaluate({ record })).toBe('ada');
    expect(mapping.active).toMatchObject({ on: ['in'], off: ['out', 'gone'] });
    expect(mapping.manager).toBeUndefined();
    expect(mapping.groups).toEqual([]);
    expect(mapping.attributes.evaluate({ record })).toEqual({
      userName: 'ada@example.org',
      externalId: 'ada',
      displayName: 'Ada',
      name: { givenName: 'Ada', familyName: 'LOVELACE' },
      emails: [{ value: 'ada@home.example', type: 'home' }],
      [ENTERPRISE]: { department: 'Research' },
    });
  });

  it('can be laid over in the long name of the extension too', async () => {
    const rest = `identity: { "${ENTERPRISE}": { costCenter: "4711" } }`;
    const { mapping } = await load(text({ rest }));
    expect(mapping.attributes.evaluate({ record })).toMatchObject({
      [ENTERPRISE]: { department: 'Research', costCenter: '4711' },
    });
    expect(mapping.manager?.evaluate({ record })).toBe('1');
  });

  it('keeps its options to itself where another connector is written', async () => {
    const { source, mapping } = await load(
      text({ source: 'connector: csv, delimiter: ";"', rest: 'groups: null' }),
    );
    expect(source).toMatchObject({ connector: 'csv', csv: { delimiter: ';', expect: {} } });
    expect(mapping.key.text).toBe('${record.id}');
  });

  it('is where its expressions stand; what is written over it stands in the file', async () => {
    const columns = columnsOf(await load(text({ rest: 'identity: { nickName: "${record.nick}" }' })));
    expect(columns.get('state')).toEqual([{ file: 'preset people', path: 'identity.active.from' }]);
    expect(columns.get('nick')).toMatchObject([{ line: 4, column: 23, path: 'identity.nickName' }]);
  });

  it('changes what a target shall hold, and so its digest', async () => {
    const digest = async (parts: Parameters<typeof text>[0]) => (await load(text(parts))).targets[0]!.digest;
    expect(await digest({})).toBe(
      await digest({ rest: 'identity: { title: "${get(record, \\"title\\")}" }' }),
    );
    expect(await digest({})).not.toBe(await digest({ rest: 'identity: { title: null }' }));
  });

  it.each<readonly [string, string, string]>([
    [
      'an unknown name',
      text().replace('people', 'peple'),
      '2:19 source.preset: there is no preset of this name (did you mean people?)',
    ],
    [
      'no name at all',
      text().replace('people', '[1]'),
      '2:19 source.preset: there is no preset of this name (there are people)',
    ],
    [
      'a misfit of the preset with another connector',
      text({ source: 'connector: csv', rest: 'groups: [{ from: "${record.teams}" }]' }),
      '4:21 groups[0].from: this expression gives string where a list is needed; split(record.column, ";") makes one of text',
    ],
    [
      'an expression that is written over it',
      text({ rest: 'identity: { title: "${record.titel +}" }' }),
      '4:37 identity.title: unexpected token: the end of the expression',
    ],
    ['what was taken away and is needed', text({ source: 'key: null' }), '2:48 source.key: key is missing'],
    ['null where there is nothing to take away', text({ rest: 'identity: { nickName: null }' }), '4:23'],
    [
      'a key that nobody knows',
      text({ rest: 'identity: { titel: x }' }),
      '4:13 identity: the key titel is not known (did you mean title?)',
    ],
    [
      'a word in both lists, one of them its own',
      text({ rest: 'identity: { active: { off: [in] } }' }),
      '4:29 identity.active.off[0]: this word is under `on` too',
    ],
    [
      'a list that took the place of its own',
      text({ rest: 'identity: { emails: [{ type: "${record.x +}" }] }' }),
      '4:43 identity.emails[0].type: unexpected token: the end of the expression',
    ],
    [
      'a list element that is no map as its own was',
      text({ rest: 'groups: [{ name: Blue }]' }),
      '4:10 groups[0]: entry 1 of groups is either `from`',
    ],
  ])('reports %s', async (_, configuration, expected) => {
    const problems = (await problemsOf(configuration)).map((problem) => shown(problem).split('\n')[0]!);
    expect(problems).toHaveLength(1);
    expect(problems[0]).toContain(expected);
  });

  it('is the place of what is wrong with it', async () => {
    const problems = await problemsOf(text({ rest: 'identity: { active: { on: [out] } }' }));
    expect(problems).toEqual([
      {
        message: 'this word is under `on` too',
        locus: { file: 'preset people', path: 'identity.active.off[0]' },
      },
    ]);
  });
});
