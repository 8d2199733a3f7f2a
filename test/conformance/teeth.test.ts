import { describe, expect, test } from 'vitest';
import { profiles } from '../../connectors/targets/profiles.ts';
import { validateProfile } from '../../src/scim/profile.ts';
import type { Profile } from '../../src/model/index.ts';
import { patient } from '../support/folder.ts';
import { gapOf } from './gaps.ts';
import { playDescribed, serviceOf } from './service.ts';
import type { Play } from './service.ts';
import { meet } from './suite.ts';
import { linesOf, tellingOf } from './teeth.ts';
import type { Line } from './teeth.ts';

const { generic, ...others } = Object.fromEntries(profiles()) as Record<string, Profile>;

/** Whether the profile is refused without the line, or fails a requirement. */
async function isNoticed(line: Line, play: Play): Promise<boolean> {
  const { without } = line;
  if (validateProfile(without).length > 0) return true;
  for (const requirement of tellingOf(line)) {
    if (gapOf(without.name, requirement.name) !== undefined) continue;
    try {
      await meet(requirement, without, play);
    } catch {
      return true;
    }
  }
  return false;
}

describe('the suite fails without any one line of a profile', patient, () => {
  test.each(Object.values(others))('$name', async (profile) => {
    const play = await playDescribed(serviceOf(profile));
    const unnoticed: string[] = [];
    for (const line of linesOf(profile, generic!)) {
      if (!(await isNoticed(line, play))) unnoticed.push(line.path);
    }
    expect(unnoticed).toEqual([]);
  });
});
