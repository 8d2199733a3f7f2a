import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { presets } from '../../../../connectors/sources/presets/index.ts';
import { RollcallError } from '../../../../src/model/index.ts';
import { activity, fiveLines, samples, tryPreset, tryText } from './trying.ts';

const folder = join(import.meta.dirname, '../../../../connectors/sources/presets');

describe('every preset', () => {
  it.each([...presets()])(
    '%s is listed by its name, and stands in the file of its service',
    (name, preset) => {
      expect(preset.name).toBe(name);
      expect(preset.title).not.toContain('|');
      const file = name.replace(/-(csv|directory)$/, '');
      expect(existsSync(join(folder, `${file}.ts`))).toBe(true);
      expect(existsSync(join(samples, file))).toBe(true);
    },
  );

  it.each([...presets()].filter(([, { configuration }]) => configuration.identity.active !== true))(
    '%s names the words of a status on both sides, and each once',
    (_, { configuration: { identity } }) => {
      if (identity.active === true) throw new Error('filtered out');
      const { on, off } = identity.active;
      const words = [...on, ...off].map((word) => String(word).toLowerCase());
      expect(on.length).toBeGreaterThan(0);
      expect(off.length).toBeGreaterThan(0);
      expect(new Set(words).size).toBe(words.length);
    },
  );
});

describe('pages that are not all there prove nothing about who is absent', () => {
  it.for<readonly [string, string, string]>([
    ['entra', 'entra/users-1.json', 'nextLink'],
    ['google-workspace', 'google-workspace/users-1.json', 'nextPageToken'],
    ['cognito', 'cognito/users-1.json', 'PaginationToken'],
    ['scim', 'scim/users-1.json', 'totalResults'],
  ])('%s', async ([preset, sample, word], context) => {
    const text = (pages: string) => fiveLines(preset, pages);
    const { receipt } = await tryPreset(context, text(`./in/${sample}`));
    expect(receipt.complete).toBe(false);
    expect(receipt.reasons.join()).toContain(word);
    const last = await tryPreset(context, text(`[./in/${sample}, ./in/${sample.replace('1', '2')}]`));
    expect(last.receipt.complete).toBe(true);
  });
});

describe('a field on which everything depends', () => {
  it.for<readonly [string, string, string]>([
    ['entra', '{"value":[{"id":"1","userPrincipalName":"a@example.com"}]}', 'accountEnabled'],
    ['okta', '[{"id":"1","profile":{"login":"a@example.com"}}]', 'status'],
    ['google-workspace', '{"users":[{"id":"1","name":{},"primaryEmail":"a@example.com"}]}', 'suspended'],
    [
      'cognito',
      '{"Users":[{"Username":"a","Attributes":[{"Name":"sub","Value":"1"}],"UserStatus":"CONFIRMED"}]}',
      'Enabled',
    ],
    ['workday', '{"Report_Entry":[{"Employee_ID":"1","Email":"a@example.com"}]}', 'Active_Status'],
    ['bamboohr', '{"employees":[{"id":"1","workEmail":"a@example.com"}]}', 'status'],
    ['scim', '{"totalResults":1,"Resources":[{"id":"1","userName":"a"}]}', 'active'],
    ['auth0-csv', 'user_id,email\n1,a@example.com\n', 'blocked'],
  ])(
    'is asked for where no record of %s has it, and its place is the preset',
    async ([preset, text, name], context) => {
      const failure = await tryText(context, fiveLines(preset, './in/sample'), text).catch(
        (error: unknown) => error,
      );
      expect(failure).toBeInstanceOf(RollcallError);
      const { message, problems } = failure as RollcallError;
      expect(message).toContain(name);
      expect(problems.map(({ locus }) => locus)).toEqual([
        { file: `preset ${preset}`, path: 'identity.active.from' },
      ]);
    },
  );
});

it('another word for a status is written over a preset in one line', async (context) => {
  const text = [
    fiveLines('okta', './in/okta/users-*.json'),
    'identity: { active: { on: [ACTIVE, SABBATICAL, STAGED], off: [DEPROVISIONED] } }',
  ].join('\n');
  expect(activity(await tryPreset(context, text))).toMatchObject({
    '00ub0oNGTSWTBKOLGLN4': true,
    '00ub0oNGTSWTBKOLGLN8': true,
    '00ub0oNGTSWTBKOLGLN3': 'status',
  });
});

it('a preset of each of two sources: one population', async (context) => {
  const text = [
    'sources:',
    '  here: { preset: okta, path: ./in/okta/users-1.json }',
    '  there: { preset: okta, path: ./in/okta/users-2.json }',
    'population: { union: [here, there] }',
    'targets: { app: { connector: generic, baseUrl: "https://app.example", auth: { kind: none } } }',
  ].join('\n');
  const { receipt, people } = await tryPreset(context, text);
  const alone = await tryPreset(context, fiveLines('okta', './in/okta/users-*.json'));
  expect(receipt).toMatchObject({ count: 10, complete: true });
  expect(people).toEqual(alone.people);
});

it('the manager of Google Workspace is named by the address where the address is the key', async (context) => {
  const text = [
    fiveLines('google-workspace', './in/google-workspace/users-*.json').replace(
      'path:',
      'key: ${record.primaryEmail}\n  path:',
    ),
    'identity:',
    '  enterprise:',
    `    manager: { value: '\${ref(get(first(default(get(record, "relations"), []).filter(one, one.type == "manager")), "value"))}' }`,
  ].join('\n');
  const { people } = await tryPreset(context, text);
  expect(people['liz@example.com']).toMatchObject({ manager: 'admin@example.com' });
});

it('what docs/configuration.md shows of presets can be loaded', async (context) => {
  const page = readFileSync(join(import.meta.dirname, '../../../../docs/configuration.md'), 'utf8');
  const section = page.slice(page.indexOf('## Presets\n'), page.indexOf('## Expressions\n'));
  const blocks = [...section.matchAll(/^( *)```yaml\n([^]*?)^ *```/gm)].map(([, indent, text]) =>
    text!.replaceAll(new RegExp(`^${indent}`, 'gm'), ''),
  );
  expect(blocks).toHaveLength(4);
  for (const block of blocks) {
    const folder = /preset: ([\w-]+)/.exec(block)![1]!;
    const rest = block.includes('targets:')
      ? ''
      : 'targets: { app: { connector: generic, baseUrl: "https://app.example", auth: { kind: none } } }';
    const text = `${block.replaceAll(/\.\/(?=users|groups|members)/g, `./in/${folder}/`)}${rest}`;
    const { receipt } = await tryPreset(context, text);
    expect(receipt.complete).toBe(true);
  }
});
