import { ENTERPRISE, isObject } from '../model/index.ts';
import type { Drift, DriftPolicy, DriftRules, Json, Profile, Remote, Resource } from '../model/index.ts';
import { heldOf } from './adapt.ts';
import { attributeAt, covers, diff, stepsOf } from './diff.ts';
import { cannotFollow, withValueOf } from './judge.ts';

/** What was found of one account that the target shows. */
export interface Compared {
  readonly drift: readonly Drift[];
  /** Change paths of what was confirmed and is not returned: unknown, and no drift (rule 3). */
  readonly notReturned: readonly string[];
}

/**
 * The other mirror of law 2: where a live account differs from the last confirmed one. Looked at is what the mapping
 * says and the target can hold; what an administrator has put beside that is none of our business.
 *
 * | the target returns                    | so                                                                |
 * |---------------------------------------|-------------------------------------------------------------------|
 * | the same, as SCIM understands it      | nothing                                                           |
 * | another value, or none in so many words (null, an empty list) | drift                                     |
 * | nothing of it                         | unknown (rule 3)                                                  |
 * | of a list, parts that we never say, or none of those that we say | these parts are not compared           |
 */
export function compare(confirmed: Resource, live: Resource, profile: Profile, rules: DriftRules): Compared {
  const known = heldOf(confirmed, profile);
  const shown = heldOf(live, profile);
  const drift: Drift[] = [];
  const notReturned: string[] = [];
  for (const { path } of diff(...comparable(known, shown))) {
    const attribute = attributeAt(path);
    if (!rules.compared.some((one) => covers(one, attribute))) continue;
    if (!isReturned(live, path)) {
      notReturned.push(path);
      continue;
    }
    const policy = policyOf(rules, attribute, valueAt(shown, path));
    if (policy === 'ignore') continue;
    const before = valueAt(known, path);
    const now = valueAt(shown, path);
    drift.push({
      path,
      ...(before !== undefined && { confirmed: before }),
      ...(now !== undefined && { live: now }),
      policy: cannotFollow(profile, path, before) ? 'cannotFollow' : policy,
    });
  }
  return { drift, notReturned };
}

/** The confirmed resource with what was read in the place of what is to be fixed: the next plan goes on from there. */
export function asFound(confirmed: Resource, drift: readonly Drift[]): Resource {
  return drift.reduce((resource, { path, live, policy }) => {
    if (policy !== 'fix') return resource;
    return withValueOf(resource, live === undefined ? {} : atPath(path, live), path);
  }, confirmed);
}

/**
 * Nothing said is `fix`, but for an account that somebody switched off at the target: that may be meant, and access is
 * given back only where the configuration says so.
 */
function policyOf(rules: DriftRules, attribute: string, live: Json | undefined): DriftPolicy {
  const { head } = stepsOf(attribute);
  const own = rules.attributes[attribute] ?? rules.attributes[head] ?? rules.default;
  return own ?? (attribute === 'active' && live === false ? 'report' : 'fix');
}

/**
 * What an account holds as we say it: the manager is an identity key. An id that is nobody's is what `stranger` makes of
 * it; nothing, and the account has no manager.
 */
export function inOurWords(
  remote: Remote,
  ownerOf: (remoteId: string) => string | undefined,
  stranger: (remoteId: string) => string | undefined = () => undefined,
): Resource {
  const { active: _, ...said } = remote.resource;
  const shown: Resource = { ...said, ...(remote.active !== undefined && { active: remote.active }) };
  const extension = shown[ENTERPRISE];
  if (!isObject(extension)) return shown;
  const { manager, ...rest } = extension;
  const id = isObject(manager) ? manager['value'] : undefined;
  const key = typeof id === 'string' ? (ownerOf(id) ?? stranger(id)) : undefined;
  return { ...shown, [ENTERPRISE]: { ...rest, ...(key !== undefined && { manager: { value: key } }) } };
}

/** What an account holds that is taken over, as far as we have a say in it: with this it is confirmed. */
export function takenOver(remote: Remote, shown: Resource, profile: Profile, rules: DriftRules): Resource {
  const held = heldOf(shown, profile);
  const ours = diff({}, held).filter(({ path }) =>
    rules.compared.some((one) => covers(one, attributeAt(path))),
  );
  const active = remote.active ?? true;
  return ours.reduce((resource, { path }) => withValueOf(resource, held, path), { active } as Resource);
}

/** Both sides with their lists cut to the parts that both of them say: services add some, and leave some out. */
function comparable(known: Resource, shown: Resource): [Resource, Resource] {
  const [left, right]: [Record<string, Json>, Record<string, Json>] = [{ ...known }, { ...shown }];
  for (const name of Object.keys(shown)) {
    const [ours, theirs] = [known[name], shown[name]!];
    // A complex attribute that is said to have no value has none in any part.
    if (theirs === null) delete right[name];
    if (!Array.isArray(ours) || theirs === null) continue;
    const [one, other] = [
      elements(ours as Json[]),
      elements(Array.isArray(theirs) ? (theirs as Json[]) : [theirs]),
    ];
    const parts = new Set(['value', ...partsIn(one).filter((part) => partsIn(other).includes(part))]);
    left[name] = one.map((element) => only(element, parts));
    right[name] = other.map((element) => only(element, parts));
  }
  return [left, right];
}

/** Some services list plain values where the schema has objects. */
function elements(list: readonly Json[]): readonly Resource[] {
  return list.map((element) => (isObject(element) ? element : { value: element }));
}

function partsIn(list: readonly Resource[]): readonly string[] {
  return list.flatMap((element) => Object.keys(element));
}

function only(element: Resource, parts: ReadonlySet<string>): Resource {
  return Object.fromEntries(Object.entries(element).filter(([name]) => parts.has(name)));
}

/** Whether a target says anything of an attribute, be it that there is no value. */
function isReturned(live: Resource, path: string): boolean {
  const { head, tail } = stepsOf(path);
  const value = live[head];
  return value !== undefined && (tail === undefined || !isObject(value) || tail in value);
}

/** The value at a change path; `undefined` for none, however that is said (RFC 7643 §2.5). */
export function valueAt(resource: Resource, path: string): Json | undefined {
  const { head, tail } = stepsOf(path);
  const whole = resource[head];
  const value = tail === undefined ? whole : isObject(whole) ? whole[tail] : undefined;
  const isNone = value === null || value === '' || (Array.isArray(value) && value.length === 0);
  return isNone ? undefined : value;
}

/** A resource that says nothing but what is at a change path. */
export function atPath(path: string, value: Json): Resource {
  const { head, tail } = stepsOf(path);
  return { [head]: tail === undefined ? value : { [tail]: value } };
}
