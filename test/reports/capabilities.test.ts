import { describe, expect, test } from 'vitest';
import { profiles } from '../../connectors/targets/profiles.ts';
import {
  capabilitiesOf,
  capabilityJson,
  capabilityTable,
  capabilityText,
} from '../../src/reports/capabilities.ts';
import type { Capabilities } from '../../src/reports/capabilities.ts';

test('every profile has a row in every table, and the terminal shows the same', () => {
  const table = capabilityTable(profiles());
  const shown = [...capabilityText(profiles())].join('\n');
  for (const name of profiles().keys()) {
    expect(table.match(new RegExp(`^\\| \`${name}\` `, 'gm'))).toHaveLength(4);
    expect(shown.match(new RegExp(`^ {2}${name} `, 'gm'))).toHaveLength(4);
  }
});

test('as data it is plain, and has every profile by its name', () => {
  const data = capabilityJson(profiles());
  expect(JSON.parse(JSON.stringify(data))).toEqual(data);
  expect(Object.keys(data.targets)).toEqual([...profiles().keys()]);
});

/**
 * The functions that SecureAuth lists for these three (docs.secureauth.com/2307/en/scim-provisioning-overview.html,
 * “Supported SCIM provisioning functionality”). Each is asked for at each of them.
 */
describe.each(['aws-identity-center', 'github-enterprise', 'salesforce'])('%s', (name) => {
  const { users, groups, sources } = capabilitiesOf(profiles().get(name)!);

  test.each<[string, boolean | undefined]>([
    ['creates people', users.create === 'yes'],
    ['synchronises groups or teams', groups?.membersAdd],
    ['updates profiles', users.attributes.length > 0],
    ['deactivates people', users.deactivate === 'yes'],
    ['takes people out of groups', groups?.membersRemove],
  ])('%s', (_, is) => {
    expect(is).toBe(true);
  });

  test('says where that is documented', () => {
    expect(sources['*']).toMatch(/^https:\/\//);
  });
});

test('whatever a profile does not support is no', () => {
  const [, without] = [...profiles()].find(([, { groups }]) => !groups.supported)!;
  expect(capabilitiesOf(without).groups).toBeUndefined();
  const only = new Map([['it', without]]);
  expect(capabilityTable(only)).toMatch(/^\| `it` +\| no +\| no +\| no +\| no +\| no +\| no +\| no +\|/m);
});

type Said = keyof Capabilities;
test('what the matrix has to say is in it', () => {
  const said: readonly Said[] = ['users', 'paging', 'pageSize', 'limits', 'authentication', 'sources'];
  for (const capabilities of Object.values(capabilityJson(profiles()).targets))
    expect(Object.keys(capabilities)).toEqual(expect.arrayContaining([...said]));
});
