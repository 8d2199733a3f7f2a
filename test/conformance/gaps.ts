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

/**
 * Lines of profiles that no requirement notices yet. Most say less than their service takes as it is described: where the
 * documentation names nothing, the profile says no (law 4) and the description has what RFC 7644 has.
 */
export const toothless: Readonly<Record<string, readonly string[]>> = {
  atlassian: ['users.primary', 'delete'],
  'aws-identity-center': ['groups.excludes', 'groups.members.remove', 'groups.members.query'],
  cosmo: ['users.writable', 'users.required', 'users.password', 'delete', 'answers.unauthorised', 'groups'],
  'cosmo-controlplane': [
    'create.repeatable',
    'update.putAlways',
    'list.paging',
    'list.pageSize',
    'list.provesAbsence',
    'probe',
  ],
  databricks: ['groups.members.nested'],
  figma: ['groups.externalId', 'discovery'],
  'github-enterprise': ['users.primary', 'groups.always'],
  'github-organization': ['list.provesAbsence'],
  gitlab: ['active.as'],
  grafana: ['users.required', 'users.match'],
  salesforce: [
    'users.maxValues.emails',
    'users.match',
    'users.types.emails',
    'users.types.phoneNumbers',
    'update.patchForm',
    'active.form',
    'answers.notExists',
    'answers.licence',
    'groups.rename',
    'groups.delete',
    'groups.externalId',
    'groups.match',
    'groups.members.remove',
    'groups.members.wrapped',
  ],
  sentry: ['answers.refused'],
  slack: ['users.writable', 'users.match', 'users.primary', 'groups.members.remove'],
  snowflake: ['users.primary', 'probe'],
  zoom: ['users.required', 'readBack'],
};
