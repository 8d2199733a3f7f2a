import { describe, expect, test } from 'vitest';
import { profiles } from '../../connectors/targets/profiles.ts';
import { gapOf, gaps } from './gaps.ts';
import { playDescribed, serviceOf } from './service.ts';
import { meet, suite } from './suite.ts';

const held = [...profiles().values()].map((profile) => ({ profile, service: serviceOf(profile) }));

describe.each(held)('$profile.name at $service', ({ profile, service }) => {
  for (const requirement of suite) {
    const gap = gapOf(profile.name, requirement.name);
    const title = gap === undefined ? requirement.name : `NOT YET: ${requirement.name} (${gap.why})`;
    (gap === undefined ? test : test.fails)(title, async () => {
      await meet(requirement, profile, await playDescribed(service));
    });
  }
});

test('what is known to be missing is of a profile and a requirement that there are', () => {
  for (const { profile, requirement } of gaps) {
    expect([...profiles().keys()]).toContain(profile);
    expect(suite.filter(({ name }) => name.startsWith(requirement))).toHaveLength(1);
  }
});
