import type { Profile } from '../../src/model/index.ts';
import { exampleProfile } from '../planning/example.ts';
import type { Habits } from './service.ts';

/** A kind of service: what it does, and what Rollcall is told of it. */
export interface ServiceKind {
  readonly habits: Habits;
  readonly profile: Profile;
}

/** Seconds until the slow one finds what was written. */
const lagSeconds = 5;

const groups = {
  supported: true,
  create: true,
  rename: true,
  delete: true,
  externalId: true,
  match: ['externalId', 'displayName'],
  members: { perRequest: 2, remove: 'filter' },
} as const;

const plain: Profile = {
  ...exampleProfile,
  users: {
    ...exampleProfile.users,
    writable: ['userName', 'externalId', 'nickName', 'title', 'enterprise.department', 'enterprise.manager'],
    match: ['externalId', 'userName'],
  },
  groups,
};

function of(name: string, habits: Habits, part: Partial<Profile>): ServiceKind {
  return { habits, profile: { ...plain, name, pace: { concurrency: 3 }, ...part } };
}

/** Each is wrong in a way of its own, as the services of the field are. */
export const KINDS = {
  plain: of('plain', {}, {}),
  put: of(
    'put',
    {},
    {
      update: { ...plain.update, method: 'put' },
      groups: { ...groups, update: 'put', members: { ...groups.members, perRequest: 10 } },
    },
  ),
  slow: of('slow', { isLoose: true, lag: lagSeconds * 1000 }, { lookupLagSeconds: lagSeconds }),
  loose: of(
    'loose',
    { isLoose: true },
    { list: { ...plain.list, provesAbsence: false }, groups: { supported: false } },
  ),
  forgetful: of(
    'forgetful',
    { forgetsKeys: true },
    {
      users: {
        ...plain.users,
        writable: plain.users.writable.filter((path) => path !== 'externalId'),
        match: ['userName'],
      },
      groups: { ...groups, externalId: false, match: ['displayName'] },
    },
  ),
  inviting: of(
    'inviting',
    { invites: true },
    { create: { ...plain.create, invites: true, invitedReadable: false, repeatable: true } },
  ),
  losing: of('losing', { loses: true }, { deactivate: { idSurvives: false }, groups: { supported: false } }),
  /** A plan asks more of it than it may in a minute. */
  paced: of(
    'paced',
    {},
    {
      list: { ...plain.list, provesAbsence: false },
      pace: {
        concurrency: 2,
        perSecond: 2,
        burst: 1,
        budgets: [{ of: 'requests', per: 'minute', count: 5 }],
        reserve: 20,
      },
    },
  ),
} as const satisfies Record<string, ServiceKind>;

export type KindName = keyof typeof KINDS;
