import { existsSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { configuration, people } from '../support/company.ts';
import type { ConfigurationParts } from '../support/company.ts';
import { patient } from '../support/folder.ts';
import { openPlace, openPlaceWithService } from '../support/place.ts';
import { TOKEN } from '../support/service.ts';

interface Bad {
  readonly name: string;
  readonly parts: Partial<ConfigurationParts>;
  /** Turns the text that is made of the parts into what is tested. */
  readonly spoil?: (text: string) => string;
  /** Line, path inside the configuration, and words of the message or the hint. */
  readonly problems: readonly (readonly [line: number, path: string, ...words: RegExp[]])[];
}

const bad: readonly Bad[] = [
  {
    name: 'a key that is not known',
    parts: { target: 'assing: ${true}' },
    problems: [[17, 'targets.app', /the key assing is not known/, /did you mean assign\?/]],
  },
  {
    name: 'a value of the wrong type',
    parts: { target: 'concurrency: many' },
    problems: [[17, 'targets.app.concurrency', /has to be a number, and is text/]],
  },
  {
    name: 'a connector that does not exist',
    parts: { connector: 'cosmoo' },
    problems: [[14, 'targets.app.connector', /no connector of this name/, /did you mean cosmo\?/]],
  },
  {
    name: 'a variable that is not set',
    parts: { auth: '{ kind: bearer, token: { env: NOBODY_SET_THIS } }' },
    problems: [[16, 'targets.app.auth.token.env', /NOBODY_SET_THIS is not set/]],
  },
  {
    name: 'an expression that does not parse',
    parts: { target: 'assign: ${record.department = "Sales"}' },
    problems: [[17, 'targets.app.assign', /=/, /equality is written ==/]],
  },
  {
    name: 'three of these at once',
    parts: {
      connector: 'cosmoo',
      auth: '{ kind: bearer, token: { env: NOBODY_SET_THIS } }',
      target: 'assing: ${true}',
      identity: 'title: ${record.title +}',
    },
    problems: [
      [12, 'identity.title', /expression/],
      [15, 'targets.app.connector', /no connector of this name/],
      [17, 'targets.app.auth.token.env', /NOBODY_SET_THIS is not set/],
      [18, 'targets.app', /the key assing is not known/],
    ],
  },
  {
    name: 'a key that stands twice',
    parts: {},
    spoil: (text) => text.replace('identity:', 'state: ./other.db\nidentity:'),
    problems: [[6, '', /twice|more than once/]],
  },
];

interface ErrorDocument {
  readonly error: {
    readonly code: string;
    readonly message: string;
    readonly locus: { readonly line: number; readonly path?: string };
    readonly problems?: readonly {
      readonly message: string;
      readonly hint?: string;
      readonly locus: { readonly line: number; readonly path?: string };
    }[];
  };
}

describe.concurrent('a configuration with', patient, () => {
  test.for(bad)(
    '$name is refused with every line and path, and nothing is sent',
    async ({ parts, spoil, problems }, context) => {
      const place = await openPlaceWithService(context);
      const text = configuration({ baseUrl: place.mock.url, ...parts });
      place.write('rollcall.yaml', spoil?.(text) ?? text);
      place.people(people(2));
      const [told, asJson] = [await place.run('sync'), await place.run('plan', '--json')];

      expect(told).toMatchObject({ code: 1, stdout: '' });
      const heads = told.stderr.split('\n').filter((line) => line.startsWith('error: '));
      expect(heads).toHaveLength(problems.length);
      for (const [index, [line, path, ...words]] of problems.entries()) {
        expect(heads[index]).toMatch(new RegExp(`^error: rollcall\\.yaml:${line}:\\d+`));
        expect(heads[index]).toContain(path === '' ? 'rollcall.yaml' : `(${path})`);
        for (const word of words) expect(told.stderr).toMatch(word);
      }

      expect(asJson).toMatchObject({ code: 1, stderr: '' });
      const { error } = asJson.json<ErrorDocument>();
      expect(error.code).toBe('configuration');
      const found = error.problems ?? [error];
      expect(found.map(({ locus }) => [locus.line, locus.path ?? ''])).toEqual(
        problems.map(([line, path]) => [line, path]),
      );

      expect(place.mock.journal()).toEqual([]);
      expect(existsSync(place.path('rollcall.db'))).toBe(false);
      expect(told.stderr + asJson.stdout).not.toContain(TOKEN);
    },
  );
});

test.concurrent(
  'without a configuration, every command says where it looked and what to type',
  patient,
  async (context) => {
    const place = openPlace(context);
    const commands = [['plan'], ['sync'], ['check'], ['status'], ['approve', 'app', 'abcdefabcdef']];
    const runs = await Promise.all(
      commands.map((command, index) => place.run(...command, ...(index % 2 === 1 ? ['--json'] : []))),
    );
    for (const [index, ended] of runs.entries()) {
      const isJson = index % 2 === 1;
      expect(ended.code).toBe(1);
      expect(isJson ? ended.stdout : ended.stderr).toMatch(
        /no configuration at rollcall\.yaml[^]*`rollcall init` writes one, `--config FILE` names another/,
      );
      if (isJson) expect(ended.json()).toMatchObject({ error: { code: 'configuration' } });
      else expect(ended.stdout).toBe('');
    }
  },
);

test.concurrent(
  'a folder, a file that is no text, and one that is no map are no configuration',
  patient,
  async (context) => {
    const place = openPlace(context);
    place.write('bytes.yaml', Buffer.from([0xff, 0xfe, 0x00, 0x80]));
    place.write('list.yaml', '- one\n- two\n');
    place.write('empty.yaml', '');
    const said = async (file: string): Promise<string> => {
      const ended = await place.run('sync', '--config', file);
      expect(ended.code).toBe(1);
      return ended.stderr;
    };
    expect(await said('.')).toMatch(/is a folder/);
    expect(await said('bytes.yaml')).toMatch(/is not text in UTF-8/);
    expect(await said('list.yaml')).toMatch(/no map of keys/);
    expect(await said('empty.yaml')).toMatch(/the configuration is empty/);
  },
);
