import { MANAGER_PATH, attributeAt, diff, stepsOf } from './diff.ts';
import { ENTERPRISE, isObject } from '../model/index.ts';
import type {
  Account,
  AttributeChange,
  AttributeRules,
  DeleteAfter,
  DeparturePolicy,
  Json,
  Kind,
  LeftOut,
  Note,
  Operation,
  Profile,
  Resource,
} from '../model/index.ts';

/**
 * Order of sending (law 12): who leaves goes first, and who goes out of a group; a manager's create goes before the
 * creates of the reports, and a group before those who come into it.
 */
export const PHASE = {
  /** Whoever is offboarded: before everything else that waits, an undo as well, and whatever holds that up (rule 25). */
  offboard: -1_000_000,
  leave: 0,
  memberRemove: 5,
  /**
   * Somebody for whom a person or a sign-in asks by name: behind those who leave, and before whatever waits for its turn.
   * Their change, create, reference and memberships have a phase each, from this one on.
   */
  asked: 6,
  lastAsked: 9,
  change: 10,
  create: 100,
  reference: 10_000,
  group: 20_000,
  memberAdd: 20_001,
  groupEnd: 20_002,
} as const;

/**
 * An operation before it is sealed: without its digest, which waits for the references to be settled; `beforeDigest`
 * is empty and is filled in by whoever knows how to make one. The changes of
 * a create are all of its resource, and are not listed again.
 */
export type Draft = Omit<Operation, 'digest'>;

/** What planning needs to know of a target. */
export interface Policy {
  readonly profile: Profile;
  readonly allow: readonly Kind[];
  readonly onLeave: DeparturePolicy;
  readonly onOutOfScope: DeparturePolicy;
  readonly deleteAfter?: DeleteAfter;
  readonly deleteAdopted?: boolean;
  readonly createInactive: boolean;
  readonly attributes?: AttributeRules;
  /** Milliseconds since 1970. */
  readonly now?: number;
}

/** Why somebody departs who has not left: they are out of scope (rule 6). */
export const NOT_ASSIGNED = 'no longer assigned here';

/** One person as one target sees them. */
export interface Case {
  readonly key: string;
  /** `present`: active and assigned. The other two are different reasons with a policy each (rule 6). */
  readonly standing: 'present' | 'left' | 'outOfScope';
  /** In words: `status is "left"`, `no longer in the source`, `assign says no`. */
  readonly reason: string;
  /** Adapted; absent where the person is known to the target only by their account. */
  readonly desired?: Resource;
  readonly missing?: readonly string[];
  readonly account?: Account;
  /** Of the password that the source gives, where this target takes one. */
  readonly secretDigest?: string;
  readonly isProtected: boolean;
}

export interface Judgement {
  readonly draft?: Draft;
  readonly leftOut?: LeftOut;
  readonly notes: readonly Note[];
  /** Something falls due by itself: the person is looked at again, whatever the record says. */
  readonly isPending?: true;
}

const nothing: Judgement = { notes: [] };

/**
 * What is to be done for one person on one target. It compares the desired resource with the last confirmed one and
 * knows nothing of the other people: duplicates, re-keys and references are settled when the plan is sealed.
 *
 * |                       | no account           | account, active         | account, switched off |
 * |-----------------------|----------------------|-------------------------|-----------------------|
 * | active and assigned   | create               | update, or nothing      | reactivate            |
 * | left, or out of scope | nothing (rule 5)     | by policy, if not protected | nothing           |
 */
export function judge(person: Case, policy: Policy): Judgement {
  const judgement = person.standing === 'present' ? arrive(person, policy) : depart(person, policy);
  const { draft } = judgement;
  if (draft === undefined || isAllowed(draft, policy)) return judgement;
  const text = `${draft.kind} is not among what this target allows`;
  return { notes: [...judgement.notes, { key: person.key, rule: 'notAllowed', text }] };
}

/** A create may turn out to be a link, where that is allowed: whoever looks for the account drops it if there is none. */
function isAllowed(draft: Draft, { allow }: Policy): boolean {
  return allow.includes(allowedBy(draft)) || (draft.kind === 'create' && allow.includes('link'));
}

/** A deactivation that loses the id counts and shows as `delete` (rule 15); to be sent, it has to be allowed as what it is. */
function allowedBy({ kind, after }: Draft): Kind {
  return kind === 'delete' && after !== undefined ? 'deactivate' : kind;
}

