import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadConfiguration } from '../../src/configuration/index.ts';
import type { Configuration } from '../../src/model/index.ts';
import { RollcallError } from '../../src/model/index.ts';
import { configurationText, options, plain, write } from './support.ts';

const profiles = new Map([...options.profiles, ['generic', { ...plain, name: 'generic' }]]);

type Parts = Parameters<typeof configurationText>[0];

/** Loads a configuration whose target names a file of its own, beside it. */
async function loadOwn(name: string, content: string | undefined, parts: Parts = {}): Promise<Configuration> {
  const text = configurationText(parts).replace('connector: plain', `connector: ./connectors/${name}`);
  const file = write(text);
  mkdirSync(join(dirname(file), 'connectors'));
  if (content !== undefined) writeFileSync(join(dirname(file), 'connectors', name), content);
  return loadConfiguration(file, { ...options, profiles });
}

/** What is wrong, as `file:line path: message (hint)` with files as they stand to the configuration's folder. */
async function problemsOf(
  name: string,
  content: string | undefined,
  parts: Parts = {},
): Promise<readonly string[]> {
  try {
    await loadOwn(name, content, parts);
  } catch (error) {
    if (!(error instanceof RollcallError) || error.code !== 'configuration') throw error;
    return error.problems.map(({ message, locus, hint }) => {
      const file = locus!.file!;
      const folder = file.endsWith('rollcall.yaml') ? dirname(file) : dirname(dirname(file));
      const place = [relative(folder, file), locus!.line].filter((part) => part !== undefined).join(':');
      const said = hint === undefined ? message : `${message} (${hint})`;
      return `${place} ${locus!.path ?? ''}: ${said}`.replaceAll(`${folder}/`, '');
    });
  }
  throw new Error('this connector was expected to be refused');
}

const desk = { title: 'Service desk', update: { method: 'put' }, users: { maxValues: { emails: 1 } } };

describe('a connector of the user’s own', () => {
  it.each<[string, string]>([
    ['desk.yaml', 'title: Service desk\nupdate: { method: put }\nusers: { maxValues: { emails: 1 } }'],
    ['desk.json', JSON.stringify(desk)],
    ['desk.mjs', `export default ${JSON.stringify(desk)};`],
    ['desk.cjs', `module.exports = ${JSON.stringify(desk)};`],
    [
      'desk.ts',
      `const method: string = 'put';\nexport default { ...${JSON.stringify(desk)}, update: { method } };`,
    ],
  ])('differs from generic in what %s says, and in nothing else', async (name, content) => {
    const [target] = (await loadOwn(name, content)).targets;
    expect(target).toMatchObject({ connector: 'desk', pace: plain.pace });
    expect(target!.profile).toEqual({
      ...plain,
      name: 'desk',
      title: 'Service desk',
      update: { ...plain.update, method: 'put' },
      users: { ...plain.users, maxValues: { emails: 1 } },
    });
  });

  it('extends another one, whose pages prove nothing of it, and takes with null what it has', async () => {
    const [target] = (
      await loadOwn(
        'desk.yaml',
        'extends: paged\npace: { perSecond: ~ }\nsources: { title: https://desk.example }',
      )
    ).targets;
    expect(target!.profile).toMatchObject({ groups: { supported: false }, delete: false, title: 'desk' });
    expect(target!.profile.sources).toEqual({ title: 'https://desk.example' });
    expect(target!.pace).toEqual({ concurrency: 4 });
  });

  it('counts as a part of the target: another profile looks at everybody again', async () => {
    const digest = async (text: string) => (await loadOwn('desk.yaml', text)).targets[0]!.digest;
    expect(await digest('update: { method: put }')).not.toBe(await digest('update: { method: patch }'));
    expect(await digest('update: { method: put }')).toBe(await digest('update:\n  method: put'));
  });

  it('is as strict about what a target asks for as one of ours', async () => {
    expect(
      await problemsOf('desk.yaml', 'extends: strict\nsources: { groups: https://desk.example/no-groups }', {
        target: 'groups: [a]',
      }),
    ).toEqual([
      'rollcall.yaml:14 targets.app.groups: desk takes no groups by SCIM (https://desk.example/no-groups) (take it out: they still decide who is assigned)',
    ]);
  });
});

