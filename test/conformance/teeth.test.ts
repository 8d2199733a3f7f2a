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
import type { Requirement } from './suite.ts';
import { linesOf, tellingOf } from './teeth.ts';
import type { Line } from './teeth.ts';

const { generic, ...others } = Object.fromEntries(profiles()) as Record<string, Profile>;

/** Whether the profile is refused without the line, or which requirement it fails. */
async function noticed(line: Line, play: Play): Promise<boolean | Requirement> {
  const { without } = line;
  if (validateProfile(without).length > 0) return true;
  for (const requirement of tellingOf(line)) {
    if (gapOf(without.name, requirement.name) !== undefined) continue;
    try {
      await meet(requirement, without, play);
    } catch {
      return requirement;
    }
  }
  return false;
}

describe('the suite fails without any one line of a profile', patient, () => {
  test.each(Object.values(others))('$name', async (profile) => {
    const play = await playDescribed(serviceOf(profile));
    const unnoticed: string[] = [];
    for (const line of linesOf(profile, generic!))
      if ((await noticed(line, play)) === false) unnoticed.push(line.path);
    expect(unnoticed).toEqual([]);
  });
});

/** Each dialect with its lines, but for those that stand in one before it, too. */
const spoken = Object.entries(generic!.dialects!).map(([name, part]) => {
  const profile = differing(generic!, part);
  return { name, profile, lines: linesOf(profile, generic!) };
});
const lineOf = ({ path, own }: Line): string => `${path} ${JSON.stringify(own)}`;

describe('a service that was made for one provider is told what this one sends', patient, () => {
  test.each(spoken)('$name, and each line of the dialect is needed', async ({ name, profile, lines }) => {
    const before = spoken.slice(
      0,
      spoken.findIndex((one) => one.name === name),
    );
    const known = new Set(before.flatMap((one) => one.lines.map(lineOf)));
    const play = await playProvided(provided[name]!);
    const unnoticed: string[] = [];
    const telling = new Set<Requirement>();
    for (const line of lines.filter((one) => !known.has(lineOf(one)))) {
      const requirement = await noticed(line, play);
      if (requirement === false) unnoticed.push(line.path);
      else if (requirement !== true) telling.add(requirement);
    }
    expect(unnoticed).toEqual([]);
    // Nothing but the line was missing.
    for (const requirement of telling) await meet(requirement, profile, play);
  });
});
