import { describe, expect, test } from 'vitest';
import { profiles } from '../../connectors/targets/profiles.ts';
import { validateProfile } from '../../src/scim/profile.ts';
import { differing } from '../../src/model/index.ts';
import type { Profile } from '../../src/model/index.ts';
import { patient } from '../support/folder.ts';
import { gapOf } from './gaps.ts';
import { provided } from './providers.ts';
import { playDescribed, playProvided, serviceOf } from './service.ts';
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

async function unnoticed(lines: readonly Line[], play: Play): Promise<readonly string[]> {
  const found: string[] = [];
  for (const line of lines) if (!(await isNoticed(line, play))) found.push(line.path);
  return found;
}

describe('the suite fails without any one line of a profile', patient, () => {
  test.each(Object.values(others))('$name', async (profile) => {
    const play = await playDescribed(serviceOf(profile));
    expect(await unnoticed(linesOf(profile, generic!), play)).toEqual([]);
  });
});

describe('a service that was made for one provider is told what this one sends', patient, () => {
  test.each(Object.entries(generic!.dialects!))(
    '%s, and each line of the dialect is needed',
    async (name, part) => {
      const profile = differing(generic!, part);
      const play = await playProvided(provided[name]!);
      const lines = linesOf(profile, generic!);
      for (const requirement of new Set(lines.flatMap(tellingOf))) await meet(requirement, profile, play);
      expect(await unnoticed(lines, play)).toEqual([]);
    },
  );
});
