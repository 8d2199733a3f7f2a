import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { TestContext } from 'vitest';
import { fiveLines, samples } from '../connectors/sources/presets/trying.ts';
import { patient } from '../support/folder.ts';
import { openPlace } from '../support/place.ts';
import { accounts, playService } from '../support/service.ts';

interface Report {
  readonly rejections: readonly unknown[];
  readonly targets: { readonly app: { readonly counts: { readonly User: object } } };
}

/** Samples beside a configuration of five lines, and a service that is its target. */
async function openSamples(context: TestContext, preset: string, folder: string, pages: string) {
  const opened = openPlace(context);
  const mock = await playService(context);
  mkdirSync(opened.path('in'));
  for (const name of readdirSync(join(samples, folder)))
    opened.write(`in/${name}`, readFileSync(join(samples, folder, name)));
  const target = `baseUrl: "${mock.url}", auth: { kind: bearer, token: { env: APP_TOKEN } }`;
  const text = fiveLines(preset, `./in/${pages}`, target);
  opened.write('rollcall.yaml', text);
  expect(text.split('\n')).toHaveLength(5);
  return { ...opened, mock };
}

describe.concurrent('five lines of configuration', patient, () => {
  test.for<readonly [string, string, string, Readonly<Record<string, boolean>>, number]>([
    [
      'okta',
      'okta',
      'users-*.json',
      {
        'ada.lovelace@example.com': true,
        'grace.hopper@example.com': true,
        'jean@example.com': true,
        'joan@example.com': true,
        'kay@example.com': true,
      },
      2,
    ],
    ['entra', 'entra', 'users-*.json', { 'AdeleV@contoso.example': true, 'AlexW@contoso.example': true }, 2],
    [
      'google-workspace',
      'google-workspace',
      'users-*.json',
      { 'admin@example.com': true, 'liz@example.com': true },
      2,
    ],
    ['auth0', 'auth0', 'users.ndjson', { jane: true, 'john.doe@example.com': true }, 2],
    ['auth0-csv', 'auth0', 'users.csv', { jane: true, 'john.doe@example.com': true }, 1],
    [
      'cognito',
      'cognito',
      'users-*.json',
      {
        'f9a2-alias': true,
        force_change_password: true,
        reset_required: true,
        'testuser@example.com': true,
      },
      4,
    ],
    [
      'workday',
      'workday',
      'report.json',
      { 'betty.liu@example.com': true, 'logan.mcneil@example.com': true },
      2,
    ],
    [
      'bamboohr',
      'bamboohr',
      'report.json',
      { 'cabbott@example.com': true, 'jcaldwell@example.com': true },
      2,
    ],
    ['bamboohr-directory', 'bamboohr', 'directory.json', { 'cabbott@example.com': true }, 1],
    [
      'scim',
      'scim',
      'users-*.json',
      { 'bjensen@example.com': true, 'jsmith@example.com': true, 'text@example.com': true },
      2,
    ],
  ])(
    '%s: a plan, a sync, and nothing is left',
    async ([preset, folder, pages, expected, rejected], context) => {
      const place = await openSamples(context, preset, folder, pages);
      const ended = await place.run('sync', '--json');
      expect(ended.code, ended.stdout).toBe(0);
      const { rejections, targets } = ended.json<Report>();
      expect(rejections).toHaveLength(rejected);
      expect(targets.app.counts.User).toMatchObject({ create: Object.keys(expected).length });
      expect(accounts(place.mock)).toEqual(expected);
      expect(await place.run('plan', '--exit-code', '--quiet')).toMatchObject({ code: 0 });
    },
  );

  test('whoever gets an unknown status keeps the account, and whoever is suspended loses it', async (context) => {
    const place = await openSamples(context, 'okta', 'okta', 'users-*.json');
    await place.settle();
    const before = readFileSync(place.path('in/users-2.json'), 'utf8');
    place.write(
      'in/users-2.json',
      before.replace('PROVISIONED', 'SABBATICAL').replace('RECOVERY', 'SUSPENDED'),
    );
    expect((await place.run('sync', '--quiet')).code).toBe(4);
    expect(accounts(place.mock)).toMatchObject({ 'joan@example.com': true, 'kay@example.com': false });
  });

  test('a manager is a reference to the account of a person with that id', async (context) => {
    const place = await openSamples(context, 'entra', 'entra', 'users-*.json');
    await place.settle();
    const users = new Map(place.mock.users().map((user) => [user['userName'], user]));
    const extension = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';
    expect(users.get('AdeleV@contoso.example')).toMatchObject({
      externalId: '87d349ed-44d7-43e1-9a83-5f2406dee5bd',
      [extension]: { manager: { value: users.get('AlexW@contoso.example')!['id'] } },
    });
  });

  test('check says which preset is in force, and a mistake in it is placed there', async (context) => {
    const place = await openSamples(context, 'okta', 'okta', 'users-*.json');
    const checked = await place.run('check');
    expect(checked).toMatchObject({ code: 0 });
    expect(checked.stdout.split('\n')[0]).toBe('ok rollcall.yaml: preset okta; app (generic)');
    expect((await place.run('check', '--json')).json()).toMatchObject({ source: { preset: 'okta' } });

    const lines = fiveLines(
      'okta',
      './in/users-*.json',
      `baseUrl: "${place.mock.url}", auth: { kind: none }`,
    );
    place.write('rollcall.yaml', `${lines}\nidentity: { active: { on: [STAGED] } }`);
    const failed = await place.run('check');
    expect(failed.code).toBe(1);
    expect(failed.stderr).toContain('preset okta (identity.active.off[0])');
    expect(failed.stderr).not.toContain('rollcall.yaml:6');
  });
});
