import { describe, expect, it } from 'vitest';
import type { Preset } from '../../src/model/index.ts';
import { people } from './presets.ts';
import { load, problemsOf, shown } from './support.ts';

/** Another preset, with people and groups of its own kind. */
const staff: Preset = {
  name: 'staff',
  title: 'Staff',
  configuration: {
    source: { connector: 'json', records: '/staff', key: '${record.number}' },
    identity: {
      userName: '${record.account}',
      active: { from: '${record.employed}', on: [true], off: [false] },
    },
    groups: [{ from: '${record.units}' }],
  },
};
const presets = new Map([people, staff].map((preset) => [preset.name, preset]));

function text(sources: readonly string[], population: string, rest = ''): string {
  return [
    'sources:',
    ...sources.map((source) => `  ${source}`),
    `population: ${population}`,
    'targets: { app: { connector: plain, baseUrl: "https://app.example", auth: { kind: none } } }',
    rest,
  ].join('\n');
}

const one = 'hr: { preset: people, path: ./hr.json }';
const same = 'abroad: { preset: people, path: ./abroad.json, records: /others, key: "${record.number}" }';
const other = 'staff: { preset: staff, path: ./staff.json }';
const plainCsv = 'csv: { connector: csv, path: ./more.csv, key: "${record.id}" }';

const record = { id: 7, login: 'ada', mail: 'ada@example.org', state: 'in', boss: 1, teams: ['Blue'] };
const reading = async (configuration: string) => load(configuration, { presets });

describe('a preset of one of several sources', () => {
  it('brings what its source is, and the identity and groups of all, where it alone has any', async () => {
    const { source, mapping } = await reading(text([one, plainCsv], '{ union: [hr, csv] }'));
    if (source.connector !== 'union') throw new Error('this is a union');
    const [hr, csv] = source.parts;
    expect(hr!.source).toMatchObject({
      name: 'hr',
      preset: 'people',
      json: { records: '/people', expect: { noMore: '/next' } },
    });
    expect(hr!.key.evaluate({ record })).toBe('7');
    expect(csv!.source).not.toHaveProperty('preset');
    expect(mapping.attributes.evaluate({ record })).toMatchObject({ userName: 'ada' });
    expect(mapping.manager?.evaluate({ record })).toBe('1');
    expect(mapping.groups).toHaveLength(1);
  });

  it('may be that of another one as well, each with what is laid over it', async () => {
    const { source, mapping } = await reading(
      text([one, same], '{ union: [hr, abroad] }', 'identity: { userName: "${record.mail}", title: null }'),
    );
    if (source.connector !== 'union') throw new Error('this is a union');
    expect(source.parts.map((part) => part.source)).toMatchObject([
      { preset: 'people', json: { records: '/people' } },
      { preset: 'people', json: { records: '/others' } },
    ]);
    expect(source.parts.map(({ key }) => key.text)).toEqual(['${record.id}', '${record.number}']);
    expect(mapping.attributes.evaluate({ record })).toMatchObject({ userName: 'ada@example.org' });
  });

  it('makes the people of a join where it is of the authority, and only reads them where it is not', async () => {
    const join = (authority: string, joined: string) =>
      text([one, other], `{ join: { authority: ${authority}, with: { ${joined}: "\${record.id}" } } }`);
    const { source, mapping } = await reading(join('hr', 'staff'));
    if (source.connector !== 'join') throw new Error('this is a join');
    expect(source.authority.source).toMatchObject({ preset: 'people', json: { records: '/people' } });
    expect(source.with[0]!.source).toMatchObject({ preset: 'staff', json: { records: '/staff' } });
    expect(mapping.attributes.evaluate({ record })).toMatchObject({ userName: 'ada' });

    const turned = await reading(join('staff', 'hr'));
    expect(turned.mapping.key.text).toBe('${record.number}');
    expect(turned.mapping.attributes.evaluate({ record: { ...record, account: 'al' } })).toMatchObject({
      userName: 'al',
    });
  });

  it('leaves the word to the configuration where another one differs', async () => {
    const rest = [
      'identity: { userName: \'${default(get(record, "login"), get(record, "account"))}\', active: true }',
      'groups: null',
    ].join('\n');
    const { mapping } = await reading(text([one, other], '{ union: [hr, staff] }', rest));
    expect(mapping.attributes.evaluate({ record })).toEqual({ userName: 'ada' });
    expect(mapping.manager).toBeUndefined();
    expect(mapping.groups).toEqual([]);
  });

  it('that no population names says nothing of the people', async () => {
    const { mapping } = await reading(text([one, other], '{ union: [hr] }'));
    expect(mapping.attributes.evaluate({ record })).toMatchObject({ userName: 'ada' });
  });

  it('that differs from another one is told, in what it brings, and where', async () => {
    const problems = await problemsOf(text([one, other], '{ union: [hr, staff] }'), { presets });
    expect(problems.map(shown)).toEqual([
      '3:20 sources.staff.preset: the presets people (hr) and staff (staff) make an identity in two ways (write identity: it takes the place of both; get(record, "x") is for what not all have)',
      '3:20 sources.staff.preset: the presets people (hr) and staff (staff) bring groups of two kinds (write groups: it takes the place of both; get(record, "x") is for what not all have)',
    ]);
  });

  it.each<readonly [string, string, string]>([
    [
      'an unknown name',
      text([one.replace('people', 'peple')], '{ union: [hr] }'),
      '2:17 sources.hr.preset: there is no preset of this name (did you mean people?)',
    ],
    [
      'nobody who brings an identity',
      text([one, plainCsv], '{ join: { authority: csv, with: { hr: "${record.id}" } } }'),
      '1:1 identity: identity is missing',
    ],
    ['a source without its file', text(['hr: { preset: people }'], '{ union: [hr] }'), 'path is missing'],
  ])('%s is an error with its place', async (_, configuration, expected) => {
    const problems = await problemsOf(configuration, { presets });
    expect(problems.map(shown).join('\n')).toContain(expected);
  });

  it('is the place of what is wrong with it, whichever source it is of', async () => {
    const { configuration } = staff;
    const source = { ...configuration.source, key: '${record.}' };
    const broken = new Map([
      ...presets,
      ['staff', { ...staff, configuration: { ...configuration, source } }],
    ]);
    const rest = 'identity: { userName: "${record.login}", active: true }\ngroups: null';
    const problems = await problemsOf(text([one, other], '{ union: [hr, staff] }', rest), {
      presets: broken,
    });
    expect(problems.map(({ locus }) => locus)).toEqual([{ file: 'preset staff', path: 'sources.staff.key' }]);
  });
});
