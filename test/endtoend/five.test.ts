import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { writes, playService } from '../support/service.ts';
import { patient } from '../support/folder.ts';
import { openPlace } from '../support/place.ts';
import type { Mock, Recorded } from '../../src/mock/index.ts';

const five = ['cosmo', 'accessiq', 'github-enterprise', 'aws-identity-center', 'salesforce'] as const;

const company = new URL('../../config/people/', import.meta.url);
const day = (name: string): string => readFileSync(new URL(`${name}.csv`, company), 'utf8');

/** The sample company at each of them; GitHub's pace is the mock's. */
const configuration = (mocks: readonly Mock[]): string => `state: ./rollcall.db
source: { connector: csv, path: ./people.csv, key: "\${record.employee_id}" }
identity:
  userName: \${record.email}
  name: { givenName: "\${record.first_name}", familyName: "\${record.last_name}" }
  displayName: \${record.display_name}
  title: \${record.title}
  emails: [{ value: "\${record.email}", type: work, primary: true }]
  phoneNumbers: [{ value: "\${record.phone}", type: work }]
  active: { from: "\${record.status}", on: [active, on leave], off: [left, terminated] }
  enterprise: { department: "\${record.department}", manager: { value: "\${ref(record.manager_id)}" } }
groups:
  - from: \${record.groups.split(";")}
targets:
${five
  .map(
    (name, at) => `  ${name}:
    connector: ${name}
    baseUrl: ${mocks[at]!.url}
    auth: { kind: bearer, token: { env: APP_TOKEN } }
    rate: 1000
    limits: { deactivate: { count: 20 }, memberRemove: { count: 100 } }
    ${name === 'salesforce' ? 'map: { entitlements: [{ value: 00e000000000001AAA }] }' : ''}`,
  )
  .join('\n')}
`;

interface Report {
  readonly targets: Readonly<Record<string, { readonly state: string; readonly counts: object }>>;
}

/** The operations of a PATCH, or what a PUT or POST says. */
const said = ({ body }: Recorded): unknown => {
  const { Operations: operations } = body as { Operations?: unknown };
  return operations ?? body;
};

describe('Cosmo, AccessIQ, GitHub, AWS and Salesforce in one configuration', patient, () => {
  test('a mover and a leaver are followed through all of them, each told in its own way, and nothing is left to do', async (context) => {
    const place = openPlace(context);
    const mocks = await Promise.all(five.map((name) => playService(context, name)));
    place.write('rollcall.yaml', configuration(mocks));
    place.write('people.csv', day('day1'));
    expect(await place.run('check')).toMatchObject({ code: 0 });
    await place.settle();
    for (const mock of mocks) expect(mock.users()).toHaveLength(292);
    expect(await place.run('plan', '--exit-code')).toMatchObject({ code: 0 });

    const before = mocks.map((mock) => mock.journal().at(-1)!.number);
    const idsAt = (key: string) =>
      mocks.map((mock) => mock.users().find((user) => (user['externalId'] as unknown) === key)!.id);
    const [mover, leaver] = [idsAt('E1038'), idsAt('E1008')];
    place.write('people.csv', day('day2'));
    // One row has a status that is neither: named, and left as it was.
    const synced = await place.run('sync', '--json');
    expect(synced.code).toBe(4);
    const { targets } = synced.json<Report>();
    expect(Object.values(targets).map(({ state }) => state)).toEqual(five.map(() => 'done'));
    const toldOf = (ids: readonly unknown[]): readonly (readonly unknown[])[] =>
      mocks.map((mock, at) =>
        writes(mock, before[at])
          .filter(({ path }) => path.endsWith(`/Users/${String(ids[at])}`))
          .map((one) => [one.method, said(one)]),
      );

    const off = ['PATCH', [{ op: 'replace', path: 'active', value: false }]];
    const pathless = ['PATCH', [{ op: 'replace', value: { active: false } }]];
    expect(toldOf(leaver)).toEqual([[off], [off], [off], [off], [pathless]]);

    const address = { value: 'soeren.quillfeather-moss@example.com', type: 'work', primary: true };
    for (const [at, requests] of toldOf(mover).entries()) {
      expect(requests).toHaveLength(1);
      const text = JSON.stringify(requests[0]);
      expect(text).toContain('Quillfeather-Moss');
      expect(mocks[at]!.users().find(({ id }) => id === mover[at])).toMatchObject({
        userName: address.value,
        emails: [address],
        active: true,
      });
    }
    // AccessIQ and GitHub are not told what they do not keep; Salesforce makes the name to show itself.
    const [cosmo, accessiq, github, aws, salesforce] = toldOf(mover).map((one) => JSON.stringify(one));
    for (const text of [cosmo, aws]) expect(text).toContain('"displayName"');
    for (const text of [accessiq, github]) expect(text).not.toContain('phoneNumbers');
    expect(salesforce).not.toContain('"path"');

    // The leaver is out of every group where there are groups; Cosmo has none, Salesforce those that are its own.
    const groups = mocks.map((mock) => mock.groups().length);
    expect(groups).toEqual([0, 7, 7, 7, 3]);
    for (const [at, mock] of mocks.entries())
      expect(JSON.stringify(mock.groups())).not.toContain(`"${String(leaver[at])}"`);
    const again = await place.run('plan', '--json');
    const plan = again.json<Report>();
    expect(Object.values(plan.targets).map(({ counts }) => counts)).toEqual(
      five.map(() => ({ User: {}, Group: {} })),
    );
  });
});
