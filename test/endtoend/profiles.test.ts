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
}

/** What the shared suite does not have: the dialects, and groups that are there already. */
const played: readonly Played[] = [
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

/** Carries out what there is to do. What had to be sent twice, each next run would count too. */
async function synced(place: Place, mock: Mock): Promise<Counts> {
  const ended = await place.run('sync', '--json');
  const report = ended.json<{ targets?: { app: { counts: Counts; state: string; error?: unknown } } }>();
  const told = { ...report, code: ended.code, app: report.targets?.app, last: writes(mock).at(-1) };
  expect(told, JSON.stringify(told)).toMatchObject({ code: 0, app: { state: 'done' } });
  return report.targets!.app.counts;
}

const first = (department: string): readonly Person[] => [
  person(1, { department }),
  person(2, { department }),
  person(3, { department: '' }),
];

describe.concurrent('a profile against its service: sync, and plan again, expect nothing', patient, () => {
  const named = played.map((one) => ({ ...one, as: `${one.name} ${one.dialect ?? ''}`.trim() }));
  test.for(named)('$as', async (one, context) => {
    const { deactivate, users, groups } = profiles().get(one.name)!;
    const place = openPlace(context);
    const mock = await playService(context, one.service ?? one.name);
    const isMember = one.groups === 'made';
    const department = 'Sales';
    place.write('rollcall.yaml', configuration(mock.url, one));
    place.people(first(isMember ? department : ''));
    expect(await synced(place, mock)).toEqual({
      User: { create: 3 },
      Group: isMember ? { create: 1, memberAdd: 2 } : {},
    });

    expect(groups.supported).toBe(true);
    if (one.dialect === undefined) {
      // What comes after the first day is the shared suite's.
      expect(await place.run('plan', '--exit-code')).toMatchObject({ code: 0 });
      return;
    }

    // One has another name and user name, and is out of the group; one leaves, and is out of it too.
    const changed = [
      person(1, { department: '', last: 'Byron', email: 'byron@example.com' }),
      ...first(isMember ? department : '').slice(1),
    ];
    place.people(changed.map((row, index) => (index === 1 ? { ...row, status: 'left' } : row)));
    const isFollowed = ['name', 'name.familyName', 'displayName', 'userName'].some(
      (path) => users.writable.includes(path) && !users.createOnly.includes(path.split('.')[0]!),
    );
    const kind = deactivate.idSurvives ? 'deactivate' : 'delete';
    expect(await synced(place, mock)).toEqual({
      User: { ...(isFollowed && { update: 1 }), [kind]: 1 },
      // What is deleted is in no group any more.
      Group: isMember ? { memberRemove: deactivate.idSurvives ? 2 : 1 } : {},
    });

    // Who comes back is let in again.
    place.people(changed);
    const back = deactivate.idSurvives ? 'reactivate' : 'create';
    expect(await synced(place, mock)).toEqual({
      User: { [back]: 1 },
      Group: isMember ? { memberAdd: 1 } : {},
    });
    expect(await place.run('plan', '--exit-code')).toMatchObject({ code: 0 });
  });

  test('two people whose login would be the same on GitHub are both left out and named, and so is one like somebody there', async (context) => {
    const place = openPlace(context);
    const mock = await playService(context, 'github-enterprise');
    place.write('rollcall.yaml', configuration(mock.url, { name: 'github-enterprise', groups: 'none' }));
    const named = (number: number, email: string): Person => person(number, { department: '', email });
    const both = [named(1, 'mona.lisa@example.com'), named(2, 'mona-lisa@other.example')];
    place.people([...both, named(3, 'ada@example.com')]);
    expect((await place.run('sync', '--json')).json()).toMatchObject({
      targets: { app: { counts: { User: { create: 1 } } } },
    });
    const said = (await place.run('plan')).stdout.replaceAll(/\s+/g, ' ');
    expect(said).toContain('the service would call them “mona-lisa”, as it would P0002');
    expect(said).toContain('the service would call them “mona-lisa”, as it would P0001');

    place.people([named(3, 'ada@example.com'), named(4, 'Ada@other.example'), named(5, '.x@example.com')]);
    const later = (await place.run('plan')).stdout.replaceAll(/\s+/g, ' ');
    expect(later).toContain('the service would call them “ada”, as it would P0003');
    expect(later).toContain('the service would call them “-x”, and takes no such name');
    expect(later).not.toMatch(/create [1-9]/);
  });
});