function arrive(person: Case, policy: Policy): Judgement {
  const { key, account, missing = [] } = person;
  const after = person.desired!;
  const needs = managerOf(after);
  if (account === undefined) {
    if (missing.length > 0) {
      const reason = `${policy.profile.title} needs ${missing.join(', ')} to create somebody`;
      return { leftOut: { key, rule: 'required', reason }, notes: [] };
    }
    const made = draft('create', key, PHASE.create, after, [], person.reason, needs);
    return { draft: withSecret(made, person.secretDigest), notes: [] };
  }
  const wanted = policy.attributes ? asWished(account.resource, after, policy.attributes) : after;
  const { followed, notes } = withoutWhatCannotFollow(account.resource, wanted, policy.profile, key);
  const secret = person.secretDigest === account.secretDigest ? undefined : person.secretDigest;
  const changes = [
    ...diff(account.resource, followed),
    ...(secret === undefined ? [] : [{ path: 'password' }]),
  ];
  if (changes.length === 0) return { notes };
  const moved = changes.some((change) => change.path === MANAGER_PATH) ? needs : undefined;
  const isBack = account.resource['active'] === false;
  const why = isBack ? `back: ${person.reason}` : whatChanged(changes);
  const made = draft(isBack ? 'reactivate' : 'update', key, PHASE.change, followed, changes, why, moved);
  return { draft: withSecret(made, secret), notes };
}

function withSecret(draft: Draft, secretDigest: string | undefined): Draft {
  return secretDigest === undefined ? draft : { ...draft, secretDigest };
}

function depart(person: Case, policy: Policy): Judgement {
  const { key, account, standing, reason } = person;
  const rule = standing === 'left' ? policy.onLeave : policy.onOutOfScope;
  if (account === undefined) {
    if (standing !== 'left' || !policy.createInactive || !policy.profile.create.inactive) return nothing;
    if (person.desired === undefined || (person.missing ?? []).length > 0) return nothing;
    const { desired } = person;
    return {
      draft: draft('create', key, PHASE.create, desired, [], reason, managerOf(desired)),
      notes: [],
    };
  }
  const grace = policy.deleteAfter?.[standing as 'left' | 'outOfScope'];
  const isOff = account.resource['active'] === false;
  if (rule === 'deactivate' && isOff && grace !== undefined) return end(person, account, policy, grace);
  if (rule === 'keep' || (rule === 'deactivate' && isOff)) return nothing;
  if (person.isProtected)
    return { leftOut: { key, rule: 'protected', reason: `protected; otherwise: ${reason}` }, notes: [] };
  if (rule === 'delete' && isDeletable(account, policy))
    return { draft: draft('delete', key, PHASE.leave, undefined, [], reason), notes: [] };
  if (rule === 'delete' && isOff) return nothing;
  const notes = rule === 'delete' ? [wasThere(key)] : [];
  // Where switching off loses the id it cannot be undone: it counts and shows as what it is (rule 15).
  const kind = policy.profile.deactivate.idSurvives ? 'deactivate' : 'delete';
  const after = { ...account.resource, active: false };
  const made = draft(kind, key, PHASE.leave, after, diff(account.resource, after), reason);
  return { draft: made, notes, ...(grace !== undefined && { isPending: true }) };
}

/** What was on the target before us is deleted only where somebody says so. */
function isDeletable(
  { origin }: Pick<Account, 'origin'>,
  { deleteAdopted }: Pick<Policy, 'deleteAdopted'>,
): boolean {
  return origin === 'created' || deleteAdopted === true;
}

/** What becomes of the account of somebody who departs, as far as the target allows it; one that is not known yet is ours. */
export function allowedRule(
  standing: 'left' | 'outOfScope',
  account: Pick<Account, 'origin'> = { origin: 'created' },
  policy: Policy,
): DeparturePolicy {
  const rule = standing === 'left' ? policy.onLeave : policy.onOutOfScope;
  const kind = rule === 'delete' && isDeletable(account, policy) ? 'delete' : 'deactivate';
  return policy.allow.includes(kind) ? rule : 'keep';
}

/** From when on the account of somebody who was switched off is deleted; nothing where it is on, or stays for good. */
export function deletionAt(
  { standing, account, isProtected }: Pick<Case, 'standing' | 'isProtected'> & { readonly account?: Account },
  policy: Pick<Policy, 'deleteAfter' | 'deleteAdopted' | 'allow'>,
): number | undefined {
  const grace = standing === 'present' ? undefined : policy.deleteAfter?.[standing];
  if (grace === undefined || account?.resource['active'] !== false || isProtected) return undefined;
  const isDeleted = isDeletable(account, policy) && policy.allow.includes('delete');
  return isDeleted ? account.confirmedAt + grace : undefined;
}

/** Somebody who was switched off, and whose account is deleted when it has been so for long enough. */
function end(person: Case, account: Account, policy: Policy, grace: number): Judgement {
  const { key, reason } = person;
  if (account.origin === 'adopted' && policy.deleteAdopted !== true) return { notes: [wasThere(key)] };
  if (person.isProtected) return nothing;
  const since = account.confirmedAt;
  if ((policy.now ?? 0) - since < grace) return { notes: [], isPending: true };
  const why = `${reason}; switched off since ${new Date(since).toISOString().slice(0, 10)}`;
  return { draft: draft('delete', key, PHASE.leave, undefined, [], why), notes: [] };
}

function wasThere(key: string): Note {
  return { key, rule: 'adopted', text: 'was on the target before, and is not deleted (deleteAdopted)' };
}

