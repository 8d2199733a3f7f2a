import { KINDS } from '../model/index.ts';
import type {
  DeparturePolicy,
  GroupPolicy,
  Kind,
  Limit,
  Limits,
  Profile,
  TargetConfiguration,
} from '../model/index.ts';
import { durationSeconds } from './durations.ts';
import { hasGroups } from './mapping.ts';
import { sourceOf } from './pairing.ts';
import type { Path } from './path.ts';
import type { Reading } from './reading.ts';
import { withoutUndefined } from './source.ts';
import { targetSchema } from './target-schema.ts';

/** Rule 21. A first load is creates alone, and trips over none of these. */
const usualLimits: Limits = {
  update: { percent: 50, floor: 50 },
  deactivate: { percent: 10, floor: 5 },
  reactivate: { count: 100, floor: 0 },
  delete: { percent: 2, floor: 0 },
  link: { count: 0, floor: 0 },
  deleteGroup: { count: 0, floor: 0 },
  linkGroup: { count: 0, floor: 0 },
  memberRemove: { percent: 10, floor: 20 },
};

type Departures = Pick<TargetConfiguration, 'onLeave' | 'onOutOfScope' | 'deleteAfter'>;
type Policies = Departures & Pick<TargetConfiguration, 'allow' | 'deleteAdopted' | 'createInactive'>;

/** What becomes of somebody's account, for each of the two reasons. */
function readDepartures(reading: Reading, path: Path): Departures {
  const { shape } = targetSchema;
  const after: { left?: number; outOfScope?: number } = {};
  const read = (name: 'onLeave' | 'onOutOfScope', standing: keyof typeof after): DeparturePolicy => {
    const given = reading.part([...path, name], shape[name]) ?? 'deactivate';
    if (typeof given === 'string') return given;
    after[standing] = durationSeconds(given.deleteAfter) * 1000;
    return 'deactivate';
  };
  const onLeave = read('onLeave', 'left');
  const onOutOfScope = read('onOutOfScope', 'outOfScope');
  const has = Object.keys(after).length > 0;
  return { onLeave, onOutOfScope, ...(has && { deleteAfter: after }) };
}

export function readCanary(reading: Reading, path: Path): Pick<TargetConfiguration, 'canary'> {
  const given = reading.part(path, targetSchema.shape.canary);
  if (given === undefined) return {};
  return { canary: typeof given === 'number' ? { count: given } : given };
}

/** What becomes of accounts, as far as a target may be told to. */
export function readPolicies(reading: Reading, path: Path, profile: Profile | undefined): Policies {
  const { shape } = targetSchema;
  const policies = {
    allow: reading.part([...path, 'allow'], shape.allow) ?? KINDS.filter((kind) => kind !== 'delete'),
    ...readDepartures(reading, path),
    deleteAdopted: reading.part([...path, 'deleteAdopted'], shape.deleteAdopted) ?? false,
    createInactive: reading.part([...path, 'createInactive'], shape.createInactive) ?? false,
  };
  checkPolicies(reading, path, policies, profile);
  return policies;
}

function checkPolicies(reading: Reading, path: Path, policies: Policies, profile: Profile | undefined): void {
  for (const name of ['onLeave', 'onOutOfScope'] as const) {
    const isLater = policies.deleteAfter?.[name === 'onLeave' ? 'left' : 'outOfScope'] !== undefined;
    const policy = isLater ? 'delete' : policies[name];
    const place = [...path, name];
    if (isLater && profile && !profile.deactivate.idSurvives)
      reading.problem(
        place,
        `${profile.name} knows nobody any more who was switched off, so that nobody can be deleted later`,
      );
    if (policy === 'delete' && profile && !profile.delete)
      reading.problem(
        place,
        `${profile.name} deletes no accounts by SCIM${sourceOf(profile, 'delete')}`,
        'deactivate or keep',
      );
    else if (policy === 'delete' && !policies.allow.includes('delete'))
      reading.problem(
        place,
        'accounts are deleted only where `allow` says so, and it does not name delete',
        `allow: [${[...policies.allow, 'delete'].join(', ')}]`,
      );
    if (policy === 'deactivate' && !policies.allow.includes('deactivate'))
      reading.warning(
        place,
        'accounts are to be switched off, and `allow` does not name deactivate: they stay on',
      );
  }
  if (policies.createInactive && profile && !profile.create.inactive)
    reading.problem(
      [...path, 'createInactive'],
      `${profile.name} cannot create somebody who is switched off${sourceOf(profile, 'createInactive')}`,
    );
  if (policies.createInactive && policies.onLeave === 'delete')
    reading.problem(
      [...path, 'createInactive'],
      'an account would be made for everybody who is not active, and deleted because they left, in turn',
      'onLeave: deactivate, or no createInactive',
    );
}

/** Which groups are sent; nothing where there are none, or the service takes none. */
export function readGroupPolicy(
  reading: Reading,
  path: Path,
  profile: Profile | undefined,
): GroupPolicy | undefined {
  const given = reading.part(path, targetSchema.shape.groups);
  if (given !== undefined && given !== 'none' && profile?.groups.supported === false) {
    reading.problem(
      path,
      `${profile.name} takes no groups by SCIM${sourceOf(profile, 'groups')}`,
      'take it out: they still decide who is assigned',
    );
    return undefined;
  }
  if (given === 'none' || profile?.groups.supported !== true || !hasGroups(reading)) return undefined;
  const {
    names,
    onGone = 'empty',
    onLeave = 'remove',
    members,
  } = Array.isArray(given) ? { names: given } : (given ?? {});
  if (onGone === 'delete' && !profile.groups.delete)
    reading.problem(
      [...path, 'onGone'],
      `${profile.name} deletes no groups by SCIM${sourceOf(profile, 'groups')}`,
      'empty or keep',
    );
  return { onGone, onLeave, ...(names && { names }), ...(members && { members }) };
}

export function readLimits(reading: Reading, path: Path): Limits {
  const given = reading.part(path, targetSchema.shape.limits);
  const limits: Partial<Record<Kind, Limit>> = { ...usualLimits };
  for (const kind of KINDS) {
    const limit = given?.[kind];
    if (limit) limits[kind] = { floor: 0, ...withoutUndefined(limit) };
  }
  return limits;
}
