import type { Profile } from '../../src/model/index.ts';

/** A requirement that a profile does not meet at its service, since no line of a profile can say so yet. */
export interface Gap {
  readonly profile: string;
  /** How the requirement's name begins. */
  readonly requirement: string;
  readonly why: string;
}

/** What is known to be missing. Each of them has to go on failing: one that holds is to be taken out. */
export const gaps: readonly Gap[] = [];

export function gapOf(profile: string, requirement: string): Gap | undefined {
  return gaps.find((gap) => gap.profile === profile && requirement.startsWith(gap.requirement));
}

/** What people and groups have to be called at a service that would rename them, which no line of a profile can say yet. */
export interface Condition {
  /** A userName that is no address. */
  readonly userName?: 'word';
  /** The name of a group in small letters, digits and dashes. */
  readonly group?: 'slug';
  readonly why: string;
}

const conditions: Readonly<Record<string, Condition>> = {
  slack: {
    userName: 'word',
    // docs.slack.dev/reference/scim-api, “User attributes”
    why: 'of an address as userName, what is before the @ is kept, and the profile does not bend it',
  },
  sentry: {
    group: 'slug',
    // getsentry/sentry, src/sentry/scim/endpoints/teams.py
    why: 'the name of a group becomes a slug, and the profile does not bend it',
  },
};

export function conditionOf({ name }: Pick<Profile, 'name'>): Partial<Condition> {
  return conditions[name] ?? {};
}