function draft(
  kind: Kind,
  key: string,
  phase: number,
  after: Resource | undefined,
  changes: readonly AttributeChange[],
  why: string,
  needs?: string,
): Draft {
  // Put together in one go, as it is for everybody in the source on the first day.
  const made: { -readonly [name in keyof Draft]: Draft[name] } = {
    type: 'User',
    kind,
    key,
    part: 0,
    phase,
    changes,
    why,
    beforeDigest: '',
  };
  if (after !== undefined) made.after = after;
  if (needs !== undefined) made.needs = needs;
  return made;
}

/** What an administrator leaves to the target keeps its confirmed value, and nothing is said of it. */
function asWished(before: Resource, after: Resource, { keep, createOnly }: AttributeRules): Resource {
  return diff(before, after).reduce((resource, change) => {
    const changed = attributeAt(change.path);
    const isKept = change.after === undefined && (keep === 'all' || isAmong(keep, changed));
    return isKept || isAmong(createOnly, changed) ? withValueOf(resource, before, change.path) : resource;
  }, after);
}

/** Changes that the target can't follow keep their confirmed value, and are said at every run (rule 16). */
function withoutWhatCannotFollow(
  before: Resource,
  after: Resource,
  profile: Profile,
  key: string,
): { readonly followed: Resource; readonly notes: readonly Note[] } {
  const { createOnly, lasting = [] } = profile.users;
  if (createOnly.length === 0 && lasting.length === 0) return { followed: after, notes: [] };
  let followed = after;
  const notes: Note[] = [];
  for (const { path, after: value } of diff(before, after)) {
    if (!cannotFollow(profile, path, value)) continue;
    const changed = attributeAt(path);
    const what = isCreateOnly(profile, path) ? `follow a change of ${changed}` : `clear ${changed}`;
    followed = withValueOf(followed, before, path);
    notes.push({ key, rule: 'cannotFollow', text: `${profile.title} cannot ${what}` });
  }
  return { followed, notes };
}

/** Whether a target takes what is at a change path with a create alone (rule 16). */
export function isCreateOnly({ users }: Profile, path: string): boolean {
  return isAmong(users.createOnly, attributeAt(path));
}

/** Whether a target does not take what shall be at a change path: it goes with a create alone, or cannot be taken away (rule 16). */
export function cannotFollow(profile: Profile, path: string, value: Json | undefined): boolean {
  return (
    isCreateOnly(profile, path) ||
    (value === undefined && isAmong(profile.users.lasting ?? [], attributeAt(path)))
  );
}

/** Whether some attributes name one, or what it is a part of. */
function isAmong(names: readonly string[], attribute: string): boolean {
  return names.some((name) => attribute === name || attribute.startsWith(`${name}.`));
}

/** `after` with the value that `before` has at a change path. */
export function withValueOf(after: Resource, before: Resource, path: string): Resource {
  const inside = stepsOf(path);
  const copy: Record<string, Resource[string]> = { ...after };
  const had = before[inside.head];
  if (inside.tail === undefined) {
    if (had === undefined) delete copy[inside.head];
    else copy[inside.head] = had;
    return copy;
  }
  const part: Record<string, Resource[string]> = { ...(copy[inside.head] as Resource | undefined) };
  const value = isObject(had) ? had[inside.tail] : undefined;
  if (value === undefined) delete part[inside.tail];
  else part[inside.tail] = value;
  if (Object.keys(part).length === 0) delete copy[inside.head];
  else copy[inside.head] = part;
  return copy;
}

/** The identity key of the manager that a resource refers to. */
export function managerOf(resource: Resource): string | undefined {
  const extension = resource[ENTERPRISE];
  if (!isObject(extension)) return undefined;
  const manager = extension['manager'];
  return isObject(manager) && typeof manager['value'] === 'string' ? manager['value'] : undefined;
}

/**
 * The same operation for somebody whose manager is unknown, rejected or out of scope: what the account holds as a
 * manager stays as it is, since what was not read is unknown and not empty (rules 3 and 19). `undefined` where
 * nothing is left to do.
 */
export function withoutReference(operation: Draft, before: Resource | undefined): Draft | undefined {
  const { needs: _, ...given } = operation;
  const changes = operation.changes.filter((change) => change.path !== MANAGER_PATH);
  if (isReferenceAlone(operation)) return undefined;
  // A reason that lists what differs would go on naming the manager.
  const listsThem = changes.length > 0 && given.why === whatChanged(operation.changes);
  const rest = listsThem ? { ...given, why: whatChanged(changes) } : given;
  if (operation.after === undefined) return { ...rest, changes };
  return { ...rest, changes, after: withValueOf(operation.after, before ?? {}, MANAGER_PATH) };
}

/** Whether nothing but the manager is to be said of somebody. */
export function isReferenceAlone({ kind, changes }: Draft): boolean {
  return kind === 'update' && changes.every((change) => change.path === MANAGER_PATH);
}

function whatChanged(changes: readonly AttributeChange[]): string {
  const names = changes.map((change) => change.path.slice(change.path.lastIndexOf(':') + 1));
  return names.length === 1
    ? `${names[0]} differs`
    : `${names.slice(0, -1).join(', ')} and ${names.at(-1)} differ`;
}