describe('a connector that is refused says where', () => {
  it.each<[string, string, string | undefined, readonly string[]]>([
    [
      'there is none',
      'desk.yaml',
      undefined,
      [
        'rollcall.yaml:11 targets.app.connector: there is no connector at connectors/desk.yaml (a path begins at the folder of the configuration)',
      ],
    ],
    [
      'another kind of file',
      'desk.txt',
      '',
      [
        'rollcall.yaml:11 targets.app.connector: a connector of your own ends in .yaml, .yml, .json, .js, .mjs, .cjs, .ts, .mts or .cts',
      ],
    ],
    [
      'more than a person writes',
      'desk.ts',
      ' '.repeat(1024 * 1024 + 1),
      [
        'rollcall.yaml:11 targets.app.connector: the connector connectors/desk.ts has 1048577 bytes, and a connector has at most 1048576',
      ],
    ],
    ['nothing', 'desk.yaml', '', ['connectors/desk.yaml:1 : the connector is no map of keys']],
    ['a list', 'desk.json', '[]', ['connectors/desk.json:1 : the connector is no map of keys']],
    [
      'a tab',
      'desk.yaml',
      'users:\n\trequired: []',
      ['connectors/desk.yaml:2 : there is a tab in the indentation (indent with spaces)'],
    ],
    [
      'keys and values that a profile does not have',
      'desk.yaml',
      'delete: no\nupdate:\n  methods: put\n  method: post\ngroups: { members: { perRequest: 0 } }\nvariant: { of: x }',
      [
        'connectors/desk.yaml:1 delete: delete has to be true or false, and is text',
        'connectors/desk.yaml:3 update: the key methods is not known (did you mean method?)',
        'connectors/desk.yaml:4 update.method: method has to be patch or put (did you mean put?)',
        'connectors/desk.yaml:5 groups.members.perRequest: perRequest has to be at least 1',
        'connectors/desk.yaml:6 : the key variant is not known (known here: extends, name, title, users, create, update, meta, active, deactivate, delete, list, readBack, lookupLagSeconds, answers, pace, groups, discovery, configurationAt, probe, sources)',
      ],
    ],
    [
      'what contradicts itself',
      'desk.yaml',
      'name: My Desk\nusers:\n  writable: [userName, shoeSize]\n  match: [userName]\nanswers:\n  exists: [{ detail: ( }]',
      [
        'connectors/desk.yaml:1 name: the name is words in lower case, joined by hyphens',
        'connectors/desk.yaml:3 users.writable: no schema has an attribute shoeSize',
        'connectors/desk.yaml:6 answers.exists: a pattern of exists is no expression',
      ],
    ],
    [
      'an unknown base',
      'desk.yaml',
      'extends: strikt',
      ['connectors/desk.yaml:1 extends: there is no connector of this name (did you mean strict?)'],
    ],
    [
      'a name that is taken',
      'strict.yaml',
      'title: Mine',
      ['connectors/strict.yaml:1 name: strict is the name of a connector that Rollcall brings along'],
    ],
    [
      'half of what groups need',
      'desk.yaml',
      'extends: strict\ngroups: { supported: true, create: true, rename: true, delete: false, match: [displayName], members: { remove: value } }',
      [
        'connectors/desk.yaml:2 groups: externalId is missing: strict has no groups, so that all of them is said here',
        'connectors/desk.yaml:2 groups: members.perRequest is missing: strict has no groups, so that all of them is said here',
      ],
    ],
    [
      'groups where there are none',
      'desk.yaml',
      'extends: strict\ngroups: { rename: false }',
      [
        'connectors/desk.yaml:2 groups: supported: true is missing: strict has no groups, so that all of them is said here',
      ],
    ],
    [
      'code in the place of data',
      'desk.mjs',
      'export default { title: () => "x", pace: new Map(), list: { pageSize: NaN } };',
      [
        'connectors/desk.mjs title: title is a function, and a profile is text, numbers, true, false, lists and maps',
        'connectors/desk.mjs pace: pace is no plain data, and a profile is text, numbers, true, false, lists and maps',
        'connectors/desk.mjs list.pageSize: pageSize is a number, and a profile is text, numbers, true, false, lists and maps',
      ],
    ],
    [
      'a circle',
      'desk.mjs',
      'const users = {}; users.fill = users; export default { users };',
      [`connectors/desk.mjs users${'.fill'.repeat(16)}: fill is larger or deeper than any profile`],
    ],
    [
      'nothing that is exported',
      'desk.mjs',
      'export const profile = {};',
      ['connectors/desk.mjs : this file has no default export (export default { … })'],
    ],
    [
      'a throw',
      'desk.mjs',
      '\nthrow new Error("out of\\u001b paper\\nand ink");',
      ['connectors/desk.mjs:2 : this file cannot be loaded: out of  paper'],
    ],
    [
      'a throw of nothing',
      'desk.mjs',
      'throw null;',
      ['connectors/desk.mjs : this file cannot be loaded: null'],
    ],
    [
      'a getter that throws',
      'desk.mjs',
      'export default { get title() { throw new Error("not today"); } };',
      ['connectors/desk.mjs:1 : this file cannot be loaded: not today'],
    ],
    [
      'what no profile may change',
      'desk.mjs',
      'export default JSON.parse(\'{"users":{"maxValues":{"__proto__":{"polluted":1}}}}\');',
      [
        'connectors/desk.mjs users.maxValues: maxValues is no plain data, and a profile is text, numbers, true, false, lists and maps',
      ],
    ],
  ])('%s', async (_, name, content, problems) => {
    expect(await problemsOf(name, content)).toEqual(problems);
  });

  it('a syntax error', async () => {
    const [problem, ...rest] = await problemsOf('desk.mjs', 'export default {\n  title: ,\n};');
    expect(rest).toEqual([]);
    expect(problem).toMatch(/^connectors\/desk\.mjs(:2)? : this file cannot be loaded: /);
  });

  it('a path that does not look like one', async () => {
    const text = configurationText().replace('connector: plain', 'connector: connectors/desk.yaml');
    await expect(loadConfiguration(write(text), options)).rejects.toMatchObject({
      problems: [
        {
          message: 'there is no connector of this name',
          hint: 'a path to one of your own begins with ./ or ../ or /',
        },
      ],
    });
  });

  it('once, for two targets that share it', async () => {
    const other = {
      connector: './connectors/desk.yaml',
      baseUrl: 'https://other.example',
      auth: { kind: 'none' },
    };
    const rest = `  other: ${JSON.stringify(other)}`;
    expect(await problemsOf('desk.yaml', 'delete: no', { rest })).toHaveLength(1);
  });
});
