import { describe, expect, test } from 'vitest';
import { profiles } from '../../connectors/targets/profiles.ts';
import { person } from '../support/company.ts';
import type { Person } from '../support/company.ts';
import { patient } from '../support/folder.ts';
import { openPlace } from '../support/place.ts';
import type { Place } from '../support/place.ts';
import { playService, writes } from '../support/service.ts';
import type { Mock } from '../../src/mock/index.ts';

interface Played {
  readonly name: string;
  /** The service, where it is not one of the same name. */
  readonly service?: string;
  readonly dialect?: string;
  /** Lines of `map`, beyond what identity says. */
  readonly map?: readonly string[];
  /** What the service has of groups: made by us, there already, or nothing. */
  readonly groups: 'made' | 'given' | 'none';
  /** A change of the name is followed. */
  readonly renames?: boolean;
}

const played: readonly Played[] = [
  { name: 'accessiq', groups: 'made' },
  { name: 'accessiq-demo', groups: 'made' },
  { name: 'aws-identity-center', groups: 'made' },
  { name: 'github-enterprise', groups: 'made' },
  { name: 'github-organization', groups: 'none' },
  { name: 'atlassian', groups: 'made' },
  { name: 'databricks', groups: 'made' },
  { name: 'datadog', groups: 'made' },
  { name: 'figma', groups: 'made' },
  { name: 'gitlab', groups: 'none' },
  { name: 'grafana', groups: 'made' },
  { name: 'sentry', groups: 'made' },
  { name: 'slack', groups: 'made' },
  { name: 'snowflake', groups: 'made' },
  { name: 'zoom', groups: 'made' },
  { name: 'generic', service: 'entra-lenient', dialect: 'entra', groups: 'made' },
  { name: 'generic', service: 'entra-lenient', dialect: 'entra-2020', groups: 'made' },
  { name: 'generic', service: 'rfc', dialect: 'okta-aiw', groups: 'made' },
  { name: 'generic', service: 'rfc', dialect: 'okta-oin', groups: 'made' },
  { name: 'salesforce', groups: 'given', map: ['entitlements: [{ value: 00e000000000001AAA }]'] },
];

const configuration = (
  url: string,
  { name, dialect, map = [], groups }: Played,
): string => `state: ./rollcall.db
source: { connector: csv, path: ./people.csv, key: "\${record.id}" }
identity:
  userName: \${record.email}
  name: { givenName: "\${record.first}", familyName: "\${record.last}" }
  displayName: \${record.first} \${record.last}
  emails: [{ value: "\${record.email}", type: work, primary: true }]
  active: { from: "\${record.status}", on: [active], off: [left] }
${groups === 'none' ? '' : 'groups:\n  - { from: "${split(record.department, \\";\\")}" }'}
targets:
  app:
    connector: ${name}
    baseUrl: ${url}
    auth: { kind: bearer, token: { env: APP_TOKEN } }
    rate: 1000
    limits: { deactivate: { count: 100 }, delete: { count: 100 }, memberRemove: { count: 100 }, linkGroup: { count: 9 } }
${dialect === undefined ? '' : `    dialect: ${dialect}\n`}${map.length === 0 ? '' : `    map:\n      ${map.join('\n      ')}\n`}`;

interface Counts {
  readonly User: Readonly<Record<string, number>>;
  readonly Group: Readonly<Record<string, number>>;
}

/** Carries out what there is to do, and finds nothing more to do. */
async function synced(place: Place, mock: Mock): Promise<Counts> {
  const ended = await place.run('sync', '--json');
  const report = ended.json<{ targets?: { app: { counts: Counts; state: string; error?: unknown } } }>();
  const told = { ...report, code: ended.code, app: report.targets?.app, last: writes(mock).at(-1) };
  expect(told, JSON.stringify(told)).toMatchObject({ code: 0, app: { state: 'done' } });
  expect(await place.run('plan', '--exit-code')).toMatchObject({ code: 0 });
  return report.targets!.app.counts;
}

const first = (department: string): readonly Person[] => [
  person(1, { department }),
  person(2, { department }),
  person(3, { department: '' }),
];

describe.concurrent('a profile against its service: sync, and plan again, expect nothing', patient, () => {
  test.for(played)('$name $dialect', async (one, context) => {
    const { deactivate, users, groups } = profiles().get(one.name)!;
    const place = openPlace(context);
    const mock = await playService(context, one.service ?? one.name);
    const isMember = one.groups === 'made';
    const department = one.groups === 'none' ? '' : 'Sales';
    place.write('rollcall.yaml', configuration(mock.url, one));
    place.people(first(isMember ? department : ''));
    expect(await synced(place, mock)).toEqual({
      User: { create: 3 },
      Group: isMember ? { create: 1, memberAdd: 2 } : {},
    });

    // Another name, and out of the group.
    const changed = [
      person(1, { department: '', last: 'Byron' }),
      ...first(isMember ? department : '').slice(1),
    ];
    place.people(changed);
    const followed = !users.createOnly.some((path) => path === 'name' || path === 'name.familyName');
    expect(await synced(place, mock)).toEqual({
      User: followed ? { update: 1 } : {},
      Group: isMember ? { memberRemove: 1 } : {},
    });

    // Who leaves goes, and is out of the group; who comes back is let in again.
    place.people(changed.map((row, index) => (index === 1 ? { ...row, status: 'left' } : row)));
    const kind = deactivate.idSurvives ? 'deactivate' : 'delete';
    expect((await synced(place, mock)).User).toEqual({ [kind]: 1 });
    place.people(changed);
    const back = deactivate.idSurvives ? 'reactivate' : 'create';
    expect(await synced(place, mock)).toEqual({
      User: { [back]: 1 },
      Group: isMember ? { memberAdd: 1 } : {},
    });
    expect(groups.supported).toBe(one.groups !== 'none');
  });
});
